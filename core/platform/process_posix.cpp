#include <csignal>

#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "core/platform/process.h"

namespace convergence {

void endWithParent() {
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

bool standardErrorIsTerminal() {
    return ::isatty(STDERR_FILENO) != 0;
}

} // namespace convergence
