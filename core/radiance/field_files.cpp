#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/data/input_file.h"
#include "core/data/json_nesting.h"
#include "core/data/npy.h"
#include "core/data/output_file.h"
#include "core/error.h"
#include "core/radiance/field.h"

namespace convergence::radiance {

namespace {

using Json = nlohmann::ordered_json;
constexpr std::array<const char*, 4> activationNames{"post", "in", "pre", "nearest"};
constexpr const char* format = "convergence-lab radiance field 1";

/// Where the parameters that are not padding lie, in the order of the file.
std::vector<std::size_t> networkOrder(const ColorNetwork<float>& network) {
    std::vector<std::size_t> order;
    const auto add = [&](std::size_t offset, int rows, int columns, int stride) {
        for (int i = 0; i < rows; ++i)
            for (int j = 0; j < columns; ++j)
                order.push_back(offset + static_cast<std::size_t>(i * stride + j));
    };
    const auto at = network.layout();
    const int width = network.width, padded = network.paddedWidth;
    add(0, network.sampleInputs + ColorOptions::viewNumbers, width, padded);
    add(at.bias1, 1, width, padded);
    add(at.hiddenWeights, width, width, padded);
    add(at.bias2, 1, width, padded);
    add(at.outputWeights, width, 3, 4);
    add(at.bias3, 1, 3, 4);
    return order;
}

std::array<std::size_t, 4> arrayShape(const Field& field) {
    return {static_cast<std::size_t>(field.shape.size[0]),
            static_cast<std::size_t>(field.shape.size[1]),
            static_cast<std::size_t>(field.shape.size[2]),
            static_cast<std::size_t>(field.color.features)};
}

template <typename Value>
Value entry(const Json& json, const std::filesystem::path& path, const char* name) {
    try {
        return json.at(name).get<Value>();
    } catch (const Json::exception&) {
        throw InputError(fmt::format("{}: the entry '{}' is missing or has another type than "
                                     "saved fields have.",
                                     path.string(), name));
    }
}

std::string textOf(const std::filesystem::path& path) {
    InputFile file(path);
    std::string text(std::size_t{1} << 16, '\0'); // a header is far smaller
    text.resize(file.read(std::as_writable_bytes(std::span(text))));
    return text;
}

Field headerFrom(const std::filesystem::path& path) {
    const std::string text = textOf(path);
    requireShallowJson(text, path.string());
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object())
        throw InputError(fmt::format("{} is not a JSON object.", path.string()));
    if (const auto found = entry<std::string>(json, path, "format"); found != format)
        throw InputError(fmt::format("{}: the format '{}' is not known, expected '{}'.",
                                     path.string(), found, format));
    const auto low = entry<std::array<double, 3>>(json, path, "low");
    const auto high = entry<std::array<double, 3>>(json, path, "high");
    GridShape shape{.box = {{low[0], low[1], low[2]}, {high[0], high[1], high[2]}},
                    .size = entry<std::array<int, 3>>(json, path, "size"),
                    .voxelSize = entry<double>(json, path, "voxel_size"),
                    .ratio = entry<double>(json, path, "ratio")};
    constexpr double mostPoints = 1 << 28;
    double points = 1.0;
    for (const int length : shape.size) {
        if (length < 2)
            throw InputError(fmt::format("{}: a grid of size {} is not accepted, expected at "
                                         "least 2 points along each axis.",
                                         path.string(), fmt::join(shape.size, " × ")));
        points *= length;
    }
    const bool sane = (shape.box.extent().array() > 0.0).all() && shape.box.low.allFinite() &&
                      shape.box.high.allFinite() && shape.voxelSize > 0.0 && shape.ratio > 0.0 &&
                      std::isfinite(shape.voxelSize) && std::isfinite(shape.ratio);
    if (points > mostPoints || !sane)
        throw InputError(
            fmt::format("{}: box or size of the grid are not those of a field.", path.string()));
    const auto activation = entry<std::string>(json, path, "activation");
    const auto* const name = std::find(activationNames.begin(), activationNames.end(), activation);
    if (name == activationNames.end())
        throw InputError(fmt::format("{}: the activation '{}' is not known, expected one of {}.",
                                     path.string(), activation, fmt::join(activationNames, ", ")));
    const ColorOptions color{.features = entry<int>(json, path, "features"),
                             .width = entry<int>(json, path, "network_width"),
                             .direct = entry<bool>(json, path, "direct_color"),
                             .positionEncoding = entry<bool>(json, path, "position_encoding")};
    // Before memory is taken for as many points: the files beside it hold them.
    const double numbers = points * (2.0 + color.features);
    double bytes = 0.0;
    for (const char* file : {"density.npy", "features.npy", "occupancy.npy"})
        bytes += static_cast<double>(InputFile(path.parent_path() / file).largestContent());
    if (color.features < 0 || numbers * sizeof(float) > bytes)
        throw InputError(fmt::format("{}: a grid of size {} with {} features takes {:.0f} numbers; "
                                     "expected no more than the arrays beside it hold.",
                                     path.string(), fmt::join(shape.size, " × "), color.features,
                                     numbers));
    Field field(shape, static_cast<Activation>(name - activationNames.begin()), 0.5, color, 0);
    field.shift = entry<double>(json, path, "shift");
    field.stepsize = entry<double>(json, path, "stepsize");
    field.threshold = entry<double>(json, path, "threshold");
    if (!(std::isfinite(field.shift) && field.stepsize > 0.0 && field.threshold >= 0.0))
        throw InputError(fmt::format("{}: shift, stepsize or threshold are not those of a field.",
                                     path.string()));
    return field;
}

std::vector<double> valuesFrom(const std::filesystem::path& path,
                               std::span<const std::size_t> shape) {
    NpyArray array = readNpy(path);
    if (!std::equal(shape.begin(), shape.end(), array.shape.begin(), array.shape.end()))
        throw InputError(fmt::format("{} has the shape {}, but field.json asks for {}.",
                                     path.string(), fmt::join(array.shape, " × "),
                                     fmt::join(shape, " × ")));
    for (const double value : array.values)
        if (!std::isfinite(value))
            throw InputError(fmt::format("{} holds a number that is not finite.", path.string()));
    return std::move(array.values);
}

} // namespace

