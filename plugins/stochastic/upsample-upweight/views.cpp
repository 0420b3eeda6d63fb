// What is drawn, as data.

#include "core/experiment/view_words.h"
#include "plugins/stochastic/upsample-upweight/experiment.h"

namespace convergence::upsample {

namespace {

const std::vector<SelectorSpec> byTrial{{"arm", "Method"}, {"temperature", "τ"}};

std::vector<View> lossViews() {
    return {
        Chart{.id = "losses",
              .title = "Losses of the languages",
              .help =
                  "On chunks that are set aside, by Adam: the largest language falls alike, the "
                  "smallest does not.",
              .curves = {{"loss_largest", "largest"}, {"loss_smallest", "smallest"}},
              .yLabel = "validation loss",
              .yUnit = "nats per byte",
              .appliesIf = ofTexts,
              .isMain = true},
        Chart{.id = "gap",
              .title = "Gap to the optimum",
              .help = "Of the same objective for both, by SGD at a constant rate: each hovers as "
                      "high as its gradients are noisy.",
              .y = "gap",
              .axes = Axes::logY,
              .appliesIf = ofSoftmax,
              .isMain = true},
        FrameView{.id = "frontier",
                  .title = "Largest against smallest",
                  .help =
                      "Losses now. The lines join static temperatures: what one gains the other "
                      "pays. Is a schedule below them?",
                  .kind = ViewKind::curves,
                  .frames = {"frontier"},
                  .xLabel = "loss of the largest domain",
                  .xUnit = "nats",
                  .yLabel = "loss of the smallest domain",
                  .yUnit = "nats",
                  .isMain = true},
        Chart{.id = "domain_losses",
              .title = "Losses of all domains",
              .help = "The largest domain is the first.",
              .curves = {{"domain_loss_*", ""}},
              .yLabel = "loss",
              .by = byTrial},
        Chart{.id = "repetitions",
              .title = "Repetitions",
              .help =
                  "How often each domain has been gone through. Beyond dozens, its examples are "
                  "learned by heart.",
              .curves = {{"repetitions_*", ""}},
              .yLabel = "repetitions r",
              .by = byTrial}};
}

std::vector<View> mixtureViews() {
    return {FrameView{.id = "shares",
                      .title = "Shares",
                      .help = "Of the data, and of what is drawn now. Move τ.",
                      .kind = ViewKind::bars,
                      .frames = {"shares"},
                      .yLabel = "share",
                      .by = byTrial},
            Chart{.id = "temperature",
                  .title = "Temperature",
                  .help = "τ of each step; what draws by no temperature has none.",
                  .y = "temperature_now",
                  .axes = Axes::logY},
            FrameView{.id = "excess",
                      .title = "Excess noise F(τ)",
                      .help =
                          "How many times noisier weighting is than sampling, if all domains have "
                          "gradients of the same size: ten domains of sizes i^−α, and these data.",
                      .kind = ViewKind::curves,
                      .frames = {"excess"},
                      .xLabel = "temperature τ",
                      .yLabel = "F(τ)",
                      .axes = Axes::logLog,
                      .by = byTrial},
            FrameTable{.id = "domains",
                       .title = "Domains",
                       .help = "Sizes, shares and weights now.",
                       .frames = {"domains"},
                       .by = byTrial},
            FrameView{.id = "text",
                      .title = "What it writes",
                      .help = "Sampled at temperature 0.8 after the beginning of a chunk of each "
                              "language that is set aside.",
                      .kind = ViewKind::text,
                      .frames = {"text"},
                      .by = byTrial,
                      .appliesIf = ofTexts},
            FrameTable{.id = "summary",
                       .title = "All methods",
                       .help = "Losses and repetitions now, in the first order of examples.",
                       .frames = {"summary"}}};
}

std::vector<View> noiseViews() {
    return {
        FrameView{.id = "norms",
                  .title = "Gradient norms",
                  .help = "Of the mini-batches so far, before the optimizer: under S many small "
                          "ones, and rare large ones.",
                  .kind = ViewKind::bars,
                  .frames = {"norms"},
                  .xLabel = "norm of the mini-batch gradient",
                  .yLabel = "share of the steps"},
        FrameView{.id = "moments",
                  .title = "Gradients of the domains",
                  .help = "Mean squared norm of an example's gradient now. The theorem takes them "
                          "for equal.",
                  .kind = ViewKind::bars,
                  .frames = {"moments"},
                  .yLabel = "m",
                  .by = byTrial},
        FrameView{.id = "terms",
                  .title = "Terms of the excess",
                  .help =
                      "Their sum is V_S − V_TS: where it is negative, weighting has the smaller "
                      "variance.",
                  .kind = ViewKind::bars,
                  .frames = {"terms"},
                  .yLabel = "p (w − 1) m",
                  .by = byTrial},
        Chart{.id = "noise",
              .title = "Variance along the way",
              .help = "Exact, of a single example's gradient at the arm's iterate, drawn either "
                      "way.",
              .curves = {{"sampled_noise", "if sampled"}, {"weighted_noise", "if weighted"}},
              .yLabel = "variance",
              .axes = Axes::logY,
              .by = byTrial,
              .appliesIf = ofSoftmax},
        FrameView{.id = "path",
                  .title = "Paths",
                  .help = "F − F* in the plane of the start and two optima, at the first static "
                          "temperature and at another; paths by SGD from the same start.",
                  .kind = ViewKind::trajectory,
                  .frames = {"path", "slice"},
                  .xLabel = "towards the optimum",
                  .yLabel = "across",
                  .appliesIf = ofSoftmax},
        Chart{.id = "twins",
              .title = "Full gradients both ways",
              .help = "Largest difference between the parameters: rounding.",
              .y = "twin_gap",
              .appliesIf = ofSoftmax},
        SweepChart{.id = "floor",
                   .title = "Floor against τ",
                   .help = "Mean gap over the second half of the steps.",
                   .x = "temperature",
                   .y = "floor_gap",
                   .axes = Axes::logLog,
                   .aggregate = Aggregate::mean,
                   .appliesIf = ofSoftmax}};
}

} // namespace

std::vector<View> views() {
    return joined({lossViews(), mixtureViews(), noiseViews()});
}

} // namespace convergence::upsample
