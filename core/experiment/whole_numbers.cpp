#include "core/experiment/whole_numbers.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

void requireWholeNumbers(const ParameterValues& values, std::string_view name) {
    for (const double number : values.numbers(name))
        if (number != std::floor(number))
            throw InputError(fmt::format(
                "Parameter '{}': {} is not accepted, expected whole numbers.", name, number));
}

} // namespace convergence
