#include "app/report/picture_themes.h"

#include <map>

#include <fmt/format.h>

namespace convergence {

namespace {

constexpr std::size_t colorLength = 7; ///< "#1b1f24"

bool isHexDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/// Whether a color stands there by itself.
bool isColor(std::string_view text, std::size_t at) {
    if (at + colorLength > text.size() || text[at] != '#')
        return false;
    for (std::size_t i = 1; i < colorLength; ++i)
        if (!isHexDigit(text[at + i]))
            return false;
    return at + colorLength == text.size() || !isHexDigit(text[at + colorLength]);
}

/// Dark colors by the light ones in whose place they stand; none where that is no function, or
/// where anything else differs.
std::optional<std::map<std::string, std::string>> replacements(std::string_view light,
                                                               std::string_view dark) {
    std::map<std::string, std::string> colors;
    if (light.size() != dark.size())
        return std::nullopt;
    for (std::size_t i = 0; i < light.size();) {
        if (!isColor(light, i) || !isColor(dark, i)) {
            if (light[i] != dark[i])
                return std::nullopt;
            ++i;
            continue;
        }
        std::string from(light.substr(i, colorLength)), to(dark.substr(i, colorLength));
        const auto [entry, isNew] = colors.emplace(std::move(from), to);
        if (!isNew && entry->second != to)
            return std::nullopt;
        i += colorLength;
    }
    return colors;
}

} // namespace

std::optional<std::string> forBothThemes(std::string_view light, std::string_view dark) {
    const auto colors = replacements(light, dark);
    const std::size_t root = light.find("<svg");
    const std::size_t end = light.find('>', root);
    if (!colors || root == std::string_view::npos || end == std::string_view::npos)
        return std::nullopt;
    std::string rules;
    for (const auto& [from, to] : *colors)
        if (from != to)
            for (const char* property : {"fill", "stroke", "stop-color"})
                rules += fmt::format("[{0}=\"{1}\"] {{ {0}: {2}; }}\n", property, from, to);
    const std::string style = fmt::format(
        "\n<style>\n@media screen and (prefers-color-scheme: dark) {{\n{}}}\n</style>", rules);
    return std::string(light.substr(0, end + 1)) + style + std::string(light.substr(end + 1));
}

} // namespace convergence
