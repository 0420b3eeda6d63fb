#include "plugins/stochastic/bilevel-borep/lines.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/data/manual_pages.h"
#include "core/data/ready_texts.h"
#include "core/data/text.h"
#include "core/data/utf8.h"
#include "core/error.h"
#include "core/math/random.h"

namespace convergence::borep {

namespace {

constexpr std::uint32_t featureCount = 512; ///< F
constexpr std::size_t validationLines = 200, testLines = 1200;

/// A blank for what is no letter; Latin letters in lower case.
std::uint32_t letter(std::uint32_t code) {
    const auto isIn = [&](std::uint32_t low, std::uint32_t high) {
        return low <= code && code <= high;
    };
    if (code < 0x80)
        return isIn('A', 'Z') ? code + 32 : isIn('a', 'z') ? code : ' ';
    if (code < 0xC0 || code == 0xD7 || code == 0xF7 || isIn(0x2000, 0x2BFF))
        return ' ';
    if (isIn(0xC0, 0xDE))
        return code + 32;
    // Latin Extended-A in pairs, the capital first: at even places, but for two stretches.
    if (isIn(0x100, 0x17E) && code != 0x178) {
        const bool oddFirst = isIn(0x139, 0x148) || isIn(0x179, 0x17E);
        return (code % 2 == 1) == oddFirst ? code + 1 : code;
    }
    return code;
}

std::uint32_t decode(std::string_view bytes) {
    const auto at = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
    };
    if (bytes.size() == 1)
        return at(0);
    std::uint32_t code = at(0) & (0xFFU >> (bytes.size() + 1));
    for (std::size_t i = 1; i < bytes.size(); ++i)
        code = code << 6U | (at(i) & 0x3FU);
    return code;
}

/// Lines that are no requests, without mark-up.
std::set<std::string> linesOf(std::string_view roff) {
    std::set<std::string> lines;
    while (!roff.empty()) {
        const std::string_view line = roff.substr(0, roff.find('\n'));
        roff.remove_prefix(std::min(line.size() + 1, roff.size()));
        if (line.starts_with('.') || line.starts_with('\''))
            continue;
        std::string plain = plainLine(plainManualPage(line));
        if (!plain.empty())
            lines.insert(std::move(plain));
    }
    return lines;
}

std::set<std::string> inventedLines(std::uint64_t number) {
    constexpr std::size_t symbols = 60'000;
    const std::string text = inventedText(symbols, number);
    std::set<std::string> lines;
    for (std::size_t at = 0; at + LanguageLines::characters < text.size();
         at += LanguageLines::characters) {
        std::string plain = plainLine(text.substr(at, LanguageLines::characters));
        if (!plain.empty())
            lines.insert(std::move(plain));
    }
    return lines;
}

/// Counts of trigrams of characters, hashed (FNV-1a) to F, with norm 1.
void addFeatures(std::string_view line, std::uint8_t label, bilevel::SparseExamples& to) {
    constexpr std::size_t order = 3;
    constexpr std::uint32_t basis = 2166136261U, prime = 16777619U;
    std::vector<std::string_view> characters;
    while (!line.empty()) {
        const std::size_t length = std::max<std::size_t>(1, utf8Length(line));
        characters.push_back(line.substr(0, length));
        line.remove_prefix(length);
    }
    std::map<std::uint32_t, double> counts;
    for (std::size_t i = 0; i + order <= characters.size(); ++i) {
        std::uint32_t hash = basis;
        for (std::size_t k = i; k < i + order; ++k)
            for (const char byte : characters[k])
                hash = (hash ^ static_cast<unsigned char>(byte)) * prime;
        counts[hash % featureCount] += 1.0;
    }
    double squares = 0.0;
    for (const auto& [feature, count] : counts)
        squares += count * count;
    std::vector<std::uint32_t> features;
    std::vector<double> values;
    for (const auto& [feature, count] : counts) {
        features.push_back(feature);
        values.push_back(count / std::sqrt(squares));
    }
    to.add(features, values, label);
}

} // namespace

