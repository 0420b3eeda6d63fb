#include "plugins/matrix/dictionary-frank-wolfe/atoms_map.h"

#include <numbers>

#include "core/experiment/frame_check.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::testing;
using dictionary_learning::atomsByFrequency;

class AtomsMapTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPureWaveIsAtItsFrequency() {
        constexpr Eigen::Index side = 8;
        Eigen::MatrixXd atoms(side * side, 3);
        for (Eigen::Index y = 0; y < side; ++y)
            for (Eigen::Index x = 0; x < side; ++x) {
                atoms(y * side + x, 0) = 1.0;
                atoms(y * side + x, 1) = std::cos(2.0 * std::numbers::pi * double(x) / 8.0 + 0.3);
                atoms(y * side + x, 2) = (x + y) % 2 == 0 ? 1.0 : -1.0;
            }
        const PointsFrame map = atomsByFrequency(atoms, side, Eigen::Vector3d(1.0, 2.0, 1.0));
        QCOMPARE(frameTrouble(map), std::string());
        const double pi = std::numbers::pi;
        const std::vector<std::pair<double, double>> expected{{0, 0}, {pi / 4, 0}, {pi, pi}};
        for (std::size_t k = 0; k < 3; ++k) {
            expectNear(map.x[k], expected[k].first, 1e-6);
            expectNear(map.y[k], expected[k].second, 1e-6);
        }
        expectNear(map.values[1], 50.0, 1e-5);
        // Gray levels: the constant atom is white, the checkerboard black and white in turn.
        QCOMPARE(int(map.thumbnails[0]), 255);
        QCOMPARE(int(map.thumbnails[2 * 192]), 255);
        QCOMPARE(int(map.thumbnails[2 * 192 + 3]), 0);
    }
};

REGISTER_TEST(AtomsMapTest)
#include "atoms_map_test.moc"
