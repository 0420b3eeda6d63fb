// Texts of several domains as chunks of bytes, to train on and to validate.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/data/text_chunks.h"
#include "core/experiment/parameter.h"
#include "core/experiment/recording.h"

namespace convergence::upsample {

/// The largest domain first. Chunks to train on are numbered from 0, one domain after another, and
/// those to validate on after them.
struct DomainTexts {
    static constexpr std::int64_t context = 64;
    static constexpr std::size_t validationChunks = 96; ///< of each domain

    std::vector<std::string> names;
    std::vector<std::uint32_t> sizes; ///< chunks to train on
    std::shared_ptr<const TextChunks> chunks;
    Provenance provenance;

    [[nodiscard]] std::vector<std::uint32_t> validation(std::size_t domain) const;
};

/// What the values choose. Validation chunks are chosen before the caps, and do not depend on them.
/// Throws InputError for a number of caps that is not that of the domains, a folder that cannot be
/// read, and a domain with too little text.
DomainTexts loadDomainTexts(const ParameterValues& values);

} // namespace convergence::upsample
