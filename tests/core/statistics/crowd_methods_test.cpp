// Methods that find answers in a crowd, against twins that are written as the definitions are, and
// against closed forms.

#include <algorithm>
#include <cmath>

#include <QtTest>

#include "core/error.h"
#include "core/math/decompositions.h"
#include "core/statistics/dawid_skene.h"
#include "core/statistics/top_two.h"
#include "core/statistics/worker_skills.h"
#include "tests/core/statistics/crowds.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::statistics;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

std::shared_ptr<const CrowdTable> drawnTable(const TopTwoCrowd& crowd, double share,
                                             std::uint64_t seed) {
    return std::make_shared<const CrowdTable>(
        withoutSilent(sampled(drawAnswers(crowd, seed, 0), share, {seed, "asked"})).table);
}

double wrongPairs(const std::vector<AnswerPair>& found, const std::vector<AnswerPair>& truth) {
    double wrong = 0.0;
    for (std::size_t j = 0; j < found.size(); ++j)
        wrong += found[j] == truth[j] ? 0.0 : 1.0;
    return wrong / static_cast<double>(found.size());
}

/// Dawid and Skene's round by the definition, on plain matrices.
struct PlainDawidSkene {
    explicit PlainDawidSkene(const CrowdTable& crowd)
        : table(crowd), posterior(MatrixXd::Zero(table.tasks(), table.choices())) {
        for (Index j = 0; j < table.tasks(); ++j)
            for (const auto& answer : table.of(j))
                posterior(j, answer.choice) += 1.0 / static_cast<double>(table.of(j).size());
    }
    void round() {
        const Index K = table.choices();
        confusion.assign(static_cast<std::size_t>(table.workers()), MatrixXd::Constant(K, K, 1e-6));
        for (Index j = 0; j < table.tasks(); ++j)
            for (const auto& answer : table.of(j))
                confusion[answer.worker].row(answer.choice) += posterior.row(j);
        for (MatrixXd& of : confusion)
            for (Index c = 0; c < K; ++c)
                of.col(c) /= of.col(c).sum();
        for (Index j = 0; j < table.tasks(); ++j) {
            for (Index c = 0; c < K; ++c) {
                double product = 1.0;
                for (const auto& answer : table.of(j))
                    product *= confusion[answer.worker](answer.choice, c);
                posterior(j, c) = product;
            }
            posterior.row(j) /= posterior.row(j).sum();
        }
    }
    const CrowdTable& table;
    MatrixXd posterior;
    std::vector<MatrixXd> confusion;
};

} // namespace

class CrowdMethodsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theLargestTwoAreFoundAndTiesGoToTheLower() {
        const auto two = [](std::vector<double> scores) {
            return largestTwo(scores.data(), static_cast<Index>(scores.size()));
        };
        QVERIFY((two({1, 3, 2}) == AnswerPair{1, 2}));
        QVERIFY((two({3, 1, 2}) == AnswerPair{0, 2}));
        QVERIFY((two({1, 2, 3}) == AnswerPair{2, 1}));
        QVERIFY((two({0, 0, 0}) == AnswerPair{0, 1}));
        QVERIFY((two({0, 5, 0}) == AnswerPair{1, 0}));
        QVERIFY((two({-INFINITY, -INFINITY, 1}) == AnswerPair{2, 0}));
    }

    void majorityCountsVotes() {
        const auto method = majorityVote(crowdOf(4, {{0, 0, 1, 2, 2, 2}, {3, -1, -1, 3, 1, -1}}));
        QVERIFY(method->advance());
        QVERIFY(!method->advance());
        QVERIFY((method->estimate().pairs[0] == AnswerPair{2, 0}));
        QVERIFY((method->estimate().pairs[1] == AnswerPair{3, 1}));
        expectNear(method->scores(0), Eigen::Vector4d(2, 1, 3, 0), 0.0);
    }

    // ---- Dawid–Skene -----------------------------------------------------------------------

    // Two classes, two tasks, by hand. Votes: task 0 (0, 0, 1), task 1 (1, 1, 1): π = (⅔, ⅓) and
    // (0, 1). Worker 0 answers 0 and 1: μ(0|0) = (⅔)/(⅔) = 1, μ(0|1) = ⅓/(4/3) = ¼; so does worker
    // 1; worker 2 answers 1 twice: μ(1|·) = 1. Then π_0 ∝ (1, 1/16), π_1 ∝ (0, 9/16).
    void aRoundOfDawidSkeneByHand() {
        DawidSkene method(crowdOf(2, {{0, 0, 1}, {1, 1, 1}}));
        expectNear(method.posterior(0), Eigen::Vector2d(2.0 / 3, 1.0 / 3), 1e-15);
        method.advance();
        const double tolerance = 1e-5; // of the pseudo-count 10⁻⁶
        expectNear(method.confusion(0), (MatrixXd(2, 2) << 1, 0.25, 0, 0.75).finished(), tolerance);
        expectNear(method.confusion(2), (MatrixXd(2, 2) << 0, 0, 1, 1).finished(), tolerance);
        expectNear(method.posterior(0), Eigen::Vector2d(16.0 / 17, 1.0 / 17), tolerance);
        expectNear(method.posterior(1), Eigen::Vector2d(0, 1), tolerance);
    }

    void dawidSkeneMeetsItsPlainTwin() {
        for (const Index K : {3, 4, 5, 9}) {
            const TopTwoCrowd crowd =
                drawCrowd({.workers = 12, .tasks = 60, .choices = K, .clarity = {0.6, 0.9}}, 2, 0);
            const auto table = drawnTable(crowd, 0.7, 2);
            DawidSkene method(table);
            PlainDawidSkene twin(*table);
            for (int round = 0; round < 4; ++round) {
                method.advance();
                twin.round();
                for (Index j = 0; j < table->tasks(); ++j)
                    expectNear(method.posterior(j), VectorXd(twin.posterior.row(j)), 1e-9,
                               fmt::format("K = {}, round {}, task {}", K, round, j));
                for (Index i = 0; i < table->workers(); ++i)
                    expectNear(method.confusion(i), twin.confusion[static_cast<std::size_t>(i)],
                               1e-9);
            }
        }
    }

    // π is 1 and what is left of exp(−700) and less; its logarithm still tells the second.
    void theSecondAnswerOutlivesUnderflow() {
        std::vector<std::vector<int>> tasks;
        for (int j = 0; j < 40; ++j)
            tasks.push_back(std::vector<int>(800, j % 3));
        tasks.push_back(std::vector<int>(800, 2));
        for (std::size_t i = 0; i < 200; ++i)
            tasks.back()[i] = 1;
        DawidSkene method(crowdOf(3, tasks));
        method.advance();
        expectNear(method.posterior(40)[1], 0.0, 1e-300);
        QVERIFY((method.estimate().pairs.back() == AnswerPair{2, 1}));
    }

    // ---- Skills of workers -----------------------------------------------------------------

    void agreementIsCounted() {
        const Agreement of =
            agreementOf(*crowdOf(3, {{0, 0, 1, -1}, {1, 1, -1, -1}, {2, 0, 2, -1}, {1, 1, 1, -1}}));
        expectNear(of.excess(0, 1), 1.5 * 3.0 / 4.0 - 0.5, 1e-15);
        expectNear(of.excess(0, 2), 1.5 * 2.0 / 3.0 - 0.5, 1e-15);
        expectNear(of.excess(1, 2), 1.5 * 1.0 / 3.0 - 0.5, 1e-15);
        expectNear(of.excess, of.excess.transpose(), 0.0);
        expectNear(of.common.row(3).sum(), 0.0, 0.0);
        expectNear(of.excess.diagonal(), VectorXd::Zero(4), 0.0);
    }

    void weightsAreLogOdds() {
        // x = 0: as good as a guess, a = 1/K.
        expectNear(votingWeights(Eigen::Vector2d(0.0, 0.5), 5)[0], 0.0, 1e-15);
        expectNear(votingWeights(Eigen::Vector2d(0.0, 0.5), 5)[1], std::log(0.6 * 4 / 0.4), 1e-15);
    }

    // Workers who are right with probability a and else spread evenly: the skills are known.
    void bothSkillsFindOneCoinWorkers() {
        const Index K = 4, n = 12, m = 6000;
        VectorXd x(n);
        for (Index i = 0; i < n; ++i)
            x[i] = 0.1 + 0.7 * static_cast<double>(i) / static_cast<double>(n - 1);
        auto table = std::make_shared<CrowdTable>(n, K);
        std::vector<std::uint8_t> truth;
        for (Index j = 0; j < m; ++j) {
            RandomStream stream({4, "one coin", 0, static_cast<std::uint64_t>(j)});
            truth.push_back(static_cast<std::uint8_t>(stream.integer(K)));
            std::vector<CrowdTable::Answer> row;
            for (Index i = 0; i < n; ++i) {
                // A share x knows, the others guess: right with x + (1 − x)/K.
                const bool knows = stream.uniform() < x[i];
                const auto guess = static_cast<std::uint8_t>(stream.integer(K));
                row.push_back({static_cast<std::uint32_t>(i), knows ? truth.back() : guess});
            }
            table->addTask(row);
        }
        // The best a vote can do: with the weights of the true skills.
        std::vector<AnswerPair> best;
        leadingPairs(*table, votingWeights(x, K), best);
        const auto wrongShare = [&](const std::vector<AnswerPair>& pairs) {
            double count = 0.0;
            for (std::size_t j = 0; j < truth.size(); ++j)
                count += pairs[j].first == truth[j] ? 0.0 : 1.0;
            return count / static_cast<double>(m);
        };
        for (const auto& method : {projectedSkills(table), robustSkills(table, 1)}) {
            int rounds = 0;
            while (rounds < 3000 && method->advance())
                ++rounds;
            QVERIFY(rounds > 3);
            expectNear(wrongShare(method->estimate().pairs), wrongShare(best), 0.004);
        }
    }

    void roundsOfSeveralStepsAreTheSameSteps() {
        const auto table = drawnTable(drawCrowd({.workers = 10, .tasks = 50}, 1, 0), 0.8, 1);
        const auto single = projectedSkills(table), hundred = projectedSkills(table, 100);
        for (int step = 0; step < 200; ++step)
            single->advance();
        for (int round = 0; round < 2; ++round)
            hundred->advance();
        expectNear(single->scores(0), hundred->scores(0), 0.0);
    }

    // ---- Two stages ------------------------------------------------------------------------

    // E B⁽ᵏ⁾ = s p rᵀ: the mean over many crowds with the same p, q, g and h.
    void theExpectationOfACutHasRankOne() {
        const Index K = 4, n = 3, m = 4;
        TopTwoCrowd crowd = drawCrowd({.workers = n, .tasks = m, .choices = K}, 8, 0);
        crowd.clarity << 0.6, 0.8, 0.9, 0.7;
        const double s = 0.5;
        constexpr int draws = 20000;
        // Many copies of the tasks make ŝ as good as s.
        std::vector<MatrixXd> mean(static_cast<std::size_t>(K), MatrixXd::Zero(n, m));
        for (int draw = 0; draw < draws; ++draw) {
            const auto replicate = static_cast<std::uint64_t>(draw);
            const CrowdTable table =
                sampled(drawAnswers(crowd, 8, replicate), s, {8, "asked", replicate});
            for (Index cut = 1; cut < K; ++cut) {
                const double share = table.density();
                const double centering = static_cast<double>(K - 2 * cut) / static_cast<double>(K);
                // As the matrix centers by ŝ, which is no constant on so small a table.
                mean[static_cast<std::size_t>(cut)].array() +=
                    cutMatrix(table, cut).array() + (share - s) * centering;
            }
        }
        for (Index cut = 1; cut < K; ++cut) {
            VectorXd r(m);
            for (Index j = 0; j < m; ++j) {
                const AnswerPair& pair = crowd.truth[static_cast<std::size_t>(j)];
                r[j] = 2.0 * (static_cast<double>(cut) / static_cast<double>(K) -
                              (pair.first < cut ? crowd.clarity[j] : 0.0) -
                              (pair.second < cut ? 1.0 - crowd.clarity[j] : 0.0));
            }
            expectNear(MatrixXd(mean[static_cast<std::size_t>(cut)] / draws),
                       MatrixXd(s * crowd.reliability * r.transpose()),
                       4.5 * std::sqrt(static_cast<double>(n * m) * s / draws),
                       fmt::format("cut {}, seed 8", cut));
        }
    }

    // Singular vectors, w, Δ, p̂ and q̂ by the definitions, with a full decomposition.
    void stageOneMeetsItsPlainTwin() {
        const TopTwoCrowd crowd =
            drawCrowd({.workers = 14, .tasks = 300, .choices = 5, .clarity = {0.6, 0.9}}, 6, 0);
        const auto table = drawnTable(crowd, 0.6, 6);
        const Index n = table->workers(), m = table->tasks(), K = 5;
        TopTwo method(table, {.stages = TopTwo::Stages::one});
        while (method.advance()) {
        }
        VectorXd u = VectorXd::Zero(n);
        for (Index cut = 1; cut < K; ++cut) {
            const MatrixXd b = cutMatrix(*table, cut);
            VectorXd leading = leftSingularVectors<double>(b).col(0);
            u += leading.sum() < 0.0 ? VectorXd(-leading) : leading;
        }
        u = (u / static_cast<double>(K - 1)).cwiseMax(0.0).cwiseMin(1.0);
        expectNear(method.direction(), u, 1e-8);
        MatrixXd w = MatrixXd::Zero(m, K + 1);
        for (Index cut = 1; cut < K; ++cut)
            w.col(cut) = cutMatrix(*table, cut).transpose() * u / (2.0 * table->density());
        const MatrixXd delta = (w.rightCols(K) - w.leftCols(K)).transpose();
        expectNear(method.delta(), delta, 1e-7);
        const CrowdEstimate& found = method.estimate();
        VectorXd hits = VectorXd::Zero(n), answers = hits;
        for (Index j = 0; j < m; ++j) {
            Index first = 0;
            delta.col(j).minCoeff(&first);
            QCOMPARE(Index{found.pairs[static_cast<std::size_t>(j)].first}, first);
            for (const auto& answer : table->of(j)) {
                const AnswerPair& pair = found.pairs[static_cast<std::size_t>(j)];
                answers[answer.worker] += 1.0;
                hits[answer.worker] += answer.choice == pair.first || answer.choice == pair.second;
            }
        }
        const VectorXd p =
            ((hits.cwiseQuotient(answers).array() - 0.4) / 0.6).max(0.001).min(0.999).matrix();
        expectNear(found.reliability, p, 1e-12);
        for (Index j = 0; j < m; ++j)
            expectNear(found.clarity[j],
                       std::clamp(0.2 - delta.col(j).minCoeff() / p.norm(), 0.501, 0.999), 1e-7);
    }

    // With much data stage 1 finds what the model was made of.
    void muchDataGivesTheModelBack() {
        const TopTwoCrowd crowd =
            drawCrowd({.workers = 300, .tasks = 400, .choices = 4, .clarity = {0.6, 0.95}}, 12, 0);
        TopTwo method(drawnTable(crowd, 0.9, 12), {});
        QCOMPARE(method.rounds(), Index{4});
        int rounds = 0;
        while (method.advance())
            ++rounds;
        QCOMPARE(rounds, 4);
        const CrowdEstimate& found = method.estimate();
        QVERIFY(wrongPairs(found.pairs, crowd.truth) < 0.01);
        QVERIFY((found.reliability - crowd.reliability).cwiseAbs().mean() < 0.06);
        QVERIFY((found.clarity - crowd.clarity).cwiseAbs().mean() < 0.05);
        QVERIFY(!method.signIsUnclear());
        QVERIFY(found.reliability.allFinite() && found.clarity.allFinite());
    }

    // The sum of a cut's entries over tasks is what the centering takes away; without a single
    // answer beyond chance the sign is a guess and must be said.
    void aCrowdThatOnlyGuessesHasNoSign() {
        // Two workers who mirror each other: the leading vector is (1, −1)/√2.
        std::vector<std::vector<int>> tasks;
        for (int j = 0; j < 30; ++j)
            tasks.push_back({j % 3, 2 - j % 3});
        TopTwo method(crowdOf(3, tasks), {});
        while (method.advance()) {
        }
        QVERIFY(method.signIsUnclear());
        QVERIFY(method.estimate().reliability.allFinite());
        QVERIFY(method.estimate().clarity.allFinite());
    }

    // With equal skills stage 2 counts votes.
    void equalSkillsAreTheMajority() {
        const auto table = drawnTable(drawCrowd({.workers = 20, .tasks = 200}, 9, 0), 0.5, 9);
        TopTwo method(table, {.skills = SkillsTaken::equal});
        while (method.advance()) {
        }
        const auto majority = majorityVote(table);
        for (std::size_t j = 0; j < method.estimate().pairs.size(); ++j) {
            const VectorXd count = majority->scores(static_cast<Index>(j));
            const AnswerPair mine = method.estimate().pairs[j],
                             theirs = majority->estimate().pairs[j];
            expectNear(count[mine.first], count[theirs.first], 0.0);
            expectNear(count[mine.second], count[theirs.second], 0.0);
        }
    }

    void aSecondHalfDecidesAlone() {
        const auto table = drawnTable(drawCrowd({.workers = 20, .tasks = 100}, 10, 0), 0.9, 10);
        const Halves halves = halved(*table, {10, "halves"});
        QCOMPARE(halves.first.count() + halves.second.count(), table->count());
        const auto first = std::make_shared<const CrowdTable>(halves.first);
        const auto second = std::make_shared<const CrowdTable>(halves.second);
        TopTwo method(first, {.stageTwo = second});
        while (method.advance()) {
        }
        std::vector<AnswerPair> pairs;
        likeliestPairs(*second, method.estimate().reliability, method.estimate().clarity, pairs);
        QVERIFY(pairs == method.estimate().pairs);
    }

    void twoChoicesAreRefused() {
        expectRefusal([] { return TopTwo(crowdOf(2, {{0, 1}}), {}).rounds(); }, "at least 3");
    }

    // Few experts among spammers: both stages find them, a majority does not.
    void fewExpertsAreFound() {
        const TopTwoCrowd crowd = drawCrowd({.workers = 50,
                                             .tasks = 500,
                                             .reliability = {0.001, 0.1},
                                             .clarity = {0.7, 0.9},
                                             .experts = 5},
                                            1, 0);
        const auto table = drawnTable(crowd, 1.0, 1);
        TopTwo method(table, {});
        while (method.advance()) {
        }
        const double found = wrongPairs(method.estimate().pairs, crowd.truth);
        const double voted = wrongPairs(majorityVote(table)->estimate().pairs, crowd.truth);
        QVERIFY2(found < 0.6 * voted, fmt::format("{} against {}", found, voted).c_str());
    }
};

REGISTER_TEST(CrowdMethodsTest)
#include "crowd_methods_test.moc"
