#include <cstdio>

#include <io.h>

#include "core/platform/process.h"

namespace convergence {

void endWithParent() {}

bool standardErrorIsTerminal() {
    return ::_isatty(::_fileno(stderr)) != 0;
}

} // namespace convergence
