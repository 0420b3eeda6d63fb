#pragma once

#include <string_view>

#include "core/experiment/trait_table.h"
#include "core/nn/language_training.h"

namespace convergence::one_epoch {

struct EpochArm {
    std::string_view id, label, help;
    double epochs = 0.0;   ///< E
    bool takesOwn = false; ///< E is the parameter "own_epochs"
};

inline constexpr EpochArm epochArms[] = {
    {.id = "epochs_1", .label = "one epoch", .help = "Every chunk is new.", .epochs = 1.0},
    {.id = "epochs_5",
     .label = "5 epochs",
     .help = "A fifth of the chunks, five times.",
     .epochs = 5.0},
    {.id = "epochs_10",
     .label = "10 epochs",
     .help = "A tenth of the chunks, ten times: what was usual.",
     .epochs = 10.0},
    {.id = "epochs_20", .label = "20 epochs", .help = "", .epochs = 20.0},
    {.id = "epochs_50", .label = "50 epochs", .help = "", .epochs = 50.0},
    {.id = "epochs_100",
     .label = "100 epochs",
     .help = "A hundredth of the chunks, a hundred times.",
     .epochs = 100.0},
    {.id = "epochs_own",
     .label = "own number",
     .help = "As many epochs as the parameter says.",
     .takesOwn = true},
};

/// The arm of single epochs, on which sizes are compared.
inline constexpr const EpochArm& singleEpoch = epochArms[0];

enum class Study { epochs, sizes };
struct StudyChoice {
    std::string_view id, label, help;
    Study study;
};
inline constexpr StudyChoice studyChoices[] = {
    {"epochs", "epochs", "Fresh text against the same text again, for as many steps.",
     Study::epochs},
    {"sizes", "sizes", "Widths at the same compute P·T, all on fresh text.", Study::sizes},
};

struct TextSource {
    std::string_view id, label, help;
    bool isOwn;
};
inline constexpr TextSource textSources[] = {
    {"king_james", "King James Bible", "4.4 million characters, a verse a line.", false},
    {"own", "own text", "A file, or all files of a folder.", true},
};

struct SymbolChoice {
    std::string_view id, label, help;
    bool areBytes;
};
inline constexpr SymbolChoice symbolChoices[] = {
    {"characters", "characters", "The text must be UTF-8.", false},
    {"bytes", "bytes", "Any file.", true},
};

struct TextOrder {
    std::string_view id, label, help;
    bool isShuffled;
};
inline constexpr TextOrder textOrders[] = {
    {"written", "as written", "", false},
    {"shuffled", "shuffled", "Only the frequencies of symbols can be learned.", true},
};

struct Supply {
    std::string_view id, label, help;
    bool isFresh;
};
inline constexpr Supply supplies[] = {
    {"repeated", "repeated", "N/E chunks, E times.", false},
    {"fresh", "always fresh", "No chunk twice, whatever E: all runs are the same.", true},
};

struct ModelChoice {
    std::string_view id, label, help;
    LanguageModelKind kind;
    bool isScalable = false; ///< has a width, heads that divide it, attention and dropout
};
inline constexpr ModelChoice modelChoices[] = {
    {"transformer", "transformer", "Decoder with pre-norm and learned positions.",
     LanguageModelKind::transformer, true},
    {"ngram", "n-gram network", "The last 8 symbols, one tanh layer of 128 (Bengio et al. 2003).",
     LanguageModelKind::ngram},
};

struct RateSchedule {
    std::string_view id, label, help;
    bool decays;
};
inline constexpr RateSchedule rateSchedules[] = {
    {"linear", "linear to 0", "Spans all I iterations.", true},
    {"constant", "constant", "A run that is stopped is a shorter run: for power laws.", false},
};

} // namespace convergence::one_epoch
