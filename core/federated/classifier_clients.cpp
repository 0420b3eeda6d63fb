#include "core/federated/classifier_clients.h"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/shared_draws.h"
#include "core/math/random.h"
#include "core/nn/convolutional_classifier.h"
#include "core/nn/mlp_classifier.h"
#include "core/optim/quasi_newton.h"
#include "core/parallel/chunks.h"
#include "core/parallel/loans.h"

namespace convergence::federated {

namespace {

/// Clients whose gradients are computed in one call: no more than this, and than have so many
/// weights together, which stay in the processor's cache while the clients step.
constexpr Index clientsAtOnce = 16;
constexpr Index weightsAtOnce = 1 << 16;
constexpr Index testedAtOnce = 200;
constexpr Index lenetClasses = 10;

template <typename Scalar>
std::unique_ptr<Classifier<Scalar>> classifierOf(const ClientNetwork& network) {
    if (network.kind == ClientNetwork::Kind::fullyConnected)
        return std::make_unique<MlpClassifier<Scalar>>(network.sizes, testedAtOnce);
    if constexpr (std::is_same_v<Scalar, float>)
        return std::make_unique<ConvolutionalClassifier>(784, lenetClasses, testedAtOnce,
                                                         ConvolutionalClassifier::Pooling::maximum);
    throw std::logic_error("LeNet is there in single precision only");
}

std::int64_t classesOf(const ClientNetwork& network) {
    return network.kind == ClientNetwork::Kind::lenet ? lenetClasses : network.sizes.back();
}

template <typename Scalar>
void checkData(const ClassifierData<Scalar>& data, const ClassifierSetting& setting,
               Index features) {
    const auto classes = classesOf(setting.network);
    if (data.inputs.rows() != features)
        throw InputError(fmt::format("Samples of {} numbers do not fit the model, which takes {}.",
                                     data.inputs.rows(), features));
    for (const auto& labels : {&data.labels, &data.testLabels, &data.validationLabels})
        for (const std::uint8_t label : *labels)
            if (label >= classes)
                throw InputError(fmt::format("A label {} does not fit the model, which has classes "
                                             "0 to {}.",
                                             label, classes - 1));
    for (std::size_t i = 0; i < data.partition.size(); ++i)
        if (data.partition[i].empty())
            throw InputError(
                fmt::format("Client {} has no samples; each needs at least one.", i + 1));
}

} // namespace

template <typename Scalar>
ClassifierClients<Scalar>::ClassifierClients(std::shared_ptr<const ClassifierData<Scalar>> data,
                                             ClassifierSetting setting)
    : data_(std::move(data)), setting_(std::move(setting)) {
    const ClientGradients<Scalar> gradients(setting_.network, 1, 1);
    checkData(*data_, setting_, gradients.features());
    dimension_ = gradients.parameterCount();
    start_.resize(dimension_);
    gradients.initialize(
        start_,
        RandomStream({.seed = setting_.seed, .purpose = "start", .replicate = setting_.replicate})
            .bits());
}

template <typename Scalar>
ClassifierClients<Scalar>::~ClassifierClients() = default;

// ---- Batches -------------------------------------------------------------------------------

template <typename Scalar>
class ClassifierClients<Scalar>::Draws final : public Batches<Scalar> {
public:
    using typename Batches<Scalar>::Matrix;
    Draws(const ClassifierClients& problem, Index columns, const LocalPlan& plan)
        : problem_(problem), data_(*problem.data_), plan_(plan), group_(groupOf(problem, columns)),
          room_(roomOf(problem, plan)),
          workspaces_([this] { return std::make_unique<Workspace>(problem_, group_, room_); }) {
        const Index padded = (columns + group_ - 1) / group_ * group_;
        inputs_ = Matrix::Zero(data_.inputs.rows(), padded * room_);
        labels_.resize(static_cast<std::size_t>(padded * room_));
        counts_.resize(static_cast<std::size_t>(padded));
        slots_.reserve(static_cast<std::size_t>(columns));
    }

