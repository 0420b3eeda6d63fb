#include "core/data/ready_texts.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <span>

#include <fmt/format.h>

#include "core/data/input_file.h"
#include "core/data/lzw.h"
#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

namespace {

namespace fs = std::filesystem;

const fs::path kingJamesFile = "/usr/lib/bible.data";
constexpr const char* kingJamesPackage = "bible-kjv-text";

struct Language {
    const char* id;
    const char* title;
    const char* folder;
    const char* package;
    std::size_t fewest = 100; ///< pages if it is installed: other packages bring a page or two
};
constexpr std::array languages = {
    Language{"manual-en", "Manual pages in English", "/usr/share/man", "manpages"},
    Language{"manual-de", "Manual pages in German", "/usr/share/man/de", "manpages-de"},
    Language{"manual-fr", "Manual pages in French", "/usr/share/man/fr", "manpages-fr"},
    Language{"manual-es", "Manual pages in Spanish", "/usr/share/man/es", "manpages-es"},
    Language{"manual-pl", "Manual pages in Polish", "/usr/share/man/pl", "manpages-pl"},
    Language{"manual-ru", "Manual pages in Russian", "/usr/share/man/ru", "manpages-ru"},
    Language{"manual-cs", "Manual pages in Czech", "/usr/share/man/cs", "manpages-cs", 80},
    Language{"manual-id", "Manual pages in Indonesian", "/usr/share/man/id", "manpages-id", 18},
    Language{"manual-it", "Manual pages in Italian", "/usr/share/man/it", "manpages-it", 45},
    Language{"manual-mk", "Manual pages in Macedonian", "/usr/share/man/mk", "manpages-mk", 20},
    Language{"manual-nl", "Manual pages in Dutch", "/usr/share/man/nl", "manpages-nl"},
    Language{"manual-ro", "Manual pages in Romanian", "/usr/share/man/ro", "manpages-ro", 25},
    Language{"manual-sv", "Manual pages in Swedish", "/usr/share/man/sv", "manpages-sv"},
    Language{"manual-pt_BR", "Manual pages in Brazilian Portuguese", "/usr/share/man/pt_BR",
             "manpages-pt-br", 60}};

constexpr std::array sections = {"man7", "man5", "man1"}; // in the order they are taken in

std::string content(const fs::path& file) {
    constexpr std::size_t mostOfAPackage = 64'000'000;
    return readContent(file, mostOfAPackage, "a text of at most 64 MB");
}

/// Calls take(page) for the pages of a section in the order of the folder, until it says no.
template <typename Take>
void forPages(const Language& language, const char* section, const Take& take) {
    std::error_code error;
    for (fs::directory_iterator entry(fs::path(language.folder) / section, error), end;
         !error && entry != end; entry.increment(error))
        if (std::error_code ignored; entry->is_regular_file(ignored) && !take(entry->path()))
            return;
}

/// Whether there is enough of a language.
bool installed(const Language& language) {
    std::size_t pages = 0;
    const auto count = [&](const fs::path&) { return ++pages < language.fewest; };
    for (const char* section : sections)
        if (pages < language.fewest)
            forPages(language, section, count);
    return pages >= language.fewest;
}

bool kingJamesInstalled() {
    std::error_code ignored;
    return fs::is_regular_file(kingJamesFile, ignored);
}

/// bible.data: a header, the number of windows at byte 88, then the place of each, all as
/// big-endian 32-bit numbers; a window is 64 kilobytes of text as codes of compress.
std::string kingJames(std::size_t mostBytes) {
    const std::string file = content(kingJamesFile);
    const auto bytes = std::as_bytes(std::span(file));
    const auto damaged = [] {
        return InputError(kingJamesFile.string() + ": not the file of Debian's package " +
                          kingJamesPackage + ".");
    };
    const auto number = [&](std::size_t at) {
        if (at + 4 > bytes.size())
            throw damaged();
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
        return static_cast<std::size_t>(value);
    };
    constexpr std::size_t countPlace = 88, windowSize = 1 << 16;
    if (!file.starts_with("EC02Compressed Data File"))
        throw damaged();
    const std::size_t windows = number(countPlace);
    std::string text;
    for (std::size_t w = 0; w < windows && text.size() < mostBytes; ++w) {
        const std::size_t begin = number(countPlace + 4 + 4 * w);
        const std::size_t end = w + 1 < windows ? number(countPlace + 8 + 4 * w) : bytes.size();
        if (begin > end || end > bytes.size())
            throw damaged();
        text += expandLzw(bytes.subspan(begin, end - begin), windowSize, kingJamesFile.string());
    }
    return text.substr(0, text.find('\n') + 1).starts_with("Holy Bible")
               ? text.substr(text.find('\n') + 1)
               : text;
}

/// Cuts at most `most` bytes, not inside of a character.
void shorten(std::string& text, std::size_t most) {
    if (text.size() <= most)
        return;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80)
        --most;
    text.resize(most);
}

