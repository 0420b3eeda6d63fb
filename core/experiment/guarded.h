#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "core/error.h"

namespace convergence {

/// Every way into plugin code goes through troubleIn() or throwingInputErrors(): whatever it
/// throws, also what is no std::exception, becomes one sentence, and what it was called for alone
/// suffers.

/// What the present catch block has caught, for the end of a sentence and without its period: the
/// message of an exception, else that `what` ("step()") threw something else. Only within a catch
/// block.
std::string caughtInWords(std::string_view what);

/// Calls; says what was thrown, as caughtInWords(). Empty: nothing.
template <typename Call>
[[nodiscard]] std::string troubleIn(std::string_view what, Call&& call) {
    try {
        call();
        return {};
    } catch (...) {
        return caughtInWords(what);
    }
}

/// Calls; InputErrors pass, whatever else is thrown goes on as an InputError that begins with
/// `beginning` ("The experiment ellipse cannot be created").
template <typename Call>
std::invoke_result_t<Call> throwingInputErrors(const std::string& beginning, Call&& call) {
    try {
        return call();
    } catch (const InputError&) {
        throw;
    } catch (...) {
        throw InputError(beginning + ": " + caughtInWords("it") + ".");
    }
}

} // namespace convergence