    void begin(std::span<const Visit> visits) override {
        slots_.clear();
        std::fill(counts_.begin(), counts_.end(), Index{0});
        for (const Visit& visit : visits) {
            slots_.push_back(
                {visit.client,
                 RandomStream(
                     {.seed = problem_.setting_.seed,
                      .purpose = "batches",
                      .replicate = problem_.setting_.replicate,
                      .index = indexPair(visit.client, static_cast<std::uint32_t>(visit.number))}),
                 0});
            if (plan_.epochs > 0 && orders_.size() < slots_.size())
                orders_.emplace_back();
        }
        if (plan_.batch == 0)
            for (std::size_t j = 0; j < slots_.size(); ++j)
                take(j, data_.partition[slots_[j].client]);
    }
    [[nodiscard]] Index columnsAtOnce() const override { return group_; }
    void next(Index first, Index count) override {
        for (Index j = first; j < first + count; ++j)
            if (plan_.epochs > 0)
                nextOfEpochs(static_cast<std::size_t>(j));
            else if (plan_.batch > 0)
                nextDrawn(static_cast<std::size_t>(j));
    }
    [[nodiscard]] std::int64_t samples(Index first, Index count) const override {
        return std::accumulate(counts_.begin() + first, counts_.begin() + first + count,
                               std::int64_t{0});
    }
    void evaluate(Index first, const Eigen::Ref<const Matrix>& points,
                  Eigen::Ref<Matrix> gradients) override {
        inChunks(points.cols(), group_, [&](Index begin, Index count) {
            evaluateGroup(first + begin, points.middleCols(begin, count),
                          gradients.middleCols(begin, count));
        });
    }

private:
    struct Slot {
        ClientId client;
        RandomStream stream;
        Index step;
    };
    /// What one call needs.
    struct Workspace {
        Workspace(const ClassifierClients& problem, Index group, Index room)
            : gradients(problem.setting_.network, group, room),
              fewPoints(Matrix::Zero(problem.dimension_, group > 1 ? group : 0)),
              fewGradients(fewPoints) {}
        ClientGradients<Scalar> gradients;
        Matrix fewPoints, fewGradients; ///< of a last group that is not full
    };
    /// As even as can be: all groups are computed at the size of the largest.
    static Index groupOf(const ClassifierClients& problem, Index columns) {
        const Index most = std::clamp<Index>(weightsAtOnce / problem.dimension_, 1, clientsAtOnce);
        const Index groups = std::max<Index>(1, (columns + most - 1) / most);
        return std::max<Index>(1, (columns + groups - 1) / groups);
    }
    /// Of the largest batch that any client can have.
    static Index roomOf(const ClassifierClients& problem, const LocalPlan& plan) {
        Index most = 0;
        for (Index i = 0; i < problem.clients(); ++i)
            most = std::max(most, problem.samples(static_cast<ClientId>(i)));
        if (plan.batch == 0)
            return most;
        return plan.epochs > 0 ? std::min(plan.batch, most) : plan.batch;
    }
    void evaluateGroup(Index first, const Eigen::Ref<const Matrix>& points,
                       Eigen::Ref<Matrix> gradients) {
        const Index count = points.cols();
        const typename ClientGradients<Scalar>::Batches batches{
            .inputs = inputs_.middleCols(first * room_, group_ * room_),
            .labels = std::span<const std::uint8_t>(labels_).subspan(
                static_cast<std::size_t>(first * room_), static_cast<std::size_t>(group_ * room_)),
            .counts = isWhole(first, count)
                          ? std::span<const Index>()
                          : std::span<const Index>(counts_).subspan(
                                static_cast<std::size_t>(first), static_cast<std::size_t>(group_))};
        const auto workspace = workspaces_.borrow();
        if (count == group_) {
            workspace->gradients.run(points, batches, gradients);
        } else {
            workspace->fewPoints.leftCols(count) = points;
            workspace->gradients.run(workspace->fewPoints, batches, workspace->fewGradients);
            gradients = workspace->fewGradients.leftCols(count);
        }
        if (const auto ridge = static_cast<Scalar>(problem_.setting_.ridge); ridge > Scalar(0))
            for (Index j = 0; j < count; ++j)
                if (counts_[static_cast<std::size_t>(first + j)] > 0)
                    gradients.col(j) += ridge * points.col(j);
    }
    /// Whether a whole group has whole batches, which are then read where they are.
    [[nodiscard]] bool isWhole(Index first, Index here) const {
        return here == group_ &&
               std::all_of(counts_.begin() + first, counts_.begin() + first + here,
                           [&](Index n) { return n == room_; });
    }
    void put(std::size_t j, Index b, std::uint32_t sample) {
        const Index column = static_cast<Index>(j) * room_ + b;
        inputs_.col(column) = data_.inputs.col(sample);
        labels_[static_cast<std::size_t>(column)] = data_.labels[sample];
    }
    void take(std::size_t j, std::span<const std::uint32_t> chosen) {
        for (std::size_t b = 0; b < chosen.size(); ++b)
            put(j, static_cast<Index>(b), chosen[b]);
        counts_[j] = static_cast<Index>(chosen.size());
    }
    void nextDrawn(std::size_t j) {
        const auto& own = data_.partition[slots_[j].client];
        for (Index b = 0; b < room_; ++b)
            put(j, b, own[slots_[j].stream.integer(own.size())]);
        counts_[j] = room_;
    }
    /// Shuffled passes of whole batches; one short batch, where there is no whole one.
    void nextOfEpochs(std::size_t j) {
        Slot& slot = slots_[j];
        const auto& own = data_.partition[slot.client];
        const auto all = static_cast<Index>(own.size());
        const Index size = plan_.batch == 0 ? all : std::min(plan_.batch, all);
        const Index aPass = all / size;
        counts_[j] = 0;
        if (slot.step >= plan_.epochs * aPass)
            return;
        auto& order = orders_[j];
        if (slot.step % aPass == 0) {
            order = own;
            for (std::size_t k = order.size(); k > 1; --k)
                std::swap(order[k - 1], order[slot.stream.integer(k)]);
        }
        take(j, std::span(order).subspan(static_cast<std::size_t>(slot.step % aPass * size),
                                         static_cast<std::size_t>(size)));
        ++slot.step;
    }
    const ClassifierClients& problem_;
    const ClassifierData<Scalar>& data_;
    LocalPlan plan_;
    Index group_, room_;
    Loans<Workspace> workspaces_;
    Matrix inputs_; ///< features × columns·room
    std::vector<std::uint8_t> labels_;
    std::vector<Index> counts_; ///< of each column's batch
    std::vector<Slot> slots_;
    std::vector<std::vector<std::uint32_t>> orders_; ///< of passes
};

template <typename Scalar>
std::unique_ptr<Batches<Scalar>> ClassifierClients<Scalar>::batches(Index columns,
                                                                    const LocalPlan& plan) const {
    return std::make_unique<Draws>(*this, columns, plan);
}

// ---- Measures ------------------------------------------------------------------------------

template <typename Scalar>
class ClassifierClients<Scalar>::Measures final : public Evaluator<Scalar> {
public:
    using typename Evaluator<Scalar>::Vector;
    using Matrix = MatrixOf<Scalar>;
    explicit Measures(const ClassifierClients& problem)
        : problem_(problem), classifier_(classifierOf<Scalar>(problem.setting_.network)),
          sum_(problem.dimension_), gradient_(problem.dimension_) {
        const Index each =
            std::max<Index>(1, problem.setting_.evaluated / std::max<Index>(1, problem.clients()));
        for (Index i = 0; i < problem.clients(); ++i)
            parts_.push_back(partOf(static_cast<ClientId>(i), each));
    }

