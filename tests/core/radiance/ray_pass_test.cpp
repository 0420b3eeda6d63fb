// The arithmetic of rays through a field: against a direct sum over samples, and all gradients
// against central differences in double precision.

#include <cmath>

#include <QtTest>
#include <tbb/global_control.h>

#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/radiance/ray_pass.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::radiance;
using Eigen::Vector3d;
using DoubleField = BasicField<double>;

namespace {

constexpr std::uint64_t seed = 31;

GridShape someShape() {
    return GridShape::forVoxels({{-1.0, -0.8, -1.1}, {1.1, 0.9, 1.0}}, 300, 420);
}

DoubleField someField(Activation activation, const ColorOptions& color, double density = 1.5) {
    DoubleField field(someShape(), activation, 0.2, color, seed);
    field.threshold = 0.0;
    RandomStream stream({.seed = seed, .purpose = "test field"});
    for (double& value : field.density)
        value = stream.normal() * density;
    const auto stride = static_cast<std::size_t>(field.featureStride);
    for (std::size_t i = 0; i < field.features.size(); ++i)
        if (i % stride < static_cast<std::size_t>(color.features))
            field.features[i] = stream.normal();
    return field;
}

std::vector<PassRay> someRays(int count) {
    std::vector<PassRay> rays;
    RandomStream stream({.seed = seed, .purpose = "test rays"});
    for (int i = 0; i < count; ++i) {
        PassRay ray;
        ray.origin = 4.0 * Vector3d(stream.normal(), stream.normal(), stream.normal()).normalized();
        const Vector3d to(stream.uniform(-0.8, 0.8), stream.uniform(-0.6, 0.6),
                          stream.uniform(-0.8, 0.8));
        ray.direction = (to - ray.origin).normalized() * stream.uniform(1.0, 1.2);
        ray.offset = stream.uniform();
        for (float& channel : ray.target)
            channel = static_cast<float>(stream.uniform());
        rays.push_back(ray);
    }
    return rays;
}

double softplus(double x) {
    return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

/// One ray by the definition: interpolation by eight corners, no vectors, no blocks.
struct Direct {
    std::array<double, 3> color{};
    double last = 1.0, sumOfWeights = 0.0, depth = 0.0, perPoint = 0.0;
    int inBox = 0, colored = 0;
};

std::array<double, 3> colorAt(const DoubleField& field, const std::vector<double>& features,
                              const Vector3d& view, const Vector3d& place) {
    const auto logistic = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
    if (!field.color.hasNetwork())
        return {logistic(features[0]), logistic(features[1]), logistic(features[2])};
    std::vector<double> x(features.begin() + (field.color.direct ? 0 : 3), features.end());
    const auto encode = [&x](const Vector3d& v, int frequencies) {
        for (int a = 0; a < 3; ++a)
            x.push_back(v[a]);
        for (int a = 0; a < 3; ++a)
            for (int q = 0; q < frequencies; ++q)
                x.push_back(std::sin(std::pow(2.0, q) * v[a]));
        for (int a = 0; a < 3; ++a)
            for (int q = 0; q < frequencies; ++q)
                x.push_back(std::cos(std::pow(2.0, q) * v[a]));
    };
    if (field.color.positionEncoding)
        encode(place, 5);
    encode(view, 4);
    const auto& network = field.network;
    const auto at = network.layout();
    const auto wide = static_cast<std::size_t>(network.paddedWidth);
    std::vector<double> h1(wide), h2(wide);
    for (std::size_t j = 0; j < wide; ++j) {
        double sum = network.parameters[at.bias1 + j];
        for (std::size_t i = 0; i < x.size(); ++i) // both parts of the first layer adjoin
            sum += x[i] * network.parameters[i * wide + j];
        h1[j] = std::max(sum, 0.0);
    }
    for (std::size_t j = 0; j < wide; ++j) {
        double sum = network.parameters[at.bias2 + j];
        for (std::size_t i = 0; i < wide; ++i)
            sum += h1[i] * network.parameters[at.hiddenWeights + i * wide + j];
        h2[j] = std::max(sum, 0.0);
    }
    std::array<double, 3> color{};
    for (std::size_t c = 0; c < 3; ++c) {
        double sum = network.parameters[at.bias3 + c];
        for (std::size_t i = 0; i < wide; ++i)
            sum += h2[i] * network.parameters[at.outputWeights + 4 * i + c];
        color[c] = logistic(sum + (field.color.direct ? 0.0 : features[c]));
    }
    return color;
}

Direct direct(const DoubleField& field, const PassRay& ray, double nearest) {
    const GridShape& shape = field.shape;
    double enter = nearest, leave = 1e9;
    for (int a = 0; a < 3; ++a) {
        const double t0 = (shape.box.low[a] - ray.origin[a]) / ray.direction[a];
        const double t1 = (shape.box.high[a] - ray.origin[a]) / ray.direction[a];
        enter = std::max(enter, std::min(t0, t1));
        leave = std::min(leave, std::max(t0, t1));
    }
    const double step = field.stepsize * shape.voxelSize;
    const Vector3d unit = ray.direction.normalized();
    const int count = std::max(
        1, static_cast<int>(std::ceil(std::max(leave - enter, 0.0) * ray.direction.norm() / step)));
    Direct result;
    for (int k = 0; k < count; ++k) {
        const double distance = enter * ray.direction.norm() + (k + ray.offset) * step;
        const Vector3d point = ray.origin + unit * distance;
        const Vector3d u = shape.toGrid(point);
        bool inside = true;
        std::array<int, 3> cell{};
        Vector3d f;
        for (std::size_t a = 0; a < 3; ++a) {
            const auto axis = static_cast<Eigen::Index>(a);
            inside = inside && u[axis] >= 0.0 && u[axis] <= shape.size[a] - 1;
            cell[a] = std::clamp(static_cast<int>(std::floor(u[axis])), 0, shape.size[a] - 2);
            f[axis] = u[axis] - cell[a];
        }
        if (!inside)
            continue;
        ++result.inBox;
        if (!field.occupancy.nearest(u) || result.last < 1e-3)
            continue;
        const double delta = field.interval();
        double raw = 0.0, soft = 0.0, activated = 0.0;
        std::vector<double> features(static_cast<std::size_t>(field.color.features));
        for (int corner = 0; corner < 8; ++corner) {
            const int dx = corner >> 2, dy = corner >> 1 & 1, dz = corner & 1;
            double weight =
                (dx ? f[0] : 1 - f[0]) * (dy ? f[1] : 1 - f[1]) * (dz ? f[2] : 1 - f[2]);
            const std::size_t index = shape.index(cell[0] + dx, cell[1] + dy, cell[2] + dz);
            for (std::size_t j = 0; j < features.size(); ++j)
                features[j] +=
                    weight *
                    field.features[index * static_cast<std::size_t>(field.featureStride) + j];
            if (field.activation == Activation::nearest)
                weight = (f[0] >= 0.5) == dx && (f[1] >= 0.5) == dy && (f[2] >= 0.5) == dz;
            const double s = softplus(field.density[index] + field.shift);
            raw += weight * field.density[index];
            soft += weight * s;
            activated += weight * -std::expm1(-delta * s);
        }
        const double alpha = field.activation == Activation::in ? -std::expm1(-delta * soft)
                             : field.activation == Activation::pre
                                 ? activated
                                 : -std::expm1(-delta * softplus(raw + field.shift));
        if (!(alpha > field.threshold))
            continue;
        const double weight = result.last * alpha;
        result.last *= 1.0 - alpha;
        result.sumOfWeights += weight;
        if (!(weight > field.threshold))
            continue;
        ++result.colored;
        const Vector3d place =
            u.array() / Eigen::Array3d(shape.size[0] - 1, shape.size[1] - 1, shape.size[2] - 1);
        const auto color = colorAt(field, features, unit, place);
        result.depth += weight * distance;
        for (std::size_t c = 0; c < 3; ++c) {
            result.color[c] += weight * color[c];
            result.perPoint += weight * std::pow(color[c] - ray.target[c], 2);
        }
    }
    for (double& channel : result.color)
        channel += result.last;
    return result;
}

struct Gradients {
    std::vector<double> density, features, network;
    double loss = 0.0;
};

Gradients gradientsOf(const DoubleField& field, const std::vector<PassRay>& rays,
                      const PassOptions& options) {
    RayPass<double> pass;
    Gradients gradients;
    const PassSums sums = pass.differentiate(field, rays, options);
    gradients.loss = RayPass<double>::loss(sums, rays.size(), options);
    gradients.network.assign(pass.networkGradient().begin(), pass.networkGradient().end());
    gradients.density.resize(field.density.size());
    gradients.features.resize(field.features.size());
    pass.takePlanes(field, [&](PlaneGradient<double>& plane) {
        const auto first = static_cast<std::size_t>(plane.x) * plane.points;
        const auto stride = static_cast<std::size_t>(field.featureStride);
        std::copy_n(plane.density, plane.points, gradients.density.begin() + std::ptrdiff_t(first));
        std::copy_n(plane.features, plane.points * stride,
                    gradients.features.begin() + std::ptrdiff_t(first * stride));
        std::fill_n(plane.density, plane.points, 0.0);
        std::fill_n(plane.features, plane.points * stride, 0.0);
    });
    return gradients;
}

/// A gradient at some entries of `values`.
GradientCheck checked(const DoubleField& field, AlignedArray<double>& values,
                      const std::vector<double>& gradient, const std::vector<PassRay>& rays,
                      const PassOptions& options, int count, double step = 1e-5) {
    RandomStream stream({.seed = seed, .purpose = "test entries"});
    std::vector<std::size_t> entries(static_cast<std::size_t>(count));
    for (std::size_t& entry : entries)
        entry = stream.integer(values.size());
    RayPass<double> pass;
    return checkGradient(
        [&] {
            return RayPass<double>::loss(pass.differentiate(field, rays, options), rays.size(),
                                         options);
        },
        {values.data(), values.size()}, gradient, {.step = step, .entries = entries});
}

} // namespace

class RayPassTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void forwardFollowsTheDefinition_data() {
        QTest::addColumn<int>("activation");
        QTest::addColumn<int>("kind");
        for (int activation = 0; activation < 4; ++activation)
            QTest::addRow("activation %d, colors", activation) << activation << 0;
        QTest::addRow("network") << 0 << 1;
        QTest::addRow("features past the network") << 0 << 2;
        QTest::addRow("position in the network") << 0 << 3;
        QTest::addRow("no features") << 0 << 4;
    }
    void forwardFollowsTheDefinition() {
        QFETCH(int, activation);
        QFETCH(int, kind);
        DoubleField field = someField(static_cast<Activation>(activation), colorOf(kind), 2.5);
        field.threshold = 1e-3;
        for (std::size_t i = 0; i < field.occupancy.count(); i += 5)
            field.occupancy.clear(i);
        const auto rays = someRays(70);
        std::vector<PassResult> results(rays.size());
        const PassOptions options{.nearest = 1.0};
        RayPass<double>::render(field, rays, options, results);
        double inBox = 0, colored = 0;
        int ended = 0;
        for (std::size_t r = 0; r < rays.size(); ++r) {
            const Direct expected = direct(field, rays[r], 1.0);
            for (std::size_t c = 0; c < 3; ++c)
                expectNear(results[r].color[c], expected.color[c], 1e-6);
            expectNear(results[r].last, expected.last, 1e-6);
            expectNear(results[r].depth, expected.depth, 2e-6);
            // Weights and what is left behind account for everything.
            expectNear(expected.sumOfWeights + results[r].last, 1.0, 1e-6);
            inBox += expected.inBox;
            colored += expected.colored;
            ended += expected.last < 1e-3;
        }
        RayPass<double> pass;
        const PassSums sums = pass.differentiate(field, rays, options);
        QCOMPARE(sums.colored, colored);
        QCOMPARE(sums.inBox, inBox);
        QVERIFY(ended > 0 && ended < 70);
    }

