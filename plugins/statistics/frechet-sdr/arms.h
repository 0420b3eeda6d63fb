// What each method is, and each choice of the other parameters.

#pragma once

#include <optional>
#include <string_view>

#include "core/experiment/trait_table.h"
#include "core/statistics/frechet_covariance.h"
#include "core/statistics/sdr_data.h"
#include "core/statistics/sdr_network.h"
#include "core/statistics/sdr_table.h"

namespace convergence::frechet_sdr {

using statistics::Ball, statistics::ObjectMetric, statistics::SdrResponse;
using statistics::SdrCriterion, statistics::TableResponse;

enum class Form { network, kernel, linear };
enum class Weight { frechet, distance, kernel };

struct MethodArm {
    std::string_view id, label, help;
    Form form;
    Weight weight;
    SdrCriterion criterion = SdrCriterion::quadratic; ///< of a network
};
inline constexpr MethodArm methodArms[] = {
    {"fcc_net", "FCCov-Net", "A network that maximizes the Fréchet cumulative covariance.",
     Form::network, Weight::frechet},
    {"dist_net", "distance net", "The same network with distances as they are: not robust.",
     Form::network, Weight::distance},
    {"fcc_kernel", "FCCov kernel", "Functions of a Gaussian kernel in the network's place.",
     Form::kernel, Weight::frechet},
    {"dist_kernel", "distance kernel", "The same with distances as they are.", Form::kernel,
     Weight::distance},
    {"fcc_linear", "FCCov linear", "Linear features in the network's place.", Form::linear,
     Weight::frechet},
    {"wire", "WIRE", "Linear features with distances: the weighted inverse regression ensemble.",
     Form::linear, Weight::distance},
    {"gsir", "GSIR",
     "Functions of a Gaussian kernel, and a Gaussian kernel of the distances: generalized sliced "
     "inverse regression.",
     Form::kernel, Weight::kernel},
    {"dcov_net", "distance covariance net",
     "A network that maximizes the distance covariance of features and responses.", Form::network,
     Weight::distance, SdrCriterion::distanceCovariance},
};

enum class Pictures { none, turned, classes };
struct ResponseChoice {
    std::string_view id, label, help;
    SdrResponse response = SdrResponse::real; ///< of made-up data
    Pictures pictures = Pictures::none;
    ObjectMetric metric = ObjectMetric::euclidean;
    bool isTable = false; ///< whose metric is that of its TableChoice
};
inline constexpr ResponseChoice responseChoices[] = {
    {.id = "spd",
     .label = "matrices",
     .help = "Positive definite 2 × 2 matrices, whose logarithm depends on two functions of x.",
     .response = SdrResponse::spd,
     .metric = ObjectMetric::logEuclidean},
    {.id = "distribution",
     .label = "distributions",
     .help = "Normal distributions; distance is Wasserstein's.",
     .response = SdrResponse::distribution,
     .metric = ObjectMetric::wasserstein},
    {.id = "sphere",
     .label = "sphere",
     .help = "Points of a sphere; distance is along great circles.",
     .response = SdrResponse::sphere,
     .metric = ObjectMetric::arc},
    {.id = "real", .label = "numbers", .help = "One number; one direction is enough."},
    {.id = "images",
     .label = "turned boots",
     .help = "Pictures of ankle boots, turned; the response is the angle, a point of a circle.",
     .pictures = Pictures::turned,
     .metric = ObjectMetric::arc},
    {.id = "labels",
     .label = "classes",
     .help = "Pictures of trousers, bags and boots; two labels are equal or not.",
     .pictures = Pictures::classes,
     .metric = ObjectMetric::labels},
    {.id = "table",
     .label = "own table",
     .help = "Rows of a table (CSV) of your own. What is true of them nobody knows.",
     .isTable = true}};

struct TableChoice {
    std::string_view id, label, help;
    TableResponse response;
};
inline constexpr TableChoice tableChoices[] = {
    {"numbers", "numbers", "One number, or several as a vector.", TableResponse::numbers},
    {"labels", "labels", "One column of classes, by any names; two are equal or not.",
     TableResponse::labels},
    {"directions", "directions",
     "Vectors that are divided by their lengths; distance is the angle.",
     TableResponse::directions},
    {"quantiles", "quantiles", "Of a distribution, at even levels; distance is Wasserstein's.",
     TableResponse::quantiles}};

struct MetricChoice {
    std::string_view id, label, help;
    ObjectMetric metric;
};
inline constexpr MetricChoice metricChoices[] = {
    {"log_euclidean", "log-Euclidean", "‖ln A − ln B‖.", ObjectMetric::logEuclidean},
    {"cholesky", "Cholesky", "Of the factors, with logarithms on their diagonals.",
     ObjectMetric::cholesky},
    {"affine", "affine-invariant", "‖ln(A^{−½}BA^{−½})‖.", ObjectMetric::affineInvariant}};

/// What a refutation breaks.
struct MistakeChoice {
    std::string_view id, label, help;
    Ball ball = Ball::closed;
    bool isShuffled = false;
};
inline constexpr MistakeChoice mistakeChoices[] = {
    {.id = "none", .label = "none", .help = "The method as it is."},
    {.id = "shuffled",
     .label = "shuffled responses",
     .help = "Responses of other samples: nothing of x is left in them.",
     .isShuffled = true},
    {.id = "open_balls",
     .label = "open balls",
     .help = "Ties left out of the balls, in the sorted form alone.",
     .ball = Ball::open}};

} // namespace convergence::frechet_sdr
