#pragma once

#include "app/report/report.h"

namespace convergence {

/// Processor, cores and system of this machine; neither its name nor its people's.
Machine thisMachine();

/// Today, "2026-11-29", UTC.
std::string today();

} // namespace convergence
