#include "widgets/charts/csv_text.h"

#include <cmath>

#include <fmt/format.h>

namespace convergence {

std::string csvField(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(text);
    std::string quoted = "\"";
    for (const char letter : text) {
        if (letter == '"')
            quoted += '"';
        quoted += letter;
    }
    return quoted + '"';
}

std::string csvField(double value) {
    return std::isnan(value) ? "" : fmt::format("{}", value);
}

} // namespace convergence
