#include <QTest>

#include <array>
#include <cmath>
#include <random>

#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/charts/decimation.h"

using namespace convergence;

namespace {

constexpr unsigned seed = 7;

std::unique_ptr<Table> emptyTable() {
    return std::make_unique<Table>(std::vector<Column>{{.name = "x"}, {.name = "y"}});
}

SeriesPyramid pyramidOf(const Table& table) {
    SeriesPyramid pyramid({&table, 0, &table, 1});
    pyramid.update();
    return pyramid;
}

Extent bruteExtent(const Table& table, std::size_t begin, std::size_t end) {
    Extent extent;
    for (std::size_t row = begin; row < end; ++row)
        extent.include(table.at(row, 1));
    return extent;
}

bool same(const Extent& a, const Extent& b) {
    return a.minimum == b.minimum && a.maximum == b.maximum &&
           a.minimumPositive == b.minimumPositive;
}

/// Values that are now and then NaN, infinite, zero or negative.
double awkward(std::mt19937& random) {
    const double value = std::normal_distribution<double>(1.0, 1.0)(random);
    switch (std::uniform_int_distribution<int>(0, 40)(random)) {
    case 0:
        return NAN;
    case 1:
        return INFINITY;
    case 2:
        return 0.0;
    default:
        return value;
    }
}

std::size_t pointsOf(const DrawnSeries& drawn) {
    std::size_t points = 0;
    for (const Polyline& line : drawn.lines)
        points += line.size();
    for (const Envelope& envelope : drawn.envelopes)
        points += envelope.upper.size() + envelope.lower.size();
    return points;
}

/// Height of a polyline at x; NaN outside.
double heightAt(const Polyline& line, double x) {
    for (std::size_t i = 1; i < line.size(); ++i)
        if (line[i - 1].x <= x && x <= line[i].x && line[i].x > line[i - 1].x)
            return std::lerp(line[i - 1].y, line[i].y,
                             (x - line[i - 1].x) / (line[i].x - line[i - 1].x));
    return NAN;
}

} // namespace

class DecimationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("seed %u", seed); }

    void extentsEqualThoseOfAllRows() {
        std::mt19937 random(seed);
        const auto table = emptyTable();
        for (int row = 0; row < 5000; ++row)
            table->append(std::array{double(row), awkward(random)});
        const SeriesPyramid pyramid = pyramidOf(*table);
        for (int i = 0; i < 2000; ++i) {
            std::uniform_int_distribution<std::size_t> place(0, 5000);
            const std::size_t a = place(random), b = place(random);
            const auto [begin, end] = std::minmax(a, b);
            QVERIFY(same(pyramid.extent(begin, end), bruteExtent(*table, begin, end)));
        }
    }

    void growingTablesGiveTheSameAsWholeOnes() {
        std::mt19937 random(seed);
        const auto table = emptyTable();
        SeriesPyramid growing({table.get(), 0, table.get(), 1});
        QVERIFY(!growing.update());
        for (std::size_t row = 0; row < 3000; ++row) {
            table->append(std::array{double(row), awkward(random)});
            if (random() % 50 == 0) {
                QVERIFY(growing.update());
                QVERIFY(
                    same(growing.extent(0, growing.rows()), bruteExtent(*table, 0, table->rows())));
            }
        }
        growing.update();
        QCOMPARE(growing.rows(), table->rows());
        QVERIFY(growing.isMonotone());
    }

    void rowsAreFoundByX() {
        const auto table = emptyTable();
        for (int row = 0; row < 1000; ++row)
            table->append(std::array{double(row / 3), 0.0}); // each x three times
        const SeriesPyramid pyramid = pyramidOf(*table);
        QCOMPARE(pyramid.lowerBound(0.0), 0U);
        QCOMPARE(pyramid.lowerBound(100.0), 300U);
        QCOMPARE(pyramid.lowerBound(99.5), 300U);
        QCOMPARE(pyramid.lowerBound(100.0, 250), 300U);
        QCOMPARE(pyramid.lowerBound(1e9), 1000U);
    }

    void xThatTurnsBackIsNotMonotone() {
        const auto table = emptyTable();
        for (const double x : {0.0, 1.0, 0.5})
            table->append(std::array{x, 1.0});
        QVERIFY(!pyramidOf(*table).isMonotone());
        const DrawnSeries drawn = decimate(pyramidOf(*table), {.x = {0, 1}, .y = {0, 2}});
        QCOMPARE(drawn.lines.size(), 1U);
        QCOMPARE(drawn.lines[0].size(), 3U);
    }

    void millionSmoothPointsNeedFewAndStayWithinAPixel() {
        const auto table = emptyTable();
        constexpr int rows = 1000000;
        for (int row = 0; row < rows; ++row)
            table->append(std::array{double(row), 2.0 + std::sin(row * 1e-5)});
        const PixelMap map{{0, rows}, {0, 4}, Scale::linear, Scale::linear, 800, 400};
        const DrawnSeries drawn = decimate(pyramidOf(*table), map);
        QCOMPARE(drawn.lines.size(), 1U);
        QVERIFY(drawn.envelopes.empty());
        QVERIFY(pointsOf(drawn) < 400);
        for (double pixel = 2.0; pixel < 790.0; pixel += 0.7) {
            const double truth = map.toPixelY(2.0 + std::sin(map.fromPixelX(pixel) * 1e-5));
            expectNear(heightAt(drawn.lines[0], pixel), truth, 1.0);
        }
    }

    void noiseBecomesAnEnvelopeThatHoldsAllRows() {
        std::mt19937 random(seed);
        const auto table = emptyTable();
        constexpr int rows = 300000;
        for (int row = 0; row < rows; ++row)
            table->append(
                std::array{double(row), std::uniform_real_distribution<double>(1, 3)(random)});
        const PixelMap map{{0, rows}, {0, 4}, Scale::linear, Scale::linear, 800, 400};
        const DrawnSeries drawn = decimate(pyramidOf(*table), map);
        QCOMPARE(drawn.envelopes.size(), 1U);
        QVERIFY(pointsOf(drawn) <= 2 * 801);
        // In every column the noise reaches nearly to 1 and 3, which are at 300 and 100 pixels.
        const Envelope& noise = drawn.envelopes[0];
        for (std::size_t i = 0; i + 1 < noise.upper.size(); ++i) // the last column may be short
            QVERIFY(noise.upper[i].y >= 100.0 && noise.upper[i].y < 106.0);
        for (std::size_t i = 0; i + 1 < noise.lower.size(); ++i)
            QVERIFY(noise.lower[i].y <= 300.0 && noise.lower[i].y > 294.0);
    }

    void singlePeakAmongAMillionRowsIsKept() {
        const auto table = emptyTable();
        for (int row = 0; row < 1000000; ++row)
            table->append(std::array{double(row), row == 654321 ? 3.5 : 1.0});
        const PixelMap map{{0, 1e6}, {0, 4}, Scale::linear, Scale::linear, 800, 400};
        double highest = 400.0;
        for (const Polyline& line : decimate(pyramidOf(*table), map).lines)
            for (const PlotPoint& p : line) {
                QVERIFY(!std::isnan(p.y));
                highest = std::min(highest, p.y);
            }
        QCOMPARE(highest, map.toPixelY(3.5));
    }

    void gapsBeginNewLines() {
        const auto table = emptyTable();
        for (int row = 1; row <= 100; ++row)
            table->append(std::array{double(row), row == 30 || row == 31 ? NAN
                                                  : row == 60            ? -1.0
                                                                         : 5.0});
        const PixelMap linear{{1, 100}, {-2, 10}, Scale::linear, Scale::linear, 800, 400};
        QCOMPARE(decimate(pyramidOf(*table), linear).lines.size(), 2U);
        PixelMap logarithmic = linear;
        logarithmic.yScale = Scale::logarithmic;
        logarithmic.y = {1, 10};
        QCOMPARE(decimate(pyramidOf(*table), logarithmic).lines.size(), 3U);
    }

    void zeroHasNoPlaceOnALogarithmicAxis() {
        const auto table = emptyTable();
        for (int row = 0; row < 100; ++row)
            table->append(std::array{double(row), 1.0 / (1.0 + row)});
        const PixelMap map{{1, 100}, {0.01, 1}, Scale::logarithmic, Scale::logarithmic, 500, 300};
        const DrawnSeries drawn = decimate(pyramidOf(*table), map);
        QCOMPARE(drawn.lines.size(), 1U);
        QCOMPARE(drawn.lines[0].front().x, 0.0);
    }

    void zoomedLinesGoOnToTheEdges() {
        const auto table = emptyTable();
        for (int row = 0; row < 100; ++row)
            table->append(std::array{double(row), double(row)});
        const PixelMap map{{40.3, 40.7}, {0, 100}, Scale::linear, Scale::linear, 500, 300};
        const DrawnSeries drawn = decimate(pyramidOf(*table), map);
        QCOMPARE(drawn.lines.size(), 1U);
        QVERIFY(drawn.lines[0].front().x <= 0.0 && drawn.lines[0].back().x >= 500.0);
    }

    void simplifiedLinesStayWithinTheTolerance() {
        std::mt19937 random(seed);
        for (int run = 0; run < 200; ++run) {
            Polyline line;
            double y = 0.0;
            for (int i = 0; i < 300; ++i)
                line.push_back({double(i), y += std::normal_distribution<double>(0, 0.2)(random)});
            const Polyline whole = line;
            simplify(line, 0.25);
            QVERIFY(line.size() < whole.size());
            QCOMPARE(line.front().x, whole.front().x);
            QCOMPARE(line.back().x, whole.back().x);
            for (const PlotPoint& p : whole)
                expectNear(heightAt(line, p.x), p.y, 0.25 + 1e-9);
        }
    }

    void simplifyKeepsVerticalJumps() {
        Polyline line{{0, 0}, {1, 0}, {1, 10}, {2, 10}, {3, 10}};
        simplify(line, 0.25);
        QCOMPARE(heightAt(line, 0.5), 0.0);
        QCOMPARE(heightAt(line, 2.5), 10.0);
    }
};

REGISTER_TEST(DecimationTest)
#include "decimation_test.moc"
