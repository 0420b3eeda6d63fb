#include "plugins/playground/optimizer-playground/race.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "plugins/playground/optimizer-playground/arms.h"

namespace convergence::playground {

namespace {

constexpr std::size_t mostMoments = 600;
constexpr double farthest = 1e6; ///< of a path that still says something

struct Track {
    std::vector<double> steps, x, y;
};

Track trackOf(const Table& trace) {
    Track track{trace.column("iteration"), trace.column("x"), trace.column("y")};
    std::size_t good = 0;
    const auto isFar = [](double value) { return !(std::abs(value) <= farthest); };
    while (good < track.steps.size() && good < track.y.size() && !isFar(track.x[good]) &&
           !isFar(track.y[good]))
        ++good;
    for (auto* column : {&track.steps, &track.x, &track.y})
        column->resize(good);
    return track;
}

/// The steps of all tracks, thinned out but for the last.
std::vector<double> momentsOf(const std::vector<Track>& tracks) {
    std::set<double> all;
    for (const Track& track : tracks)
        all.insert(track.steps.begin(), track.steps.end());
    const std::vector<double> steps(all.begin(), all.end());
    const std::size_t stride = (steps.size() + mostMoments - 1) / mostMoments;
    std::vector<double> moments;
    for (std::size_t i = 0; i < steps.size(); i += stride)
        moments.push_back(steps[i]);
    if (!steps.empty() && moments.back() != steps.back())
        moments.push_back(steps.back());
    return moments;
}

} // namespace

SceneFrame raceOf(const Recording& soFar, double ballRadius) {
    SceneFrame race{.timeLabel = "t", .secondsToPlay = 8.0};
    std::vector<Track> tracks;
    for (std::size_t trial = 0; trial < soFar.plans().size(); ++trial) {
        Track track = trackOf(soFar.trace(trial));
        if (track.steps.empty())
            continue;
        const std::string& id = soFar.plans()[trial].arm;
        const auto arm = std::find_if(std::begin(playgroundArms), std::end(playgroundArms),
                                      [&](const PlaygroundArm& a) { return a.id == id; });
        if (arm == std::end(playgroundArms))
            continue;
        const auto body = static_cast<int>(tracks.size());
        race.shapes.push_back({.kind = SceneFrame::ShapeKind::circle,
                               .body = body,
                               .x = {0.0},
                               .y = {0.0},
                               .radius = ballRadius});
        race.bodyLabels.emplace_back(arm->label);
        race.bodyColors.push_back(static_cast<int>(arm - std::begin(playgroundArms)));
        tracks.push_back(std::move(track));
    }
    race.bodies = tracks.size();
    race.hasTrail.assign(race.bodies, 1);
    race.times = momentsOf(tracks);
    for (const double step : race.times)
        for (const Track& track : tracks) {
            // The last recorded place that is not later.
            const auto after = std::upper_bound(track.steps.begin(), track.steps.end(), step);
            const auto row = static_cast<std::size_t>(
                std::max<std::ptrdiff_t>(1, after - track.steps.begin()) - 1);
            race.poses.push_back(
                {static_cast<float>(track.x[row]), static_cast<float>(track.y[row]), 0.0F});
        }
    return race;
}

} // namespace convergence::playground
