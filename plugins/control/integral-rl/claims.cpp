// What the paper claims about quadrature and control, the runs that each claim needs, and what
// refutes it.

#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/control/integral-rl/arms.h"
#include "plugins/control/integral-rl/experiment.h"

namespace convergence::integral_rl {

namespace {

using namespace measures;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

// ---- Runs ----------------------------------------------------------------------------------

const Numbers odd{5, 7, 9, 11, 13, 15};

Overrides linear(Names arms, Overrides further = {}) {
    return with({{"arms", std::move(arms)}}, further);
}
/// Where rounding must not matter: every window at a state of its own.
const Overrides drawn{{"excitation", std::string("drawn")}};

Overrides sine(Names arms) {
    return {{"arms", std::move(arms)},
            {"system", std::string("sine")},
            {"samples", odd},
            {"x1", 1.0},
            {"x2", 1.0}};
}
Overrides longWindows(const char* excitation, double window, double samples) {
    return linear({"trapezoid", "matern"}, {{"samples", Numbers{samples}},
                                            {"window", Numbers{window}},
                                            {"excitation", std::string(excitation)},
                                            {"iterations", whole(15)}});
}

/// That arm takes the other's place, and runs besides.
Refutation inPlaceOf(const std::string& arm, const std::string& by, std::string description,
                     Names arms) {
    return {std::move(description), {{"arms", std::move(arms)}}, {{arm, by}}};
}

// ---- What is measured ----------------------------------------------------------------------

/// In N − 1, of one start.
Measure slope(const char* arm, const char* column = "error") {
    return slopeOf(arm, factor("intervals"), final(column));
}
/// Of an arm's floor to another's, from start to start and N to N.
Measure ratioTo(const char* other) {
    return final("error") / ofTwin(other, final("error"));
}
/// Farthest of an arm's floors from another's, relative.
Measure farthestFrom(const char* arm, const char* other) {
    return largestOf(arm, abs(ratioTo(other) - 1.0));
}
/// The largest of a metric at any time in any trial of an arm.
Measure everLargest(const char* arm, const char* column) {
    return largestOf(arm, largest(column));
}
/// Of the last value to that of none, P = 0, where it began.
Measure grown() {
    return last("error") / first("error");
}
/// The order of the last step above rounding: ln(e₇/e₆)/ln(e₆/e₅).
Measure orderOfConvergence() {
    const auto e = [](double i) { return log(atIteration(i, "error")); };
    return (e(7) - e(6)) / (e(6) - e(5));
}
Measure farthestFromNewton() {
    std::vector<Measure> distances;
    for (const double i : {1, 2, 3, 4, 5, 6, 7})
        distances.push_back(
            abs(atIteration(i, "error") / ofTwin("newton", atIteration(i, "error")) - 1.0));
    return greatest(distances);
}

// ---- Claims --------------------------------------------------------------------------------

std::vector<Claim> orders() {
    const Names kernels{"matern", "matern_5_2", "matern_3_2"};
    const Names withWiener{"matern", "matern_5_2", "matern_3_2", "wiener"};
    return {
        {.id = "trapezoid_order",
         .statement = "With the trapezoidal rule the floor falls like N⁻².",
         .threshold = Within{"slope of the floor in N − 1", -2.0, 0.05,
                             theorem("Euler–Maclaurin, and its next term h⁴; margin ours")},
         .protocol = {{{"third order", linear({"trapezoid"})}, {"sine", sine({"trapezoid"})}},
                      threeSeeds},
         .judge = EachPart{.parts = {{"third order", slope("trapezoid"), 0, "third order"},
                                     {"sine", slope("trapezoid"), 0, "sine"}},
                           .what = "Slope of the trapezoid's floor for N = 5 to 15",
                           .per = Per::replicate},
         .refutations = {inPlaceOf("trapezoid", "left",
                                   "the left sum: the end points' halves left out", {"left"}),
                         inPlaceOf("trapezoid", "matern", "a smooth prior in its place",
                                   {"matern"})}},
        {.id = "bayesian_order",
         .statement = "With Bayesian quadrature under a Matérn kernel of smoothness ν the floor "
                      "falls like N⁻ᵇ at least, b = ν + ½.",
         .threshold = AtMost{"slope for ν = 7/2", -4.0, theorem("O(N⁻ᵇ), b = 4")},
         .also = {AtMost{"slope for ν = 5/2", -3.0, theorem("O(N⁻ᵇ), b = 3")},
                  AtMost{"slope for ν = 3/2", -2.0, theorem("O(N⁻ᵇ), b = 2")}},
         .protocol = {{{"third order", linear(kernels)}, {"sine", sine(kernels)}}, threeSeeds},
         .judge = EachPart{.parts = {{"7/2, third order", slope("matern"), 0, "third order"},
                                     {"7/2, sine", slope("matern"), 0, "sine"},
                                     {"5/2, third order", slope("matern_5_2"), 1, "third order"},
                                     {"5/2, sine", slope("matern_5_2"), 1, "sine"},
                                     {"3/2, third order", slope("matern_3_2"), 2, "third order"},
                                     {"3/2, sine", slope("matern_3_2"), 2, "sine"}},
                           .what = "Slope of the floor for N = 5 to 15",
                           .per = Per::replicate},
         .refutations = {inPlaceOf("matern", "wiener", "a rough prior in the smooth one's place",
                                   withWiener),
                         {"a jitter of 10⁻⁶ on the kernel matrix", {{"jitter", 1e-6}}, {}}}},
        {.id = "bayesian_beats_trapezoid",
         .statement = "From the same N ≥ 5 samples, Bayesian quadrature ends nearer to the best "
                      "value than the trapezoid.",
         .threshold = AtLeast{"least ratio of the trapezoid's floor to Matérn's", 2.0,
                              baseline("more than 1 is better; the factor of two is ours")},
         .protocol = {{{"third order", linear({"trapezoid", "matern"})},
                       {"sine", sine({"trapezoid", "matern"})}},
                      threeSeeds},
         .judge = EachRun{.numbers = {smallestOf("trapezoid", ratioTo("matern"))},
                          .what = "Trapezoid's floor over Matérn's, the least for N = 5 to 15"},
         .refutations = {inPlaceOf("matern", "wiener", "a rough prior in the smooth one's place",
                                   {"trapezoid", "wiener"})}},
        {.id = "wiener_is_trapezoid",
         .statement = "Bayesian quadrature with Brownian motion as prior is the trapezoid.",
         .threshold = AtMost{"largest relative difference of the floors", 1e-6,
                             identity("a Brownian bridge's mean is a line; up to rounding")},
         .protocol = {{{"third order", linear({"trapezoid", "wiener"}, drawn)},
                       {"sine", with(sine({"trapezoid", "wiener"}), drawn)}},
                      threeSeeds},
         .judge = EachRun{.numbers = {farthestFrom("wiener", "trapezoid")},
                          .what = "Largest relative difference of the floors"},
         .refutations = {inPlaceOf("wiener", "matern_1_2",
                                   "Matérn's kernel of ν = ½, as rough but drawn to 0",
                                   {"trapezoid", "matern_1_2"})}}};
}

std::vector<Claim> mechanisms() {
    const Names learners{"trapezoid", "exact", "newton"};
    return {
        {.id = "derived_floor",
         .statement = "On the linear system the trapezoid's floor is that of Newton's method with "
                      "the error h²/12 (AᵀS + SA) in each step, whatever the data.",
         .threshold = AtMost{"largest relative difference of the floors", 0.01,
                             theorem("Euler–Maclaurin, derived on this experiment's page; what is "
                                     "left is of order h²; margin ours")},
         .protocol = {{{"third order", linear({"trapezoid", "derived"})}}, threeSeeds},
         .judge = EachRun{.numbers = {farthestFrom("trapezoid", "derived")},
                          .what = "Largest relative difference from the derived floor"},
         .refutations = {inPlaceOf("derived", "newton", "Newton's method without that error",
                                   {"trapezoid", "newton"}),
                         inPlaceOf("trapezoid", "matern", "another rule's floor",
                                   {"matern", "derived"})}},
        {.id = "newton",
         .statement = "With the exact integral policy iteration is Newton's method, of order 2; "
                      "the trapezoid's stops at its floor.",
         .threshold = Within{"order of the step from 6 to 7", 2.0, 0.25,
                             theorem("Kleinman 1968: quadratic; margin ours")},
         .also = {AtMost{"largest relative distance from Newton's errors, steps 1 to 7", 0.01,
                         identity("the same iteration, up to rounding; margin ours")},
                  AtMost{"the trapezoid's relative change from step 8 to 12", 0.01,
                         ours("a floor that no longer moves")}},
         .protocol = {{{"N = 5", linear(learners, {{"samples", Numbers{5}}})}}, threeSeeds},
         .judge =
             EachRun{.numbers = {of("exact", orderOfConvergence()),
                                 of("exact", farthestFromNewton()),
                                 of("trapezoid",
                                    abs(atIteration(12, "error") / atIteration(8, "error") - 1.0))},
                     .what = "Order of the exact integral's convergence",
                     .per = Per::replicate},
         .refutations = {inPlaceOf("exact", "trapezoid",
                                   "the trapezoid's five samples in the "
                                   "integral's place",
                                   learners),
                         inPlaceOf("trapezoid", "exact", "no rule, so no floor", learners)}},
        {.id = "rule_decides",
         .statement = "From the same five samples in half a second Bayesian quadrature learns a "
                      "stable loop and the trapezoid an unstable one; with nine in a second, and "
                      "windows that starve nothing, the trapezoid's value grows without end.",
         .threshold = Above{"the trapezoid's largest real part, from x⁰", 0.0,
                            theorem("a linear loop is stable where all real parts are negative")},
         .also = {Below{"Matérn's largest real part", 0.0, theorem("so too")},
                  Above{"the trapezoid's last error over that without control, least", 1.0,
                        baseline("1: as far from P* as P = 0, where it began")},
                  Below{"the same of Matérn, largest", 1.0, baseline("so too")}},
         .protocol = {{{"half a second", longWindows("restarted", 0.5, 5)},
                       {"a second", longWindows("drawn", 1.0, 9)}},
                      threeSeeds},
         .judge =
             EachPart{
                 .parts = {{"trapezoid", of("trapezoid", largest("real_part")), 0, "half a second"},
                           {"Matérn", everLargest("matern", "real_part"), 1, "half a second"},
                           {"Matérn's error", largestOf("matern", grown()), 3, "half a second"},
                           {"trapezoid's error", smallestOf("trapezoid", grown()), 2, "a second"},
                           {"Matérn's error", largestOf("matern", grown()), 3, "a second"}},
                 .what = "Largest real part, and error over that without control"},
         .refutations = {inPlaceOf("trapezoid", "exact",
                                   "the exact integral in the trapezoid's place",
                                   {"exact", "matern"}),
                         inPlaceOf("matern", "wiener", "a rough prior in the smooth one's place",
                                   {"trapezoid", "wiener"}),
                         {"33 samples a window", {{"samples", Numbers{33}}}, {}}}},
        {.id = "data_do_not_matter",
         .statement = "On the linear system the floor does not depend on the states that were "
                      "visited: only the rule errs.",
         .threshold = AtMost{"largest over smallest floor over starts at N = 5, less 1", 1e-4,
                             theorem("all data agree on one Stein equation, derived on this "
                                     "experiment's page; up to rounding, margin ours")},
         .protocol = {{{"N = 5", linear({"trapezoid", "matern"},
                                        {{"samples", Numbers{5}},
                                         {"starts", whole(12)},
                                         {"excitation", std::string("drawn")}})}},
                      threeSeeds},
         .judge = EachPart{.parts = {{"trapezoid", largestOf("trapezoid", final("error")) /
                                                           smallestOf("trapezoid", final("error")) -
                                                       1.0},
                                     {"Matérn", largestOf("matern", final("error")) /
                                                        smallestOf("matern", final("error")) -
                                                    1.0}},
                           .what = "Spread of the floor over twelve starts"},
         .refutations = {{"the sine system, whose features cannot express the rule's error",
                          {{"system", std::string("sine")}, {"x1", 1.0}, {"x2", 1.0}},
                          {}}}}};
}

Claim observed(const char* id, const char* statement, Protocol protocol, Judge judge) {
    return {.id = id,
            .statement = statement,
            .kind = ClaimKind::observation,
            .protocol = std::move(protocol),
            .judge = std::move(judge)};
}

std::vector<Claim> observations() {
    return {
        observed(
            "two_samples", "With two samples the order is reversed: Matérn's floor is higher.",
            {{{"N = 2", linear({"trapezoid", "matern"}, {{"samples", Numbers{2}}})}}, threeSeeds},
            Observe{.number = smallestOf("matern", ratioTo("trapezoid")),
                    .what = "Matérn's floor over the trapezoid's at N = 2"}),
        observed("simpson",
                 "Simpson's rule, which is not in the paper, does better still where "
                 "costs are as smooth as here.",
                 {{{"third order", linear({"matern", "simpson"}, {{"samples", Numbers{5}}})},
                   {"sine", with(sine({"matern", "simpson"}), {{"samples", Numbers{5}}})}},
                  threeSeeds},
                 Observe{.number = smallestOf("matern", ratioTo("simpson")),
                         .what = "Matérn's floor over Simpson's at N = 5, least over starts"}),
        observed("excess", "Smooth costs give Bayesian quadrature more than the theorem promises.",
                 {{{"third order", linear({"matern"})}, {"sine", sine({"matern"})}}, threeSeeds},
                 Observe{.number = -4.0 - slope("matern"),
                         .what = "Order beyond b = 4",
                         .per = Per::replicate}),
        observed("controllers", "The controllers on the sine system are as good as the values.",
                 {{{"sine", sine({"matern"})}}, threeSeeds},
                 Observe{.number = slope("matern", "controller_error"),
                         .what = "Slope of mean |u − u*| with Matérn",
                         .per = Per::replicate}),
        observed("starved",
                 "Where a window of a second begins at x⁰, rounding decides with the "
                 "rule: a fast mode leaves nothing in the equations.",
                 {{{"N = 7", longWindows("restarted", 1.0, 7)}}, threeSeeds},
                 Observe{.number = countOf("matern", largest("real_part"),
                                           [](double part) { return part < 0.0; }),
                         .what = "Starts of 4 from which Matérn's loop stays stable at T = 1, "
                                 "N = 7"})};
}

} // namespace

std::vector<Claim> claims() {
    return joined({orders(), mechanisms(), observations()});
}

} // namespace convergence::integral_rl
