// Lines of manual pages in several languages, and what of them is trained on.

#pragma once

#include <string>
#include <vector>

#include "core/bilevel/softmax_problem.h"
#include "core/experiment/parameter.h"
#include "core/experiment/recording.h"
#include "plugins/stochastic/bilevel-borep/arms.h"

namespace convergence::borep {

/// Distinct lines, as many of each language.
struct LanguageLines {
    static constexpr std::size_t ofEach = 600, characters = 40, fewestCharacters = 20;

    std::vector<std::string> languages;
    std::vector<std::string> lines; ///< one language after another
    Provenance provenance;
};

/// What the values choose; made-up text in the place of pages that are not installed. Throws
/// InputError for a language with too few lines.
LanguageLines loadLines(const ParameterValues& values);

/// A line of running text: no punctuation, no digits, lower case, blanks single, at most 40
/// characters; empty where fewer than 20 are left. Letters beyond Latin stay as they are.
std::string plainLine(std::string_view line);

/// One draw of lines to train on, to validate and to test.
struct LineTask {
    bilevel::SoftmaxTask task;
    std::vector<std::uint8_t> truth;  ///< of the training lines
    std::vector<std::uint32_t> lines; ///< of the training lines, in LanguageLines
    [[nodiscard]] bool isWrong(std::size_t i) const { return truth[i] != task.training.labels[i]; }
};
LineTask drawTask(const LanguageLines& from, const ParameterValues& values,
                  std::uint64_t replicate);

} // namespace convergence::borep
