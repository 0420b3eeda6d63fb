// The ray kernels of one instruction set, which the includer names by KERNEL_NAMESPACE and
// KERNEL_TILE_ROWS × KERNEL_TILE_VECTORS (accumulators of a product). Included once for each; what
// it includes stands in that namespace, and in no other file.

#include "core/radiance/kernels/adam.h"
#include "core/radiance/kernels/color_network.h"
#include "core/radiance/kernels/features.h"
#include "core/radiance/kernels/marching.h"
#include "core/radiance/kernels/scattering.h"

namespace convergence::radiance::KERNEL_NAMESPACE {

namespace {

template <typename Scalar>
constexpr RayKernels<Scalar> kernelTable{
    march<Scalar>,   meetsOccupied<Scalar>, addWeights<Scalar>,  gather<Scalar>,
    sigmoid<Scalar>, multiply<Scalar>,      outputLayer<Scalar>, outputGradient<Scalar>,
    addRows<Scalar>, scatter<Scalar>,       chain<Scalar>,       adam<Scalar>};

} // namespace

RayKernels<float> floatKernels() {
    return kernelTable<float>;
}
RayKernels<double> doubleKernels() {
    return kernelTable<double>;
}

} // namespace convergence::radiance::KERNEL_NAMESPACE
