#include <cmath>

#include <QtTest>

#include "core/bilevel/cosh_problem.h"
#include "core/bilevel/softmax_problem.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::bilevel;
using namespace convergence::testing;

namespace {

using Vector = Eigen::VectorXd;

Vector normalVector(Eigen::Index size, std::uint64_t index) {
    Vector v(size);
    RandomStream({.seed = 7, .purpose = "test", .index = index})
        .fillNormal({v.data(), static_cast<std::size_t>(size)});
    return v;
}

CoshProblem problemOf(const CoshModel& model, double noise, NoiseKind kind = NoiseKind::normal) {
    return {model,
            {.upperStart = Vector::Zero(model.dimension()),
             .lowerStart = Vector::Zero(model.dimension()),
             .upperNoise = noise,
             .lowerNoise = noise,
             .noise = kind}};
}

/// 24 examples of 3 classes and 5 features, 16 to validate.
SoftmaxTask smallTask() {
    SoftmaxTask task;
    task.classes = 3;
    task.features = 5;
    task.ridge = 0.1;
    RandomStream stream({.seed = 3, .purpose = "test task"});
    const auto fill = [&](SparseExamples& to, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            const std::vector<std::uint32_t> features{static_cast<std::uint32_t>(i % 3),
                                                      static_cast<std::uint32_t>(3 + i % 2)};
            const std::vector<double> values{stream.normal(), stream.normal()};
            to.add(features, values, static_cast<std::uint8_t>(stream.integer(3)));
        }
    };
    fill(task.training, 24);
    fill(task.validation, 16);
    fill(task.test, 8);
    return task;
}

/// The mean of an oracle over all parts.
template <typename Oracle>
Vector meanOverParts(const Problem& problem, Eigen::Index size, const Oracle& oracle) {
    Vector sum = Vector::Zero(size), one(size);
    for (std::uint32_t part = 0; part < problem.parts(); ++part) {
        oracle(Sample{.index = part, .isPart = true}, one);
        sum += one;
    }
    return sum / static_cast<double>(problem.parts());
}

} // namespace

class BilevelProblemsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theExactGradientIsThatOfTheValue() {
        const CoshModel model(10, 4);
        for (std::uint64_t k = 0; k < 3; ++k) {
            Vector x = 2.0 * normalVector(10, k);
            CoshModel::Exact exact;
            model.exact(x, exact);
            const GradientCheck check =
                checkGradient([&] { return model.value(x); }, x, exact.gradient);
            QVERIFY2(check.relativeError() < 1e-7, check.text().c_str());
            expectNear(Vector(model.H * exact.best), Vector(model.B * x), 1e-10);
            expectNear(Vector(model.H * exact.solution),
                       Vector((exact.best - model.c).array().tanh().matrix()), 1e-10);
        }
    }

    void curvatureIsBoundedByTheGradient() {
        for (std::uint64_t k = 0; k < 20; ++k) {
            const Vector x = 4.0 * normalVector(10, k);
            QVERIFY(x.array().cosh().maxCoeff() <= 1.0 + x.array().sinh().matrix().norm());
        }
    }

    void withoutNoiseOraclesAreTheGradients() {
        const CoshModel model(6, 1);
        CoshProblem problem = problemOf(model, 0.0);
        const Vector x = normalVector(6, 0), y = normalVector(6, 1);
        Vector found(6);
        problem.upperByX(x, y, {.index = 5}, found);
        expectNear(found, Vector(x.array().sinh()), 1e-14);
        problem.upperByY(x, y, {.index = 5}, found);
        expectNear(found, Vector((y - model.c).array().tanh()), 1e-14);
        problem.lowerByY(x, y, {.index = 5}, found);
        expectNear(found, Vector(model.H * y - model.B * x), 1e-13);
    }

    void partsAreAFiniteSumWithoutNoise() {
        const CoshModel model(6, 1);
        CoshProblem problem = problemOf(model, 2.0, NoiseKind::skewed);
        const Vector x = normalVector(6, 0), y = normalVector(6, 1), z = normalVector(6, 2);
        expectNear(
            meanOverParts(problem, 6,
                          [&](const Sample& s, Vector& out) { problem.lowerByY(x, y, s, out); }),
            Vector(model.H * y - model.B * x), 1e-11);
        expectNear(meanOverParts(problem, 6,
                                 [&](const Sample& s, Vector& out) {
                                     problem.hessianProduct(x, y, z, s, out);
                                 }),
                   Vector(model.H * z), 1e-11);
        // ∇ₓ⟨Hy − Bx, z⟩.
        expectNear(meanOverParts(problem, 6,
                                 [&](const Sample& s, Vector& out) {
                                     problem.mixedProduct(x, y, z, s, out);
                                 }),
                   Vector(-model.B.transpose() * z), 1e-11);
    }

    void noiseHasMeanZeroAndVarianceOne() {
        const CoshModel model(4, 2);
        const Vector x = Vector::Zero(4), y = Vector::Zero(4);
        for (const NoiseKind kind : {NoiseKind::normal, NoiseKind::skewed})
            for (const std::uint32_t draws : {1U, 16U}) {
                CoshProblem problem = problemOf(model, 1.0, kind);
                Vector noise(4);
                double sum = 0.0, squares = 0.0;
                constexpr int samples = 20'000;
                for (int k = 0; k < samples; ++k) {
                    problem.upperByX(x, y, {.index = static_cast<std::uint64_t>(k), .draws = draws},
                                     noise);
                    sum += noise.sum();
                    squares += noise.squaredNorm();
                }
                // Five standard errors; the fourth moment of the skewed one is 8.1.
                const double count = 4.0 * samples, variance = 1.0 / draws;
                expectNear(sum / count, 0.0, 5.0 * std::sqrt(variance / count));
                expectNear(squares / count, variance, 5.0 * variance * std::sqrt(8.0 / count));
            }
    }

    void equalSamplesSeeEqualNoise() {
        const CoshModel model(4, 2);
        CoshProblem a = problemOf(model, 1.0), b = problemOf(model, 1.0);
        const Vector x = normalVector(4, 0), y = normalVector(4, 1);
        Vector ofA(4), ofB(4);
        a.lowerByY(x, y, {.index = 3}, ofA);
        b.lowerByY(x, y, {.index = 9}, ofB);
        QVERIFY(ofA != ofB);
        b.lowerByY(x, y, {.index = 3}, ofB);
        QVERIFY(ofA == ofB);
    }

    void softmaxGradientsAreThoseOfTheLosses() {
        const SoftmaxTask task = smallTask();
        SoftmaxProblem problem(task, {});
        const Vector x = normalVector(24, 0);
        Vector W = normalVector(15, 1);
        std::vector<double> weights;
        for (const double entry : x)
            weights.push_back(sigmoid(entry));
        const GradientCheck lower = checkGradient(
            [&] {
                Vector ignored(15);
                return task.objective(W, weights, task.ridge, ignored);
            },
            W, meanOverParts(problem, 15, [&](const Sample& s, Vector& out) {
                problem.lowerByY(x, W, s, out);
            }));
        QVERIFY2(lower.relativeError() < 1e-7, lower.text().c_str());
        const GradientCheck upper =
            checkGradient([&] { return task.loss(task.validation, W); }, W,
                          meanOverParts(problem, 15, [&](const Sample& s, Vector& out) {
                              problem.upperByY(x, W, s, out);
                          }));
        QVERIFY2(upper.relativeError() < 1e-7, upper.text().c_str());
    }

    void softmaxProductsAreDerivativesOfTheGradient() {
        const SoftmaxTask task = smallTask();
        for (const auto upper :
             {SoftmaxProblem::Upper::exampleWeights, SoftmaxProblem::Upper::ridge}) {
            SoftmaxProblem problem(task, {.upper = upper});
            Vector x = normalVector(problem.upperStart().size(), 0), W = normalVector(15, 1);
            const Vector Z = normalVector(15, 2);
            const auto slope = [&] { // ⟨∇ᵧg, Z⟩
                return Z.dot(meanOverParts(problem, 15, [&](const Sample& s, Vector& out) {
                    problem.lowerByY(x, W, s, out);
                }));
            };
            const GradientCheck hessian = checkGradient(
                slope, W, meanOverParts(problem, 15, [&](const Sample& s, Vector& out) {
                    problem.hessianProduct(x, W, Z, s, out);
                }));
            QVERIFY2(hessian.relativeError() < 1e-7, hessian.text().c_str());
            const GradientCheck mixed = checkGradient(
                slope, x, meanOverParts(problem, x.size(), [&](const Sample& s, Vector& out) {
                    problem.mixedProduct(x, W, Z, s, out);
                }));
            QVERIFY2(mixed.relativeError() < 1e-7, mixed.text().c_str());
        }
    }

    /// ∇ₓf − ∇²ₓᵧg z at the minimum of g is the gradient of x ↦ f(y*(x)).
    void theHypergradientIsThatOfTheWholeProblem() {
        const SoftmaxTask task = smallTask();
        SoftmaxProblem problem(task, {});
        Vector x = normalVector(24, 0);
        const auto best = [&] {
            std::vector<double> weights;
            for (const double entry : x)
                weights.push_back(sigmoid(entry));
            return task.trained(weights, task.ridge, 1.0, 800);
        };
        const Vector W = best();
        const Vector right = meanOverParts(
            problem, 15, [&](const Sample& s, Vector& out) { problem.upperByY(x, W, s, out); });
        Vector z = Vector::Zero(15);
        for (int k = 0; k < 800; ++k)
            z -= meanOverParts(problem, 15,
                               [&](const Sample& s, Vector& out) {
                                   problem.hessianProduct(x, W, z, s, out);
                               }) -
                 right;
        const Vector gradient = -meanOverParts(problem, 24, [&](const Sample& s, Vector& out) {
            problem.mixedProduct(x, W, z, s, out);
        });
        const GradientCheck check = checkGradient(
            [&] { return task.loss(task.validation, best()); }, x, gradient, {.step = 1e-5});
        QVERIFY2(check.relativeError() < 1e-5, check.text().c_str());
    }

    void freshBatchesAreUnbiased() {
        const SoftmaxTask task = smallTask();
        SoftmaxProblem problem(task, {.trainingBatch = 8, .validationBatch = 4});
        const Vector x = normalVector(24, 0), W = normalVector(15, 1), Z = normalVector(15, 2);
        Vector sum = Vector::Zero(24), one(24);
        constexpr int samples = 20'000;
        for (int k = 0; k < samples; ++k) {
            problem.mixedProduct(x, W, Z, {.index = static_cast<std::uint64_t>(k)}, one);
            sum += one;
        }
        const Vector exact = meanOverParts(problem, 24, [&](const Sample& s, Vector& out) {
            problem.mixedProduct(x, W, Z, s, out);
        });
        expectNear(Vector(sum / samples), exact, 0.05 * exact.norm());
    }
};

REGISTER_TEST(BilevelProblemsTest)
#include "problems_test.moc"
