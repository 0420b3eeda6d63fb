#include "core/radiance/nerf_code.h"

namespace convergence::radiance {

template class BasicNerf<float>;

} // namespace convergence::radiance
