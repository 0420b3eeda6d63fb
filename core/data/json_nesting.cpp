#include "core/data/json_nesting.h"

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

void requireShallowJson(std::string_view text, const std::string& source) {
    int depth = 0;
    bool inText = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inText) {
            inText = c != '"';
            i += c == '\\' ? 1 : 0; // what is escaped is not looked at
        } else if (c == '"') {
            inText = true;
        } else if (c == '[' || c == '{') {
            if (++depth > deepestJson)
                throw InputError(fmt::format("{} nests lists and objects deeper than {} levels, "
                                             "which is not accepted.",
                                             source, deepestJson));
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
}

} // namespace convergence
