// What each learner is, and each choice of the other parameters.

#pragma once

#include <cstdint>
#include <string_view>

#include "core/data/tagged_text.h"
#include "core/experiment/trait_table.h"
#include "core/language/tagger.h"
#include "core/statistics/learning_trace.h"

namespace convergence::learning_curve {

using statistics::LearningTrace;

enum class Learner { unigram, markov, perceptron, curve };

struct LearnerArm {
    std::string_view id, label, help;
    Learner learner;
};
inline constexpr LearnerArm learnerArms[] = {
    {"unigram", "unigram", "The likeliest tag of each word; of words not read, of their endings.",
     Learner::unigram},
    {"hmm", "HMM", "A hidden Markov model: what a word says, and what tag follows what.",
     Learner::markov},
    {"perceptron", "perceptron",
     "A greedy averaged perceptron, one pass: words, endings and neighbors.", Learner::perceptron},
    {"curve", "made-up curve", "No learner: c − a x^−b with noise, of which the truth is known.",
     Learner::curve},
};

enum class Source { kingJames, file, madeUp };
struct CorpusChoice {
    std::string_view id, label, help;
    Source source;
};
inline constexpr CorpusChoice corpusChoices[] = {
    {"kjv", "King James",
     "The King James Bible with the tags of a machine (packages bible-kjv-text and "
     "liblingua-en-tagger-perl): how well they are learned says nothing about tags of people. "
     "Where they are missing, a made-up text.",
     Source::kingJames},
    {"file", "file", "Your own tagged text.", Source::file},
    {"made_up", "made-up text", "Tags by a Markov chain, words by Zipf's law.", Source::madeUp}};

struct FormatChoice {
    std::string_view id, label, help;
    TaggedReading reading;
};
inline constexpr FormatChoice formatChoices[] = {
    {"slashes", "word/TAG", "One sentence a line.", {}},
    {"universal", "CoNLL-U, universal tags", "Column UPOS.", {.format = TaggedFormat::conllU}},
    {"language",
     "CoNLL-U, language's tags",
     "Column XPOS.",
     {.format = TaggedFormat::conllU, .tag = ConllTag::language}}};

struct OrderChoice {
    std::string_view id, label, help;
    bool inOrder;
};
inline constexpr OrderChoice orderChoices[] = {
    {"shuffled", "shuffled", "What is read is like what is still to be read.", false},
    {"text", "as in the text", "From the first page on, as people tend to annotate.", true}};

struct AnchorChoice {
    std::string_view id, label, help;
    LearningTrace::Anchoring anchoring;
};
inline constexpr AnchorChoice anchorChoices[] = {
    {"none", "none", "The reference trace alone.", LearningTrace::Anchoring::none},
    {"previous", "previous", "The anchored asymptote of the level before.",
     LearningTrace::Anchoring::previous},
    {"average", "average", "The mean of the anchored and the plain one of the level before.",
     LearningTrace::Anchoring::average}};

/// What a refutation breaks.
struct ControlChoice {
    std::string_view id, label, help;
    LearningTrace::Pattern pattern = LearningTrace::Pattern::power;
    std::size_t memory = 0;       ///< the last levels that a fit sees; 0: all
    std::size_t workingLevel = 0; ///< ω, whatever the backbone does
    language::Transitions transitions = language::Transitions::learned;
};
inline constexpr ControlChoice controlChoices[] = {
    {.id = "none", .label = "none", .help = "The method as it is."},
    {.id = "last_value",
     .label = "last value",
     .help = "In the place of a trend: it stays as it is now, which is believed at once.",
     .pattern = LearningTrace::Pattern::lastValue,
     .workingLevel = LearningTrace::firstLevel},
    {.id = "first_fit",
     .label = "first fit",
     .help = "Nothing is waited for: the first trend within the threshold is believed.",
     .workingLevel = LearningTrace::firstLevel},
    {.id = "short_memory",
     .label = "short memory",
     .help = "Trends are fitted to the last ten levels alone.",
     .memory = 10},
    {.id = "no_transitions",
     .label = "no transitions",
     .help = "The HMM without what tag follows what.",
     .transitions = language::Transitions::uniform}};

} // namespace convergence::learning_curve