    [[nodiscard]] Measured at(const Eigen::Ref<const Vector>& x) override {
        Measured measured;
        const auto n = static_cast<double>(parts_.size());
        double squares = 0.0;
        sum_.setZero();
        std::vector<double> accuracies;
        for (const Own& own : parts_) {
            measured.loss += lossAndGradient(own, x, gradient_) / n;
            squares += static_cast<double>(gradient_.squaredNorm()) / n;
            sum_ += gradient_ / static_cast<Scalar>(n);
            accuracies.push_back(1.0 - classifier_->evaluate(x, own.inputs, own.labels).errorRate);
        }
        measured.gradientSquare = static_cast<double>(sum_.squaredNorm());
        measured.dissimilarity = std::max(0.0, squares - measured.gradientSquare);
        std::sort(accuracies.begin(), accuracies.end());
        measured.leastAccuracy = accuracies.front();
        measured.tenthAccuracy = accuracies[accuracies.size() / 10];
        measured.medianAccuracy = accuracies[accuracies.size() / 2];
        if (!problem_.data_->testLabels.empty()) {
            const auto test =
                classifier_->evaluate(x, problem_.data_->testInputs, problem_.data_->testLabels);
            measured.testLoss = test.loss;
            measured.testAccuracy = 1.0 - test.errorRate;
        }
        if (!problem_.data_->validationLabels.empty())
            measured.validationAccuracy = 1.0 - classifier_
                                                    ->evaluate(x, problem_.data_->validationInputs,
                                                               problem_.data_->validationLabels)
                                                    .errorRate;
        if (problem_.optimum_) {
            measured.gap = measured.loss - problem_.least_;
            measured.distance = static_cast<double>((x - *problem_.optimum_).norm());
        }
        return measured;
    }
    [[nodiscard]] const Vector& lastGradient() const override { return sum_; }
    double gradient(ClientId client, const Eigen::Ref<const Vector>& x,
                    Eigen::Ref<Vector> gradient) override {
        return lossAndGradient(partOf(client, problem_.samples(client)), x, gradient);
    }

private:
    /// The first samples of a client.
    struct Own {
        Matrix inputs;
        std::vector<std::uint8_t> labels;
    };
    [[nodiscard]] Own partOf(ClientId client, Index most) const {
        const auto& data = *problem_.data_;
        const auto& all = data.partition[client];
        const auto count = std::min<std::size_t>(all.size(), static_cast<std::size_t>(most));
        Own own;
        own.inputs.resize(data.inputs.rows(), static_cast<Index>(count));
        for (std::size_t k = 0; k < count; ++k) {
            own.inputs.col(static_cast<Index>(k)) = data.inputs.col(all[k]);
            own.labels.push_back(data.labels[all[k]]);
        }
        return own;
    }
    /// Blocks of what the networks hold at once, weighted by their sizes.
    double lossAndGradient(const Own& own, const Eigen::Ref<const Vector>& x,
                           Eigen::Ref<Vector> gradient) {
        const Index all = own.inputs.cols();
        const auto ridge = static_cast<Scalar>(problem_.setting_.ridge);
        gradient = ridge * x;
        double loss = 0.5 * problem_.setting_.ridge * static_cast<double>(x.squaredNorm());
        if (!single_ || single_->batch() < std::min(all, testedAtOnce))
            single_.emplace(problem_.setting_.network, 1, std::min(all, testedAtOnce));
        const Index room = single_->batch();
        if (block_.cols() != room) {
            block_ = Matrix::Zero(own.inputs.rows(), room);
            blockLabels_.assign(static_cast<std::size_t>(room), 0);
            blockGradient_.resize(x.size(), 1);
        }
        for (Index first = 0; first < all; first += room) {
            const Index count = std::min(room, all - first);
            block_.leftCols(count) = own.inputs.middleCols(first, count);
            std::copy_n(own.labels.begin() + first, count, blockLabels_.begin());
            const double share = static_cast<double>(count) / static_cast<double>(all);
            loss += share *
                    static_cast<double>(single_->run(x,
                                                     {.inputs = block_,
                                                      .labels = blockLabels_,
                                                      .counts = std::span<const Index>(&count, 1)},
                                                     blockGradient_)[0]);
            gradient += static_cast<Scalar>(share) * blockGradient_.col(0);
        }
        return loss;
    }

