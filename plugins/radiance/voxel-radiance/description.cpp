// What can be told about voxel-radiance without running it.

#include "plugins/radiance/voxel-radiance/arms.h"
#include "plugins/radiance/voxel-radiance/experiment.h"
#include "plugins/radiance/voxel-radiance/trials.h"

namespace convergence {

Description voxelRadianceDescription() {
    return {
        .id = "voxel-radiance",
        .title = "Voxel radiance field",
        .family = "radiance",
        .paper = {.title = "Direct Voxel Grid Optimization: Super-fast Convergence for Radiance "
                           "Fields Reconstruction",
                  .authors = "Cheng Sun, Min Sun, Hwann-Tzong Chen",
                  .year = 2021,
                  .venue = "CVPR 2022",
                  .arxiv = "2111.11215"},
        .summary = "A density grid and a feature grid with a small network are optimized directly "
                   "from posed pictures until new views can be rendered. Interpolating density "
                   "before it becomes opacity, and starting almost transparent, make that a matter "
                   "of seconds.",
        .question = "What makes a grid of voxels learn a scene in seconds?",
        .topics = {"radiance field", "rendering", "three dimensions", "computer vision",
                   "initialization"},
        .parameters = voxelRadianceParameters(),
        .mainParameters = {"scene", "activation", "coarse_voxels", "fine_voxels",
                           "alpha_init_coarse", "arms", "fine_steps", "rays"},
        .records = {.trace = voxelRadianceTrace().patterns(),
                    .factors = voxelRadianceFactors(),
                    .finals = voxelRadianceFinals().patterns(),
                    .frames = {"cameras", "field", "rendering", "ray", "ray_density", "plane"}},
        .presets = voxelRadiancePresets(),
        .arms = armsOf(radianceArms),
        .actions = {{"refresh_mask", "Refresh the mask now",
                     "Empties the voxels that have become transparent, so that they are skipped."},
                    {"double_grid", "Double the grid now",
                     "What a checkpoint of the fine stage does: twice the voxels, a new "
                     "optimizer, and b falls."}},
        .views = voxelRadianceViews(),
        .claims = voxelRadianceClaims(),
        .questions =
            {{"Why interpolate before the non-linearity?",
              "A cell can then hold a surface as sharp as one likes: its raw values can be large "
              "and of opposite sign, and the edge lies where they cross. In the plane that gains "
              "5 dB at every grid size."},
             {"Why start almost transparent?",
              "An opaque start makes space that no ray has yet explained look solid: the box of "
              "the fine stage does not shrink, and its voxels are spent on nothing."},
             {"Where does the time go?",
              "Into the samples that are given a color: compare their number before and after the "
              "mask has been refreshed."},
             {"Why do the first hundred coarse steps look dead?",
              "From an opacity of 1e-6, raw density has to climb about 14 units, at 0.1 a step."},
             {"Does starting on a small grid help?",
              "At a budget of seconds, no: every doubling restarts the optimizer, and without any "
              "the small preset ends a decibel higher, in a fifth more time. Try the arm 'no "
              "doubling'."}},
        .lockStep = true};
}

} // namespace convergence
