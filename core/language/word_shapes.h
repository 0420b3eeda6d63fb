#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace convergence::language {

/// How words look, as numbers: taggers guess by it the tags of words that they have not read.
/// Letters are code points; those of ASCII are taken in lower case, but for whether the first of a
/// word is upper.
struct WordShapes {
    static constexpr std::size_t longestSuffix = 3;

    explicit WordShapes(std::span<const std::string> words);

    std::vector<std::uint8_t> isUpper;      ///< of each word: 1 if it begins with A–Z
    std::vector<std::uint32_t> firstLetter; ///< numbered in order of appearance
    /// The last 1, 2 and 3 letters, numbered so too; of a shorter word the whole of it.
    std::array<std::vector<std::uint32_t>, longestSuffix> suffix;
    std::uint32_t firstLetters = 0;                      ///< how many there are
    std::array<std::uint32_t, longestSuffix> suffixes{}; ///< so too
};

} // namespace convergence::language
