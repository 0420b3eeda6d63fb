#include "core/radiance/nerf_code.h"

namespace convergence::radiance {

template class BasicNerf<double>;

} // namespace convergence::radiance
