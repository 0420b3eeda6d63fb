#include "core/experiment/graph_layout.h"

#include <cmath>

#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

double energyOf(const GraphLayout& layout, std::span<const GraphFrame::Edge> edges,
                double gravity) {
    std::vector<double> positions(layout.x.begin(), layout.x.end());
    positions.insert(positions.end(), layout.y.begin(), layout.y.end());
    std::vector<double> gradient(positions.size());
    return layoutEnergy(positions, edges, gravity, gradient);
}

/// A ring with chords.
std::vector<GraphFrame::Edge> ringWithChords(std::uint32_t nodes) {
    std::vector<GraphFrame::Edge> edges;
    for (std::uint32_t i = 0; i < nodes; ++i) {
        edges.push_back({i, (i + 1) % nodes, 1.0F});
        if (i % 3 == 0)
            edges.push_back({i, (i * 7 + 5) % nodes, 0.5F});
    }
    return edges;
}

} // namespace

class GraphLayoutTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRingIsTheUnitCircleClockwiseFromTheTop() {
        const GraphLayout ring = ringLayout(4);
        const std::vector<std::pair<double, double>> expected{{0, 1}, {1, 0}, {0, -1}, {-1, 0}};
        for (std::size_t i = 0; i < 4; ++i) {
            expectNear(ring.x[i], expected[i].first, 1e-7);
            expectNear(ring.y[i], expected[i].second, 1e-7);
        }
        QVERIFY(ringLayout(0).x.empty());
    }

    void aGridIsFilledRowByRowAboutTheOrigin() {
        const GraphLayout grid = gridLayout(5); // 3 columns, 2 rows
        QCOMPARE(grid.x, (std::vector{-1.0F, 0.0F, 1.0F, -1.0F, 0.0F}));
        QCOMPARE(grid.y, (std::vector{0.5F, 0.5F, 0.5F, -0.5F, -0.5F}));
        QVERIFY(gridLayout(0).x.empty());
        QCOMPARE(gridLayout(1).x.front(), 0.0F);
    }

    void theForcesAreTheSlopeOfTheEnergy() {
        const std::uint64_t seed = 7;
        const auto edges = ringWithChords(9);
        std::vector<double> positions(18), gradient(18), scratch(18);
        RandomStream({.seed = seed, .purpose = "layout test"}).fillNormal(positions);
        layoutEnergy(positions, edges, 0.3, gradient);
        const auto check = checkGradient(
            [&] { return layoutEnergy(positions, edges, 0.3, scratch); }, positions, gradient);
        QVERIFY2(check.relativeError() < 1e-7,
                 qPrintable(QString("seed %1: ").arg(seed) + QString::fromStdString(check.text())));
    }

    void twoNodesComeToRestWhereTheForcesBalance() {
        // w d² + γ d/2 = 1/d, up to ε².
        const std::vector<GraphFrame::Edge> edges{{0, 1, 2.0F}};
        const double gravity = 0.4;
        const GraphLayout layout =
            forceDirectedLayout(2, edges, {.iterations = 400, .gravity = gravity});
        const double d = std::hypot(layout.x[1] - layout.x[0], layout.y[1] - layout.y[0]);
        expectNear(2.0 * d * d + 0.5 * gravity * d, 1.0 / d, 1e-4);
        expectNear(layout.x[0] + layout.x[1], 0.0, 1e-4);
    }

    void theEnergyNeverRisesAndEndsWellBelowARing() {
        const auto edges = ringWithChords(40);
        double before = INFINITY;
        for (const int iterations : {0, 1, 5, 20, 80, 320}) {
            const double energy = energyOf(
                forceDirectedLayout(40, edges, {.seed = 3, .iterations = iterations}), edges, 0.05);
            QVERIFY2(energy <= before + 1e-3, qPrintable(QString("%1 after %2 iterations, %3 "
                                                                 "before")
                                                             .arg(energy)
                                                             .arg(iterations)
                                                             .arg(before)));
            before = energy;
        }
        QVERIFY(before < energyOf(ringLayout(40), edges, 0.05) - 10.0);
    }

    void theSeedDecidesAndNothingElse() {
        const auto edges = ringWithChords(30);
        const GraphLayout one = forceDirectedLayout(30, edges, {.seed = 5});
        QCOMPARE(forceDirectedLayout(30, edges, {.seed = 5}).x, one.x);
        QCOMPARE(forceDirectedLayout(30, edges, {.seed = 5}).y, one.y);
        QVERIFY(forceDirectedLayout(30, edges, {.seed = 6}).x != one.x);
    }

    void unusableGraphsAreRefused() {
        const std::vector<GraphFrame::Edge> far{{0, 5, 1.0F}}, negative{{0, 1, -1.0F}};
        QCOMPARE(refusalOf([&] { static_cast<void>(forceDirectedLayout(3, far)); }),
                 "Edge 1 leads from node 0 to node 5; there are 3, counted from 0.");
        QVERIFY(refusalOf([&] {
                    static_cast<void>(forceDirectedLayout(3, negative));
                }).startsWith("The weight of edge 1 is -1"));
        QVERIFY(refusalOf([&] {
                    static_cast<void>(forceDirectedLayout(3, {}, {.gravity = 0.0}));
                }).startsWith("The gravity 0"));
        QVERIFY(forceDirectedLayout(0, {}).x.empty());
        // An edge to itself pulls nowhere.
        const std::vector<GraphFrame::Edge> loop{{1, 1, 5.0F}};
        QCOMPARE(forceDirectedLayout(3, loop).x, forceDirectedLayout(3, {}).x);
    }
};

REGISTER_TEST(GraphLayoutTest)
#include "graph_layout_test.moc"
