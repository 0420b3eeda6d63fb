#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

namespace convergence {

/// A number and nothing else: decimal or scientific, a plus sign allowed, also nan and inf. Empty
/// if the text is none, or beyond what the type can hold.
template <typename Number>
std::optional<Number> numberOf(std::string_view text) {
    if (text.size() > 1 && text[0] == '+' && text[1] != '-')
        text.remove_prefix(1);
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return {};
    return value;
}

/// Takes a text apart from front to back: words between blanks, or whole lines.
class TextTokens {
public:
    explicit TextTokens(std::string_view text) : rest_(text) {}

    /// The next word, across line ends; empty at the end of the text.
    std::string_view word() {
        constexpr std::string_view blanks = " \t\r\n\v\f";
        rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
        return take(std::min(rest_.find_first_of(blanks), rest_.size()));
    }
    /// The rest of the line, without its end (LF or CRLF); empty also at the end of the text.
    std::string_view line() {
        const std::size_t end = rest_.find('\n');
        std::string_view text = take(std::min(end, rest_.size()));
        if (end != std::string_view::npos)
            rest_.remove_prefix(1);
        if (text.ends_with('\r'))
            text.remove_suffix(1);
        return text;
    }
    [[nodiscard]] std::string_view rest() const { return rest_; }
    [[nodiscard]] bool atEnd() const { return rest_.empty(); }

private:
    std::string_view take(std::size_t size) {
        const std::string_view text = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return text;
    }
    std::string_view rest_;
};

} // namespace convergence
