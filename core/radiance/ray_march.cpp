#include "core/radiance/ray_march.h"

#include <algorithm>
#include <cmath>

namespace convergence::radiance {

template <typename Scalar>
MarchRay<Scalar> marchRay(const BasicField<Scalar>& field, const PassRay& ray, double nearest,
                          double* begin) {
    constexpr double farthest = 1e9; // scenes are bounded: the box ends them
    constexpr double smallest = 1e-6;
    const GridShape& shape = field.shape;
    double enter = -farthest, leave = farthest;
    for (int axis = 0; axis < 3; ++axis) {
        const double d = ray.direction[axis] == 0.0 ? smallest : ray.direction[axis];
        const double a = (shape.box.high[axis] - ray.origin[axis]) / d;
        const double b = (shape.box.low[axis] - ray.origin[axis]) / d;
        enter = std::max(enter, std::min(a, b));
        leave = std::min(leave, std::max(a, b));
    }
    enter = std::clamp(enter, nearest, farthest);
    leave = std::clamp(leave, nearest, farthest);
    const double norm = ray.direction.norm();
    const double distance = field.sampleDistance();
    const double count = std::max(std::ceil((leave - enter) * norm / distance), 1.0);
    if (begin)
        *begin = enter * norm + ray.offset * distance;
    const Eigen::Vector3d unit = ray.direction / norm;
    const Eigen::Vector3d start =
        shape.toGrid(ray.origin + ray.direction * enter + unit * (ray.offset * distance));
    const Eigen::Vector3d next = shape.toGrid(shape.box.low + unit * distance);
    MarchRay<Scalar> march{};
    for (int axis = 0; axis < 3; ++axis) {
        march.start[axis] = static_cast<Scalar>(start[axis]);
        march.step[axis] = static_cast<Scalar>(next[axis]);
    }
    march.count = static_cast<std::int32_t>(count);
    return march;
}

template <typename Scalar>
MarchGrid<Scalar> marchGrid(const BasicField<Scalar>& field) {
    MarchGrid<Scalar> grid{};
    for (std::size_t axis = 0; axis < 3; ++axis)
        grid.size[axis] = field.shape.size[axis];
    grid.density = field.density.data();
    grid.occupied = field.occupancy.words().data();
    grid.activation = field.activation;
    grid.shift = static_cast<Scalar>(field.shift);
    grid.interval = static_cast<Scalar>(field.interval());
    grid.threshold = static_cast<Scalar>(field.threshold);
    return grid;
}

template MarchRay<float> marchRay(const BasicField<float>&, const PassRay&, double, double*);
template MarchRay<double> marchRay(const BasicField<double>&, const PassRay&, double, double*);
template MarchGrid<float> marchGrid(const BasicField<float>&);
template MarchGrid<double> marchGrid(const BasicField<double>&);

} // namespace convergence::radiance
