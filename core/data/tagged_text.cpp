#include "core/data/tagged_text.h"

#include <array>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>

#include "core/data/input_file.h"
#include "core/data/text_tokens.h"
#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

namespace {

constexpr std::size_t mostBytes = 256'000'000;
constexpr std::size_t mostTags = 1000;
constexpr std::size_t conllColumns = 10;

/// Numbers names in order of first appearance.
class Names {
public:
    explicit Names(std::vector<std::string>& names) : names_(names) {}
    std::uint32_t numberOf(std::string_view name) {
        const auto [place, isNew] =
            numbers_.try_emplace(std::string(name), static_cast<std::uint32_t>(names_.size()));
        if (isNew)
            names_.emplace_back(name);
        return place->second;
    }

private:
    std::vector<std::string>& names_;
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

class Reader {
public:
    Reader(const std::string& name, const TaggedReading& reading)
        : name_(name), reading_(reading), words_(text_.words), tags_(text_.tags) {}

    TaggedText read(std::string_view content) {
        for (TextTokens lines(content); !lines.atEnd();) {
            const std::string_view line = lines.line();
            ++line_;
            if (!isUtf8(line))
                refuse("is not UTF-8", "text in UTF-8");
            if (reading_.format == TaggedFormat::wordSlashTag)
                readSentence(line);
            else
                readRow(line);
        }
        endSentence();
        if (text_.sentences() == 0)
            throw InputError(fmt::format("The file {} holds no sentence; expected {}.", name_,
                                         reading_.format == TaggedFormat::conllU
                                             ? "rows of ten columns in CoNLL-U"
                                             : "lines of words with their tags, word/TAG"));
        text_.source = fmt::format("{} ({} sentences, {} words)", name_, text_.sentences(),
                                   text_.tokens.size());
        return std::move(text_);
    }

private:
    [[noreturn]] void refuse(const std::string& what, const std::string& expected) const {
        throw InputError(
            fmt::format("The file {}, line {}, {}; expected {}.", name_, line_, what, expected));
    }

    void add(std::string_view word, std::string_view tag) {
        text_.tokens.push_back({words_.numberOf(word), tags_.numberOf(tag)});
        if (text_.tags.size() > mostTags)
            refuse(fmt::format("has with '{}' more than {} different tags", printable(tag, 40),
                               mostTags),
                   fmt::format("at most {}, such as parts of speech", mostTags));
    }

    void endSentence() {
        if (text_.begins.back() < text_.tokens.size())
            text_.begins.push_back(text_.tokens.size());
    }

    void readSentence(std::string_view line) {
        TextTokens parts(line);
        for (std::string_view token = parts.word(); !token.empty(); token = parts.word()) {
            const std::size_t slash = token.rfind('/');
            if (slash == std::string_view::npos || slash == 0 || slash + 1 == token.size())
                refuse(fmt::format("has the token '{}'", printable(token, 40)),
                       "a word and its tag with a slash between them, such as walks/VBZ");
            add(token.substr(0, slash), token.substr(slash + 1));
        }
        endSentence();
    }

    void readRow(std::string_view line) {
        if (line.find_first_not_of(" \t") == std::string_view::npos) {
            endSentence();
            lastNumber_ = 0;
            return;
        }
        if (line.starts_with('#'))
            return;
        std::array<std::string_view, conllColumns> cells;
        std::size_t count = 1;
        for (std::string_view rest = line;; ++count) {
            const std::size_t tab = rest.find('\t');
            if (count <= conllColumns)
                cells[count - 1] = rest.substr(0, tab);
            if (tab == std::string_view::npos)
                break;
            rest.remove_prefix(tab + 1);
        }
        if (count != conllColumns)
            refuse(fmt::format("has {} columns", count),
                   fmt::format("the {} of CoNLL-U, with tabs between them", conllColumns));
        if (isSpanOrEmptyNode(cells[0]))
            return;
        const auto number = numberOf<std::uint32_t>(cells[0]);
        if (!number || *number != lastNumber_ + 1)
            refuse(fmt::format("has the number '{}'", printable(cells[0], 40)),
                   fmt::format("{}, the next word of the sentence", lastNumber_ + 1));
        lastNumber_ = *number;
        const bool universal = reading_.tag == ConllTag::universal;
        const std::string_view tag = cells[universal ? 3 : 4];
        if (tag.empty() || tag == "_")
            refuse(fmt::format("has no {} tag for '{}'", universal ? "universal" : "language's",
                               printable(cells[1], 40)),
                   fmt::format("one in column {}, or choose the other column of tags",
                               universal ? 4 : 5));
        if (cells[1].empty())
            refuse("has an empty word", "the word as written in column 2");
        add(cells[1], tag);
    }

    /// "3-4" or "5.1".
    static bool isSpanOrEmptyNode(std::string_view cell) {
        const std::size_t sign = cell.find_first_of("-.");
        return sign != std::string_view::npos && numberOf<std::uint32_t>(cell.substr(0, sign)) &&
               numberOf<std::uint32_t>(cell.substr(sign + 1));
    }

    const std::string& name_;
    TaggedReading reading_;
    TaggedText text_;
    Names words_, tags_;
    std::size_t line_ = 0;
    std::uint32_t lastNumber_ = 0; ///< of the sentence's last word
};

} // namespace

TaggedText parseTaggedText(std::string_view text, const std::string& name,
                           const TaggedReading& reading) {
    return Reader(name, reading).read(text);
}

TaggedText readTaggedText(const std::filesystem::path& file, const TaggedReading& reading) {
    return parseTaggedText(readContent(file, mostBytes, "tagged text of at most 256 MB"),
                           file.string(), reading);
}

} // namespace convergence