    void gradientsAgreeWithDifferences_data() { forwardFollowsTheDefinition_data(); }
    void gradientsAgreeWithDifferences() {
        QFETCH(int, activation);
        QFETCH(int, kind);
        qInfo("seed %llu", static_cast<unsigned long long>(seed));
        DoubleField field = someField(static_cast<Activation>(activation), colorOf(kind), 0.7);
        const auto rays = someRays(40);
        // Weights are held fixed in the loss of each point, so that differences by density must be
        // taken without it.
        const PassOptions withEntropy{.nearest = 1.0, .backgroundEntropy = 0.3};
        const PassOptions withPoints{.nearest = 1.0, .backgroundEntropy = 0.3, .perPoint = 0.7};
        const Gradients plain = gradientsOf(field, rays, withEntropy);
        const GradientCheck density =
            checked(field, field.density, plain.density, rays, withEntropy, 60);
        const Gradients points = gradientsOf(field, rays, withPoints);
        // The rounding error of 1/(1 − α + 1e-10) is the guard itself.
        QVERIFY2(density.relativeError() < 1e-5, density.text().c_str());
        QVERIFY(plain.density == points.density);
        if (field.color.features > 0) {
            const GradientCheck features =
                checked(field, field.features, points.features, rays, withPoints, 60);
            QVERIFY2(features.relativeError() < 1e-5, features.text().c_str());
        }
        if (field.color.hasNetwork()) {
            const GradientCheck network = checked(field, field.network.parameters, points.network,
                                                  rays, withPoints, 120, 1e-6);
            QVERIFY2(network.relativeError() < 1e-5, network.text().c_str());
        }
        double loss = 0.0;
        for (const PassRay& ray : rays) {
            const Direct d = direct(field, ray, 1.0);
            double squares = 0.0;
            for (std::size_t c = 0; c < 3; ++c)
                squares += std::pow(d.color[c] - ray.target[c], 2);
            loss += squares / 3.0 +
                    0.3 * (-d.last * std::log(d.last) - (1 - d.last) * std::log(1 - d.last)) +
                    0.7 * d.perPoint;
        }
        expectNear(points.loss, loss / 40.0, 1e-9);
    }

