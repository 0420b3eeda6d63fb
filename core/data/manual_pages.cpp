#include "core/data/manual_pages.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/data/input_file.h"
#include "core/data/sha256.h"
#include "core/data/text_tokens.h"
#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t mostBytes = 256'000'000;

struct Language {
    const char* code;
    const char* package;
};
constexpr std::array languages = {
    Language{"cs", "manpages-cs"}, Language{"de", "manpages-de"},
    Language{"es", "manpages-es"}, Language{"fr", "manpages-fr"},
    Language{"id", "manpages-id"}, Language{"it", "manpages-it"},
    Language{"mk", "manpages-mk"}, Language{"nl", "manpages-nl"},
    Language{"pl", "manpages-pl"}, Language{"pt_BR", "manpages-pt-br"},
    Language{"ro", "manpages-ro"}, Language{"ru", "manpages-ru"},
    Language{"sv", "manpages-sv"}};

/// Whether a path below the folder of a language is that of a page: "man1/ls.1.gz".
bool isPage(std::string_view path) {
    return path.starts_with("man") && path.ends_with(".gz") &&
           std::count(path.begin(), path.end(), '/') == 1 &&
           path.find("..") == std::string_view::npos;
}

/// Pages that the package's list names; nothing if there is no list.
std::vector<std::string> listedPages(const Language& language, const fs::path& root) {
    const fs::path list = root / "var/lib/dpkg/info" / (std::string(language.package) + ".list");
    std::error_code ignored;
    std::vector<std::string> pages;
    if (!fs::is_regular_file(list, ignored))
        return pages;
    constexpr std::size_t longestList = 16'000'000;
    const std::string content = readContent(list, longestList, "a list of files of at most 16 MB");
    const std::string folder = fmt::format("/usr/share/man/{}/", language.code);
    for (TextTokens lines(content); !lines.atEnd();) {
        const std::string_view line = lines.line();
        if (line.starts_with(folder) && isPage(line.substr(folder.size())))
            pages.emplace_back(line.substr(folder.size()));
    }
    return pages;
}

/// Pages in the folder.
std::vector<std::string> foundPages(const fs::path& folder) {
    std::vector<std::string> pages;
    std::error_code error;
    for (fs::directory_iterator section(folder, error), end; !error && section != end;
         section.increment(error)) {
        std::error_code inner;
        for (fs::directory_iterator page(section->path(), inner); !inner && page != end;
             page.increment(inner)) {
            const std::string path = section->path().filename() / page->path().filename();
            if (isPage(path))
                pages.push_back(path);
        }
    }
    return pages;
}

} // namespace

std::vector<std::string> manualLanguages() {
    std::vector<std::string> codes;
    for (const Language& language : languages)
        codes.emplace_back(language.code);
    return codes;
}

ManualPages manualPages(std::string_view code, const fs::path& root) {
    const auto found = std::find_if(languages.begin(), languages.end(),
                                    [&](const Language& each) { return each.code == code; });
    if (found == languages.end())
        throw InputError(fmt::format("There are no manual pages in the language '{}'; known are "
                                     "{}.",
                                     printable(code, 40), fmt::join(manualLanguages(), ", ")));
    const fs::path folder = root / "usr/share/man" / found->code;
    auto paths = listedPages(*found, root);
    if (paths.empty())
        paths = foundPages(folder);
    std::sort(paths.begin(), paths.end());
    ManualPages pages;
    pages.fingerprint.source = fmt::format("manual-{}", code);
    for (const std::string& path : paths) {
        std::error_code ignored;
        if (fs::symlink_status(folder / path, ignored).type() != fs::file_type::regular)
            continue;
        pages.text += readContent(folder / path, mostBytes - pages.text.size(),
                                  "manual pages of at most 256 MB in all");
        ++pages.fingerprint.count;
    }
    if (pages.fingerprint.count == 0)
        throw InputError(fmt::format("There are no manual pages in {}; they are in Debian's "
                                     "package {} (apt-get install {}).",
                                     folder.string(), found->package, found->package));
    pages.fingerprint.release = systemRelease(root);
    pages.fingerprint.bytes = pages.text.size();
    pages.fingerprint.hash = sha256(pages.text);
    return pages;
}

} // namespace convergence
