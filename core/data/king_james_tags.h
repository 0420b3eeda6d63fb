#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/data/source_fingerprint.h"
#include "core/data/tagged_text.h"

namespace convergence {

/// The King James Bible with the parts of speech that a tagger gave to its words: what Debian's
/// liblingua-en-tagger-perl writes about the verses of bible-kjv-text, one verse a sentence,
/// 915,274 tokens with 36 different tags. They are a machine's tags; how well they are learned says
/// nothing about tags of people.
struct KingJamesTags {
    TaggedText text;
    SourceFingerprint fingerprint; ///< "king-james-tags": parts are verses, bytes those of word/TAG
};

/// Which package is missing to have them: a sentence; nothing if they can be had.
std::optional<std::string> whyNoKingJamesTags();

/// Tags them, or takes what was tagged before: that takes 16 seconds, tells how far it is, and can
/// be stopped (core/experiment/preparation.h); the result is kept in a folder, under the hash of
/// verses and tagger, where it is a file of word/TAG. What is damaged there is tagged again.
/// Throws InputError naming the package that is missing, if the tagger does not run to its end, or
/// saying that it was stopped.
KingJamesTags kingJamesTags(const std::filesystem::path& folder,
                            std::size_t mostVerses = std::string::npos);
/// In $XDG_CACHE_HOME/convergence-lab, else ~/.cache/convergence-lab.
KingJamesTags kingJamesTags();

} // namespace convergence
