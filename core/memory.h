#pragma once

#include <string_view>

/// The one place that decides how much of the machine's memory may be taken. What a run then does
/// never depends on it: a run is refused before it begins, or has what its values ask for.
namespace convergence {

/// Throws InputError unless so many bytes can be had with a tenth of what is available left for the
/// rest of the machine: "{what} needs {} of memory, but only {} are available; {remedy}." Where
/// nobody knows what is available, everything fits.
void requireMemory(double bytes, std::string_view what, std::string_view remedy);

/// How many processes of so many bytes each may run at once: at least one, at most `most`, leaving
/// a fifth of what is available to the rest of the machine.
int processesThatFit(double bytesEach, int most);

} // namespace convergence
