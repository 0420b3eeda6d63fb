#pragma once

#include "core/data/partitions.h"
#include "core/federated/problem.h"
#include "core/nn/client_gradients.h"

namespace convergence::federated {

/// Samples with labels, shared out among clients.
template <typename Scalar>
struct ClassifierData {
    MatrixOf<Scalar> inputs; ///< features × n
    std::vector<std::uint8_t> labels;
    Partition partition;         ///< of the clients; each has samples
    MatrixOf<Scalar> testInputs; ///< features × any number; none: no test
    std::vector<std::uint8_t> testLabels;
    /// That choices are made by, such as rates: any number, neither trained nor tested on.
    MatrixOf<Scalar> validationInputs;
    std::vector<std::uint8_t> validationLabels;
};

struct ClassifierSetting {
    ClientNetwork network;
    double ridge = 0.0; ///< l2: every f_i has (l2/2)‖x‖² besides
    std::uint64_t seed = 0, replicate = 0;
    /// Loss, gradient and the clients' accuracies are measured on so many samples at most, the
    /// first of each client.
    Index evaluated = 2000;
};

/// Clients with a classifier: f_i is the mean cross-entropy on the data of client i. x⁰ is how the
/// network starts (ClientNetwork) for the seed and replicate. Weights p_i are uniform.
template <typename Scalar>
class ClassifierClients final : public Problem<Scalar> {
public:
    using typename Problem<Scalar>::Vector;
    /// Throws InputError for clients without samples, labels that are no class of the network, and
    /// inputs that do not fit it.
    ClassifierClients(std::shared_ptr<const ClassifierData<Scalar>> data,
                      ClassifierSetting setting);
    ~ClassifierClients() override;

    [[nodiscard]] Index clients() const override {
        return static_cast<Index>(data_->partition.size());
    }
    [[nodiscard]] Index dimension() const override { return dimension_; }
    [[nodiscard]] Index samples(ClientId client) const override {
        return static_cast<Index>(data_->partition[client].size());
    }
    void start(Eigen::Ref<Vector> x) const override { x = start_; }
    [[nodiscard]] std::unique_ptr<Batches<Scalar>> batches(Index columns,
                                                           const LocalPlan& plan) const override;
    [[nodiscard]] std::unique_ptr<Evaluator<Scalar>> evaluator() const override;

    [[nodiscard]] const ClassifierData<Scalar>& data() const { return *data_; }
    /// f* and x*, by L-BFGS until no derivative exceeds 1e−9 (then the gap is at most the square
    /// of ‖∇f‖ over 2·l2). From then on gaps are measured. For l2 > 0 and softmax regression, which
    /// is strongly convex; throws NumericalError where it does not come so far.
    void findOptimum();
    [[nodiscard]] const std::optional<Vector>& optimum() const { return optimum_; }

private:
    class Draws;
    class Measures;

    std::shared_ptr<const ClassifierData<Scalar>> data_;
    ClassifierSetting setting_;
    Index dimension_ = 0;
    Vector start_;
    std::optional<Vector> optimum_;
    double least_ = 0.0; ///< f*
};

} // namespace convergence::federated
