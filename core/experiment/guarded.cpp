#include "core/experiment/guarded.h"

#include <exception>
#include <new>

#include <fmt/format.h>

namespace convergence {

std::string caughtInWords(std::string_view what) {
    std::string words;
    try {
        throw;
    } catch (const std::bad_alloc&) {
        words = "the memory does not suffice";
    } catch (const std::exception& error) {
        words = error.what();
    } catch (...) {
        return fmt::format("{} threw something that is not an exception", what);
    }
    while (words.ends_with('.'))
        words.pop_back();
    return words.empty() ? fmt::format("{} threw an exception without a message", what) : words;
}

} // namespace convergence
