#include "widgets/volume/volume_data.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkFlyingEdges3D.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>

#include "widgets/charts/color_maps.h"

namespace convergence {

namespace {

using Color = std::array<std::uint8_t, 3>;

/// The color map as 256 colors.
const std::array<Color, 256>& mapColors() {
    static const std::array<Color, 256> colors = [] {
        std::array<Color, 256> table{};
        for (std::size_t i = 0; i < table.size(); ++i) {
            const QColor color = sequentialColor(double(i) / 255.0);
            table[i] = {std::uint8_t(color.red()), std::uint8_t(color.green()),
                        std::uint8_t(color.blue())};
        }
        return table;
    }();
    return colors;
}

std::uint8_t byteOf(double share) {
    // Not a number compares false.
    return share > 0.0 ? std::uint8_t(std::lround(255.0 * std::min(share, 1.0))) : 0;
}

/// Blocks of `factor`³ points of a frame become one point.
struct Blocks {
    std::array<std::size_t, 3> fine{}, coarse{};
    std::size_t factor = 1;

    Blocks(const VolumeFrame& frame, std::size_t mostPoints) : fine(frame.size) {
        const auto count = [&](std::size_t by) {
            std::size_t points = 1;
            for (const std::size_t edge : fine)
                points *= (edge + by - 1) / by;
            return points;
        };
        while (count(factor) > std::max<std::size_t>(mostPoints, 8))
            ++factor;
        for (int axis = 0; axis < 3; ++axis)
            coarse[std::size_t(axis)] = (fine[std::size_t(axis)] + factor - 1) / factor;
    }
    [[nodiscard]] std::size_t count() const { return coarse[0] * coarse[1] * coarse[2]; }
    [[nodiscard]] Eigen::Vector3d fineSpacing(const VolumeFrame& frame) const {
        Eigen::Vector3d spacing;
        for (int a = 0; a < 3; ++a)
            spacing[a] = (frame.high[std::size_t(a)] - frame.low[std::size_t(a)]) /
                         double(fine[std::size_t(a)] - 1);
        return spacing;
    }
    /// Of the first coarse point: the middle of its block.
    [[nodiscard]] Eigen::Vector3d origin(const VolumeFrame& frame) const {
        return Eigen::Vector3d(frame.low.data()) + 0.5 * double(factor - 1) * fineSpacing(frame);
    }

