// What the paper claims about voxel grids, and how each claim is measured and refuted.

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/experiment/parameter_builders.h"
#include "core/math/statistics.h"
#include "core/radiance/image_quality.h"
#include "plugins/radiance/voxel-radiance/experiment.h"
#include "plugins/radiance/voxel-radiance/gradient_check.h"
#include "plugins/radiance/voxel-radiance/judges.h"

namespace convergence {

namespace {

using namespace voxel_radiance;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

// ---- Protocols -----------------------------------------------------------------------------

Overrides presetOf(const std::string& id, Overrides more = {}) {
    for (const Preset& preset : voxelRadiancePresets())
        if (preset.id == id) {
            for (const auto& [name, value] : preset.overrides)
                more.insert({name, value});
            return more;
        }
    throw std::logic_error("no preset " + id);
}

/// One run for everything that is measured on the preset "small".
ProtocolRun smallRun() {
    return {"small",
            presetOf("small", {{"arms", Names{"grid", "opaque_start", "no_coarse", "no_scaling",
                                              "no_view_counts", "no_skipping"}}})};
}

Refutation inPlaceOfGrid(const std::string& arm, std::string description) {
    return {std::move(description), {}, {{"grid", arm}}};
}

std::vector<Claim> selfChecks() {
    return {
        {.id = "gradients",
         .statement = "All gradients of the loss, written by hand, agree with central "
                      "differences in double precision.",
         .threshold =
             Stated{"relative error < 1e-5",
                    identity("hand-written and numerical gradients of one function; margin ours")},
         .kind = ClaimKind::selfCheck,
         .judge = judgeGradients,
         .refutations = {inPlaceOfGrid("pre", "the gradient of activation before interpolation "
                                              "taken for that of the other orders")}},
        {.id = "light_is_conserved",
         .statement = "On every ray the weights of the samples and what is left of the "
                      "background add up to 1.",
         .threshold = Stated{"1 within 1e-6", identity("Σw + T_last = 1, equation (2) of the "
                                                       "paper; margin ours, for single precision")},
         .kind = ClaimKind::selfCheck,
         .judge = judgeConservation,
         .refutations = {inPlaceOfGrid("pre", "samples that do not shadow each other")}}};
}

std::vector<Claim> convergenceClaims() {
    const Refutation coarseOnly =
        replacedArm("grid", "coarse_only", "the coarse stage alone in its place");
    return {{.id = "quick_converges",
             .statement = "Within seconds the preset 'quick' renders views that it has not seen.",
             .threshold =
                 Stated{"≥ 25 dB, SSIM ≥ 0.93", ours("what a person calls a good picture of this "
                                                     "scene; the paper's figures are for others")},
             .protocol = {{{"quick", {}}}, threeSeeds},
             .judge = [](const Evidence& evidence) { return judgeQuality(evidence, 25.0, 0.93); },
             .refutations = {coarseOnly}},
            {.id = "medium_converges",
             .statement = "With larger pictures and grids the preset 'medium' gets sharper still.",
             .threshold = Stated{"≥ 28.5 dB", ours("3.5 dB above what 'quick' must reach")},
             .protocol = {{{"medium", presetOf("medium")}}, threeSeeds},
             .judge = [](const Evidence& evidence) { return judgeQuality(evidence, 28.5, 0.0); },
             .refutations = {coarseOnly}},
            {.id = "faster_than_nerf",
             .statement = "After equal seconds the grid is far ahead of a network without a grid.",
             .threshold = Stated{"≥ 5 dB ahead",
                                 baseline("a small NeRF after equal seconds; the paper is two "
                                          "orders of magnitude faster, the margin is ours")},
             .protocol = {{{"against NeRF", presetOf("against-nerf")}}, threeSeeds},
             .judge = judgeFasterThanNerf,
             .refutations = {{"the NeRF itself in the grid's place",
                              {{"arms", Names{"nerf"}}},
                              {{"grid", "nerf"}}}},
             .timing = true},
            {.id = "skipping_saves_work",
             .statement = "As the scene becomes clear, fewer and fewer samples need a color.",
             .threshold = Stated{"share falls from > 0.6 to < 0.5",
                                 ours("the paper skips free space without a figure")},
             .protocol = {{{"medium", presetOf("medium")}}, threeSeeds},
             .judge = judgeSkipping,
             .refutations = {{"no sample is left out, neither by the mask nor for its opacity",
                              {{"skip_free_space", false}, {"threshold_fine", 0.0}},
                              {}}}}};
}

std::vector<Claim> activationClaims() {
    const Names planeArms{"plane_post", "plane_in", "plane_pre"};
    const Protocol plane{{{"disc",
                           {{"arms", planeArms},
                            {"plane_shapes", Names{"disc"}},
                            {"plane_sizes", Numbers{4, 8, 16}}}},
                          {"half-plane",
                           {{"arms", planeArms},
                            {"plane_shapes", Names{"half_plane"}},
                            {"plane_sizes", Numbers{2, 4, 8}}}}},
                         {}};
    return {
        {.id = "post_activation_in_the_plane",
         .statement = "In the plane, activation after interpolation halves the squared error of "
                      "both other orders on every grid.",
         .threshold = Stated{"≤ 0.5 of the error",
                             ablation("the two other orders of activation; the factor is ours")},
         .protocol = plane,
         .judge = judgePlane,
         .refutations = {{"activation before interpolation in its place",
                          {},
                          {{"plane_post", "plane_pre"}}},
                         {"activation between in its place", {}, {{"plane_post", "plane_in"}}}}},
        {.id = "post_activation_in_space",
         .statement = "In space, activation after interpolation is ahead of both other orders.",
         .threshold = Stated{"mean gain ≥ 0.3 dB and ≥ 0.1 dB",
                             ablation("the two other orders of activation; the paper has 2.88 dB "
                                      "and more, the margin is ours")},
         .protocol = {{{"40³, no doubling",
                        {{"arms", Names{"grid", "in", "pre"}},
                         {"fine_voxels", Numbers{40}},
                         {"scaling_checkpoints", Numbers{0}}}}},
                      threeSeeds},
         .judge = judgePostInSpace,
         .known = knownToFail("three seeds are too few: the gain over in-activation is 0.28 dB on "
                              "them and 0.99 ± 0.32 dB on twenty"),
         .refutations = {inPlaceOfGrid("in", "activation between in its place")}}};
}

std::vector<Claim> startClaims() {
    return {
        {.id = "transparent_start",
         .statement = "An almost transparent start of the coarse stage gives a better fine stage "
                      "than an opaque one.",
         .threshold = Stated{"≥ 1 dB", ablation("the opaque start; the margin is ours")},
         .protocol = {{smallRun()}, threeSeeds},
         .judge =
             [](const Evidence& evidence) {
                 return judgeAdvantage(evidence, "grid", "opaque_start", 1.0,
                                       "Coarse start from 1e-6 against 1e-2");
             },
         .refutations = {inPlaceOfGrid("opaque_start", "the opaque start in its place")}},
        {.id = "box_shrinks",
         .statement = "The cause: only from a transparent start does the box of the fine stage "
                      "shrink to the scene.",
         .threshold = Stated{"volume ≤ 0.2 against ≥ 0.95",
                             ablation("the opaque start; the bounds are ours")},
         .protocol = {{smallRun()}, threeSeeds},
         .judge = judgeBoxes,
         .refutations = {inPlaceOfGrid("opaque_start", "the opaque start in its place")}},
        {.id = "opaque_start_overfits",
         .statement = "In the coarse stage alone a start opacity of 0.5 loses on views that were "
                      "not trained on, not on those that were.",
         .threshold = Stated{"≥ 2 dB lost", ours("the paper says that an opaque start fits near "
                                                 "the cameras, without a figure")},
         .protocol = {{{"coarse stage",
                        {{"fine_steps", whole(0)}, {"alpha_init_coarse", Numbers{1e-6, 0.5}}}}},
                      threeSeeds},
         .judge = judgeOverfitting,
         .known =
             knownToFail("seed 0 loses 1.71 dB; of twenty seeds 17 lose 2 dB, 3.36 dB on average"),
         .refutations = {{"1e-2 in the place of 0.5, which by itself does no harm here",
                          {{"alpha_init_coarse", Numbers{1e-6, 1e-2}}},
                          {}}}},
        {.id = "coarse_stage",
         .statement = "Without the coarse stage the fine one spends its voxels on empty space.",
         .threshold =
             Stated{"≥ 1 dB lost", ablation("the run without a coarse stage; the margin is ours")},
         .protocol = {{smallRun()}, threeSeeds},
         .judge =
             [](const Evidence& evidence) {
                 return judgeAdvantage(evidence, "grid", "no_coarse", 1.0,
                                       "With the coarse stage against without");
             },
         .refutations = {inPlaceOfGrid("no_coarse", "the run without it in its place")}}};
}

Claim observation(std::string id, std::string statement, Protocol protocol,
                  std::function<Judgement(const Evidence&)> judge) {
    return {.id = std::move(id),
            .statement = std::move(statement),
            .threshold = Stated{"open", {}},
            .kind = ClaimKind::observation,
            .protocol = std::move(protocol),
            .judge = std::move(judge)};
}

std::vector<Claim> observations() {
    const Protocol onSmall{{smallRun()}, threeSeeds};
    const Protocol doublings{
        {smallRun(),
         {"two doublings", presetOf("small", {{"scaling_checkpoints", Numbers{0.05, 0.10}}})},
         {"two doublings, b kept",
          presetOf("small", {{"scaling_checkpoints", Numbers{0.05, 0.10}}, {"shift_decay", 0.0}})}},
        threeSeeds};
    return {
        observation("scaling_at_this_budget",
                    "Progressive scaling costs quality at a budget of 800 steps.", onSmall,
                    observeDifference("no_scaling", "No doubling")),
        observation("fewer_doublings", "Two doublings instead of four do better at this budget.",
                    doublings, observeRuns("two doublings", "Two doublings")),
        observation("falling_shift",
                    "Letting b fall by 1 at each doubling costs quality at this budget.", doublings,
                    observeRuns("two doublings, b kept", "Two doublings without the fall of b")),
        observation("view_counts_at_this_scale",
                    "The view-count rate makes no difference on this scene.", onSmall,
                    observeDifference("no_view_counts", "All voxels at the same rate")),
        observation("mask_at_this_scale",
                    "What skipping free space does to quality after so short a coarse stage.",
                    onSmall, observeDifference("no_skipping", "Mask all ones"))};
}

} // namespace

std::vector<Claim> voxelRadianceClaims() {
    return joined(
        {selfChecks(), convergenceClaims(), activationClaims(), startClaims(), observations()});
}

} // namespace convergence
