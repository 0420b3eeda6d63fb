// What the paper claims, the runs that each claim needs, and what refutes it.

#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/statistics/frechet-sdr/experiment.h"

namespace convergence::frechet_sdr {

namespace {

using namespace measures;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

/// Of an arm's quality less another's, at one share of outliers.
Measure ahead(const char* arm, const char* other, double outliers) {
    return where("outliers", outliers, of(arm, final("quality")) - of(other, final("quality")));
}
/// What outliers cost an arm.
Measure cost(const char* arm, double outliers) {
    return where("outliers", 0.0, of(arm, final("quality"))) -
           where("outliers", outliers, of(arm, final("quality")));
}

/// Share of the mean d² of one guess for all that neighbors leave, with a tenth of outliers.
Measure left(const char* arm) {
    return where("outliers", 0.1,
                 of(arm, final("neighbor_error")) / of(arm, final("constant_error")));
}

Overrides responding(const char* response, Names arms, Numbers outliers, Overrides further = {}) {
    further.insert({{"response", std::string(response)},
                    {"arms", std::move(arms)},
                    {"outliers", std::move(outliers)}});
    return further;
}
std::vector<ProtocolRun> allResponses(const Names& arms, const Numbers& outliers) {
    return {{"matrices", responding("spd", arms, outliers)},
            {"distributions", responding("distribution", arms, outliers)},
            {"sphere", responding("sphere", arms, outliers)},
            {"numbers", responding("real", arms, outliers, {{"dimension", whole(1)}})}};
}

const Refutation shuffled{"responses of other samples", {{"mistake", std::string("shuffled")}}, {}};
Refutation inPlace(const char* arm, const char* by, Names arms, std::string description) {
    return {std::move(description), {{"arms", std::move(arms)}}, {{arm, by}}};
}

} // namespace

std::vector<Claim> claims() {
    const Names forms{"fcc_net", "fcc_kernel", "fcc_linear"}, nets{"fcc_net", "dist_net"};
    const std::vector<std::uint64_t> fiveSeeds{0, 1, 2, 3, 4};
    return {
        {.id = "nonlinear_features",
         .statement = "From the distances of random objects the network finds nonlinear features "
                      "that say more of the sufficient predictors than linear ones and those of a "
                      "kernel.",
         .threshold = Above{"quality less that of linear features", 0.0,
                            baseline("the same W with linear features")},
         .also = {Above{"quality less that of the kernel", 0.0,
                        baseline("the same W with a Gaussian kernel")}},
         .hold = Hold::onAverage,
         .protocol = {allResponses(forms, {0}), fiveSeeds},
         .judge = EachRun{.numbers = {ahead("fcc_net", "fcc_linear", 0.0),
                                      ahead("fcc_net", "fcc_kernel", 0.0)},
                          .what = "Quality of FCCov-Net less that of linear features",
                          .told = {" {place}: {:.3f} ahead of the kernel.",
                                   {ahead("fcc_net", "fcc_kernel", 0.0)}}},
         .refutations = {shuffled, inPlace("fcc_net", "wire", {"wire", "fcc_kernel", "fcc_linear"},
                                           "linear features in the network's place")}},
        {.id = "robust_to_outliers",
         .statement = "A tenth of outliers costs the network less by the order of distances than "
                      "by the distances themselves.",
         .threshold = Above{"quality with outliers less that of the distance net", 0.0,
                            ablation("the same network with distances as they are")},
         .also = {Above{"what outliers cost the distance net, less what they cost FCCov-Net", 0.0,
                        ablation("so too")}},
         .hold = Hold::onAverage,
         .protocol = {{{"matrices", responding("spd", nets, {0, 0.1})},
                       {"numbers", responding("real", nets, {0, 0.1}, {{"dimension", whole(1)}})}},
                      twelveSeeds},
         .judge = EachRun{.numbers = {ahead("fcc_net", "dist_net", 0.1),
                                      cost("dist_net", 0.1) - cost("fcc_net", 0.1)},
                          .what = "Quality of FCCov-Net less that of the distance net, a tenth of "
                                  "outliers",
                          .told = {" {place}: outliers cost FCCov-Net {:.3f}, the distance net "
                                   "{:.3f}.",
                                   {cost("fcc_net", 0.1), cost("dist_net", 0.1)}}},
         .refutations = {inPlace("fcc_net", "dist_net", {"dist_net"},
                                 "distances in the place of their order")}},
        {.id = "consistency",
         .statement =
             "Sixteen times the samples take away half of what is missing between features "
             "and sufficient predictors, at least.",
         .threshold = Below{"slope of 1 − quality in n", -0.25,
                            ours("consistency would be any slope below 0; no rate is claimed")},
         .hold = Hold::onAverage,
         .protocol = {{{"distributions", responding("distribution", {"fcc_net"}, {0},
                                                    {{"samples", Numbers{125, 250, 500, 1000}}})}},
                      fiveSeeds},
         .judge =
             EachRun{.numbers = {slopeOf("fcc_net", factor("samples"), final("loss_of_quality"))},
                     .what = "Log-log slope of 1 − quality over n = 125 … 1,000"},
         .refutations = {inPlace("fcc_net", "wire", {"wire"},
                                 "linear features, which more samples do not help"),
                         shuffled}},
        {.id = "pictures",
         .statement = "On turned pictures of boots, a fifth of them with a wrong angle, the "
                      "convolutional network is above linear features.",
         .threshold = Above{"quality less that of linear features", 0.01,
                            baseline("the same W with linear features; the margin is ours")},
         .hold = Hold::onAverage,
         .protocol = {{{"boots",
                        responding("images", {"fcc_net", "fcc_linear"}, {0.2},
                                   {{"samples", Numbers{1200}}, {"iterations", whole(300)}})}},
                      threeSeeds},
         .judge = EachRun{.numbers = {ahead("fcc_net", "fcc_linear", 0.2)},
                          .what = "Quality of the network less that of linear features"},
         .refutations = {inPlace("fcc_net", "wire", {"wire", "fcc_linear"},
                                 "linear features in the network's place")}},
        {.id = "three_forms",
         .statement = "The covariance by its definition, as a quadratic form and by sorted prefix "
                      "sums is one number, ties included, and so are its gradients.",
         .threshold = AtMost{"largest relative difference", 1e-12,
                             identity("sums in another order, up to rounding")},
         .kind = ClaimKind::selfCheck,
         .protocol = {{{"matrices",
                        responding("spd", {"fcc_linear"}, {0.1}, {{"samples", Numbers{60}}})}},
                      {}},
         .judge = EachTrial{.arms = {"fcc_linear"},
                            .numbers = {final("identity_error")},
                            .what = "Largest relative difference on 60 responses with ties"},
         .refutations = {{"ties left out of the balls",
                          {{"mistake", std::string("open_balls")}},
                          {}}}},
        {.id = "price_of_robustness",
         .statement = "Without outliers the distance net is as good or better.",
         .kind = ClaimKind::observation,
         .protocol = {allResponses(nets, {0}), fiveSeeds},
         .judge = Observe{.number = ahead("dist_net", "fcc_net", 0.0),
                          .what = "Quality of the distance net less that of FCCov-Net"}},
        {.id = "other_responses",
         .statement = "On the sphere, where nothing is farther than its antipode, outliers do both "
                      "networks little harm; on distributions they can ruin the distance net.",
         .kind = ClaimKind::observation,
         .protocol = {{{"distributions", responding("distribution", nets, {0, 0.1})},
                       {"sphere", responding("sphere", nets, {0, 0.1})}},
                      fiveSeeds},
         .judge = Observe{.number = ahead("fcc_net", "dist_net", 0.1),
                          .what = "Quality of FCCov-Net less that of the distance net, a tenth of "
                                  "outliers",
                          .told = {" {place}: outliers cost FCCov-Net {:.3f}, the distance net "
                                   "{:.3f}.",
                                   {cost("fcc_net", 0.1), cost("dist_net", 0.1)}}}},
        {.id = "rivals",
         .statement = "GSIR, whose kernel of distances is bounded, bears outliers as well as the "
                      "kernel method with their order does; a network by distance covariance does "
                      "not.",
         .kind = ClaimKind::observation,
         .protocol = {{{"matrices",
                        responding("spd", {"gsir", "fcc_kernel", "dcov_net"}, {0, 0.1})}},
                      threeSeeds},
         .judge = Observe{.number = cost("gsir", 0.1),
                          .what = "What a tenth of outliers costs GSIR",
                          .told = {" {place}: {:.3f} the kernel method with W, {:.3f} the distance "
                                   "covariance net.",
                                   {cost("fcc_kernel", 0.1), cost("dcov_net", 0.1)}}}},
        {.id = "prediction",
         .statement = "Responses not seen are predicted from features that were learned among a "
                      "tenth of outliers.",
         .kind = ClaimKind::observation,
         .protocol = {{{"matrices",
                        responding("spd", {"fcc_net", "dist_net", "fcc_linear"}, {0.1})}},
                      threeSeeds},
         .judge = Observe{.number = left("fcc_net"),
                          .what = "Mean d² by ten neighbors over that of one guess for all, "
                                  "FCCov-Net",
                          .told = {" {place}: {:.3f} with the distance net's features, {:.3f} with "
                                   "linear ones.",
                                   {left("dist_net"), left("fcc_linear")}}}},
        {.id = "little_penalty",
         .statement = "With little penalty variances grow.",
         .kind = ClaimKind::observation,
         .protocol = {{{"sphere", responding("sphere", {"fcc_net"}, {0}, {{"penalty", 0.01}})}},
                      threeSeeds},
         .judge = Observe{.number = of("fcc_net", final("largest_variance")),
                          .what = "Largest variance of a feature at λ = 0.01"}}};
}

} // namespace convergence::frechet_sdr