/// Says which package a text takes.
InputError missing(std::string_view id, std::string_view package) {
    return InputError(fmt::format("The text '{}' is not installed; it is in Debian's package {} "
                                  "(apt-get install {}).",
                                  id, package, package));
}

} // namespace

std::string kingJamesText(std::size_t mostBytes) {
    if (!kingJamesInstalled())
        throw missing("king-james", kingJamesPackage);
    std::string text = kingJames(mostBytes);
    shorten(text, mostBytes);
    return text;
}

std::string plainManualPage(std::string_view roff) {
    std::string plain;
    const auto addLine = [&](std::string_view line) {
        const std::size_t before = plain.size();
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (line[i] != '\\') {
                plain.push_back(line[i]);
                continue;
            }
            if (++i >= line.size())
                break;
            const char kind = line[i];
            if (kind == '"' || kind == '#') // a comment
                break;
            if (kind == 'f' || kind == '*' || kind == 's' || kind == '(') {
                // A font, string, size or character by one, two or bracketed letters.
                std::size_t skip = kind == '(' ? 2 : 1;
                if (kind != '(' && i + 1 < line.size()) {
                    if (line[i + 1] == '(')
                        skip = 3;
                    else if (line[i + 1] == '[')
                        skip = std::min(line.find(']', i), line.size() - 1) - i;
                    else if (line[i + 1] == '-' || line[i + 1] == '+')
                        skip = 2;
                }
                i += skip;
            } else if (kind == '[') {
                i = std::min(line.find(']', i), line.size() - 1);
            } else if (kind == 'e' || kind == '\\') {
                plain.push_back('\\');
            } else if (kind == '-' || kind == '.' || kind == '\'' || kind == '`') {
                plain.push_back(kind);
            } else if (kind == ' ' || kind == '~' || kind == '0') {
                plain.push_back(' ');
            } // others, as \& or \/, show nothing
        }
        if (plain.size() > before)
            plain.push_back('\n');
    };
    while (!roff.empty()) {
        std::string_view line = roff.substr(0, roff.find('\n'));
        roff.remove_prefix(std::min(line.size() + 1, roff.size()));
        if (!line.starts_with('.') && !line.starts_with('\'')) {
            addLine(line);
            continue;
        }
        // A request or macro: of headings and fonts, the words; of others nothing.
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::string_view name = line.substr(1, space - 1);
        constexpr std::array<std::string_view, 14> words = {
            "SH", "SS", "B", "I", "BR", "BI", "IB", "IR", "RB", "RI", "SM", "IP", "Sh", "Nd"};
        if (std::find(words.begin(), words.end(), name) == words.end())
            continue;
        std::string arguments(line.substr(std::min(space + 1, line.size())));
        if (name == "IP") // what follows the tag is its indentation
            arguments.resize(std::min(arguments.find(' '), arguments.size()));
        std::erase(arguments, '"');
        addLine(arguments);
    }
    return plain;
}

std::vector<ReadyText> readyTexts() {
    std::vector<ReadyText> texts = {
        {"king-james", "King James Bible", kingJamesPackage, kingJamesInstalled()}};
    for (const Language& language : languages)
        texts.push_back({language.id, language.title, language.package, installed(language)});
    return texts;
}

TextDataset readyText(std::string_view id, TextUnit unit, std::size_t mostBytes) {
    const auto texts = readyTexts();
    const auto found = std::find_if(texts.begin(), texts.end(),
                                    [&](const ReadyText& text) { return text.id == id; });
    if (found == texts.end()) {
        std::string known;
        for (const ReadyText& text : texts)
            known += (known.empty() ? "" : ", ") + text.id;
        throw InputError(fmt::format("There is no text '{}'; known are {}.", id, known));
    }
    if (!found->installed)
        throw missing(id, found->package);
    if (id == "king-james")
        return makeText(kingJamesText(mostBytes), unit,
                        fmt::format("the King James Bible of Debian's {}", kingJamesPackage));
    const auto& language = *std::find_if(languages.begin(), languages.end(),
                                         [&](const Language& each) { return each.id == id; });
    std::string text;
    std::size_t pages = 0;
    for (const char* section : sections) {
        if (text.size() >= mostBytes)
            break;
        std::vector<fs::path> files;
        forPages(language, section, [&](const fs::path& file) {
            files.push_back(file);
            return true;
        });
        std::sort(files.begin(), files.end());
        for (const fs::path& file : files) {
            if (text.size() >= mostBytes)
                break;
            const std::string page = plainManualPage(content(file));
            if (!isUtf8(page))
                continue;
            text += page;
            ++pages;
        }
    }
    shorten(text, mostBytes);
    return makeText(text, unit, fmt::format("{} manual pages in {}", pages, language.folder));
}

} // namespace convergence
