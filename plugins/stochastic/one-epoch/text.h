#pragma once

#include "core/data/text_chunks.h"
#include "core/experiment/parameter.h"
#include "core/experiment/recording.h"

namespace convergence::one_epoch {

/// What a model learns to continue, and where it came from.
struct Text {
    TextChunks::Symbols symbols;
    Provenance provenance;
};

/// The text that the values choose, shuffled where they say so. Throws InputError if it cannot be
/// read, or has too many different symbols.
Text loadText(const ParameterValues& values);

} // namespace convergence::one_epoch
