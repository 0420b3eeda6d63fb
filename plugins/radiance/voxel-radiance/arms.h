// What sets each arm of voxel-radiance apart.

#pragma once

#include <optional>
#include <string_view>

#include "core/experiment/trait_table.h"
#include "core/radiance/plane_fit.h"
#include "core/radiance/trainer.h"

namespace convergence {

enum class Trained { grid, nerf, plane };

/// The last four train something else than a voxel grid; the others differ from "grid" in one
/// thing.
struct RadianceArm {
    std::string_view id, label, help;
    Trained trained = Trained::grid;
    std::optional<radiance::Activation> activation = {}; ///< in the place of the parameter's
    bool coarseStage = true;
    bool fineStage = true;
    bool opaqueStart = false; ///< the coarse stage starts from opacity 0.01
    bool doublings = true;
    bool viewCounts = true;
    bool skipping = true;
};
inline constexpr RadianceArm radianceArms[] = {
    {.id = "grid", .label = "voxel grid", .help = "with all parameters as they are set"},
    {.id = "in",
     .label = "in-activation",
     .help = "softplus, then interpolation, then opacity",
     .activation = radiance::Activation::in},
    {.id = "pre",
     .label = "pre-activation",
     .help = "opacity at grid points, interpolated",
     .activation = radiance::Activation::pre},
    {.id = "nearest",
     .label = "nearest voxel",
     .help = "no interpolation of the density",
     .activation = radiance::Activation::nearest},
    {.id = "opaque_start",
     .label = "opaque start",
     .help = "coarse stage from opacity 0.01 instead of 1e-6",
     .opaqueStart = true},
    {.id = "no_view_counts",
     .label = "no view counts",
     .help = "all coarse voxels learn at the same rate",
     .viewCounts = false},
    {.id = "no_coarse",
     .label = "no coarse stage",
     .help = "the fine stage on the whole frustum box, without a mask",
     .coarseStage = false},
    {.id = "no_skipping",
     .label = "no skipping",
     .help = "no sample is left out for lying in empty space",
     .skipping = false},
    {.id = "no_scaling",
     .label = "no doubling",
     .help = "the fine grid has its full size from the start",
     .doublings = false},
    {.id = "coarse_only",
     .label = "coarse stage only",
     .help = "no features, no network",
     .fineStage = false},
    {.id = "nerf",
     .label = "NeRF",
     .help = "a network of 4 × 64 units with 64 samples a ray and no grid",
     .trained = Trained::nerf},
    {.id = "plane_post",
     .label = "plane, post",
     .help = "64 × 64 pixels from a g × g grid, activated last",
     .trained = Trained::plane,
     .activation = radiance::Activation::post},
    {.id = "plane_in",
     .label = "plane, in",
     .help = "the same with softplus before interpolation",
     .trained = Trained::plane,
     .activation = radiance::Activation::in},
    {.id = "plane_pre",
     .label = "plane, pre",
     .help = "the same with opacity before interpolation",
     .trained = Trained::plane,
     .activation = radiance::Activation::pre}};

struct ActivationChoice {
    std::string_view id, label, help;
    radiance::Activation activation;
};
inline constexpr ActivationChoice activationChoices[] = {
    {.id = "post",
     .label = "after interpolation (post)",
     .help = "the paper's",
     .activation = radiance::Activation::post},
    {.id = "in",
     .label = "between, on the softplus (in)",
     .help = "",
     .activation = radiance::Activation::in},
    {.id = "pre",
     .label = "before interpolation (pre)",
     .help = "",
     .activation = radiance::Activation::pre},
    {.id = "nearest",
     .label = "no interpolation (nearest)",
     .help = "",
     .activation = radiance::Activation::nearest}};

/// Shapes in the plane; the factor plane_shape is the index into this table.
struct PlaneShapeChoice {
    std::string_view id, label, help;
    radiance::PlaneShape shape;
};
inline constexpr PlaneShapeChoice planeShapes[] = {
    {.id = "disc", .label = "disc", .help = "", .shape = radiance::PlaneShape::disc},
    {.id = "half_plane",
     .label = "half-plane",
     .help = "",
     .shape = radiance::PlaneShape::halfPlane}};

} // namespace convergence
