// What tests say of numbers, verdicts and refusals that are not as expected.

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <QtTest>

#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using convergence::testing::farness;
using convergence::testing::refusalComplaint;
using convergence::testing::verdictComplaint;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

enum class Answer { yes, no };
std::string_view nameOf(Answer answer) {
    return answer == Answer::yes ? "yes" : "no";
}
struct Opinion {
    Answer verdict;
    std::string explanation, threshold;
    double measured;
};

} // namespace

class ExpectationsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbersAreNearWithinTheirToleranceOnly() {
        QCOMPARE(farness(1.0, 1.0, 0.0), std::string());
        QCOMPARE(farness(1.5, 1.0, 0.5), std::string());
        QCOMPARE(farness(3, 1, 0.5), std::string("3 is not 1 ± 0.5, but 2 off"));
        QCOMPARE(farness(1.5, 1.0, 0.25, QString("seed 7")),
                 std::string("1.5 is not 1 ± 0.25, but 0.5 off (seed 7)"));
        QCOMPARE(farness(infinity, infinity, 0.0), std::string());
        QVERIFY(!farness(infinity, -infinity, 1.0).empty());
    }

    void nanIsNearNothing() {
        QCOMPARE(farness(notANumber, 1.0, 10.0), std::string("nan is not 1 ± 10, but inf off"));
        QVERIFY(!farness(1.0, notANumber, 10.0).empty());
        QVERIFY(!farness(notANumber, notANumber, 10.0).empty());
        QVERIFY(!farness(1.0, 1.0, notANumber).empty());
        QVERIFY(!farness(Eigen::Vector2d(notANumber, 0.0), Eigen::Vector2d::Zero(), 1e300).empty());
        // Also behind a number that is worse than any before it.
        QVERIFY(
            !farness(std::array{1.0, notANumber, 0.0}, std::array{0.0, 0.0, 0.0}, 10.0).empty());
    }

    void ofSeveralNumbersTheWorstIsNamedWithBothValues() {
        Eigen::Matrix2d found, expected;
        found << 1.0, 2.0, 3.5, 4.0;
        expected << 1.0, 2.25, 3.0, 4.0;
        const std::string wrong = farness(found, expected, 0.5);
        QVERIFY2(wrong.starts_with("(1, 0) is 3.5, not 3 "), wrong.c_str());
        // The norm is compared: √(0.25² + 0.5²) = 0.559.
        QVERIFY(wrong.find("all together by 0.559") != std::string::npos);
        QCOMPARE(farness(found, expected, 0.56), std::string());
        const std::string vectors =
            farness(std::vector{1.0, notANumber, 9.0}, std::array{1.0, 2.0, 3.0}, 1.0);
        QVERIFY2(vectors.starts_with("[1] is nan, not 2 "), vectors.c_str());
    }

    void shapesMustAgree() {
        QCOMPARE(farness(Eigen::Vector2d(1, 2), Eigen::Vector3d(1, 2, 3), 9.0),
                 std::string("2×1 entries, not 3×1"));
        QCOMPARE(farness(std::vector<double>(2), std::vector<double>(3), 9.0),
                 std::string("2 entries, not 3"));
    }

    void verdictsAreToldInTheJudgesWords() {
        const Opinion opinion{Answer::no, "The slope is too flat.", "at least 2", 1.5};
        QCOMPARE(verdictComplaint(opinion, Answer::no), std::string());
        QCOMPARE(verdictComplaint(opinion, Answer::yes, "seed 3"),
                 std::string("'no', not 'yes': The slope is too flat. (measured 1.5, threshold: at "
                             "least 2) (seed 3)"));
    }

    void refusalsAreReadInFull() {
        const auto refusing = [] { throw InputError("'rank' is 7; it must be at most 3."); };
        QCOMPARE(refusalOf(refusing), QString("'rank' is 7; it must be at most 3."));
        QCOMPARE(refusalComplaint(refusing, "'rank'", QByteArray("at most 3")), std::string());
        QCOMPARE(refusalComplaint(refusing, "'rank'", "at least"),
                 std::string(R"("'rank' is 7; it must be at most 3." lacks "at least")"));
        QCOMPARE(refusalComplaint([] { return 3; }), std::string("nothing was refused"));
    }
};

REGISTER_TEST(ExpectationsTest)
#include "expectations_test.moc"
