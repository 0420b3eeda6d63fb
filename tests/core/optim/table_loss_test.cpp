// Losses on tables against finite differences, residual sums and brute force.

#include "core/optim/table_loss.h"

#include <cmath>
#include <numbers>

#include <QtTest>

#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/optim/surface.h"
#include "tests/core/math/jet_check.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Vector = Eigen::Vector2d;
using Columns = TableLoss::Columns;

FitTable randomLine(RandomStream& random, std::size_t rows) {
    FitTable table{.kind = FitTable::Kind::line, .firstName = "x", .secondName = "y"};
    for (std::size_t i = 0; i < rows; ++i) {
        table.first.push_back(random.uniform(-3.0, 20.0));
        table.second.push_back(5.0 - 0.7 * table.first.back() + random.normal());
    }
    return table;
}

FitTable randomClasses(RandomStream& random, std::size_t rows, double distance) {
    FitTable table{.kind = FitTable::Kind::classes,
                   .firstName = "a",
                   .secondName = "b",
                   .className = "class",
                   .classes = {"0", "1"}};
    for (std::size_t i = 0; i < rows; ++i) {
        const auto which = static_cast<std::uint8_t>(random.integer(2));
        table.inSecond.push_back(which);
        table.first.push_back(random.normal() + distance * which);
        table.second.push_back(2.0 * random.normal() - distance * which);
    }
    return table;
}

/// f, straight from its definition.
double lossByDefinition(const TableLoss& loss, const Vector& w) {
    const FitTable& table = loss.table();
    double sum = 0.0;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const double u = (table.first[i] - loss.first().mean) / loss.first().deviation;
        const double v = (table.second[i] - loss.second().mean) / loss.second().deviation;
        if (table.kind == FitTable::Kind::line) {
            const double residual = w.x() * u + w.y() - v;
            sum += 0.5 * residual * residual;
        } else {
            const double s = table.inSecond[i] == 1 ? 1.0 : -1.0;
            sum += std::log(1.0 + std::exp(-s * (w.x() * u + w.y() * v)));
        }
    }
    return sum / static_cast<double>(table.rows());
}

/// Whether some direction on a fine circle has no row on its wrong side.
bool isSeparatedByBruteForce(const FitTable& table) {
    constexpr int directions = 20000;
    for (int k = 0; k < directions; ++k) {
        const double angle = 2.0 * std::numbers::pi * k / directions;
        bool holds = true;
        for (std::size_t i = 0; i < table.rows() && holds; ++i) {
            const double s = table.inSecond[i] == 1 ? 1.0 : -1.0;
            holds = s * (std::cos(angle) * table.first[i] + std::sin(angle) * table.second[i]) >= 0;
        }
        if (holds)
            return true;
    }
    return false;
}

} // namespace

class TableLossTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void valuesAndDerivativesAreThoseOfTheDefinition() {
        RandomStream random({.seed = 17, .purpose = "table losses"});
        for (const Columns columns : {Columns::asGiven, Columns::standardized})
            for (const bool isLine : {true, false}) {
                const TableLoss loss(
                    isLine ? randomLine(random, 30) : randomClasses(random, 40, 1.0), columns);
                for (int k = 0; k < 10; ++k) {
                    const Vector w(random.uniform(-2.0, 2.0), random.uniform(-2.0, 2.0));
                    const Jet jet = loss.at(w);
                    expectNear(jet.value, lossByDefinition(loss, w), 1e-12 * (1.0 + jet.value));
                    const GradientCheck check =
                        testing::checkJet([&](const Vector& at) { return loss.at(at).value; },
                                          [&](const Vector& at) { return loss.at(at); }, w);
                    expectNear(check.error, 0.0,
                               1e-6 * (1.0 + std::abs(jet.value) + jet.xx + jet.yy), check.text());
                }
            }
    }

    void theGradientOverAllRowsIsThatOfTheLoss() {
        RandomStream random({.seed = 18, .purpose = "table losses"});
        for (const bool isLine : {true, false}) {
            const TableLoss loss(isLine ? randomLine(random, 25) : randomClasses(random, 25, 0.5),
                                 Columns::standardized);
            std::vector<std::uint32_t> rows(25);
            for (std::uint32_t i = 0; i < 25; ++i)
                rows[i] = i;
            const Vector w(0.4, -1.1);
            const Jet jet = loss.at(w);
            expectNear(loss.gradient(w, rows), Vector(jet.x, jet.y), 1e-13);
            // Batches of a partition have it for their mean.
            const std::span<const std::uint32_t> all(rows);
            const Vector halves = (10.0 * loss.gradient(w, all.first(10)) +
                                   15.0 * loss.gradient(w, all.subspan(10))) /
                                  25.0;
            expectNear(halves, Vector(jet.x, jet.y), 1e-13);
        }
    }

    /// y = 2x − 1 exactly, and Anscombe's first table: y = 3.0001 + 0.5001 x.
    void linesAreThoseOfTheTextbook() {
        FitTable exact{.kind = FitTable::Kind::line, .firstName = "x", .secondName = "y"};
        exact.first = {0.0, 1.0, 4.0};
        exact.second = {-1.0, 1.0, 7.0};
        const TableLoss line(exact, Columns::asGiven);
        expectNear(*line.minimum(), Vector(2.0, -1.0), 1e-14);
        expectNear(line.at(*line.minimum()).value, 0.0, 1e-28);
        FitTable anscombe{.kind = FitTable::Kind::line, .firstName = "x", .secondName = "y"};
        anscombe.first = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
        anscombe.second = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
        const TableLoss first(anscombe, Columns::asGiven);
        expectNear(*first.minimum(), Vector(0.50009, 3.00009), 1e-5);
    }

    void standardizedOrNotTheLineIsTheSame() {
        RandomStream random({.seed = 19, .purpose = "table losses"});
        const FitTable table = randomLine(random, 40);
        const TableLoss plain(table, Columns::asGiven), scaled(table, Columns::standardized);
        const auto slopeOf = [](const TableLoss::Straight& line) { return -line.a / line.b; };
        const auto interceptOf = [](const TableLoss::Straight& line) { return line.c / line.b; };
        const auto a = plain.straight(*plain.minimum()), b = scaled.straight(*scaled.minimum());
        expectNear(slopeOf(a), plain.minimum()->x(), 1e-12);
        expectNear(slopeOf(b), slopeOf(a), 1e-12);
        expectNear(interceptOf(b), interceptOf(a), 1e-11);
        // Standardized columns have the unit matrix for a Hessian: a round bowl.
        expectNear(scaled.largestCurvature(), 1.0, 1e-12);
        expectNear(scaled.leastCurvature(), 1.0, 1e-12);
        QVERIFY(plain.largestCurvature() > 20.0 * plain.leastCurvature());
    }

    void newtonsMinimumHasNoGradientAndNothingBelow() {
        RandomStream random({.seed = 20, .purpose = "table losses"});
        for (int k = 0; k < 20; ++k) {
            const TableLoss loss(randomClasses(random, 30, 0.8), Columns::asGiven);
            if (!loss.minimum())
                continue;
            const Vector w = *loss.minimum();
            const Jet at = loss.at(w);
            expectNear(std::hypot(at.x, at.y), 0.0, 1e-12);
            for (int i = 0; i < 50; ++i)
                QVERIFY(loss.at(w + Vector(random.normal(), random.normal())).value >=
                        at.value - 1e-13);
            QVERIFY(loss.leastCurvature() > 0.0);
            QVERIFY(loss.leastCurvature() <= loss.largestCurvature());
        }
    }

    void classesHaveAMinimumUnlessALineSeparatesThem() {
        RandomStream random({.seed = 21, .purpose = "table losses"});
        int separated = 0;
        constexpr int tables = 60;
        for (int k = 0; k < tables; ++k) {
            const FitTable table = randomClasses(random, 8, random.uniform(0.0, 4.0));
            const bool expected = isSeparatedByBruteForce(table);
            QCOMPARE(!TableLoss(table, Columns::asGiven).minimum().has_value(), expected);
            separated += expected ? 1 : 0;
        }
        QVERIFY2(separated > 5 && separated < tables - 5, std::to_string(separated).c_str());
    }

    /// Rows on the line itself do not make a minimum.
    void aLineThatTouchesRowsSeparatesToo() {
        FitTable table{.kind = FitTable::Kind::classes,
                       .firstName = "a",
                       .secondName = "b",
                       .classes = {"n", "y"}};
        table.first = {1.0, 2.0, 0.0, -1.0};
        table.second = {1.0, 1.0, 3.0, 0.0};
        table.inSecond = {1, 1, 1, 1};
        table.inSecond[3] = 0;
        table.second[3] = -1.0;
        QVERIFY(!TableLoss(table, Columns::asGiven).minimum());
        table.first = {1.0, -1.0, 0.0};
        table.second = {0.0, 0.0, 1.0};
        table.inSecond = {1, 1, 1};
        QVERIFY(!TableLoss(table, Columns::asGiven).minimum()); // exactly half a turn
    }

    /// Features of very different units are as good as others.
    void unitsDoNotMatter() {
        RandomStream random({.seed = 22, .purpose = "table losses"});
        FitTable table = randomClasses(random, 40, 0.7);
        const TableLoss plain(table, Columns::asGiven);
        for (double& value : table.second)
            value *= 1e9;
        const TableLoss stretched(table, Columns::asGiven);
        expectNear(stretched.minimum()->x(), plain.minimum()->x(), 1e-6);
        expectNear(1e9 * stretched.minimum()->y(), plain.minimum()->y(), 1e-6);
    }

    void tablesWithoutOneMinimumAreRefused() {
        FitTable upright{.kind = FitTable::Kind::line, .firstName = "size", .secondName = "y"};
        upright.first = {3.0, 3.0, 3.0};
        upright.second = {1.0, 2.0, 3.0};
        for (const Columns columns : {Columns::asGiven, Columns::standardized})
            expectRefusal([&] { TableLoss(upright, columns); }, "'size'", "the one value 3",
                          "two different ones");
        FitTable along{.kind = FitTable::Kind::classes,
                       .firstName = "a",
                       .secondName = "b",
                       .classes = {"n", "y"}};
        along.first = {1.0, 2.0, -1.0};
        along.second = {2.0, 4.0, -2.0};
        along.inSecond = {0, 1, 0};
        expectRefusal([&] { TableLoss(along, Columns::asGiven); }, "'a'", "'b'", "multiples");
    }
};

REGISTER_TEST(TableLossTest)
#include "table_loss_test.moc"
