// Pictures as predictors: boots that are turned, or three classes.

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/data/fashion_mnist.h"
#include "core/data/image_transforms.h"
#include "core/error.h"
#include "core/math/random.h"
#include "plugins/statistics/frechet-sdr/trial.h"

namespace convergence::frechet_sdr {

using Eigen::Index;

namespace {

constexpr Index side = 14;
constexpr std::uint8_t boots = 9, bags = 8, trousers = 1;

bool isShown(Pictures pictures, std::uint8_t label) {
    return label == boots ||
           (pictures == Pictures::classes && (label == bags || label == trousers));
}

} // namespace

void loadPictures(Setting& setting) {
    if (setting.response.pictures == Pictures::none)
        return;
    const ImageDataset data = findFashionMnist(setting.values.text("data_folder"));
    setting.provenance = {data.source, data.standIn};
    std::vector<Index> chosen;
    for (Index i = 0; i < data.train.count(); ++i) {
        const std::uint8_t label = data.train.labels[static_cast<std::size_t>(i)];
        if (isShown(setting.response.pictures, label)) {
            chosen.push_back(i);
            setting.labels.push_back(label);
        }
    }
    if (data.train.images.rows() != 4 * side * side)
        throw InputError(fmt::format("The pictures have {} pixels, expected {}.",
                                     data.train.images.rows(), 4 * side * side));
    setting.pictures =
        meanPooled(Eigen::MatrixXf(data.train.images(Eigen::all, chosen)), 2 * side, 2);
}

statistics::SdrSample drawPictures(const Setting& setting, Index first, Index count,
                                   double outliers, std::uint64_t replicate) {
    const bool isTurned = setting.response.pictures == Pictures::turned;
    if (first + count > setting.pictures.cols())
        throw InputError(fmt::format("Parameter 'samples': {} pictures are asked for, there are "
                                     "{}; expected fewer samples.",
                                     first + count, setting.pictures.cols()));
    RandomStream order({.seed = static_cast<std::uint64_t>(setting.values.integer("seed")),
                        .purpose = "pictures",
                        .replicate = replicate});
    const auto places = order.permutation(static_cast<std::size_t>(setting.pictures.cols()));
    statistics::SdrSample sample{.x = Eigen::MatrixXd(count, side * side),
                                 .predictors = Eigen::MatrixXd::Zero(count, isTurned ? 2 : 3),
                                 .objects = Eigen::MatrixXd(isTurned ? 2 : 1, count),
                                 .isOutlier = std::vector<bool>(static_cast<std::size_t>(count))};
    Eigen::MatrixXf turned(side * side, 1);
    for (Index k = 0; k < count; ++k) {
        const auto place = static_cast<Index>(places[static_cast<std::size_t>(first + k)]);
        RandomStream stream({.seed = static_cast<std::uint64_t>(setting.values.integer("seed")),
                             .purpose = "turns",
                             .replicate = replicate,
                             .index = static_cast<std::uint64_t>(first + k)});
        turned = setting.pictures.col(place);
        const double angle = stream.uniform(-std::numbers::pi, std::numbers::pi);
        const double told = angle + 0.1 * stream.normal(), other = stream.uniform();
        const bool isOutlier = stream.uniform() < outliers;
        sample.isOutlier[static_cast<std::size_t>(k)] = isOutlier;
        if (isTurned) {
            ImageRotation(side, side, angle * 180.0 / std::numbers::pi)
                .apply(setting.pictures.col(place), turned);
            const double shown = isOutlier ? 2.0 * std::numbers::pi * other : told;
            sample.predictors.row(k) << std::cos(angle), std::sin(angle);
            sample.objects.col(k) << std::cos(shown), std::sin(shown);
        } else {
            constexpr std::uint8_t all[] = {boots, bags, trousers};
            const std::uint8_t label = setting.labels[static_cast<std::size_t>(place)];
            for (Index c = 0; c < 3; ++c)
                sample.predictors(k, c) = label == all[c] ? 1.0 : 0.0;
            sample.objects(0, k) = isOutlier ? all[static_cast<int>(3.0 * other)] : label;
        }
        sample.x.row(k) = turned.col(0).cast<double>().transpose();
    }
    return sample;
}

} // namespace convergence::frechet_sdr
