#include "core/math/box_muller_kernel.h"

namespace convergence {

void boxMullerAvx512(const std::uint64_t* words, double* out, long pairs) {
    BoxMuller<8>::fill(words, out, pairs);
}

} // namespace convergence
