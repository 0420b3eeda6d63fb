#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace convergence {

/// Which state of a source a run was made on, where the source differs from machine to machine
/// (manual pages, package lists). A run records text(); claims about the source are judged only
/// where whyNotDebian12() has nothing to say. As the provenance of a run:
///
///     const auto why = whyNotDebian12(found);
///     return {.data = found.text() + (why ? ". " + *why : "."), .standIn = why.has_value()};
struct SourceFingerprint {
    std::string source;    ///< its id, e.g. "manual-de"
    std::string release;   ///< of the system, e.g. "Debian GNU/Linux 12 (bookworm)"
    std::size_t count = 0; ///< of its parts: pages, packages
    std::size_t bytes = 0;
    std::string hash; ///< SHA-256 of all parts one after another, 64 hexadecimal digits

    /// "manual-mk: 24 parts, 73845 bytes, SHA-256 db7e…, Debian GNU/Linux 12 (bookworm)", with all
    /// digits.
    [[nodiscard]] std::string text() const;
    friend bool operator==(const SourceFingerprint&, const SourceFingerprint&) = default;
};

/// PRETTY_NAME of an os-release file (freedesktop.org), "an unknown system" if there is none.
std::string systemRelease(const std::filesystem::path& root = "/");

/// The source as Debian 12 has it, without a release; nothing for an id that is not known. Known
/// are the translated manual pages "manual-LANGUAGE" (package manpages-LANGUAGE 4.18.1-1, all
/// pages that are no links, in order of path, decompressed), and "king-james-tags" (what
/// liblingua-en-tagger-perl 0.31-3 writes about the verses of bible-kjv-text 4.38).
std::optional<SourceFingerprint> debian12Source(const std::string& source);

/// Why claims are not judged on this source: one sentence that says what differs from the source of
/// Debian 12. Nothing if it is that source. Content decides, not the name of the release: pages of
/// Debian 12 on another system are the same pages, and a changed package on Debian 12 is not.
std::optional<std::string> whyNotDebian12(const SourceFingerprint& found);

} // namespace convergence
