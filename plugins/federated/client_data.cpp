#include "plugins/federated/client_data.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/data/csv.h"
#include "core/data/fashion_mnist.h"
#include "core/error.h"
#include "core/math/random.h"

namespace convergence::federated {

namespace {

using Eigen::MatrixXf;

constexpr Index pictureSide = 28;

Model modelOf(const ParameterValues& values) {
    return traitsOf(modelChoices, values.text("model")).model;
}

/// Means of 2 × 2 pixels.
MatrixXf halved(const MatrixXf& pictures) {
    constexpr Index half = pictureSide / 2;
    MatrixXf small(half * half, pictures.cols());
    for (Index i = 0; i < pictures.cols(); ++i)
        for (Index row = 0; row < half; ++row)
            for (Index column = 0; column < half; ++column) {
                const Index at = 2 * row * pictureSide + 2 * column;
                small(row * half + column, i) =
                    0.25F * (pictures(at, i) + pictures(at + 1, i) + pictures(at + pictureSide, i) +
                             pictures(at + pictureSide + 1, i));
            }
    return small;
}

MatrixXf scaled(const MatrixXf& pixels, Model model) {
    constexpr float mean = 0.2860F, deviation = 0.3530F;
    const MatrixXf all = (pixels.array() - mean) / deviation;
    return model == Model::small ? halved(all) : all;
}

/// Pictures of the training file that are set aside for choices.
struct Validation {
    Index first, count;
};
/// From the 50,000th on, or nearer to the front of shorter files, but never of those trained on.
Validation validationOf(Index trained, Index all) {
    constexpr Index usual = 50'000, most = 2'000;
    const Index first = std::max(trained, std::min(usual, all - most));
    return {first, std::min(most, all - first)};
}

ClientSamples readPictures(const ParameterValues& values) {
    ImageDataset images = findFashionMnist(values.text("data_folder"));
    const auto train = values.integer("train_samples");
    if (train > images.train.count())
        throw InputError(fmt::format("Parameter 'train_samples': {} are not accepted, expected at "
                                     "most the {} that there are.",
                                     train, images.train.count()));
    if (images.train.images.rows() != pictureSide * pictureSide)
        throw InputError(fmt::format("Pictures of {} pixels do not fit the models, expected {}.",
                                     images.train.images.rows(), pictureSide * pictureSide));
    const auto test = std::min<Index>(values.integer("test_samples"), images.test.count());
    const auto [first, last] =
        std::minmax_element(images.train.labels.begin(), images.train.labels.begin() + train);
    if (*first == *last)
        throw InputError(fmt::format("The first {} pictures have one class, {}, expected at least "
                                     "two.",
                                     train, *first));
    const Model model = modelOf(values);
    const Validation validation = validationOf(train, images.train.count());
    ClientSamples samples;
    samples.provenance = {images.source, images.standIn};
    samples.data.inputs = scaled(images.train.images.leftCols(train), model);
    samples.data.labels.assign(images.train.labels.begin(), images.train.labels.begin() + train);
    samples.data.testInputs = scaled(images.test.images.leftCols(test), model);
    samples.data.testLabels.assign(images.test.labels.begin(), images.test.labels.begin() + test);
    samples.data.validationInputs =
        scaled(images.train.images.middleCols(validation.first, validation.count), model);
    const auto labels = images.train.labels.begin() + validation.first;
    samples.data.validationLabels.assign(labels, labels + validation.count);
    return samples;
}

/// The label's column, checked: whole numbers from 0 that fit a byte.
std::vector<std::uint8_t> labelsOf(const std::vector<double>& column, const std::string& name) {
    std::vector<std::uint8_t> labels;
    for (std::size_t i = 0; i < column.size(); ++i) {
        if (!(column[i] >= 0.0 && column[i] <= 255.0) || column[i] != std::floor(column[i]))
            throw InputError(fmt::format("Column '{}' of the table has a label {} in row {}, "
                                         "expected whole numbers from 0 to 255.",
                                         name, column[i], i + 1));
        labels.push_back(static_cast<std::uint8_t>(column[i]));
    }
    return labels;
}

/// Columns with mean 0 and deviation 1.
MatrixXf standardized(const NumericTable& table, std::size_t labelColumn) {
    const auto rows = static_cast<Index>(table.rows());
    MatrixXf inputs(static_cast<Index>(table.columns.size()) - 1, rows);
    Index feature = 0;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        if (c == labelColumn)
            continue;
        const Eigen::Map<const Eigen::VectorXd> column(table.columns[c].data(), rows);
        if (!column.allFinite())
            throw InputError(fmt::format("Column '{}' of the table has cells without a number; "
                                         "every cell needs one.",
                                         table.names[c]));
        const Eigen::ArrayXd off = column.array() - column.mean();
        const double deviation = std::sqrt(off.square().mean());
        if (!std::isfinite(deviation))
            throw InputError(fmt::format("Column '{}' of the table has numbers that cannot be "
                                         "squared; expected at most 1e150.",
                                         table.names[c]));
        inputs.row(feature++) = (off / (deviation > 0.0 ? deviation : 1.0)).cast<float>();
    }
    return inputs;
}

ClientSamples readTable(const ParameterValues& values) {
    const std::string& path = values.text("table");
    if (path.empty())
        throw InputError("Parameter 'table': none is given, expected the path of a CSV file.");
    const NumericTable table = readCsv(path);
    if (table.columns.size() < 2)
        throw InputError("The table has one column, expected features and a label.");
    const std::string& wanted = values.text("label_column");
    const std::string name = wanted.empty() ? table.names.back() : wanted;
    const auto labels = labelsOf(table.column(name), name);
    const auto labelColumn = static_cast<std::size_t>(
        std::find(table.names.begin(), table.names.end(), name) - table.names.begin());
    const std::set<std::uint8_t> classes(labels.begin(), labels.end());
    if (classes.size() < 2)
        throw InputError(fmt::format("Column '{}' of the table has one class, expected at least "
                                     "two.",
                                     name));
    const MatrixXf inputs = standardized(table, labelColumn);
    const auto order = RandomStream({.purpose = "rows of a table"}).permutation(labels.size());
    const std::size_t test = labels.size() / 5, validation = labels.size() / 10,
                      train = labels.size() - validation - test;
    ClientSamples samples;
    samples.classes = *classes.rbegin() + 1U;
    samples.provenance = {fmt::format("{} rows of {}", labels.size(), path), false};
    const auto take = [&](std::size_t from, std::size_t count, MatrixXf& to,
                          std::vector<std::uint8_t>& classesOf) {
        to.resize(inputs.rows(), static_cast<Index>(count));
        for (std::size_t k = 0; k < count; ++k) {
            to.col(static_cast<Index>(k)) = inputs.col(order[from + k]);
            classesOf.push_back(labels[order[from + k]]);
        }
    };
    take(0, train, samples.data.inputs, samples.data.labels);
    take(train, validation, samples.data.validationInputs, samples.data.validationLabels);
    take(train + validation, test, samples.data.testInputs, samples.data.testLabels);
    return samples;
}

} // namespace

