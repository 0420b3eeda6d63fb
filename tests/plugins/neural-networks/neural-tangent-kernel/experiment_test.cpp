#include <array>
#include <cmath>

#include <QtTest>

#include <tbb/global_control.h>

#include "core/error.h"
#include "core/experiment/registry.h"
#include "core/experiment/trials_in_parallel.h"
#include "core/math/decompositions.h"
#include "plugins/neural-networks/neural-tangent-kernel/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

struct Run {
    std::unique_ptr<Experiment> experiment;
    std::shared_ptr<Recording> recording;
};

Run run(const Overrides& overrides) {
    const ExperimentType type = neuralTangentKernel();
    const ParameterValues values = resolveValues(type, "", overrides);
    Run result{createExperiment(type, values), nullptr};
    result.recording = makeRecording(*result.experiment);
    runTrialsInParallel(*result.experiment, *result.recording);
    return result;
}

const Overrides small{{"widths", std::vector<double>{16, 32}},
                      {"networks", std::int64_t{3}},
                      {"steps", std::int64_t{20}},
                      {"seed", std::int64_t{5}}};

/// Four IDX files of `count` made-up pictures of side × side pixels, labels 0, 1, 2, 0, 1, 2, ...:
/// a bright upper half, a bright lower half, noise.
QString pictureFolder(const QTemporaryDir& folder, int count, int side) {
    const auto bigEndian = [](std::uint32_t value) {
        QByteArray bytes(4, '\0');
        for (int i = 0; i < 4; ++i)
            bytes[i] = static_cast<char>(value >> (24 - 8 * i) & 0xFF);
        return bytes;
    };
    RandomStream stream({.seed = 9, .purpose = "pictures"});
    const auto sides = static_cast<std::uint32_t>(side);
    QByteArray images = bigEndian(0x803) + bigEndian(static_cast<std::uint32_t>(count)) +
                        bigEndian(sides) + bigEndian(sides);
    QByteArray labels = bigEndian(0x801) + bigEndian(static_cast<std::uint32_t>(count));
    for (int i = 0; i < count; ++i) {
        labels.append(static_cast<char>(i % 3));
        for (int row = 0; row < side; ++row)
            for (int column = 0; column < side; ++column) {
                const bool bright = i % 3 == 0   ? row < side / 2
                                    : i % 3 == 1 ? row >= side / 2
                                                 : true;
                images.append(static_cast<char>(stream.integer(bright ? 200 : 40)));
            }
    }
    for (const char* part : {"train", "t10k"})
        for (const auto& [name, bytes] :
             {std::pair{"images-idx3-ubyte", images}, {"labels-idx1-ubyte", labels}}) {
            QFile file(folder.filePath(QString("%1-%2").arg(part, name)));
            if (file.open(QIODevice::WriteOnly))
                file.write(bytes);
        }
    return folder.path();
}

Overrides onPictures(const QString& folder) {
    return {{"data", std::string("images")},
            {"data_folder", folder.toStdString()},
            {"widths", std::vector<double>{64}},
            {"networks", std::int64_t{1}},
            {"steps", std::int64_t{30}}};
}

} // namespace

class NeuralTangentKernelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void descriptionIsAccepted() {
        Registry registry;
        registry.add(neuralTangentKernel());
        QCOMPARE(registry.all().size(), std::size_t{1});
    }

    /// Loss, linear loss and components of one network against plain gradient descent here.
    void traceIsGradientDescentBesideLinearDynamics() {
        Overrides one = small;
        one["widths"] = std::vector<double>{16};
        one["networks"] = std::int64_t{1};
        const Run recorded = run(one);
        const TangentNetwork network{.width = 16};
        const Eigen::MatrixXd x = circlePoints(8);
        const Eigen::VectorXd y = x.col(0).cwiseProduct(x.col(1));
        TangentProgram program(network, x, y);
        Eigen::VectorXd theta = initialTangentParameters(network, 5, 0);
        program.bind(theta);
        program.run();
        const auto eigen = symmetricEigen(program.kernel());
        const double eta = 0.3 / eigen.values[7];
        Eigen::VectorXd linear = program.values() - y;
        const Table& trace = recorded.recording->trace(0);
        QCOMPARE(trace.rows(), std::size_t{21});
        for (std::size_t t = 0; t <= 20; ++t) {
            const Eigen::VectorXd error = program.values() - y;
            const auto at = [&](const char* column) {
                return trace.at(t, trace.columnIndex(column));
            };
            expectNear(at("loss"), 0.5 * error.squaredNorm(), 1e-12);
            expectNear(at("linear_loss"), 0.5 * linear.squaredNorm(), 1e-12);
            expectNear(at("component_1"), std::abs(eigen.vectors.col(7).dot(error)), 1e-10);
            expectNear(at("predicted_component_2"), std::abs(eigen.vectors.col(6).dot(linear)),
                       1e-10);
            theta -= eta * program.gradient();
            program.run();
            linear = eigen.vectors * ((1.0 - eta * eigen.values.array()) *
                                      (eigen.vectors.transpose() * linear).array())
                                         .matrix();
        }
    }

    void recordingIsTheSameForAnyNumberOfThreads() {
        std::vector<std::vector<double>> losses;
        for (const std::size_t threads : {1U, 3U}) {
            const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
            losses.push_back(run(small).recording->trace(1).column("loss"));
        }
        QCOMPARE(losses[1], losses[0]);
    }

    void everyFrameOfTheViewsIsDrawn() {
        const Run recorded = run(small);
        const auto solver = recorded.experiment->start(recorded.recording->plans()[0]);
        FrameMap frames;
        for (int t = 0; t < 3; ++t)
            solver->step(StopToken());
        solver->draw(*recorded.recording, frames);
        for (const View& view : neuralTangentKernelDescription().views)
            for (const std::string& frame : view.frames)
                QVERIFY2(frames.contains(frame), frame.c_str());
        const auto& ensemble = std::get<CurvesFrame>(frames.at("ensemble"));
        QCOMPARE(ensemble.curves.size(), std::size_t{7});
        for (const auto& curve : ensemble.curves)
            for (const double value : curve.y)
                QVERIFY(std::isfinite(value));
    }

    /// The Gaussian of the limit, against its own definition at t = 0: mean 0, deviation √Σ(x, x).
    void predictionStartsAsTheProcess() {
        const Run recorded = run(small);
        const auto solver = recorded.experiment->start(recorded.recording->plans()[0]);
        FrameMap frames;
        solver->draw(*recorded.recording, frames);
        const auto& ensemble = std::get<CurvesFrame>(frames.at("ensemble"));
        const double variance =
            limitKernels({.width = 1}, circlePoints(1)).process(0, 0); // alike on the circle
        for (const double value : ensemble.curves[4].y)
            expectNear(value, 0.0, 1e-12);
        for (const double value : ensemble.curves[5].y)
            expectNear(value, 1.2815515655446004 * std::sqrt(variance), 1e-9);
    }

    /// Two halves of pictures: the components go as predicted, the first before the others.
    void componentsOfPicturesAreLearnedInTurn() {
        const QTemporaryDir folder;
        const Run recorded = run(onPictures(pictureFolder(folder, 200, 28)));
        QVERIFY(!recorded.experiment->provenance().standIn);
        const Table& trace = recorded.recording->trace(0);
        QCOMPARE(recorded.recording->status(0), TrialStatus::finished);
        const auto loss = trace.column("loss");
        QVERIFY(loss.back() < 0.3 * loss.front());
        const auto finals = *recorded.recording->finals(0);
        QVERIFY(finals[5] > finals[6]); // ηλ of the first two eigenvectors
        const auto second = trace.column("component_2"),
                   predicted = trace.column("predicted_component_2");
        expectNear(second[5] / predicted[5], 1.0, 0.2);
    }

    void picturesThatDoNotFitAreRefusedByName() {
        const auto running = [](const Overrides& overrides) {
            return [overrides] { run(overrides); };
        };
        const QTemporaryDir few, small, missing;
        expectRefusal(running(onPictures(pictureFolder(few, 60, 28))), "'images': 128");
        expectRefusal(running(onPictures(pictureFolder(small, 200, 10))), "28 × 28");
        expectRefusal(running(onPictures(missing.path())), missing.path());
    }

    void fractionalWidthIsRefused() {
        expectRefusal([&] { run({{"widths", std::vector<double>{16.5}}}); }, "16.5");
        expectRefusal([&] { run({{"widths", std::vector<double>{8.0}}}); }, "8");
    }

    void linearDynamicsAreNotLeftOnTheWay() {
        const auto verdictOf = [](std::vector<double> distances) {
            auto recording = std::make_shared<Recording>(
                std::vector<Column>{{"iteration"}, {"linear_distance"}}, std::vector<Column>{},
                std::vector<Column>{}, std::vector<std::string>{"ensemble"},
                std::vector<TrialPlan>{{.arm = "ensemble", .steps = 2}});
            for (std::size_t t = 0; t < distances.size(); ++t)
                recording->traceForWriting(0).append(std::array{double(t), distances[t]});
            recording->setStatus(0, TrialStatus::finished);
            return judged(neuralTangentKernel(), "linear-dynamics", {}, recording);
        };
        expectVerdict(verdictOf({0.0, 0.004, 0.001}), Verdict::holds);
        expectVerdict(verdictOf({0.0, 0.001, 0.003}), Verdict::fails);
        expectVerdict(verdictOf({0.0, NAN, 0.001}), Verdict::fails);
        expectVerdict(verdictOf({0.0, 0.001, NAN}), Verdict::fails);
    }

    void claimWithoutRunsHasNotEnoughData() {
        for (const Claim& claim : neuralTangentKernelClaims())
            expectVerdict(claim.judge(Evidence{}, claim), Verdict::notEnoughData);
    }
};

REGISTER_TEST(NeuralTangentKernelTest)
#include "neural-tangent-kernel/experiment_test.moc"
