#include "widgets/volume/viewpoint_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include <Eigen/Geometry>
#include <fmt/format.h>

#include "core/data/text_tokens.h"
#include "core/error.h"
#include "core/experiment/nearest_name.h"

namespace convergence {

namespace {

constexpr double degrees = 180.0 / std::numbers::pi;
const double usualAngle = Viewpoint().verticalAngle * degrees;
/// What a text says of a viewpoint, in degrees.
struct Sight {
    double azimuth, elevation, distance, angle;
    Eigen::Vector3d target, up;
};
struct NumberKey {
    const char* name;
    double Sight::*value;
    double least, most;
    const char* accepted;
};
constexpr std::array numberKeys{
    NumberKey{"azimuth", &Sight::azimuth, -1e6, 1e6, "a number of degrees"},
    NumberKey{"elevation", &Sight::elevation, -90.0, 90.0, "from -90 to 90 degrees"},
    NumberKey{"distance", &Sight::distance, 1e-9, 1e9, "a number above 0"},
    NumberKey{"angle", &Sight::angle, 1.0, 150.0, "from 1 to 150 degrees"}};
struct PlaceKey {
    const char* name;
    Eigen::Vector3d Sight::*value;
};
constexpr std::array placeKeys{PlaceKey{"target", &Sight::target}, PlaceKey{"up", &Sight::up}};

std::string textOf(const Eigen::Vector3d& place) {
    return fmt::format("{:.6g}/{:.6g}/{:.6g}", place.x(), place.y(), place.z());
}

std::optional<double> finiteNumber(std::string_view text) {
    const auto number = numberOf<double>(text);
    return number && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<Eigen::Vector3d> placeIn(std::string_view text) {
    Eigen::Vector3d place;
    for (int axis = 0; axis < 3; ++axis) {
        const std::size_t end = axis < 2 ? text.find('/') : text.size();
        const auto number = finiteNumber(text.substr(0, end));
        if (!number || end == std::string_view::npos)
            return std::nullopt;
        place[axis] = *number;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return place;
}

/// Takes up "key=value"; an empty text, or why it cannot.
std::string takeUp(const std::string& part, Sight& sight) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string key = part.substr(0, equals);
    const std::string value = part.substr(std::min(equals + 1, part.size()));
    std::vector<std::string> known;
    for (const NumberKey& number : numberKeys) {
        known.push_back(number.name);
        if (key != number.name)
            continue;
        const auto found = finiteNumber(value);
        if (!found || !(*found >= number.least && *found <= number.most))
            return fmt::format("{} has to be {}.", key, number.accepted);
        sight.*number.value = *found;
        return {};
    }
    for (const PlaceKey& place : placeKeys) {
        known.push_back(place.name);
        if (key != place.name)
            continue;
        const auto found = placeIn(value);
        if (!found)
            return fmt::format("{} has to be three numbers, for example 0/0/1.", key);
        sight.*place.value = *found;
        return {};
    }
    return fmt::format("'{}' is not known{}", key, suggestion(key, known));
}

} // namespace

std::string toText(const Viewpoint& viewpoint) {
    std::string text = fmt::format("azimuth={:.6g},elevation={:.6g},distance={:.6g},target={}",
                                   viewpoint.azimuth() * degrees, viewpoint.elevation() * degrees,
                                   viewpoint.distance(), textOf(viewpoint.target));
    if (viewpoint.up != Eigen::Vector3d::UnitZ())
        text += ",up=" + textOf(viewpoint.up);
    if (const double angle = viewpoint.verticalAngle * degrees; std::abs(angle - usualAngle) > 1e-4)
        text += fmt::format(",angle={:.6g}", angle);
    return text;
}

Viewpoint viewpointFrom(const std::string& text, const Viewpoint& home, const std::string& what) {
    Sight sight{.azimuth = home.azimuth() * degrees,
                .elevation = home.elevation() * degrees,
                .distance = home.distance(),
                .angle = home.verticalAngle * degrees,
                .target = home.target,
                .up = home.up};
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        if (const std::string why = takeUp(text.substr(begin, end - begin), sight); !why.empty())
            throw InputError(fmt::format("{} {}: {}", what, text, why));
        begin = end + 1;
    }
    Viewpoint found =
        Viewpoint::around(sight.target, 1.0, sight.azimuth / degrees, sight.elevation / degrees);
    found.zoom(found.distance() / sight.distance);
    found.up = sight.up;
    found.verticalAngle = sight.angle / degrees;
    constexpr double leastSine = 1e-6;
    if (!(found.up.normalized().cross((found.target - found.position).normalized()).norm() >
          leastSine))
        throw InputError(
            fmt::format("{} {}: up must not point along the line of sight.", what, text));
    return found;
}

} // namespace convergence
