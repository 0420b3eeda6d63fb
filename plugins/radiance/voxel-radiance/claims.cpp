// What the paper claims about voxel grids, and how each claim is measured and refuted.

#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/radiance/voxel-radiance/experiment.h"
#include "plugins/radiance/voxel-radiance/gradient_check.h"
#include "plugins/radiance/voxel-radiance/judges.h"

namespace convergence {

namespace {

using namespace voxel_radiance;
using namespace measures;
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

// ---- Measures ------------------------------------------------------------------------------

/// PSNR in dB of whole held-out pictures.
Measure qualityOf(const std::string& arm) {
    return of(arm, final("psnr"));
}

/// Every run must have the advantage.
EachRun gridAgainst(const std::string& arm, std::string what) {
    return {.numbers = {qualityOf("grid") - qualityOf(arm)},
            .what = std::move(what),
            .told = {" {place}: {:.2f} against {:.2f}.", {qualityOf("grid"), qualityOf(arm)}},
            .where = {},
            .label = {},
            .shown = Shown::meanInterval,
            .missing = Missing::undecided};
}

// ---- Claims --------------------------------------------------------------------------------

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
    return {
        {.id = "quick_converges",
         .statement = "Within seconds the preset 'quick' renders views that it has not seen.",
         .threshold = AtLeast{"PSNR in dB", 25.0,
                              ours("what a person calls a good picture of this scene; the "
                                   "paper's figures are for others")},
         .also = {AtLeast{"SSIM", 0.93, ours("as the PSNR")}},
         .protocol = {{{"quick", {}}}, threeSeeds},
         .judge = EachTrial{.arms = {"grid"},
                            .numbers = {final("psnr"), final("ssim")},
                            .what = "PSNR of whole held-out pictures",
                            .told = {" {place}: SSIM {:.3f}.", {final("ssim")}}},
         .refutations = {coarseOnly}},
        {.id = "medium_converges",
         .statement = "With larger pictures and grids the preset 'medium' gets sharper still.",
         .threshold = AtLeast{"PSNR in dB", 28.5, ours("3.5 dB above what 'quick' must reach")},
         .protocol = {{{"medium", presetOf("medium")}}, threeSeeds},
         .judge = EachTrial{.arms = {"grid"},
                            .numbers = {final("psnr")},
                            .what = "PSNR of whole held-out pictures",
                            .told = {" {place}: SSIM {:.3f}.", {final("ssim")}}},
         .refutations = {coarseOnly}},
        {.id = "faster_than_nerf",
         .statement = "After equal seconds the grid is far ahead of a network without a grid.",
         .threshold = AtLeast{"dB ahead", 5.0,
                              baseline("a small NeRF after equal seconds; the paper is two "
                                       "orders of magnitude faster, the margin is ours")},
         .protocol = {{{"against NeRF", presetOf("against-nerf")}}, threeSeeds},
         .judge = EachRun{.numbers = {qualityAfterEqualSeconds("grid") -
                                      qualityAfterEqualSeconds("nerf")},
                          .what = "PSNR of grid minus NeRF after equal seconds of their own steps",
                          .told = {" {place}: {:.2f} against {:.2f} dB after {:.1f} s.",
                                   {qualityAfterEqualSeconds("grid"),
                                    qualityAfterEqualSeconds("nerf"), equalSeconds()}}},
         .refutations = {{"the NeRF itself in the grid's place",
                          {{"arms", Names{"nerf"}}},
                          {{"grid", "nerf"}}}},
         .timing = true},
        {.id = "skipping_saves_work",
         .statement = "As the scene becomes clear, fewer and fewer samples need a color.",
         .threshold =
             Below{"share in the end", 0.5, ours("the paper skips free space without a figure")},
         .also = {Above{"share at first", 0.6, ours("so that there is something to save")}},
         .protocol = {{{"medium", presetOf("medium")}}, threeSeeds},
         .judge = EachTrial{.arms = {"grid"},
                            .numbers = {coloredShare(Phase::last), coloredShare(Phase::first)},
                            .what = "Share of the samples in the box that is given a color, "
                                    "last 250 fine steps",
                            .told = {" {place}: {:.2f} in the first 250.",
                                     {coloredShare(Phase::first)}}},
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
    const Measure overIn = qualityOf("grid") - qualityOf("in");
    const Measure overPre = qualityOf("grid") - qualityOf("pre");
    return {
        {.id = "post_activation_in_the_plane",
         .statement = "In the plane, activation after interpolation halves the squared error of "
                      "both other orders on every grid.",
         .threshold = AtMost{"squared error over the better of the others", 0.5,
                             ablation("the two other orders of activation; the factor is ours")},
         .protocol = plane,
         .judge = EachTrial{.arms = {"plane_post"},
                            .numbers = {planeError() / least({ofTwin("plane_in", planeError()),
                                                              ofTwin("plane_pre", planeError())})},
                            .what = "Squared error of post over the better of in and pre",
                            .told = {" {place}: {:.1f} dB against in {:.1f}, pre {:.1f}.",
                                     {final("plane_psnr"), ofTwin("plane_in", final("plane_psnr")),
                                      ofTwin("plane_pre", final("plane_psnr"))}}},
         .refutations = {{"activation before interpolation in its place",
                          {},
                          {{"plane_post", "plane_pre"}}},
                         {"activation between in its place", {}, {{"plane_post", "plane_in"}}}}},
        {.id = "post_activation_in_space",
         .statement = "In space, activation after interpolation is ahead of both other orders.",
         .threshold = DifferenceAbove{"gain over in, dB", 0.0,
                                      ablation("activation between; the paper has 2.88 dB and "
                                               "more, with larger grids")},
         .also = {DifferenceAbove{"gain over pre, dB", 0.0,
                                  ablation("activation before interpolation")}},
         .protocol = {{{"40³, no doubling",
                        {{"arms", Names{"grid", "in", "pre"}},
                         {"fine_voxels", Numbers{40}},
                         {"scaling_checkpoints", Numbers{0}}}}},
                      twelveSeeds},
         .judge = MeanOverRuns{.numbers = {overIn, overPre},
                               .what = "Gain of activation after interpolation over between, dB",
                               .told = {" {place}: {:.2f} over in, {:.2f} over pre.",
                                        {overIn, overPre}}},
         .refutations = {inPlaceOfGrid("in", "activation between in its place")}}};
}

std::vector<Claim> startClaims() {
    const auto clear = [](const char* column) {
        return atSmallest("alpha_init_coarse", "grid", final(column));
    };
    const auto opaque = [](const char* column) {
        return atLargest("alpha_init_coarse", "grid", final(column));
    };
    return {
        {.id = "transparent_start",
         .statement = "An almost transparent start of the coarse stage gives a better fine stage "
                      "than an opaque one.",
         .threshold = AtLeast{"gain in dB", 1.0, ablation("the opaque start; the margin is ours")},
         .protocol = {{smallRun()}, threeSeeds},
         .judge = gridAgainst("opaque_start", "Coarse start from 1e-6 against 1e-2"),
         .refutations = {inPlaceOfGrid("opaque_start", "the opaque start in its place")}},
        {.id = "box_shrinks",
         .statement = "The cause: only from a transparent start does the box of the fine stage "
                      "shrink to the scene.",
         .threshold =
             AtMost{"volume from 1e-6", 0.2, ablation("the opaque start; the bound is ours")},
         .also = {AtLeast{"volume from 1e-2", 0.95, ours("the box of the frustum, or nearly")}},
         .protocol = {{smallRun()}, threeSeeds},
         .judge = EachRun{.numbers = {of("grid", final("box_share")),
                                      of("opaque_start", final("box_share"))},
                          .what = "Volume of the fine box over that of the frustum box, from 1e-6",
                          .told = {" {place}: {:.2f} from 1e-2.",
                                   {of("opaque_start", final("box_share"))}}},
         .refutations = {inPlaceOfGrid("opaque_start", "the opaque start in its place")}},
        {.id = "opaque_start_overfits",
         .statement = "In the coarse stage alone a start opacity of 0.5 loses on views that were "
                      "not trained on, and less or nothing on those that were.",
         .threshold = DifferenceAbove{"dB lost, held out", 0.0,
                                      paper("an opaque start fits near the cameras")},
         .also = {DifferenceAbove{"dB lost held out less on training views", 0.0,
                                  paper("an opaque start fits near the cameras")}},
         .protocol = {{{"coarse stage",
                        {{"fine_steps", whole(0)}, {"alpha_init_coarse", Numbers{1e-6, 0.5}}}}},
                      twelveSeeds},
         .judge =
             MeanOverRuns{
                 .numbers = {clear("psnr") - opaque("psnr"),
                             clear("psnr") - opaque("psnr") -
                                 (clear("train_psnr") - opaque("train_psnr"))},
                 .what = "Held-out PSNR lost by the most opaque start",
                 .told = {" {place}: held out {:.2f} against {:.2f}, training views {:.2f} "
                          "against {:.2f}.",
                          {clear("psnr"), opaque("psnr"), clear("train_psnr"),
                           opaque("train_psnr")}}},
         .refutations = {{"1e-2 in the place of 0.5, which by itself does no harm here",
                          {{"alpha_init_coarse", Numbers{1e-6, 1e-2}}},
                          {}}}},
        {.id = "coarse_stage",
         .statement = "Without the coarse stage the fine one spends its voxels on empty space.",
         .threshold = AtLeast{"dB lost", 1.0,
                              ablation("the run without a coarse stage; the margin is ours")},
         .protocol = {{smallRun()}, threeSeeds},
         .judge = gridAgainst("no_coarse", "With the coarse stage against without"),
         .refutations = {inPlaceOfGrid("no_coarse", "the run without it in its place")}}};
}

Claim observation(std::string id, std::string statement, Protocol protocol, Observe judge) {
    return {.id = std::move(id),
            .statement = std::move(statement),
            .threshold = Stated{"open", {}},
            .kind = ClaimKind::observation,
            .protocol = std::move(protocol),
            .judge = std::move(judge)};
}

/// Of a run less that of the preset "small" at the same seed.
Observe differenceTo(Measure own, Measure theirs, const std::string& what, std::string label) {
    return {.number = own - theirs,
            .what = what + ", PSNR minus that of the preset 'small'",
            .told = {" {place}: {:.2f} against {:.2f}.", {own, theirs}},
            .where = {},
            .label = std::move(label)};
}
Observe armAgainstGrid(const std::string& arm, const std::string& what) {
    return differenceTo(qualityOf(arm), qualityOf("grid"), what, {});
}
Observe runsAgainstSmall(const std::string& label, const std::string& what) {
    return differenceTo(qualityOf("grid"), inRun("small", qualityOf("grid")), what, label);
}

std::vector<Claim> observations() {
    const Protocol onSmall{{smallRun()}, threeSeeds};
    const Protocol doublings{
        {smallRun(),
         {"two doublings", presetOf("small", {{"scaling_checkpoints", Numbers{0.05, 0.10}}})},
         {"two doublings, b kept",
          presetOf("small", {{"scaling_checkpoints", Numbers{0.05, 0.10}}, {"shift_decay", 0.0}})}},
        threeSeeds};
    return {observation("scaling_at_this_budget",
                        "Progressive scaling costs quality at a budget of 800 steps.", onSmall,
                        armAgainstGrid("no_scaling", "No doubling")),
            observation("fewer_doublings",
                        "Two doublings instead of four do better at this budget.", doublings,
                        runsAgainstSmall("two doublings", "Two doublings")),
            observation(
                "falling_shift",
                "Letting b fall by 1 at each doubling costs quality at this budget.", doublings,
                runsAgainstSmall("two doublings, b kept", "Two doublings without the fall of b")),
            observation("view_counts_at_this_scale",
                        "The view-count rate makes no difference on this scene.", onSmall,
                        armAgainstGrid("no_view_counts", "All voxels at the same rate")),
            observation("mask_at_this_scale",
                        "What skipping free space does to quality after so short a coarse stage.",
                        onSmall, armAgainstGrid("no_skipping", "Mask all ones"))};
}

} // namespace

std::vector<Claim> voxelRadianceClaims() {
    return joined(
        {selfChecks(), convergenceClaims(), activationClaims(), startClaims(), observations()});
}

} // namespace convergence
