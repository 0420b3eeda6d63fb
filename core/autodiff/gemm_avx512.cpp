#include "core/autodiff/gemm_kernel.h"

namespace convergence::autodiff {

TileKernels<float> tileKernelsAvx512Float() {
    return tileKernels<float, 64, 8>();
}
TileKernels<double> tileKernelsAvx512Double() {
    return tileKernels<double, 64, 8>();
}

} // namespace convergence::autodiff