std::string plainLine(std::string_view line) {
    std::string plain;
    std::size_t characters = 0;
    bool blankBefore = true;
    while (!line.empty() && characters < LanguageLines::characters) {
        const std::size_t length = utf8Length(line);
        const std::uint32_t code = length == 0 ? ' ' : letter(decode(line.substr(0, length)));
        line.remove_prefix(std::max<std::size_t>(1, length));
        const bool isBlank = code == ' ';
        if (isBlank && blankBefore)
            continue;
        blankBefore = isBlank;
        appendUtf8(plain, code);
        ++characters;
    }
    if (!plain.empty() && plain.back() == ' ') {
        plain.pop_back();
        --characters;
    }
    return characters < LanguageLines::fewestCharacters ? std::string() : plain;
}

LanguageLines loadLines(const ParameterValues& values) {
    LanguageLines found;
    for (const std::string& language : values.choices("languages")) {
        std::string& data = found.provenance.data;
        data += data.empty() ? "" : "; ";
        std::set<std::string> lines;
        try {
            const ManualPages pages = manualPages(language);
            const auto why = whyNotDebian12(pages.fingerprint);
            data += pages.fingerprint.text() + (why ? ". " + *why : "");
            found.provenance.standIn = found.provenance.standIn || why.has_value();
            lines = linesOf(pages.text);
        } catch (const InputError& missing) {
            data += fmt::format("Made-up text for {}. {}", language, missing.what());
            found.provenance.standIn = true;
            lines = inventedLines(found.languages.size());
        }
        if (lines.size() < LanguageLines::ofEach)
            throw InputError(fmt::format("Parameter 'languages': {} has {} lines of {} characters "
                                         "or more; expected at least {}.",
                                         language, lines.size(), LanguageLines::fewestCharacters,
                                         LanguageLines::ofEach));
        const std::vector<std::string> all(lines.begin(), lines.end());
        RandomStream stream(
            {.seed = 0, .purpose = "bilevel lines of a language", .index = found.languages.size()});
        for (const std::uint32_t i : stream.choice(all.size(), LanguageLines::ofEach))
            found.lines.push_back(all[i]);
        found.languages.push_back(language);
    }
    return found;
}

LineTask drawTask(const LanguageLines& from, const ParameterValues& values,
                  std::uint64_t replicate) {
    const ProblemChoice& problem = traitsOf(problemChoices, values.text("problem"));
    const auto languages = static_cast<std::uint64_t>(from.languages.size());
    RandomStream stream({.seed = static_cast<std::uint64_t>(values.integer("seed")),
                         .purpose = "bilevel lines of a task",
                         .replicate = replicate});
    const auto order = stream.permutation(from.lines.size());
    const auto labelOf = [](std::uint32_t line) {
        return static_cast<std::uint8_t>(line / LanguageLines::ofEach);
    };
    LineTask drawn;
    drawn.task.classes = static_cast<Eigen::Index>(languages);
    drawn.task.features = featureCount;
    const double noise = problem.hasWrongLabels ? values.real("label_noise") : 0.0;
    std::size_t next = 0;
    for (; next < problem.trainingLines; ++next) {
        const std::uint8_t truth = labelOf(order[next]);
        // Both are drawn for every line, so that more noise turns further labels alone.
        const bool turns = stream.uniform() < noise;
        const auto other =
            static_cast<std::uint8_t>((truth + 1 + stream.integer(languages - 1)) % languages);
        drawn.truth.push_back(truth);
        drawn.lines.push_back(order[next]);
        addFeatures(from.lines[order[next]], turns ? other : truth, drawn.task.training);
    }
    for (const std::size_t end = next + validationLines; next < end; ++next)
        addFeatures(from.lines[order[next]], labelOf(order[next]), drawn.task.validation);
    const std::size_t end = std::min(next + testLines, order.size());
    for (; next < end; ++next)
        addFeatures(from.lines[order[next]], labelOf(order[next]), drawn.task.test);
    if (!traitsOf(labelChoices, values.text("validation_labels")).isTrue) {
        const std::vector<std::uint8_t> before = drawn.task.validation.labels;
        const auto places = stream.permutation(before.size());
        for (std::size_t i = 0; i < before.size(); ++i)
            drawn.task.validation.labels[i] = before[places[i]];
    }
    return drawn;
}

} // namespace convergence::borep