    void droppedSamplesStillShadow() {
        // With a threshold, gradients are those of the loss with the set of samples held fixed.
        DoubleField field = someField(Activation::post, {.features = 3, .width = 0}, 1.5);
        field.threshold = 2e-2;
        const auto rays = someRays(40);
        const PassOptions options{.nearest = 1.0};
        const Gradients gradients = gradientsOf(field, rays, options);
        RayPass<double> pass;
        const double colored = pass.differentiate(field, rays, options).colored;
        bool crossed = false; // a sample crossed the threshold
        const auto loss = [&] {
            const PassSums sums = pass.differentiate(field, rays, options);
            crossed = crossed || sums.colored != colored;
            return RayPass<double>::loss(sums, rays.size(), options);
        };
        int compared = 0;
        for (std::size_t at = 0; at < field.density.size(); at += 3) {
            crossed = false;
            const GradientCheck check =
                checkGradient(loss, {field.density.data(), field.density.size()}, gradients.density,
                              {.entries = {&at, 1}});
            if (crossed)
                continue;
            expectNear(check.error, 0.0, 1e-8, check.text());
            ++compared;
        }
        QVERIFY(compared > 50);
    }

    void clampedColorsHaveNoGradient() {
        DoubleField field = someField(Activation::post, {.features = 3, .width = 0}, 0.5);
        const auto rays = someRays(10);
        PassOptions options{.nearest = 1.0, .background = 3.0};
        options.clampColor = true;
        // Nearly all of a background of three: above 1 whatever the field does.
        for (double& value : field.density)
            value = -5.0;
        const Gradients gradients = gradientsOf(field, rays, options);
        for (const double g : gradients.density)
            QCOMPARE(g, 0.0);
    }

