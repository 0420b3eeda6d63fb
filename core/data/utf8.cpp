#include "core/data/utf8.h"

namespace convergence {

std::size_t utf8Length(std::string_view text) {
    if (text.empty())
        return 0;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (length > 1 && (lead < 0xC2 || lead > 0xF4 || length > text.size()))
        return 0;
    for (std::size_t k = 1; k < length; ++k)
        if ((byte(k) & 0xC0U) != 0x80U)
            return 0;
    const bool isOverlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
    const bool isNoCharacter = (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F);
    return isOverlong || isNoCharacter ? 0 : length;
}

void appendUtf8(std::string& out, std::uint32_t codePoint) {
    const auto push = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    const auto follow = [&](int shift) { push(0x80 | (codePoint >> shift & 0x3F)); };
    if (codePoint < 0x80) {
        push(codePoint);
    } else if (codePoint < 0x800) {
        push(0xC0 | codePoint >> 6);
        follow(0);
    } else if (codePoint < 0x10000) {
        push(0xE0 | codePoint >> 12);
        follow(6);
        follow(0);
    } else {
        push(0xF0 | codePoint >> 18);
        follow(12);
        follow(6);
        follow(0);
    }
}

bool isUtf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8Length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string printable(std::string_view text, std::size_t most) {
    std::string result;
    while (!text.empty()) {
        if (result.size() >= most)
            return result + "…";
        const std::size_t length = utf8Length(text);
        const auto lead = static_cast<unsigned char>(text.front());
        if (length == 0 || lead < 0x20 || lead == 0x7F)
            result += '?';
        else
            result += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return result;
}

} // namespace convergence
