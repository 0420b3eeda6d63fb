// The model of two leading answers, its answers, and what can be known of them in closed form.

#include <algorithm>
#include <cmath>

#include <QtTest>

#include "core/error.h"
#include "core/statistics/top_two.h"
#include "core/statistics/top_two_model.h"
#include "tests/core/statistics/crowds.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::statistics;
using Eigen::VectorXd;

namespace {

/// P(answer) by the words of the model.
double probability(double p, double q, Index K, AnswerPair truth, Index answer) {
    double known = 0.0;
    if (answer == truth.first)
        known = q;
    else if (answer == truth.second)
        known = 1.0 - q;
    return p * known + (1.0 - p) / static_cast<double>(K);
}

/// A task for every way in which workers can answer or pass, and how likely it is if the truth is
/// (0, 1).
struct AllPatterns {
    CrowdTable table;
    std::vector<std::vector<Index>> patterns; ///< −1: passed
};
AllPatterns allPatterns(Index workers, Index K) {
    AllPatterns all{CrowdTable(workers, K), {}};
    std::vector<Index> pattern(static_cast<std::size_t>(workers), -1);
    for (bool isLast = false; !isLast;) {
        all.patterns.push_back(pattern);
        std::vector<CrowdTable::Answer> row;
        for (std::size_t i = 0; i < pattern.size(); ++i)
            if (pattern[i] >= 0)
                row.push_back(
                    {static_cast<std::uint32_t>(i), static_cast<std::uint8_t>(pattern[i])});
        all.table.addTask(row);
        isLast = true;
        for (Index& answer : pattern) {
            if (++answer < K) {
                isLast = false;
                break;
            }
            answer = -1;
        }
    }
    return all;
}
double likelihood(const std::vector<Index>& pattern, const VectorXd& p, double q, Index K, double s,
                  AnswerPair truth) {
    double product = 1.0;
    for (std::size_t i = 0; i < pattern.size(); ++i)
        product *= pattern[i] < 0
                       ? 1.0 - s
                       : s * probability(p[static_cast<Index>(i)], q, K, truth, pattern[i]);
    return product;
}

/// P(another pair) of who knows p and q, by enumeration: a pair of greatest likelihood, one of
/// equal ones by a toss.
double exactError(const VectorXd& p, double q, Index K, double s) {
    const AnswerPair truth{0, 1};
    double right = 0.0;
    for (const auto& pattern : allPatterns(p.size(), K).patterns) {
        const double own = likelihood(pattern, p, q, K, s, truth);
        double most = 0.0, equal = 0.0;
        std::vector<double> all;
        for (Index a = 0; a < K; ++a)
            for (Index b = 0; b < K; ++b)
                if (a != b) {
                    all.push_back(
                        likelihood(pattern, p, q, K, s,
                                   {static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b)}));
                    most = std::max(most, all.back());
                }
        for (const double one : all)
            equal += one > most * (1.0 - 1e-12) ? 1.0 : 0.0;
        if (own > most * (1.0 - 1e-12))
            right += own / equal;
    }
    return 1.0 - right;
}

} // namespace

class CrowdModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void probabilitiesAddUp() {
        for (const Index K : {3, 5, 10}) {
            const auto [first, second, other] = answerProbabilities(0.3, 0.7, K);
            expectNear(first + second + static_cast<double>(K - 2) * other, 1.0, 1e-15);
            expectNear(first, probability(0.3, 0.7, K, {0, 1}, 0), 1e-15);
            expectNear(second, probability(0.3, 0.7, K, {0, 1}, 1), 1e-15);
            expectNear(other, probability(0.3, 0.7, K, {0, 1}, 2), 1e-15);
        }
    }

    // Frequencies of 40,000 answers a worker against the model: no more than 4.5 deviations off.
    void answersFollowTheModel() {
        const TopTwoDesign design{
            .workers = 4, .tasks = 40000, .choices = 4, .clarity = {0.7, 0.7}};
        const TopTwoCrowd crowd = drawCrowd(design, 11, 0);
        const CrowdTable table = drawAnswers(crowd, 11, 0);
        Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(4, 3);
        for (Index j = 0; j < table.tasks(); ++j) {
            const AnswerPair& truth = crowd.truth[static_cast<std::size_t>(j)];
            QVERIFY(truth.first != truth.second);
            for (const auto& answer : table.of(j))
                counts(answer.worker, answer.choice == truth.first    ? 0
                                      : answer.choice == truth.second ? 1
                                                                      : 2) += 1.0;
        }
        for (Index i = 0; i < 4; ++i) {
            const auto [first, second, other] = answerProbabilities(crowd.reliability[i], 0.7, 4);
            const double expected[] = {first, second, 2.0 * other};
            for (int part = 0; part < 3; ++part)
                expectNear(counts(i, part) / 40000.0, expected[part],
                           4.5 * std::sqrt(expected[part] * (1.0 - expected[part]) / 40000.0),
                           fmt::format("worker {}, part {}, seed 11", i, part));
        }
    }

    void largerCrowdsBeginWithTheSmaller() {
        const TopTwoCrowd small = drawCrowd({.workers = 5, .tasks = 20}, 3, 1);
        const TopTwoCrowd large = drawCrowd({.workers = 9, .tasks = 50}, 3, 1);
        expectNear(large.reliability.head(5), small.reliability, 0.0);
        expectNear(large.clarity.head(20), small.clarity, 0.0);
        const TopTwoCrowd other = drawCrowd({.workers = 5, .tasks = 20}, 3, 2);
        QVERIFY((other.clarity - small.clarity).norm() > 0.0);
    }

    void expertsComeLastAndKnow() {
        const TopTwoCrowd crowd = drawCrowd(
            {.workers = 50, .tasks = 10, .reliability = {0.001, 0.1}, .experts = 5}, 0, 0);
        QVERIFY(crowd.reliability.head(45).maxCoeff() <= 0.1);
        QVERIFY(crowd.reliability.tail(5).minCoeff() >= 0.9);
    }

    // Σ_y √(P_gh(y) P_θ(y)) over all answers and all pairs θ, against the six kinds.
    void coefficientsCoverEveryOtherPair() {
        for (const Index K : {3, 4, 6})
            for (const double p : {0.0, 0.2, 0.9})
                for (const double s : {0.4, 1.0}) {
                    const double q = 0.65;
                    double sum = 0.0;
                    for (Index a = 0; a < K; ++a)
                        for (Index b = 0; b < K; ++b) {
                            if (a == b || (a == 0 && b == 1))
                                continue;
                            double B = 0.0;
                            for (Index y = 0; y < K; ++y)
                                B += std::sqrt(probability(p, q, K, {0, 1}, y) *
                                               probability(p, q, K,
                                                           {static_cast<std::uint8_t>(a),
                                                            static_cast<std::uint8_t>(b)},
                                                           y));
                            sum += std::pow(1.0 - s + s * B, 3.0);
                        }
                    expectNear(pairErrorBound(VectorXd::Constant(3, p), q, K, s),
                               std::min(1.0, 0.5 * sum), 1e-12,
                               fmt::format("K = {}, p = {}, s = {}", K, p, s));
                }
    }

    void boundIsAboveTheExactError() {
        for (const Index K : {3, 4})
            for (const double q : {0.6, 0.9, 1.0})
                for (const double s : {0.5, 1.0})
                    for (const VectorXd& p :
                         {VectorXd(VectorXd::Constant(4, 0.9)),
                          VectorXd((VectorXd(4) << 0.99, 0.1, 0.5, 0.95).finished())}) {
                        const double exact = exactError(p, q, K, s);
                        const double bound = pairErrorBound(p, q, K, s);
                        QVERIFY2(bound >= exact && exact > 0.0,
                                 fmt::format("K = {}, q = {}, s = {}: error {}, bound {}", K, q, s,
                                             exact, bound)
                                     .c_str());
                    }
    }

    // The oracle on every pattern of answers, each as often as it comes, against the enumeration:
    // the pair it takes has the greatest likelihood.
    void theOracleIsTheMostLikelyPair() {
        const Index K = 4;
        const double q = 0.7, s = 0.6;
        const VectorXd p = (VectorXd(4) << 0.9, 0.2, 0.6, 0.01).finished();
        const AllPatterns all = allPatterns(4, K);
        std::vector<AnswerPair> pairs;
        likeliestPairs(all.table, p, VectorXd::Constant(all.table.tasks(), q), pairs);
        for (std::size_t j = 0; j < pairs.size(); ++j) {
            const double own = likelihood(all.patterns[j], p, q, K, s, pairs[j]);
            const Eigen::MatrixXd table = pairLikelihoods(all.table, static_cast<Index>(j), p, q);
            for (Index a = 0; a < K; ++a)
                for (Index b = 0; b < K; ++b)
                    if (a != b) {
                        const AnswerPair other{static_cast<std::uint8_t>(a),
                                               static_cast<std::uint8_t>(b)};
                        const double theirs = likelihood(all.patterns[j], p, q, K, s, other);
                        QVERIFY(own >= theirs * (1.0 - 1e-12));
                        // Log-likelihoods but for a constant of the task.
                        expectNear(table(a, b) - table(pairs[j].first, pairs[j].second),
                                   std::log(theirs / own), 1e-10);
                    }
        }
    }

    // 20,000 drawn tasks against the exact error of four workers.
    void drawnErrorsMeetTheExactOne() {
        const TopTwoDesign design{.workers = 4,
                                  .tasks = 20000,
                                  .choices = 3,
                                  .reliability = {0.5, 0.99},
                                  .clarity = {0.8, 0.8}};
        const TopTwoCrowd crowd = drawCrowd(design, 5, 0);
        const CrowdTable table =
            sampled(drawAnswers(crowd, 5, 0), 0.7, {.seed = 5, .purpose = "asked"});
        std::vector<AnswerPair> pairs;
        likeliestPairs(table, crowd.reliability, crowd.clarity, pairs);
        double mistaken = 0.0;
        for (std::size_t j = 0; j < pairs.size(); ++j)
            mistaken += pairs[j] == crowd.truth[j] ? 0.0 : 1.0;
        const double exact = exactError(crowd.reliability, 0.8, 3, 0.7);
        expectNear(mistaken / 20000.0, exact, 4.5 * std::sqrt(exact * (1.0 - exact) / 20000.0),
                   "seed 5");
    }

    void whatCannotBeDrawnIsRefused() {
        expectRefusal([] { return drawCrowd({.choices = 2}, 0, 0); }, "3 choices");
        expectRefusal([] { return drawCrowd({.workers = 0}, 0, 0); }, "0 workers");
        expectRefusal([] { return drawCrowd({.reliability = {0.5, 0.4}}, 0, 0); }, "0.5 to 0.4");
        expectRefusal([] { return drawCrowd({.clarity = {0.4, 0.9}}, 0, 0); }, "0.4 to 0.9");
        expectRefusal([] { return drawCrowd({.clarity = {0.6, NAN}}, 0, 0); }, "nan");
        expectRefusal([] { return drawCrowd({.experts = 51}, 0, 0); }, "51 experts");
    }
};

REGISTER_TEST(CrowdModelTest)
#include "crowd_model_test.moc"
