#include "core/autodiff/gemm_kernel.h"

namespace convergence::autodiff {

TileKernels<float> tileKernelsAvx2Float() {
    return tileKernels<float, 32, 6>();
}
TileKernels<double> tileKernelsAvx2Double() {
    return tileKernels<double, 32, 6>();
}

} // namespace convergence::autodiff
