#include <Eigen/Dense>
#include <QtTest>

#include "core/federated/measures.h"
#include "core/federated/quadratics.h"
#include "core/federated/synthetic_clients.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::federated;

class FederatedMeasuresTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void consensusIsTheMeanSquareAroundTheMean() {
        Eigen::MatrixXd models(2, 3);
        models << 0, 3, 6, 1, 1, 1;
        expectNear(consensus<double>(models), 6.0, 1e-14);
        expectNear(consensus<float>(models.cast<float>()), 6.0, 1e-5);
    }
    /// On quadratics the difference is that of the spread: ½·mean of (x_i − x̄)ᵀĀ(x_i − x̄).
    void theGapOfTheMeanIsBelowTheMeanGap() {
        const Quadratics problem({.clients = 4, .dimension = 5, .rotated = true, .seed = 1});
        const Eigen::MatrixXd models = Eigen::MatrixXd::Random(5, 7);
        const auto evaluator = problem.evaluator();
        const auto gaps = gapsOf<double>(*evaluator, models);
        const Eigen::VectorXd mean = models.rowwise().mean();
        const Eigen::MatrixXd off = models.colwise() - mean;
        expectNear(gaps->ofMean, problem.gap(mean), 1e-13);
        expectNear(gaps->mean - gaps->ofMean,
                   0.5 * (off.transpose() * problem.meanCurvature() * off).trace() / 7.0, 1e-13);
    }
    void sharpnessIsTheLargestEigenvalueOfTheMeanCurvature() {
        const Quadratics problem({.clients = 4, .dimension = 6, .rotated = true, .seed = 2});
        const auto evaluator = problem.evaluator();
        Eigen::VectorXd x(6);
        problem.start(x);
        const auto found = sharpness<double>(problem, *evaluator, x,
                                             {.tolerance = 1e-6, .maximumIterations = 3000});
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> exact(problem.meanCurvature());
        expectNear(found.value, exact.eigenvalues().maxCoeff(), 1e-6);
    }
    /// Of softmax regression at 0, whose Hessian is (I − 11ᵀ/C)/C ⊗ mean of xxᵀ, biases as
    /// inputs 1.
    void sharpnessOfSoftmaxIsThatOfItsHessian() {
        const Index inputs = 4, classes = 3;
        auto data = std::make_shared<const ClassifierData<double>>(syntheticClients(
            {.clients = 3, .inputs = inputs, .classes = classes, .samples = 50, .seed = 3}));
        const ClassifierClients<double> problem(data, {.network = {.sizes = {inputs, classes}}});
        const auto evaluator = problem.evaluator();
        const Eigen::VectorXd x = Eigen::VectorXd::Zero(problem.dimension());
        Eigen::MatrixXd extended(inputs + 1, data->inputs.cols());
        extended << data->inputs, Eigen::RowVectorXd::Ones(data->inputs.cols());
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> moments(
            extended * extended.transpose() / static_cast<double>(extended.cols()));
        const auto found = sharpness<double>(problem, *evaluator, x,
                                             {.tolerance = 1e-5, .maximumIterations = 2000});
        expectNear(found.value, moments.eigenvalues().maxCoeff() / static_cast<double>(classes),
                   1e-4);
    }
};

REGISTER_TEST(FederatedMeasuresTest)
#include "measures_test.moc"