ClientSamples readSamples(const ParameterValues& values) {
    return traitsOf(problemChoices, values.text("problem")).kind == ProblemKind::images
               ? readPictures(values)
               : readTable(values);
}

void checkSharing(const ParameterValues& values) {
    const ProblemKind kind = traitsOf(problemChoices, values.text("problem")).kind;
    const Model model = modelOf(values);
    if (kind == ProblemKind::table && (model == Model::small || model == Model::lenet))
        throw InputError(fmt::format("Parameter 'model': {} takes pictures, expected softmax or "
                                     "mlp for a table.",
                                     values.text("model")));
    if (kind != ProblemKind::images)
        return;
    const auto train = values.integer("train_samples"), clients = values.integer("clients");
    const auto shards = values.integer("shards");
    constexpr std::int64_t fewest = 10; // unequalDirichletPartition()
    switch (traitsOf(sharingChoices, values.text("partition")).sharing) {
    case Sharing::shards:
        if (train % (clients * shards) != 0)
            throw InputError(fmt::format("Parameter 'shards': {} for each of {} clients are not "
                                         "accepted with train_samples = {}, expected N·s to divide "
                                         "n.",
                                         shards, clients, train));
        break;
    case Sharing::unequal:
        if (clients * fewest > train)
            throw InputError(fmt::format("Parameter 'dirichlet': no α, such as {:g}, gives each of "
                                         "N = {} clients {} of {} samples, expected fewer clients.",
                                         values.real("dirichlet"), clients, fewest, train));
        break;
    case Sharing::dirichlet:
    case Sharing::identical:
        if (clients > train)
            throw InputError(fmt::format("Parameter 'clients': {} are not accepted with "
                                         "train_samples = {}, expected a sample for each.",
                                         clients, train));
        break;
    }
}

ClientNetwork networkOf(const ParameterValues& values, const ClientSamples& samples) {
    const Index inputs = samples.data.inputs.rows();
    const auto classes = static_cast<Index>(samples.classes);
    switch (modelOf(values)) {
    case Model::softmax:
        return {.sizes = {inputs, classes}};
    case Model::small:
        return {.sizes = {inputs, 32, classes}};
    case Model::mlp:
        return {.sizes = {inputs, 64, classes}};
    case Model::lenet:
        break;
    }
    return ClientNetwork::lenet();
}

Partition partitionOf(const ParameterValues& values, const ClientSamples& samples,
                      std::uint64_t replicate) {
    const LabelledSamples labelled{samples.data.labels, samples.classes};
    const auto clients = static_cast<std::size_t>(values.integer("clients"));
    // Replicates are partitions of their own; seeds below 2³² do not meet.
    const std::uint64_t seed =
        static_cast<std::uint64_t>(values.integer("seed")) + (replicate << 32U);
    switch (traitsOf(sharingChoices, values.text("partition")).sharing) {
    case Sharing::dirichlet:
        return dirichletPartition(labelled, clients, values.real("dirichlet"), seed);
    case Sharing::unequal:
        return unequalDirichletPartition(labelled, clients, values.real("dirichlet"), seed);
    case Sharing::shards:
        return shardPartition(labelled, clients, static_cast<std::size_t>(values.integer("shards")),
                              seed);
    case Sharing::identical:
        break;
    }
    return identicalPartition(samples.data.labels.size(), clients, seed);
}

} // namespace convergence::federated
