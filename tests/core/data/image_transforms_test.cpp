#include <cmath>
#include <limits>
#include <numbers>

#include <QtTest>

#include "core/data/image_transforms.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Index = Eigen::Index;

Eigen::MatrixXf turned(const Eigen::MatrixXf& images, Index width, double degrees) {
    Eigen::MatrixXf result(images.rows(), images.cols());
    ImageRotation(width, images.rows() / width, degrees).apply(images, result);
    return result;
}

Eigen::MatrixXf noise(Index rows, Index columns, std::uint64_t seed) {
    Eigen::MatrixXf images(rows, columns);
    RandomStream({.seed = seed, .purpose = "pictures"})
        .fillNormal({images.data(), static_cast<std::size_t>(images.size())});
    return images;
}

} // namespace

class ImageTransformsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// 1 2    2 4
    /// 3 4 →  1 3
    void aQuarterTurnGoesAgainstTheClock() {
        Eigen::MatrixXf image(4, 1), expected(4, 1);
        image << 1, 2, 3, 4;
        expected << 2, 4, 1, 3;
        QVERIFY(turned(image, 2, 90.0) == expected);
    }
    /// Bit for bit, whatever the side, and for any multiple.
    void quarterTurnsMovePixels() {
        for (const Index side : {1, 4, 7}) {
            const Eigen::MatrixXf images = noise(side * side, 3, 1);
            QVERIFY(turned(images, side, 0.0) == images);
            QVERIFY(turned(images, side, 360.0) == images);
            QVERIFY(turned(turned(images, side, 90.0), side, -90.0) == images);
            QVERIFY(turned(images, side, 270.0) == turned(images, side, -450.0));
            QVERIFY(turned(turned(images, side, 90.0), side, 90.0) == turned(images, side, 180.0));
            const Eigen::MatrixXf half = images.colwise().reverse();
            QVERIFY(turned(images, side, 180.0) == half);
        }
        const Eigen::MatrixXf wide = noise(15, 2, 2);
        const Eigen::MatrixXf half = wide.colwise().reverse();
        QVERIFY(turned(wide, 5, 180.0) == half);
    }
    /// Bilinear interpolation is exact for a plane: turned, it is the plane of the turned gradient
    /// wherever all four pixels are inside.
    void planesStayPlanes() {
        constexpr Index side = 21;
        constexpr double degrees = 33.0;
        const auto plane = [](double a, double b) {
            Eigen::MatrixXf image(side * side, 1);
            for (Index y = 0; y < side; ++y)
                for (Index x = 0; x < side; ++x)
                    image(y * side + x, 0) = static_cast<float>(
                        2.0 + a * static_cast<double>(x - 10) - b * static_cast<double>(y - 10));
            return image;
        };
        // Gradient (a, b) with y upwards, turned against the clock.
        const double c = std::cos(degrees * std::numbers::pi / 180.0),
                     s = std::sin(degrees * std::numbers::pi / 180.0);
        const Eigen::MatrixXf found = turned(plane(0.3, -0.2), side, degrees),
                              expected = plane(0.3 * c + 0.2 * s, 0.3 * s - 0.2 * c);
        for (Index y = 0; y < side; ++y)
            for (Index x = 0; x < side; ++x)
                if ((x - 10) * (x - 10) + (y - 10) * (y - 10) < 81)
                    expectNear(found(y * side + x, 0), expected(y * side + x, 0), 1e-5);
    }
    /// By 45° the corner of a square of ones is turned from outside: 0.
    void outsideIsZero() {
        const Eigen::MatrixXf ones = Eigen::MatrixXf::Ones(81, 1);
        const Eigen::MatrixXf found = turned(ones, 9, 45.0);
        expectNear(found(0, 0), 0.0F, 0.0F);
        expectNear(found(40, 0), 1.0F, 1e-6F);
        QVERIFY(found.minCoeff() >= 0.0F && found.maxCoeff() <= 1.0F + 1e-6F);
    }

    void poolingTakesMeansOfSquares() {
        Eigen::MatrixXf image(8, 2), expected(2, 2);
        image.col(0) << 1, 2, 5, 6, 3, 4, 7, 8; // 4 wide, 2 high
        image.col(1) = 2.0F * image.col(0);
        expected << 2.5F, 5.0F, 6.5F, 13.0F;
        QVERIFY(meanPooled(image, 4, 2) == expected);
        QVERIFY(meanPooled(image, 4, 1) == image);
        const Eigen::MatrixXf large = noise(28 * 28, 4, 3);
        const Eigen::MatrixXf pooled = meanPooled(large, 28, 2);
        QCOMPARE(pooled.rows(), Index{196});
        expectNear(pooled.colwise().mean(), large.colwise().mean(), 1e-6);
        expectNear(pooled(14 + 3, 2),
                   (large(2 * 28 + 6, 2) + large(2 * 28 + 7, 2) + large(3 * 28 + 6, 2) +
                    large(3 * 28 + 7, 2)) /
                       4.0F,
                   1e-6F);
    }

    void whatDoesNotFitIsRefused() {
        expectRefusal([] { ImageRotation(0, 4, 1.0); }, "0 × 4");
        expectRefusal([] { ImageRotation(5000, 4, 1.0); }, "5000 × 4", "4096");
        expectRefusal([] { ImageRotation(4, 4, std::numeric_limits<double>::quiet_NaN()); }, "nan");
        const Eigen::MatrixXf images = noise(12, 1, 4);
        expectRefusal([&] { (void)meanPooled(images, 4, 2); }, "squares of 2");
        expectRefusal([&] { (void)meanPooled(images, 5, 1); }, "width 5");
        expectRefusal([&] { (void)meanPooled(images, 0, 1); }, "width 0");
        expectRefusal([&] { (void)meanPooled(images, 4, 0); }, "squares of 0");
        Eigen::MatrixXf other(12, 2);
        QVERIFY_THROWS_EXCEPTION(std::logic_error, ImageRotation(4, 3, 1.0).apply(images, other));
    }
};

REGISTER_TEST(ImageTransformsTest)
#include "image_transforms_test.moc"
