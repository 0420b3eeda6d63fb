#include "core/data/source_fingerprint.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/data/input_file.h"
#include "core/data/text_tokens.h"
#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

namespace {

struct Known {
    const char* source;
    std::size_t count, bytes;
    const char* hash;
};
constexpr std::array debian12 = {
    Known{"king-james-tags", 31102, 7473604,
          "94fe1cdb228a674bf66c882c7368aa45fc6e4403953db64b93a6503dfda07991"},
    Known{"manual-cs", 104, 662235,
          "5124e4ef37e53cfe1a1e3572707c52ae3ea58ffabc65f2ce8ab90ca2d901ca42"},
    Known{"manual-de", 908, 9841862,
          "d41e4f62ff9587e88043a1232dcaedcfb17e1d85e6f7fdbe1f6cc01c887561c9"},
    Known{"manual-es", 318, 2315283,
          "c2d4dabffb2ffaa09e0559bb092a6ff048e83d5cae28ef3b7dcac8815e2b941f"},
    Known{"manual-fr", 435, 4771361,
          "60102981107db94800581998cc5385d11e3a8aec598facda11500e8ae166392c"},
    Known{"manual-id", 21, 106494,
          "2b5c7075df658afa411d53800a09aa630da98a69086b3ff3712330b2bc87a88d"},
    Known{"manual-it", 80, 1017953,
          "543fcb9b510cd00a7b08d19371a3086c961cb8a47c720839efce09a92271d19f"},
    Known{"manual-mk", 24, 73845,
          "db7e21a0f24d5cba04e11dd91ae3ec0f732e93b351dbc3ef7c311730a17142aa"},
    Known{"manual-nl", 124, 692675,
          "adc9324aacd8ea770ff978721ef5e842426a00d1c3e6becb347591b5643b9047"},
    Known{"manual-pl", 362, 3664140,
          "8e313ca632a86a15739d7bccdfb3b3080ad86017d57630f91aa5f31cbb2e5d71"},
    Known{"manual-pt_BR", 92, 714333,
          "f097541277f492f90ca03992b6bdd5adc13f2159e766a0c5e0e1a2819e35545f"},
    Known{"manual-ro", 28, 155860,
          "7563bf44f6514bc72ca20c3ce66364c880223b28ec52a34c30d2acc32ad49a93"},
    Known{"manual-ru", 184, 3416493,
          "28e1357d89465bf37d0d7bf0d7212f49977f0b1e8785058ef9196c5db49200e1"},
    Known{"manual-sv", 132, 461554,
          "d7c52eaff27cb8f44ae2af501fd663582dfdadd3710f2554e0bb16ae12c40aaa"}};

} // namespace

std::string SourceFingerprint::text() const {
    return fmt::format("{}: {} parts, {} bytes, SHA-256 {}, {}", source, count, bytes, hash,
                       release);
}

std::string systemRelease(const std::filesystem::path& root) {
    constexpr std::size_t mostBytes = 65536;
    constexpr std::size_t longestName = 80;
    constexpr std::string_view key = "PRETTY_NAME=";
    for (const char* path : {"etc/os-release", "usr/lib/os-release"}) {
        std::string content;
        try {
            content = readContent(root / path, mostBytes, "the name of the system");
        } catch (const InputError&) {
            continue; // told as an unknown system
        }
        for (TextTokens lines(content); !lines.atEnd();) {
            std::string_view line = lines.line();
            if (!line.starts_with(key))
                continue;
            line.remove_prefix(key.size());
            if (line.size() > 1 && (line.front() == '"' || line.front() == '\'') &&
                line.back() == line.front())
                line = line.substr(1, line.size() - 2);
            if (!line.empty())
                return printable(line, longestName);
        }
    }
    return "an unknown system";
}

std::optional<SourceFingerprint> debian12Source(const std::string& source) {
    const auto found = std::find_if(debian12.begin(), debian12.end(),
                                    [&](const Known& known) { return known.source == source; });
    if (found == debian12.end())
        return {};
    return SourceFingerprint{.source = source,
                             .release = {},
                             .count = found->count,
                             .bytes = found->bytes,
                             .hash = found->hash};
}

std::optional<std::string> whyNotDebian12(const SourceFingerprint& found) {
    const auto known = debian12Source(found.source);
    if (!known)
        return fmt::format("The source '{}' has no state in Debian 12 that it could be compared "
                           "with, and claims are judged only on such a state.",
                           found.source);
    if (found.hash == known->hash && found.count == known->count && found.bytes == known->bytes)
        return {};
    return fmt::format("Claims are judged only on the source '{}' of Debian 12 ({} parts, {} "
                       "bytes, SHA-256 {}…); here, on {}, are {} parts, {} bytes, SHA-256 {}….",
                       found.source, known->count, known->bytes, known->hash.substr(0, 12),
                       found.release, found.count, found.bytes, found.hash.substr(0, 12));
}

} // namespace convergence
