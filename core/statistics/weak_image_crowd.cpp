#include "core/statistics/weak_image_crowd.h"

#include <limits>
#include <span>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence::statistics {

namespace {

constexpr Index classes = 10;

/// One worker's means, pixels × classes; a class without examples is never the nearest.
struct NearestMean {
    std::vector<std::uint32_t> pixels;
    Eigen::MatrixXf means;
    Eigen::Array<float, classes, 1> counts = Eigen::Array<float, classes, 1>::Zero();

    NearestMean(const LabelledImages& pictures, std::vector<std::uint32_t> seen,
                std::span<const std::uint32_t> examples)
        : pixels(std::move(seen)),
          means(Eigen::MatrixXf::Zero(static_cast<Index>(pixels.size()), classes)) {
        for (const std::uint32_t example : examples) {
            const auto label = static_cast<Index>(pictures.labels[example]);
            means.col(label) += look(pictures, example);
            counts[label] += 1.0F;
        }
        for (Index c = 0; c < classes; ++c)
            means.col(c) /= std::max(counts[c], 1.0F);
    }
    [[nodiscard]] Eigen::VectorXf look(const LabelledImages& pictures, std::uint32_t which) const {
        Eigen::VectorXf values(static_cast<Index>(pixels.size()));
        for (std::size_t k = 0; k < pixels.size(); ++k)
            values[static_cast<Index>(k)] =
                pictures.images(static_cast<Index>(pixels[k]), static_cast<Index>(which));
        return values;
    }
    [[nodiscard]] std::uint8_t name(const Eigen::VectorXf& values) const {
        std::uint8_t nearest = 0;
        float least = std::numeric_limits<float>::infinity();
        for (Index c = 0; c < classes; ++c)
            if (const float distance = (means.col(c) - values).squaredNorm();
                counts[c] > 0.0F && distance < least) {
                least = distance;
                nearest = static_cast<std::uint8_t>(c);
            }
        return nearest;
    }
};

} // namespace

Index mostPictureTasks(const LabelledImages& pictures) {
    return pictures.count() / 6;
}

WeakImageCrowd drawWeakCrowd(const LabelledImages& pictures, const WeakCrowdDesign& design,
                             std::uint64_t seed, std::uint64_t replicate) {
    const Index left = mostPictureTasks(pictures), learned = pictures.count() - left;
    if (design.workers < 1 || design.tasks < 1 || design.tasks > left ||
        design.examples > learned || design.pixels > pictures.images.rows())
        throw InputError(fmt::format(
            "{} workers with {} tasks are not accepted: of {} pictures {} are there for tasks and "
            "{} to learn from; expected at most so many tasks and {} examples.",
            design.workers, design.tasks, pictures.count(), left, learned, design.examples));
    WeakImageCrowd crowd{CrowdTable(design.workers, classes), {}};
    RandomStream ofTasks({seed, "pictures", replicate});
    for (const std::uint32_t task :
         ofTasks.choice(static_cast<std::size_t>(left), static_cast<std::size_t>(design.tasks)))
        crowd.pictures.push_back(static_cast<std::uint32_t>(learned) + task);

    const auto tasks = static_cast<std::size_t>(design.tasks);
    const auto workers = static_cast<std::size_t>(design.workers);
    std::vector<std::uint8_t> answers(tasks * workers);
    for (std::size_t i = 0; i < workers; ++i) {
        RandomStream stream({seed, "weak workers", replicate, i});
        auto seen = stream.choice(static_cast<std::size_t>(pictures.images.rows()),
                                  static_cast<std::size_t>(design.pixels));
        const auto examples = stream.choice(static_cast<std::size_t>(learned),
                                            static_cast<std::size_t>(design.examples));
        const double guesses = stream.uniform(0.0, design.mostGuesses);
        const NearestMean worker(pictures, std::move(seen), examples);
        for (std::size_t j = 0; j < tasks; ++j) {
            const bool isGuess = stream.uniform() < guesses;
            const auto guess = static_cast<std::uint8_t>(stream.integer(classes));
            answers[j * workers + i] =
                isGuess ? guess : worker.name(worker.look(pictures, crowd.pictures[j]));
        }
    }
    std::vector<CrowdTable::Answer> row(workers);
    for (std::size_t j = 0; j < tasks; ++j) {
        for (std::size_t i = 0; i < workers; ++i)
            row[i] = {static_cast<std::uint32_t>(i), answers[j * workers + i]};
        crowd.answers.addTask(row);
    }
    return crowd;
}

} // namespace convergence::statistics
