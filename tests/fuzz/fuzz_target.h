#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/error.h"

/// Called with arbitrary bytes; what it does not survive, the fuzzer reports.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace convergence::fuzz {

inline std::string_view textOf(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Ends the program, which the fuzzer takes for a finding.
[[noreturn]] inline void fail(const std::string& what) {
    std::fprintf(stderr, "%s\n", what.c_str());
    std::abort();
}

/// A reader may refuse its input with an InputError and nothing else; the sentence has to end.
/// Returns whether it read.
template <typename Read>
bool survives(Read&& read) {
    try {
        read();
        return true;
    } catch (const InputError& error) {
        const std::string_view sentence = error.what();
        if (!sentence.ends_with('.') && !sentence.ends_with('?'))
            fail(std::string("The sentence has no end: ") + error.what());
        return false;
    } catch (const std::exception& error) {
        fail(std::string("An exception that is no InputError: ") + error.what());
    }
}

} // namespace convergence::fuzz
