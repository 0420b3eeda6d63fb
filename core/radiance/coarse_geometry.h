#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/radiance/field.h"
#include "core/radiance/scene.h"

namespace convergence::radiance {

/// What a trainer finds out about where things can be. Functions that go through all pixels return
/// nothing when `stop` says true; they are parallel and do not depend on the number of threads.

/// The box around what all training cameras see between the scene's nearest and farthest, measured
/// along unit directions.
Box frustumOf(const Scene& scene);

/// Density −100 at grid points within the scene's nearest distance of a training camera.
void emptyNearCameras(Field& field, const Scene& scene);

/// Number of training pictures whose rays' samples give a grid point a weight of more than 1.
std::optional<std::vector<std::uint16_t>> countViews(const Field& field, const Scene& scene,
                                                     const std::function<bool()>& stop);

/// The box around grid points whose opacity at δ = 1 exceeds `threshold`, each side moved out by
/// (scale − 1)/2 of the extent; the field's own box, moved out too, if there are none.
Box tightBox(const Field& field, double threshold, double scale);

/// Empties points of `fine` where the coarse opacity at δ = 1, largest over 3³ points, is below
/// `threshold` at the nearest coarse point.
void keepWhereOpaque(Field& fine, const Field& coarse, double threshold);

/// Training pixels, counted through all pictures, whose ray has a sample in occupied space.
std::optional<std::vector<std::uint32_t>> pixelsMeetingMask(const Field& field, const Scene& scene,
                                                            const std::function<bool()>& stop);

} // namespace convergence::radiance
