#include "core/language/word_shapes.h"

#include <algorithm>
#include <unordered_map>

#include "core/data/utf8.h"

namespace convergence::language {

namespace {

class Numbers {
public:
    std::uint32_t of(std::string_view name) {
        return numbers_.try_emplace(std::string(name), static_cast<std::uint32_t>(numbers_.size()))
            .first->second;
    }
    [[nodiscard]] std::uint32_t count() const {
        return static_cast<std::uint32_t>(numbers_.size());
    }

private:
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

std::string lowerCase(std::string word) {
    for (char& letter : word)
        if (letter >= 'A' && letter <= 'Z')
            letter = static_cast<char>(letter - 'A' + 'a');
    return word;
}

/// The last letters of a word, as many as it has.
std::string_view lastLetters(std::string_view word, std::size_t letters) {
    constexpr unsigned char continues = 0x80, mask = 0xC0;
    std::size_t begin = word.size();
    while (begin > 0 && letters > 0)
        if ((static_cast<unsigned char>(word[--begin]) & mask) != continues)
            --letters;
    return word.substr(begin);
}

} // namespace

WordShapes::WordShapes(std::span<const std::string> words) {
    Numbers first;
    std::array<Numbers, longestSuffix> last;
    for (const std::string& word : words) {
        isUpper.push_back(!word.empty() && word[0] >= 'A' && word[0] <= 'Z' ? 1 : 0);
        const std::string lower = lowerCase(word);
        firstLetter.push_back(first.of(
            std::string_view(lower).substr(0, std::max<std::size_t>(1, utf8Length(lower)))));
        for (std::size_t length = 1; length <= longestSuffix; ++length)
            suffix[length - 1].push_back(last[length - 1].of(lastLetters(lower, length)));
    }
    firstLetters = first.count();
    for (std::size_t i = 0; i < longestSuffix; ++i)
        suffixes[i] = last[i].count();
}

} // namespace convergence::language
