#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace convergence {

/// A text as numbers: bytes as they are, or the characters that occur, numbered in order of code
/// point.
struct TextDataset {
    std::vector<std::int32_t> train; ///< the first nine tenths
    std::vector<std::int32_t> test;  ///< the rest
    std::vector<std::string> tokens; ///< what each number stands for, in UTF-8
    std::string source;              ///< one sentence on where it came from

    [[nodiscard]] std::int32_t vocabulary() const {
        return static_cast<std::int32_t>(tokens.size());
    }
    [[nodiscard]] std::string decode(std::span<const std::int32_t> numbers) const;
};

enum class TextUnit { bytes, characters };

/// Reads a plain or gzip-compressed text file. Throws InputError naming the file if it cannot be
/// read, has fewer than 1,000 tokens, or, for characters, is not UTF-8 (with the place).
TextDataset loadText(const std::filesystem::path& file, TextUnit unit = TextUnit::characters);
/// The same from memory; `source` is the name used in messages.
TextDataset makeText(std::string_view text, TextUnit unit, const std::string& source);

/// The words of a file, or of all files of a folder and its subfolders one after another in order
/// of their names, plain or gzip-compressed. Throws InputError naming the path if there is nothing
/// to read.
std::string readTexts(const std::filesystem::path& path);

/// `symbols` characters of sentences of made-up words, some far more frequent than others, in the
/// place of a text that is not there.
std::string inventedText(std::size_t symbols, std::uint64_t seed);

/// Where windows of a text are drawn: depends on seed and step alone.
struct WindowDraw {
    std::size_t length = 1; ///< tokens of a window
    std::uint64_t seed = 0, step = 0;
};
/// Windows and their successors, as many as there is room for: inputs and targets
/// [batch × length] row by row. Throws InputError if the text is not longer than a window.
void drawWindows(std::span<const std::int32_t> text, const WindowDraw& draw,
                 std::span<std::int32_t> inputs, std::span<std::int32_t> targets);

} // namespace convergence
