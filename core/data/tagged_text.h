#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace convergence {

/// Sentences of words with tags (parts of speech), numbered in order of first appearance.
struct TaggedText {
    struct Token {
        std::uint32_t word = 0; ///< index into words
        std::uint32_t tag = 0;  ///< index into tags
        friend bool operator==(const Token&, const Token&) = default;
    };
    std::vector<std::string> words; ///< as written, in UTF-8
    std::vector<std::string> tags;
    std::vector<Token> tokens;             ///< of all sentences, one after another
    std::vector<std::size_t> begins = {0}; ///< of each sentence in tokens, and the end of the last
    std::string source;                    ///< one sentence on where it came from

    [[nodiscard]] std::size_t sentences() const { return begins.size() - 1; }
    /// i < sentences().
    [[nodiscard]] std::span<const Token> sentence(std::size_t i) const {
        return std::span(tokens).subspan(begins[i], begins[i + 1] - begins[i]);
    }
};

enum class TaggedFormat {
    /// One sentence a line, words between blanks, each word/TAG: the last slash separates. Empty
    /// lines are skipped.
    wordSlashTag,
    /// CoNLL-U (universaldependencies.org/format): a token a line in ten columns between tabs, an
    /// empty line after each sentence, comments behind #. Words are FORM; lines of several words
    /// ("3-4") and of empty nodes ("5.1") are skipped, as those of their words are there too.
    conllU,
};

/// Which column of CoNLL-U is the tag: universal (4th) or of the language (5th).
enum class ConllTag { universal, language };

struct TaggedReading {
    TaggedFormat format = TaggedFormat::wordSlashTag;
    ConllTag tag = ConllTag::universal;
};

/// Reads a plain or gzip-compressed file of up to 256 MB. Throws InputError naming the file, the
/// line and what was expected: for a token without word or tag, text that is not UTF-8, a line of
/// CoNLL-U without ten columns or whose number does not follow the one before, a tag that is not
/// given ("_"), more than 1000 different tags, or no sentence at all.
TaggedText readTaggedText(const std::filesystem::path& file, const TaggedReading& reading);

/// The same from memory; `name` stands for the file in messages.
TaggedText parseTaggedText(std::string_view text, const std::string& name,
                           const TaggedReading& reading);

} // namespace convergence
