#include <cmath>
#include <numeric>
#include <vector>

#include <QtTest>

#include "core/domains/draws.h"
#include "core/domains/mixture.h"
#include "core/domains/proxy_shares.h"
#include "core/domains/softmax_domains.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::domains;
using namespace convergence::testing;

namespace {

using Values = std::vector<double>;

const SoftmaxDomains& problem() {
    static const SoftmaxDomains made({.sizes = {200, 50, 8}, .seed = 5});
    return made;
}
Values sizesOf(const SoftmaxDomains& of) {
    return {of.sizes().begin(), of.sizes().end()};
}
Values shares(double temperature = 5.0) {
    return temperatureShares(sizesOf(problem()), temperature);
}
Eigen::VectorXd somewhere() {
    Eigen::VectorXd W(problem().dimension());
    RandomStream({.seed = 1, .purpose = "test"})
        .fillNormal(std::span(W.data(), std::size_t(W.size())));
    return W;
}

} // namespace

class SoftmaxDomainsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theGradientIsThatOfTheObjective() {
        Eigen::VectorXd W = somewhere(), gradient(W.size());
        problem().objective(W, shares(), gradient);
        const auto check =
            checkGradient([&] { return problem().objective(W, shares()); }, W, gradient);
        QVERIFY2(check.relativeError() < 1e-8, check.text().c_str());
    }

    void bothFullGradientsAreTheSame() {
        const Eigen::VectorXd W = somewhere();
        Eigen::VectorXd byDomains(W.size()), byWeights(W.size());
        for (const double temperature : {1.0, 5.0, 100.0}) {
            problem().gradientByDomains(W, shares(temperature), byDomains);
            problem().gradientByWeights(W, weightsOf(shares(temperature), sizesOf(problem())),
                                        byWeights);
            expectNear(byDomains, byWeights, 1e-14);
        }
    }

    void aBatchOfAllExamplesIsTheFullGradient() {
        const Eigen::VectorXd W = somewhere();
        const Values w = weightsOf(shares(), sizesOf(problem()));
        std::vector<std::uint32_t> all(258);
        std::iota(all.begin(), all.end(), 0U);
        Values weights;
        for (std::size_t i = 0; i < 3; ++i)
            weights.insert(weights.end(), problem().sizes()[i], w[i]);
        Eigen::VectorXd batch(W.size()), full(W.size());
        problem().gradient(W, all, weights, batch);
        problem().gradientByWeights(W, w, full);
        expectNear(batch, full, 1e-14);
    }

    void noiseIsThatOfAllSamplesOneByOne() {
        for (const double temperature : {1.0, 2.0, 5.0, 1000.0}) {
            const auto W = somewhere();
            const auto formula = problem().noise(W, shares(temperature));
            const auto counted = problem().enumeratedNoise(W, shares(temperature));
            expectNear(formula.sampled / counted.sampled, 1.0, 1e-12);
            expectNear(formula.weighted / counted.weighted, 1.0, 1e-12);
            expectNear(formula.moments, counted.moments, 1e-12);
        }
        const auto equal = problem().noise(somewhere(), shares(1.0));
        expectNear(equal.sampled, equal.weighted, 1e-12);
    }

    void normsNeedNoGradients() {
        const Eigen::VectorXd W = somewhere();
        Eigen::VectorXd one(W.size());
        for (const std::uint32_t example : {0U, 201U, 257U}) {
            problem().gradient(W, std::span(&example, 1), Values{1.0}, one);
            one -= problem().ridge() * W;
            expectNear(problem().squaredNorm(W, example), one.squaredNorm(), 1e-12);
        }
    }

    void nothingIsLowerThanTheMinimum() {
        const Eigen::VectorXd best = problem().minimum(shares());
        Eigen::VectorXd gradient(best.size());
        const double least = problem().objective(best, shares(), gradient);
        QVERIFY2(gradient.lpNorm<Eigen::Infinity>() <= 1e-9,
                 std::to_string(gradient.lpNorm<Eigen::Infinity>()).c_str());
        RandomStream stream({.seed = 9, .purpose = "test"});
        for (int trial = 0; trial < 20; ++trial) {
            Eigen::VectorXd other(best.size());
            stream.fillNormal(std::span(other.data(), std::size_t(other.size())), 0.1);
            QVERIFY(problem().objective(best + other, shares()) > least);
        }
    }

    void bothEstimatesAreUnbiased() {
        const Eigen::VectorXd W = somewhere();
        const Values p = shares();
        Eigen::VectorXd full(W.size());
        problem().gradientByDomains(W, p, full);
        const auto noise = problem().noise(W, p);
        TemperatureSampling sampling(sizesOf(problem()), {.first = 5});
        Scalarization weighting(sizesOf(problem()), {.first = 5});
        const auto check = [&](MixturePolicy& policy, double variance) {
            constexpr int samples = 20'000;
            DomainDraws draws({200, 50, 8}, DomainDraws::Order::independent, 4, 0);
            Mixture mixture{Values(3), Values(3)};
            policy.at(0.5, draws.repetitions(), mixture);
            std::vector<std::uint32_t> example(1), domain(1);
            Eigen::VectorXd one(W.size()), mean = Eigen::VectorXd::Zero(W.size());
            for (int t = 0; t < samples; ++t) {
                draws.draw(t, mixture.shares, example, domain);
                problem().gradient(W, example, Values{mixture.weights[domain[0]]}, one);
                mean += one / samples;
            }
            // ‖mean − G‖² is V/n on average.
            const double off = (mean - full).norm() / std::sqrt(variance / samples);
            QVERIFY2(off < 2.0, std::to_string(off).c_str());
        };
        check(sampling, noise.sampled);
        check(weighting, noise.weighted);
    }

    void sgdStepsAlongTheBatch() {
        auto shared = std::make_shared<const SoftmaxDomains>(
            SoftmaxDomains::Options{.sizes = {20, 5}, .scales = {1, 1}, .seed = 2});
        SoftmaxLearner learner(shared, 0.3);
        const std::vector<std::uint32_t> batch{3, 22};
        const Values weights{0.5, 4.0};
        Eigen::VectorXd first(shared->dimension()), W = Eigen::VectorXd::Zero(shared->dimension());
        shared->gradient(W, batch, weights, first);
        expectNear(learner.step(batch, weights), first.norm(), 1e-15);
        expectNear(learner.parameters(), Eigen::VectorXd(-0.3 * first), 1e-15);
    }

    void aProxyRaisesTheDomainThatLagsBehind() {
        auto shared = std::make_shared<const SoftmaxDomains>(
            SoftmaxDomains::Options{.sizes = {400, 20}, .scales = {1, 1}, .seed = 2});
        ProxyShares proxies(
            {400, 20}, [&] { return std::make_unique<SoftmaxLearner>(shared, 0.3); },
            {.iterations = 200, .batch = 8, .order = DomainDraws::Order::independent, .seed = 1});
        int steps = 0;
        for (; !proxies.isDone(); ++steps)
            proxies.step();
        QCOMPARE(steps, 400);
        const Values found = proxies.shares();
        expectNear(std::accumulate(found.begin(), found.end(), 0.0), 1.0, 1e-12);
        QVERIFY(found[0] > 0.0 && found[1] > 0.0 && found[0] != found[1]);
    }

    void mismatchedScalesAreRefused() {
        QVERIFY_EXCEPTION_THROWN(SoftmaxDomains({.sizes = {20, 5}, .scales = {1}}), InputError);
        QVERIFY_EXCEPTION_THROWN(SoftmaxDomains({.sizes = {20, 0}, .scales = {1, 1}}), InputError);
    }
};

REGISTER_TEST(SoftmaxDomainsTest)
#include "softmax_domains_test.moc"