    void floatsAgreeWithDoubles() {
        const DoubleField precise = someField(Activation::post, colorOf(1), 1.5);
        Field field(precise.shape, precise.activation, 0.2, colorOf(1), seed);
        field.threshold = 0.0;
        for (std::size_t i = 0; i < precise.density.size(); ++i)
            field.density[i] = static_cast<float>(precise.density[i]);
        for (std::size_t i = 0; i < precise.features.size(); ++i)
            field.features[i] = static_cast<float>(precise.features[i]);
        const auto rays = someRays(40);
        const PassOptions options{.nearest = 1.0, .backgroundEntropy = 0.1, .perPoint = 0.1};
        RayPass<float> pass;
        const double loss =
            RayPass<float>::loss(pass.differentiate(field, rays, options), 40, options);
        const Gradients expected = gradientsOf(precise, rays, options);
        expectNear(loss / expected.loss, 1.0, 1e-4);
        double difference = 0.0, norm = 0.0;
        for (std::size_t i = 0; i < expected.network.size(); ++i) {
            difference += std::pow(pass.networkGradient()[i] - expected.network[i], 2);
            norm += std::pow(expected.network[i], 2);
        }
        QVERIFY(std::sqrt(difference / norm) < 1e-3);
    }

    void resultsDoNotDependOnThreads() {
        const DoubleField field = someField(Activation::post, colorOf(1));
        const auto rays = someRays(300);
        const PassOptions options{.nearest = 1.0, .backgroundEntropy = 0.1, .perPoint = 0.1};
        const Gradients parallel = gradientsOf(field, rays, options);
        const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
        const Gradients serial = gradientsOf(field, rays, options);
        QVERIFY(parallel.density == serial.density && parallel.features == serial.features &&
                parallel.network == serial.network && parallel.loss == serial.loss);
    }

private:
    static ColorOptions colorOf(int kind) {
        switch (kind) {
        case 1:
            return {.features = 12, .width = 24};
        case 2:
            return {.features = 9, .width = 16, .direct = false};
        case 3:
            return {.features = 6, .width = 16, .positionEncoding = true};
        case 4:
            return {.features = 0, .width = 16, .positionEncoding = true};
        default:
            return {.features = 3, .width = 0};
        }
    }
};

REGISTER_TEST(RayPassTest)
#include "ray_pass_test.moc"
