// Parts of lines inside a rectangle, against crossings that are known and against dense samples.

#include <cmath>
#include <random>

#include <QtTest>

#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/charts/clipped_line.h"

using namespace convergence;

class ClippedLineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesAreCutAtTheBorder() {
        const QRectF square(0, 0, 10, 10);
        const auto parts = clippedTo(square, QPolygonF{{-10, -5}, {20, 10}});
        QCOMPARE(parts.size(), std::size_t{1});
        QCOMPARE(parts[0], (QPolygonF{{0, 0}, {10, 5}}));
        QVERIFY(clippedTo(square, QPolygonF{{-1, 0}, {-1, 9}}).empty());
        QVERIFY(clippedTo(square, QPolygonF{{5, 5}}).empty());
    }

    void aLineThatLeavesAndComesBackHasTwoParts() {
        const QRectF square(0, 0, 10, 10);
        const auto parts = clippedTo(square, QPolygonF{{1, 5}, {9, 5}, {15, 5}, {15, 6}, {5, 6}});
        QCOMPARE(parts.size(), std::size_t{2});
        QCOMPARE(parts[0], (QPolygonF{{1, 5}, {9, 5}, {10, 5}}));
        QCOMPARE(parts[1], (QPolygonF{{10, 6}, {5, 6}}));
    }

    void whatIsNoNumberEndsAPart() {
        const auto parts =
            clippedTo({0, 0, 10, 10}, QPolygonF{{1, 1}, {2, 2}, {std::nan(""), 3}, {4, 4}, {5, 5}});
        QCOMPARE(parts.size(), std::size_t{2});
    }

    /// The length inside is that of many short pieces whose middles are inside.
    void lengthsAgreeWithDenseSamples() {
        constexpr unsigned seed = 3;
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        std::uniform_real_distribution<double> place(-8.0, 18.0);
        const QRectF square(0, 0, 10, 10);
        for (int line = 0; line < 100; ++line) {
            QPolygonF points;
            for (int i = 0; i < 5; ++i)
                points << QPointF(place(random), place(random));
            double length = 0.0, sampled = 0.0;
            for (const QPolygonF& part : clippedTo(square, points))
                for (qsizetype i = 1; i < part.size(); ++i)
                    length += QLineF(part[i - 1], part[i]).length();
            constexpr int pieces = 4000;
            for (qsizetype i = 1; i < points.size(); ++i) {
                const QLineF whole(points[i - 1], points[i]);
                for (int k = 0; k < pieces; ++k)
                    if (square.contains(whole.pointAt((k + 0.5) / pieces)))
                        sampled += whole.length() / pieces;
            }
            expectNear(length, sampled, 0.05);
        }
    }
};

REGISTER_TEST(ClippedLineTest)
#include "clipped_line_test.moc"
