#include <array>
#include <cstdio>

#include <sys/wait.h>

#include "core/platform/program_output.h"

namespace convergence {

bool forLinesOf(const std::string& command, const std::function<bool(std::string_view)>& take) {
    FILE* output = ::popen(command.c_str(), "r"); // NOLINT(cert-env33-c)
    if (output == nullptr)
        return false;
    std::array<char, 1 << 16> part;
    std::string rest;
    bool isWanted = true;
    while (isWanted) {
        const std::size_t count = std::fread(part.data(), 1, part.size(), output);
        if (count == 0)
            break;
        rest.append(part.data(), count);
        std::size_t begin = 0;
        for (std::size_t end = rest.find('\n'); isWanted && end != std::string::npos;
             end = rest.find('\n', begin)) {
            isWanted = take(std::string_view(rest).substr(begin, end - begin));
            begin = end + 1;
        }
        rest.erase(0, begin);
    }
    if (isWanted && !rest.empty())
        isWanted = take(rest);
    const int status = ::pclose(output); // a program that still writes ends, as nobody reads
    return isWanted && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string quotedForShell(const std::string& text) {
    std::string quoted = "'";
    for (const char letter : text)
        quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return quoted + "'";
}

} // namespace convergence
