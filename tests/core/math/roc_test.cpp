#include <cmath>
#include <limits>
#include <vector>

#include <QtTest>

#include "core/math/random.h"
#include "core/math/roc.h"
#include "core/math/statistics.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Scores = std::vector<double>;

/// By its definition.
double sharePairs(const Scores& negatives, const Scores& positives) {
    double pairs = 0.0;
    for (const double positive : positives)
        for (const double negative : negatives)
            pairs += positive > negative ? 1.0 : positive == negative ? 0.5 : 0.0;
    return pairs / static_cast<double>(negatives.size() * positives.size());
}

} // namespace

class RocTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isTheShareOfPairsInOrder() {
        constexpr std::uint64_t seed = 11;
        RandomStream stream({.seed = seed, .purpose = "roc test"});
        for (int round = 0; round < 20; ++round) {
            Scores negatives(1 + stream.integer(40)), positives(1 + stream.integer(40));
            for (double& score : negatives) // few values: many ties
                score = static_cast<double>(stream.integer(8));
            for (double& score : positives)
                score = static_cast<double>(2 + stream.integer(8));
            QCOMPARE(areaUnderRoc(negatives, positives), sharePairs(negatives, positives));
            QCOMPARE(areaUnderRoc(positives, negatives), 1.0 - sharePairs(negatives, positives));
        }
    }

    // By position in place of mean ranks, a score that says nothing would have any area.
    void equalScoresSayNothing() {
        QCOMPARE(areaUnderRoc(Scores(400, 0.0), Scores(600, 0.0)), 0.5);
    }

    void separationIsOneWhateverTheScale() {
        const Scores low{-std::numeric_limits<double>::infinity(), -1e300, 0.0},
            high{1e-300, 1e300};
        QCOMPARE(areaUnderRoc(low, high), 1.0);
        QCOMPARE(areaUnderRoc(high, low), 0.0);
    }

    // Of N(0, 1) against N(d, 1): Φ(d/√2).
    void agreesWithNormalScores() {
        constexpr std::uint64_t seed = 12;
        RandomStream stream({.seed = seed, .purpose = "roc test"});
        Scores negatives(20000), positives(20000);
        stream.fillNormal(negatives);
        stream.fillNormal(positives);
        for (double& score : positives)
            score += 1.0;
        expectNear(areaUnderRoc(negatives, positives), normalCdf(1.0 / std::sqrt(2.0)), 0.01,
                   "seed " + std::to_string(seed));
    }

    void vectorsAreTakenToo() {
        QCOMPARE(areaUnderRoc(Eigen::VectorXd(Eigen::Vector3d(1.0, 2.0, 3.0)),
                              Eigen::VectorXd(Eigen::Vector2d(2.0, 5.0))),
                 (1.5 + 3.0) / 6.0);
    }

    void nothingToCompareIsNotANumber() {
        QVERIFY(std::isnan(areaUnderRoc(Scores{}, Scores{1.0})));
        QVERIFY(std::isnan(areaUnderRoc(Scores{1.0}, Scores{})));
        QVERIFY(std::isnan(areaUnderRoc(Scores{1.0, std::nan("")}, Scores{2.0})));
    }
};

REGISTER_TEST(RocTest)
#include "roc_test.moc"
