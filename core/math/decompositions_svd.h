#pragma once

#include <Eigen/SVD>

// What takes longest to compile, each part in a source of its own (decompositions_svd_*.cpp).
// That members are private does not matter to an instantiation.

namespace Eigen {

using SvdIndices = Ref<Array<Index, 1, Dynamic>>;
template <typename Scalar>
using SvdNumbers = Ref<Array<Scalar, Dynamic, 1>>;
template <typename Scalar>
using SvdMatrix = Matrix<Scalar, Dynamic, Dynamic>;
template <typename Scalar>
using SvdVector = Matrix<Scalar, Dynamic, 1>;
template <typename Scalar>
using SvdPart = Block<SvdMatrix<Scalar>, Dynamic, Dynamic>;

/// From a matrix to its bidiagonal form and back.
#define CONVERGENCE_SVD_WHOLE(PREFIX, Scalar)                                                      \
    PREFIX template BDCSVD<SvdMatrix<Scalar>>& BDCSVD<SvdMatrix<Scalar>>::compute(                 \
        const SvdMatrix<Scalar>&, unsigned);                                                       \
    PREFIX template void BDCSVD<SvdMatrix<Scalar>>::allocate(Index, Index, unsigned);

/// Divide and conquer on the bidiagonal form.
#define CONVERGENCE_SVD_DIVIDE(PREFIX, Scalar)                                                     \
    PREFIX template void BDCSVD<SvdMatrix<Scalar>>::divide(Index, Index, Index, Index, Index);     \
    PREFIX template void BDCSVD<SvdMatrix<Scalar>>::structured_update(                             \
        SvdPart<Scalar>, const SvdMatrix<Scalar>&, Index);                                         \
    PREFIX template void BDCSVD<SvdMatrix<Scalar>>::computeSVDofM(                                 \
        Index, Index, SvdMatrix<Scalar>&, SvdVector<Scalar>&, SvdMatrix<Scalar>&);                 \
    PREFIX template void BDCSVD<SvdMatrix<Scalar>>::computeSingVals(                               \
        const SvdNumbers<Scalar>&, const SvdNumbers<Scalar>&, const SvdIndices&,                   \
        SvdVector<Scalar>&, SvdNumbers<Scalar>, SvdNumbers<Scalar>);                               \
    PREFIX template void BDCSVD<SvdMatrix<Scalar>>::perturbCol0(                                   \
        const SvdNumbers<Scalar>&, const SvdNumbers<Scalar>&, const SvdIndices&,                   \
        const SvdVector<Scalar>&, const SvdNumbers<Scalar>&, const SvdNumbers<Scalar>&,            \
        SvdNumbers<Scalar>);                                                                       \
    PREFIX template void BDCSVD<SvdMatrix<Scalar>>::computeSingVecs(                               \
        const SvdNumbers<Scalar>&, const SvdNumbers<Scalar>&, const SvdIndices&,                   \
        const SvdVector<Scalar>&, const SvdNumbers<Scalar>&, const SvdNumbers<Scalar>&,            \
        SvdMatrix<Scalar>&, SvdMatrix<Scalar>&);                                                   \
    PREFIX template void BDCSVD<SvdMatrix<Scalar>>::deflation43(Index, Index, Index, Index);       \
    PREFIX template void BDCSVD<SvdMatrix<Scalar>>::deflation44(Index, Index, Index, Index, Index, \
                                                                Index, Index);                     \
    PREFIX template void BDCSVD<SvdMatrix<Scalar>>::deflation(Index, Index, Index, Index, Index,   \
                                                              Index);                              \
    PREFIX template Scalar BDCSVD<SvdMatrix<Scalar>>::secularEq(                                   \
        Scalar, const SvdNumbers<Scalar>&, const SvdNumbers<Scalar>&, const SvdIndices&,           \
        const SvdNumbers<Scalar>&, Scalar);

CONVERGENCE_SVD_WHOLE(extern, float)
CONVERGENCE_SVD_WHOLE(extern, double)
CONVERGENCE_SVD_DIVIDE(extern, float)
CONVERGENCE_SVD_DIVIDE(extern, double)
extern template class JacobiSVD<MatrixXf>;
extern template class JacobiSVD<MatrixXd>;

} // namespace Eigen
