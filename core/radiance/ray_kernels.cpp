#include "core/radiance/ray_kernels.h"

namespace convergence::radiance {

namespace {

bool hasAvx512() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}

} // namespace

template <>
const RayKernels<float>& rayKernels() {
    static const RayKernels<float> chosen =
        hasAvx512() ? avx512::floatKernels() : baseline::floatKernels();
    return chosen;
}

template <>
const RayKernels<double>& rayKernels() {
    static const RayKernels<double> chosen =
        hasAvx512() ? avx512::doubleKernels() : baseline::doubleKernels();
    return chosen;
}

} // namespace convergence::radiance
