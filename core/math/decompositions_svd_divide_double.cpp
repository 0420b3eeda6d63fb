#include "core/math/decompositions_svd.h"

// Divide and conquer on the bidiagonal form: all members but those of
// decompositions_svd_whole_double.cpp. That they are private does not matter here.

namespace {

using Eigen::Index;
using Scalar = double;
using Reals = Eigen::MatrixX<Scalar>;
using Values = Eigen::VectorX<Scalar>;
using Numbers = Eigen::Ref<Eigen::ArrayX<Scalar>>;
using Indices = Eigen::Ref<Eigen::Array<Index, 1, Eigen::Dynamic>>;
using Part = Eigen::Block<Reals, Eigen::Dynamic, Eigen::Dynamic>;

} // namespace

namespace Eigen {

template void BDCSVD<Reals>::divide(Index, Index, Index, Index, Index);
template void BDCSVD<Reals>::structured_update(Part, const Reals&, Index);
template void BDCSVD<Reals>::computeSVDofM(Index, Index, Reals&, Values&, Reals&);
template void BDCSVD<Reals>::computeSingVals(const Numbers&, const Numbers&, const Indices&,
                                             Values&, Numbers, Numbers);
template void BDCSVD<Reals>::perturbCol0(const Numbers&, const Numbers&, const Indices&,
                                         const Values&, const Numbers&, const Numbers&, Numbers);
template void BDCSVD<Reals>::computeSingVecs(const Numbers&, const Numbers&, const Indices&,
                                             const Values&, const Numbers&, const Numbers&, Reals&,
                                             Reals&);
template void BDCSVD<Reals>::deflation43(Index, Index, Index, Index);
template void BDCSVD<Reals>::deflation44(Index, Index, Index, Index, Index, Index, Index);
template void BDCSVD<Reals>::deflation(Index, Index, Index, Index, Index, Index);
template Scalar BDCSVD<Reals>::secularEq(Scalar, const Numbers&, const Numbers&, const Indices&,
                                         const Numbers&, Scalar);

} // namespace Eigen