    /// Calls visit(coarse index with x fastest, first fine point) for all blocks.
    template <typename Visit>
    void each(const Visit& visit) const {
        for (std::size_t x = 0; x < coarse[0]; ++x)
            for (std::size_t y = 0; y < coarse[1]; ++y)
                for (std::size_t z = 0; z < coarse[2]; ++z)
                    visit((z * coarse[1] + y) * coarse[0] + x,
                          std::array{x * factor, y * factor, z * factor});
    }
    /// Calls visit(fine index with z fastest) for the points of a block.
    template <typename Visit>
    void eachIn(const std::array<std::size_t, 3>& first, const Visit& visit) const {
        for (std::size_t x = first[0]; x < std::min(first[0] + factor, fine[0]); ++x)
            for (std::size_t y = first[1]; y < std::min(first[1] + factor, fine[1]); ++y)
                for (std::size_t z = first[2]; z < std::min(first[2] + factor, fine[2]); ++z)
                    visit((x * fine[1] + y) * fine[2] + z);
    }
};

/// Colors of nearly empty points: the mean of the neighbours that are not, weighted by share.
void spreadColors(VolumeGrid& grid) {
    constexpr std::uint8_t nearlyNothing = 8;
    const std::vector<std::uint8_t> before = grid.rgba;
    const std::array<std::ptrdiff_t, 3> step = {4, 4 * std::ptrdiff_t(grid.size[0]),
                                                4 * std::ptrdiff_t(grid.size[0]) *
                                                    std::ptrdiff_t(grid.size[1])};
    std::ptrdiff_t at = 0;
    for (int z = 0; z < grid.size[2]; ++z)
        for (int y = 0; y < grid.size[1]; ++y)
            for (int x = 0; x < grid.size[0]; ++x, at += 4) {
                if (before[std::size_t(at) + 3] >= nearlyNothing)
                    continue;
                std::array<unsigned, 3> sum{};
                unsigned weights = 0;
                const std::array<int, 3> place = {x, y, z};
                for (std::size_t axis = 0; axis < 3; ++axis)
                    for (const int side : {-1, 1}) {
                        const int next = place[axis] + side;
                        if (next < 0 || next >= grid.size[axis])
                            continue;
                        const std::uint8_t* color = &before[std::size_t(at + side * step[axis])];
                        if (color[3] < nearlyNothing)
                            continue;
                        for (std::size_t c = 0; c < 3; ++c)
                            sum[c] += unsigned(color[c]) * color[3];
                        weights += color[3];
                    }
                for (std::size_t c = 0; c < 3 && weights > 0; ++c)
                    grid.rgba[std::size_t(at) + c] = std::uint8_t(sum[c] / weights);
            }
}

/// The part of the grid that is not empty, with one point around it.
void cut(VolumeGrid& grid) {
    std::array<int, 3> low = grid.size, high{-1, -1, -1};
    std::size_t at = 3;
    for (int z = 0; z < grid.size[2]; ++z)
        for (int y = 0; y < grid.size[1]; ++y)
            for (int x = 0; x < grid.size[0]; ++x, at += 4)
                if (grid.rgba[at] > 0) {
                    const std::array<int, 3> place = {x, y, z};
                    for (std::size_t axis = 0; axis < 3; ++axis) {
                        low[axis] = std::min(low[axis], place[axis]);
                        high[axis] = std::max(high[axis], place[axis]);
                    }
                }
    if (high[0] < 0) {
        grid.size = {};
        grid.rgba.clear();
        return;
    }
    std::array<int, 3> size{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        low[axis] = std::max(low[axis] - 1, 0);
        high[axis] = std::min(high[axis] + 1, grid.size[axis] - 1);
        size[axis] = high[axis] - low[axis] + 1;
        grid.origin[int(axis)] += low[axis] * grid.spacing[int(axis)];
    }
    std::vector<std::uint8_t> part;
    part.reserve(std::size_t(size[0]) * std::size_t(size[1]) * std::size_t(size[2]) * 4);
    for (int z = low[2]; z <= high[2]; ++z)
        for (int y = low[1]; y <= high[1]; ++y) {
            const auto line = grid.rgba.begin() +
                              4 * ((std::ptrdiff_t(z) * grid.size[1] + y) * grid.size[0] + low[0]);
            part.insert(part.end(), line, line + 4 * std::ptrdiff_t(size[0]));
        }
    grid.rgba = std::move(part);
    grid.size = size;
}

/// Color at a place by trilinear interpolation, corners weighted by their opacity.
Color colorAt(const VolumeFrame& frame, const Eigen::Vector3d& point) {
    std::array<std::size_t, 3> first{};
    std::array<double, 3> part{};
    for (std::size_t a = 0; a < 3; ++a) {
        const double u = (point[int(a)] - frame.low[a]) / (frame.high[a] - frame.low[a]) *
                         double(frame.size[a] - 1);
        const double clamped = std::clamp(u, 0.0, double(frame.size[a] - 1));
        first[a] = std::min(std::size_t(clamped), frame.size[a] - 2);
        part[a] = clamped - double(first[a]);
    }
    std::array<double, 3> sum{};
    double weights = 0.0;
    for (std::size_t corner = 0; corner < 8; ++corner) {
        const std::array<std::size_t, 3> side = {corner & 1, (corner >> 1) & 1, corner >> 2};
        const std::size_t at =
            ((first[0] + side[0]) * frame.size[1] + first[1] + side[1]) * frame.size[2] + first[2] +
            side[2];
        double weight = 1e-6 + double(std::max(frame.opacity[at], 0.0F));
        for (std::size_t a = 0; a < 3; ++a)
            weight *= side[a] ? part[a] : 1.0 - part[a];
        for (std::size_t c = 0; c < 3; ++c)
            sum[c] += weight * frame.rgb[3 * at + c];
        weights += weight;
    }
    Color color{};
    for (std::size_t c = 0; c < 3 && weights > 0.0; ++c)
        color[c] = std::uint8_t(std::lround(std::clamp(sum[c] / weights, 0.0, 255.0)));
    return color;
}

} // namespace

bool isComplete(const VolumeFrame& frame) {
    const std::size_t count = frame.size[0] * frame.size[1] * frame.size[2];
    bool fits =
        frame.opacity.size() == count && (frame.rgb.empty() || frame.rgb.size() == 3 * count);
    for (std::size_t axis = 0; axis < 3; ++axis)
        fits = fits && frame.size[axis] >= 2 && frame.low[axis] < frame.high[axis];
    for (const VolumeFrame::Layer& layer : frame.layers)
        fits = fits && layer.values.size() == count;
    return fits;
}

const std::vector<float>& shownValues(const VolumeFrame& frame, const VolumeQuantity& quantity) {
    const bool isLayer = quantity.layer >= 0 && quantity.layer < int(frame.layers.size());
    return isLayer ? frame.layers[std::size_t(quantity.layer)].values : frame.opacity;
}

ValueRange shownRange(const VolumeFrame& frame, const VolumeQuantity& quantity) {
    const std::vector<float>& values = shownValues(frame, quantity);
    if (&values == &frame.opacity)
        return {};
    float low = std::numeric_limits<float>::infinity(), high = -low;
    for (const float value : values)
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    if (!(low <= high))
        return {};
    const double from = std::min(0.0, double(low));
    return {from, high > from ? double(high) : from + 1.0};
}

double largestValue(const VolumeFrame& frame, const VolumeQuantity& quantity) {
    double largest = -std::numeric_limits<double>::infinity();
    for (const float value : shownValues(frame, quantity))
        if (std::isfinite(value))
            largest = std::max(largest, double(value));
    return largest;
}

bool usesOwnColors(const VolumeFrame& frame, const VolumeQuantity& quantity) {
    return quantity.ownColors && !frame.rgb.empty();
}

VolumeGrid volumeGrid(const VolumeFrame& frame, const VolumeQuantity& quantity,
                      std::size_t mostPoints) {
    const std::vector<float>& values = shownValues(frame, quantity);
    const ValueRange range = shownRange(frame, quantity);
    const bool own = usesOwnColors(frame, quantity);
    const Blocks blocks(frame, mostPoints);
    VolumeGrid grid;
    const Eigen::Vector3d fine = blocks.fineSpacing(frame);
    grid.pointDistance = std::cbrt(fine.prod());
    grid.spacing = double(blocks.factor) * fine;
    grid.origin = blocks.origin(frame);
    for (std::size_t axis = 0; axis < 3; ++axis)
        grid.size[axis] = int(blocks.coarse[axis]);
    grid.rgba.resize(4 * blocks.count());
    blocks.each([&](std::size_t to, const std::array<std::size_t, 3>& first) {
        double shares = 0.0, points = 0.0;
        std::array<double, 3> sum{};
        blocks.eachIn(first, [&](std::size_t from) {
            const double share = range.share(double(values[from]));
            const double weight = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0;
            shares += weight;
            points += 1.0;
            for (std::size_t c = 0; own && c < 3; ++c)
                sum[c] += (weight + 1e-6) * frame.rgb[3 * from + c];
        });
        std::uint8_t* pixel = &grid.rgba[4 * to];
        pixel[3] = byteOf(shares / points);
        for (std::size_t c = 0; c < 3; ++c)
            pixel[c] =
                own ? std::uint8_t(sum[c] / (shares + 1e-6 * points)) : mapColors()[pixel[3]][c];
    });
    cut(grid);
    if (own)
        spreadColors(grid);
    return grid;
}

TriangleMesh isosurface(const VolumeFrame& frame, const VolumeQuantity& quantity, double share,
                        std::size_t mostPoints) {
    const std::vector<float>& values = shownValues(frame, quantity);
    const ValueRange range = shownRange(frame, quantity);
    const Blocks blocks(frame, mostPoints);
    vtkNew<vtkFloatArray> means;
    means->SetNumberOfTuples(vtkIdType(blocks.count()));
    float* mean = means->GetPointer(0);
    blocks.each([&](std::size_t to, const std::array<std::size_t, 3>& first) {
        double sum = 0.0, points = 0.0;
        blocks.eachIn(first, [&](std::size_t from) {
            sum += std::isfinite(values[from]) ? double(values[from]) : range.low;
            points += 1.0;
        });
        mean[to] = float(sum / points);
    });
    const Eigen::Vector3d origin = blocks.origin(frame);
    const Eigen::Vector3d spacing = double(blocks.factor) * blocks.fineSpacing(frame);
    vtkNew<vtkImageData> image;
    image->SetDimensions(int(blocks.coarse[0]), int(blocks.coarse[1]), int(blocks.coarse[2]));
    image->SetOrigin(origin.data());
    image->SetSpacing(spacing.data());
    image->GetPointData()->SetScalars(means);
    vtkNew<vtkFlyingEdges3D> edges;
    edges->SetInputData(image);
    edges->SetValue(0, range.value(share));
    edges->ComputeNormalsOn();
    edges->ComputeGradientsOff();
    edges->Update();
    vtkPolyData* surface = edges->GetOutput();

    TriangleMesh mesh;
    const vtkIdType corners = surface->GetNumberOfPoints();
    const vtkDataArray* normals = surface->GetPointData()->GetNormals();
    const bool own = usesOwnColors(frame, quantity);
    const Color& mapped = mapColors()[byteOf(share)];
    mesh.points.reserve(std::size_t(3 * corners));
    for (vtkIdType i = 0; i < corners; ++i) {
        std::array<double, 3> point{}, normal{};
        surface->GetPoint(i, point.data());
        if (normals)
            const_cast<vtkDataArray*>(normals)->GetTuple(i, normal.data());
        const Color color = own ? colorAt(frame, Eigen::Vector3d(point.data())) : mapped;
        for (std::size_t a = 0; a < 3; ++a) {
            mesh.points.push_back(float(point[a]));
            mesh.normals.push_back(float(normal[a]));
            mesh.rgb.push_back(color[a]);
        }
    }
    vtkCellArray* polygons = surface->GetPolys();
    vtkIdType count = 0;
    const vtkIdType* ids = nullptr;
    for (polygons->InitTraversal(); polygons->GetNextCell(count, ids);)
        if (count == 3)
            for (vtkIdType i = 0; i < 3; ++i)
                mesh.triangles.push_back(std::int32_t(ids[i]));
    return mesh;
}

SlicePicture slicePicture(const VolumeFrame& frame, const VolumeQuantity& quantity, int axis,
                          double share, const std::array<std::uint8_t, 3>& backdrop) {
    const std::vector<float>& values = shownValues(frame, quantity);
    const ValueRange range = shownRange(frame, quantity);
    const bool own = usesOwnColors(frame, quantity);
    const auto a = std::size_t(axis), u = std::size_t(axis == 0 ? 1 : 0),
               v = std::size_t(axis == 2 ? 1 : 2);
    const std::array<std::size_t, 3> stride = {frame.size[1] * frame.size[2], frame.size[2], 1};
    const auto plane =
        std::size_t(std::lround(std::clamp(share, 0.0, 1.0) * double(frame.size[a] - 1)));
    SlicePicture picture{int(frame.size[u]), int(frame.size[v]), {}};
    picture.rgb.reserve(3 * frame.size[u] * frame.size[v]);
    for (std::size_t j = 0; j < frame.size[v]; ++j)
        for (std::size_t i = 0; i < frame.size[u]; ++i) {
            const std::size_t at = plane * stride[a] + i * stride[u] + j * stride[v];
            const std::uint8_t byte = byteOf(range.share(double(values[at])));
            for (std::size_t c = 0; c < 3; ++c)
                picture.rgb.push_back(
                    own ? std::uint8_t((frame.rgb[3 * at + c] * byte + backdrop[c] * (255 - byte)) /
                                       255)
                        : mapColors()[byte][c]);
        }
    return picture;
}

} // namespace convergence
