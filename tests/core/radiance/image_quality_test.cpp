// PSNR and SSIM against closed forms and a direct double sum over windows.

#include <cmath>

#include <QtTest>

#include "core/math/random.h"
#include "core/radiance/image_quality.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::radiance;

namespace {

constexpr std::uint64_t seed = 21;

std::vector<float> randomColors(int width, int height, std::uint64_t index) {
    std::vector<float> colors(std::size_t(3 * width * height));
    RandomStream stream({.seed = seed, .purpose = "test colors", .index = index});
    for (float& color : colors)
        color = static_cast<float>(stream.uniform(-0.1, 1.1));
    return colors;
}

/// One window after the other, two-pass variances about the means, no separable filter.
double bruteForce(const std::vector<float>& a, const std::vector<float>& b, int width, int height) {
    double sum = 0.0;
    int windows = 0;
    for (int channel = 0; channel < 3; ++channel)
        for (int y = 0; y + 11 <= height; ++y)
            for (int x = 0; x + 11 <= width; ++x, ++windows) {
                double total = 0, ma = 0, mb = 0, va = 0, vb = 0, cov = 0;
                const auto forEach = [&](auto&& visit) {
                    for (int j = 0; j < 11; ++j)
                        for (int i = 0; i < 11; ++i) {
                            const double w =
                                std::exp(-((i - 5) * (i - 5) + (j - 5) * (j - 5)) / 4.5);
                            const auto at = std::size_t(3 * ((y + j) * width + x + i) + channel);
                            visit(w, double(a[at]), double(b[at]));
                        }
                };
                forEach([&](double w, double p, double q) {
                    total += w;
                    ma += w * p;
                    mb += w * q;
                });
                ma /= total;
                mb /= total;
                forEach([&](double w, double p, double q) {
                    va += w / total * (p - ma) * (p - ma);
                    vb += w / total * (q - mb) * (q - mb);
                    cov += w / total * (p - ma) * (q - mb);
                });
                sum += (2 * ma * mb + 1e-4) * (2 * cov + 9e-4) /
                       ((ma * ma + mb * mb + 1e-4) * (va + vb + 9e-4));
            }
    return sum / windows;
}

} // namespace

class ImageQualityTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTenthOffIsTwentyDecibels() {
        const std::vector<float> a(300, 0.5F);
        const std::vector<float> b(300, 0.6F);
        expectNear(psnr(meanSquaredError(a, b)), 20.0, 1e-5);
        QVERIFY(std::isinf(psnr(meanSquaredError(a, a))));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, meanSquaredError(a, std::span(b).first(299)));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, meanSquaredError({}, {}));
    }

    void halfThePixelsOffAddsThreeDecibels() {
        std::vector<float> a(300, 0.25F);
        std::vector<float> b = a;
        std::fill(b.begin(), b.begin() + 150, 0.75F);
        expectNear(psnr(meanSquaredError(a, b)), -(10.0 * std::log10(0.125)), 1e-9);
    }

    void equalPicturesHaveSimilarityOne() {
        const auto a = randomColors(17, 12, 0);
        expectNear(ssim(a, a, 17, 12), 1.0, 1e-12);
    }

    void flatPicturesCompareByBrightness() {
        const std::vector<float> a(3 * 15 * 15, 0.25F);
        const std::vector<float> b(3 * 15 * 15, 0.75F);
        const double expected = (2 * 0.25 * 0.75 + 1e-4) / (0.0625 + 0.5625 + 1e-4);
        expectNear(ssim(a, b, 15, 15), expected, 1e-9);
    }

    void aNegativeIsDissimilar() {
        // Opposite variations about the same mean: covariance −σ².
        std::vector<float> a = randomColors(11, 11, 1);
        std::vector<float> b = a;
        for (float& value : b)
            value = 1.0F - value;
        QVERIFY(ssim(a, b, 11, 11) < -0.5);
        expectNear(ssim(a, b, 11, 11), bruteForce(a, b, 11, 11), 1e-9);
    }

    void agreesWithTheDirectSum() {
        qInfo("seed %llu", static_cast<unsigned long long>(seed));
        for (const auto& [width, height] : {std::pair{11, 11}, {16, 13}, {24, 31}}) {
            const auto a = randomColors(width, height, 2);
            auto b = randomColors(width, height, 3);
            for (std::size_t i = 0; i < b.size(); ++i)
                b[i] = 0.7F * a[i] + 0.3F * b[i];
            expectNear(ssim(a, b, width, height), bruteForce(a, b, width, height), 1e-9);
            QCOMPARE(ssim(a, b, width, height), ssim(b, a, width, height));
        }
    }

    void picturesBelowAWindowHaveNone() {
        const std::vector<float> a(3 * 10 * 20, 0.5F);
        QVERIFY(std::isnan(ssim(a, a, 10, 20)));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, ssim(a, a, 20, 20));
    }

    void bytesBecomeFractions() {
        const auto colors = colorsOf({1, 1, {0, 51, 255}});
        QCOMPARE(colors, (std::vector<float>{0.0F, 0.2F, 1.0F}));
    }
};

REGISTER_TEST(ImageQualityTest)
#include "image_quality_test.moc"
