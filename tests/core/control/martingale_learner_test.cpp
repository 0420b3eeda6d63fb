#include <cmath>
#include <cstdlib>
#include <memory>
#include <utility>

#include <QtTest>

#include "core/control/martingale_learner.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS
// Eigen takes memory by malloc and not by operator new, so malloc is what is counted.
namespace {
thread_local long allocations = 0;
}
extern "C" void* __libc_malloc(std::size_t size);
extern "C" void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}
#endif

using namespace convergence;
using namespace convergence::control;
using Eigen::ArrayXXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

std::shared_ptr<const ValueFamily> family(const ValueProblem& problem, Basis basis, Index steps) {
    return std::make_shared<ValueFamily>(std::make_shared<ValueProcess>(problem, steps), basis);
}

const ValueProblem reverting;
const ValueProblem growing{.dynamics = Dynamics::geometricBrownian, .volatility = 0.4};
const MartingaleCondition orthogonality{Condition::orthogonality};

ArrayXXd episodes(const ValueFamily& family, Index count, std::uint64_t index) {
    ArrayXXd y(count, family.process().steps() + 1);
    RandomStream stream({.seed = 9, .purpose = "episodes", .index = index});
    family.process().sample(stream, y);
    return y;
}

/// J^θ, its gradient and ΔM_i of one episode, written as the definitions are.
struct Episode {
    const ValueFamily& family;
    const ArrayXXd& y;
    Index b;
    [[nodiscard]] double value(const VectorXd& theta, Index i) const {
        const ValueTable table = family.table(theta);
        return table.square[i] * y(b, i) + table.constant[i];
    }
    [[nodiscard]] VectorXd slope(const VectorXd& theta, Index i) const {
        VectorXd slope(theta.size());
        for (Index k = 0; k < theta.size(); ++k) {
            const VectorXd e = 1e-6 * VectorXd::Unit(theta.size(), k);
            slope[k] = (value(theta + e, i) - value(theta - e, i)) / 2e-6;
        }
        return slope;
    }
    [[nodiscard]] double difference(const VectorXd& theta, Index i) const {
        const ValueProcess& process = family.process();
        return value(theta, i + 1) - value(theta, i) + process.stepReward(i) * y(b, i);
    }
};

VectorXd meanOver(const ArrayXXd& y, const VectorXd& zero, const auto& ofEpisode) {
    VectorXd sum = zero;
    for (Index b = 0; b < y.rows(); ++b)
        sum += ofEpisode(b);
    return sum / double(y.rows());
}

} // namespace

class MartingaleLearnerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The four updates as the paper writes them, with gradients by differences.
    void offlineStepsAreThoseOfTheDefinitions() {
        for (const ValueProblem& problem : {reverting, growing}) {
            const auto j = family(problem, Basis::exact, 5);
            const ArrayXXd first = episodes(*j, 4, 0), y = episodes(*j, 4, 1);
            const double dt = j->process().timeStep();
            const VectorXd zero = VectorXd::Zero(j->dimension());
            const auto step = [&](Condition kind, const auto& ofEpisode) {
                const auto learner = makeLearner(Method::offline, {kind, 0.3}, j, 4);
                learner->setRate({.start = 0.05, .power = 0.0});
                learner->update(first); // away from 0
                const VectorXd theta = learner->theta();
                learner->update(y);
                const VectorXd expected =
                    theta + 0.05 * meanOver(y, zero, [&](Index b) {
                                return VectorXd(ofEpisode(Episode{*j, y, b}, theta));
                            });
                expectNear(learner->theta(), expected, 1e-8);
            };
            step(Condition::squaredError, [&](const Episode& at, const VectorXd& theta) {
                VectorXd sum = zero;
                for (Index i = 0; i < 5; ++i)
                    sum -= (at.slope(theta, i + 1) - at.slope(theta, i)) * at.difference(theta, i) /
                           dt;
                return sum;
            });
            step(Condition::martingaleLoss, [&](const Episode& at, const VectorXd& theta) {
                VectorXd sum = zero;
                for (Index i = 0; i < 5; ++i) {
                    double toGo = at.value(theta, 5); // h
                    for (Index k = i; k < 5; ++k)
                        toGo += j->process().stepReward(k) * at.y(at.b, k);
                    sum += at.slope(theta, i) * (toGo - at.value(theta, i)) * dt;
                }
                return sum;
            });
            step(Condition::orthogonality, [&](const Episode& at, const VectorXd& theta) {
                VectorXd sum = zero;
                for (Index i = 0; i < 5; ++i)
                    sum += at.slope(theta, i) * at.difference(theta, i);
                return sum;
            });
            step(Condition::traces, [&](const Episode& at, const VectorXd& theta) {
                VectorXd sum = zero, trace = zero; // backward view
                for (Index i = 0; i < 5; ++i) {
                    trace = std::pow(0.3, dt) * trace + at.slope(theta, i) * dt;
                    sum += trace * at.difference(theta, i);
                }
                return sum;
            });
        }
    }

    void onlineStepsUseTheParametersBeforeThem() {
        for (const bool traced : {false, true}) {
            const auto j = family(growing, Basis::exact, 6);
            const ArrayXXd y = episodes(*j, 3, 2);
            const double dt = j->process().timeStep();
            const MartingaleCondition condition{
                traced ? Condition::traces : Condition::orthogonality, 0.6};
            const auto learner = makeLearner(Method::online, condition, j, 3);
            learner->setRate({.start = 0.4, .power = 0.0});
            learner->update(y);
            VectorXd theta = VectorXd::Zero(1);
            MatrixXd trace = MatrixXd::Zero(1, 3);
            for (Index i = 0; i < 6; ++i) {
                VectorXd change = VectorXd::Zero(1);
                for (Index b = 0; b < 3; ++b) {
                    const Episode at{*j, y, b};
                    trace.col(b) =
                        traced
                            ? VectorXd(std::pow(0.6, dt) * trace.col(b) + at.slope(theta, i) * dt)
                            : at.slope(theta, i);
                    change += trace.col(b) * at.difference(theta, i) / 3.0;
                }
                theta += 0.4 * change;
            }
            expectNear(learner->theta(), theta, 1e-8);
        }
    }

    // Rank-one updates are the solution of the whole system.
    void leastSquaresSolvesTheSystemOfAllSteps() {
        for (const ValueProblem& problem : {reverting, growing})
            for (const bool traced : {false, true}) {
                const auto j = family(problem, Basis::linear, 8);
                const MartingaleCondition condition{
                    traced ? Condition::traces : Condition::orthogonality, 0.5};
                const auto learner = makeLearner(Method::leastSquares, condition, j, 5);
                const Index d = j->dimension();
                const VectorXd zero = VectorXd::Zero(d);
                MatrixXd a = 1e-3 * MatrixXd::Identity(d, d);
                VectorXd b = zero;
                const double dt = j->process().timeStep();
                for (std::uint64_t batch = 0; batch < 3; ++batch) {
                    const ArrayXXd y = episodes(*j, 5, batch);
                    learner->update(y);
                    for (Index e = 0; e < 5; ++e) {
                        const Episode at{*j, y, e};
                        VectorXd trace = zero;
                        for (Index i = 0; i < 8; ++i) {
                            const VectorXd phi = at.slope(zero, i);
                            trace = traced ? VectorXd(std::pow(0.5, dt) * trace + phi * dt) : phi;
                            a += trace * (phi - at.slope(zero, i + 1)).transpose();
                            b += trace * at.difference(zero, i);
                        }
                    }
                }
                const VectorXd expected = a.fullPivLu().solve(b);
                expectNear(learner->theta(), expected, 1e-6 * expected.norm());
            }
    }

    // θ moves down the gradient of u·m(θ), by differences of m.
    void gradientMethodsFollowTheJacobian() {
        for (const ValueProblem& problem : {reverting, growing})
            for (const Method method : {Method::gradient, Method::preconditionedGradient}) {
                const auto j = family(problem, Basis::exact, 6);
                const auto learner = makeLearner(method, orthogonality, j, 4);
                learner->setRate({.start = 0.7, .power = 0.0});
                learner->setAuxiliaryRate({.start = 0.25, .power = 0.0});
                const Index d = j->dimension();
                const VectorXd zero = VectorXd::Zero(d);
                VectorXd theta = zero, u = zero;
                for (std::uint64_t batch = 0; batch < 3; ++batch) {
                    const ArrayXXd y = episodes(*j, 4, batch);
                    const auto moment = [&](const VectorXd& at) {
                        return meanOver(y, zero, [&](Index b) {
                            const Episode episode{*j, y, b};
                            VectorXd sum = zero;
                            for (Index i = 0; i < 6; ++i)
                                sum += episode.slope(at, i) * episode.difference(at, i);
                            return sum;
                        });
                    };
                    MatrixXd gram = MatrixXd::Identity(d, d);
                    if (method == Method::preconditionedGradient) {
                        gram.setZero();
                        for (Index b = 0; b < 4; ++b)
                            for (Index i = 0; i < 6; ++i) {
                                const VectorXd g = Episode{*j, y, b}.slope(theta, i);
                                gram += g * g.transpose() / (4.0 * 6.0);
                            }
                    }
                    u += 0.25 * (moment(theta) - gram * u);
                    VectorXd slope(d);
                    for (Index k = 0; k < d; ++k) {
                        const VectorXd e = 1e-4 * VectorXd::Unit(d, k);
                        slope[k] = u.dot(moment(theta + e) - moment(theta - e)) / 2e-4;
                    }
                    theta -= 0.7 * slope;
                    learner->update(y);
                    expectNear(learner->theta(), theta, 1e-5);
                }
            }
    }

    void learnersComeToTheSolutionOfTheirCondition() {
        const auto j = family(reverting, Basis::exact, 10);
        const MartingalePopulation population(j);
        const auto learned = [&](Method method, Condition kind, double rate, double auxiliary) {
            const auto learner = makeLearner(method, {kind, 0.5}, j, 32);
            learner->setRate({.start = rate});
            learner->setAuxiliaryRate({.start = auxiliary, .power = 0.6});
            VectorXd average = VectorXd::Zero(2);
            constexpr int updates = 1500;
            for (int k = 0; k < updates; ++k) {
                learner->update(episodes(*j, 32, std::uint64_t(k)));
                if (k >= updates / 2)
                    average += learner->theta() / (updates / 2);
            }
            return (average - *population.solution({kind, 0.5})).norm();
        };
        expectNear(learned(Method::offline, Condition::squaredError, 0.1, 0.0), 0.0, 0.1);
        expectNear(learned(Method::offline, Condition::martingaleLoss, 8.0, 0.0), 0.0, 0.1);
        expectNear(learned(Method::offline, Condition::orthogonality, 6.0, 0.0), 0.0, 0.1);
        expectNear(learned(Method::online, Condition::orthogonality, 6.0, 0.0), 0.0, 0.1);
        expectNear(learned(Method::offline, Condition::traces, 15.0, 0.0), 0.0, 0.1);
        expectNear(learned(Method::leastSquares, Condition::orthogonality, 0.0, 0.0), 0.0, 0.1);
        expectNear(learned(Method::preconditionedGradient, Condition::orthogonality, 2.0, 3.0), 0.0,
                   0.1);
    }

    void updatesDoNotAllocate() {
#ifndef COUNTS_ALLOCATIONS
        QSKIP("malloc cannot be counted in this build");
#else
        const long atStart = allocations;
        const auto j = family(reverting, Basis::poly, 20);
        QVERIFY2(allocations > atStart, "the counter does not see Eigen's allocations");
        for (const auto& [method, kind] :
             {std::pair{Method::offline, Condition::squaredError},
              {Method::offline, Condition::martingaleLoss},
              {Method::offline, Condition::traces},
              {Method::online, Condition::orthogonality},
              {Method::online, Condition::traces},
              {Method::leastSquares, Condition::traces},
              {Method::gradient, Condition::orthogonality},
              {Method::preconditionedGradient, Condition::orthogonality}}) {
            const auto learner = makeLearner(method, {kind}, j, 7);
            learner->setRate({.start = 1e-4});
            learner->setAuxiliaryRate({.start = 1e-4});
            ArrayXXd y = episodes(*j, 7, 0);
            const long before = allocations;
            for (std::uint64_t k = 0; k < 3; ++k) {
                RandomStream stream({.seed = 1, .purpose = "episodes", .index = k});
                j->process().sample(stream, y);
                learner->update(y);
            }
            const long during = allocations - before;
            QCOMPARE(during, 0L);
        }
#endif
    }

    void stepsThatAreTooLargeAreTold() {
        const auto j = family(reverting, Basis::exact, 50);
        const auto learner = makeLearner(Method::offline, {Condition::squaredError}, j, 8);
        learner->setRate({.start = 20.0, .power = 0.0});
        bool finite = true;
        for (std::uint64_t k = 0; k < 1000 && finite; ++k)
            finite = learner->update(episodes(*j, 8, k));
        QVERIFY(!finite);
    }

    void whatDoesNotGoTogetherIsRefused() {
        const auto making = [](Method method, Condition kind, const ValueProblem& problem,
                               Index batch = 4) {
            return [=] {
                return makeLearner(method, {kind}, family(problem, Basis::exact, 4), batch);
            };
        };
        expectRefusal(making(Method::online, Condition::martingaleLoss, reverting), "online");
        expectRefusal(making(Method::leastSquares, Condition::squaredError, reverting),
                      "condition");
        expectRefusal(making(Method::leastSquares, Condition::orthogonality, growing),
                      "linear in θ");
        expectRefusal(making(Method::gradient, Condition::traces, reverting), "without traces");
        expectRefusal(making(Method::offline, Condition::traces, reverting, 0), "at least 1");
    }

    void ratesDecay() {
        const DecayingRate rate{.start = 8.0, .decayStart = 200.0, .power = 1.0};
        QCOMPARE(rate.at(0), 8.0);
        expectNear(rate.at(600), 2.0, 1e-15);
    }
};

REGISTER_TEST(MartingaleLearnerTest)
#include "martingale_learner_test.moc"