    const ClassifierClients& problem_;
    std::unique_ptr<Classifier<Scalar>> classifier_;
    std::vector<Own> parts_;
    Vector sum_, gradient_;
    std::optional<ClientGradients<Scalar>> single_;
    Matrix block_, blockGradient_;
    std::vector<std::uint8_t> blockLabels_;
};

template <typename Scalar>
std::unique_ptr<Evaluator<Scalar>> ClassifierClients<Scalar>::evaluator() const {
    return std::make_unique<Measures>(*this);
}

template <typename Scalar>
void ClassifierClients<Scalar>::findOptimum() {
    const auto measures = evaluator();
    Vector own(dimension_);
    const Objective mean = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
        const Vector at = x.template cast<Scalar>();
        gradient.setZero();
        double loss = 0.0;
        const auto n = static_cast<double>(clients());
        for (Index i = 0; i < clients(); ++i) {
            loss += measures->gradient(static_cast<ClientId>(i), at, own) / n;
            gradient += own.template cast<double>() / n;
        }
        return loss;
    };
    constexpr double tolerance = 1e-9;
    const auto found = minimizeLbfgs(
        mean, start_.template cast<double>(),
        {.maximumIterations = 5000, .gradientTolerance = tolerance, .decreaseTolerance = 0.0});
    if (!(found.largestDerivative <= 100.0 * tolerance))
        throw NumericalError(fmt::format("The optimum was not found: after {} iterations a "
                                         "derivative of {:.2g} was left.",
                                         found.iterations, found.largestDerivative));
    optimum_ = found.x.template cast<Scalar>();
    least_ = found.value;
}

template class ClassifierClients<float>;
template class ClassifierClients<double>;

} // namespace convergence::federated