void saveField(const Field& field, const std::filesystem::path& folder) {
    const auto triple = [](const auto& values) {
        return std::array{values[0], values[1], values[2]};
    };
    const Json json{{"format", format},
                    {"low", triple(field.shape.box.low)},
                    {"high", triple(field.shape.box.high)},
                    {"size", field.shape.size},
                    {"voxel_size", field.shape.voxelSize},
                    {"ratio", field.shape.ratio},
                    {"activation", activationNames[static_cast<std::size_t>(field.activation)]},
                    {"shift", field.shift},
                    {"stepsize", field.stepsize},
                    {"threshold", field.threshold},
                    {"features", field.color.features},
                    {"network_width", field.color.width},
                    {"direct_color", field.color.direct},
                    {"position_encoding", field.color.positionEncoding}};
    const auto shape = arrayShape(field);
    const std::span size(shape.data(), 3);
    writeNpy(folder / "density.npy", size, std::span(field.density.data(), field.density.size()));

    std::vector<float> values(field.shape.count() * shape[3]);
    const auto stride = static_cast<std::size_t>(field.featureStride);
    for (std::size_t i = 0; i < field.shape.count(); ++i)
        std::copy_n(field.features.data() + i * stride, shape[3], values.data() + i * shape[3]);
    writeNpy(folder / "features.npy", shape, std::span<const float>(values));

    values.assign(field.shape.count(), 0.0F);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = field.occupancy.at(i) ? 1.0F : 0.0F;
    writeNpy(folder / "occupancy.npy", size, std::span<const float>(values));

    if (field.color.hasNetwork()) {
        values.clear();
        for (const std::size_t i : networkOrder(field.network))
            values.push_back(field.network.parameters[i]);
        const std::array count{values.size()};
        writeNpy(folder / "network.npy", count, std::span<const float>(values));
    }
    writeWholeFile(folder / "field.json", json.dump(2) + "\n"); // last: it vouches for the others
}

Field loadField(const std::filesystem::path& folder) {
    Field field = headerFrom(folder / "field.json");
    const auto shape = arrayShape(field);
    const std::span size(shape.data(), 3);
    std::vector<double> values = valuesFrom(folder / "density.npy", size);
    std::copy(values.begin(), values.end(), field.density.begin());

    values = valuesFrom(folder / "features.npy", shape);
    const auto stride = static_cast<std::size_t>(field.featureStride);
    for (std::size_t i = 0; i < field.shape.count(); ++i)
        std::copy_n(values.data() + i * shape[3], shape[3], field.features.data() + i * stride);

    values = valuesFrom(folder / "occupancy.npy", size);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i] == 0.0)
            field.occupancy.clear(i);

    if (field.color.hasNetwork()) {
        const std::vector<std::size_t> order = networkOrder(field.network);
        const std::array count{order.size()};
        values = valuesFrom(folder / "network.npy", count);
        for (std::size_t i = 0; i < order.size(); ++i)
            field.network.parameters[order[i]] = static_cast<float>(values[i]);
    }
    return field;
}

} // namespace convergence::radiance
