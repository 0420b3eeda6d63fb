#pragma once

#include <stdexcept>
#include <string>

namespace convergence {

/// Input that cannot be accepted. what() is one sentence that names the parameter or file, the
/// value, and what would be accepted; it is shown to people as it stands.
class InputError : public std::runtime_error {
public:
    explicit InputError(const std::string& sentence) : std::runtime_error(sentence) {}
};

/// A computation that cannot go on (a solver that diverged, a matrix that is singular). what() is
/// one sentence that says what happened and where.
class NumericalError : public std::runtime_error {
public:
    explicit NumericalError(const std::string& sentence) : std::runtime_error(sentence) {}
};

} // namespace convergence
