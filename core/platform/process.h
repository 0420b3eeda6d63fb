#pragma once

#include <atomic>

/// What this process asks of the system it runs on. The files of this folder are the only ones that
/// include a system's own headers; everything else is C++, Qt or VTK.
namespace convergence {

/// Has Ctrl-C and a request to terminate set the flag, which must outlive everything else; a second
/// one ends the program.
void setOnInterrupt(std::atomic<bool>& flag);

/// Ends this process when the one that started it ends, however that does. A promise on Linux; what
/// must hold elsewhere may not rely on it.
void endWithParent();

/// Whether standard error is a terminal, on which a line can be redrawn.
[[nodiscard]] bool standardErrorIsTerminal();

} // namespace convergence
