// The playground on tables: what the optimizers find against the closed form, and what is shown.

#include <cmath>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "core/error.h"
#include "core/experiment/not_applicable.h"
#include "core/experiment/registry.h"
#include "core/experiment/run_files.h"
#include "plugins/playground/optimizer-playground/arms.h"
#include "plugins/playground/optimizer-playground/experiment.h"
#include "plugins/playground/optimizer-playground/shipped_tables.h"
#include "plugins/playground/optimizer-playground/tables.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::playground;

namespace {

using Strings = std::vector<std::string>;
using Vector = Eigen::Vector2d;

Overrides onTable(Overrides more = {}) {
    more.insert({{"surface", std::string("table")}, {"record_every", std::int64_t{1}}});
    return more;
}

Vector lastWeights(const Recording& recording, const char* arm) {
    const Table& trace = recording.trace(recording.trialsOf(arm).front());
    return {trace.column("x").back(), trace.column("y").back()};
}

FrameMap framesOf(const Overrides& overrides) {
    const ExperimentType type = optimizerPlayground();
    const auto experiment = createExperiment(type, resolveValues(type, "", overrides));
    FrameMap frames;
    experiment->draw(*record(*experiment), frames);
    return frames;
}

} // namespace

class PlaygroundTablesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyOptimizerFindsTheLine() {
        for (const bool standardize : {true, false}) {
            const auto recording =
                record(optimizerPlayground(), onTable({{"arms", idsOf(playgroundArms)},
                                                       {"standardize", standardize},
                                                       {"steps", std::int64_t{20000}},
                                                       {"rate_sgd", 0.03},
                                                       {"rate_momentum", 0.02},
                                                       {"rate_nesterov", 0.02},
                                                       {"rate_adagrad", 1.0},
                                                       {"rate_rmsprop", 0.01},
                                                       {"schedule", std::string("linear")},
                                                       {"weight_decay", 0.0}}));
            const TableLoss loss(shippedTable(FitTable::Kind::line),
                                 standardize ? TableLoss::Columns::standardized
                                             : TableLoss::Columns::asGiven);
            for (const std::string& arm : idsOf(playgroundArms))
                expectNear(lastWeights(*recording, arm.c_str()), *loss.minimum(), 2e-3, arm);
        }
    }

    void newtonIsThereAfterOneStep() {
        const auto recording = record(
            optimizerPlayground(), onTable({{"arms", Strings{"newton"}}, {"standardize", false}}));
        const TableLoss loss(shippedTable(FitTable::Kind::line), TableLoss::Columns::asGiven);
        expectNear(recording->trace(0).column("x")[1], loss.minimum()->x(), 1e-12);
        expectNear(recording->trace(0).column("y")[1], loss.minimum()->y(), 1e-11);
    }

    /// The loss of a line is a bowl of which theory knows the rate.
    void theDistanceFallsAsTheCurvaturesSay() {
        const auto recording =
            record(optimizerPlayground(),
                   onTable({{"arms", Strings{"sgd"}}, {"standardize", false}, {"rate_sgd", 0.02}}));
        const auto distance = recording->trace(0).column("distance");
        const auto predicted = recording->trace(0).column("predicted_distance");
        for (std::size_t t = 0; t < distance.size(); ++t)
            QVERIFY(distance[t] <= predicted[t] * (1.0 + 1e-9));
        // Along the valley it is exact.
        expectNear(distance[200] / distance[199], predicted[200] / predicted[199], 1e-6);
        const auto fast = record(optimizerPlayground(), onTable({{"arms", Strings{"sgd"}},
                                                                 {"standardize", false},
                                                                 {"steps", std::int64_t{5000}},
                                                                 {"rate_sgd", 1.0}}));
        QVERIFY(fast->status(0) == TrialStatus::diverged);
    }

    /// Each step of gradient descent, repeated here with the rows of the same batches.
    void miniBatchesAreRowsOfTheTable() {
        const Overrides overrides = onTable({{"arms", Strings{"sgd", "newton"}},
                                             {"table_model", std::string("classes")},
                                             {"batch_size", std::int64_t{8}},
                                             {"rate_sgd", 0.5},
                                             {"steps", std::int64_t{60}}});
        const auto one = record(optimizerPlayground(), overrides, {.threads = 1});
        const auto two = record(optimizerPlayground(), overrides, {.threads = 2});
        QCOMPARE(tables(*one), tables(*two));
        const TableLoss loss(shippedTable(FitTable::Kind::classes),
                             TableLoss::Columns::standardized);
        const auto x = one->trace(0).column("x"), y = one->trace(0).column("y");
        for (std::size_t epoch = 0; epoch < 12; ++epoch) {
            // An epoch's five batches of eight are all 40 rows: their gradients at one place have
            // the mean of the whole. The steps are at five places, near each other.
            Vector sum = Vector::Zero();
            Jet first = loss.at({x[5 * epoch], y[5 * epoch]});
            double reach = 0.0;
            for (std::size_t t = 5 * epoch; t < 5 * epoch + 5; ++t) {
                sum += Vector(x[t] - x[t + 1], y[t] - y[t + 1]) / 0.5;
                reach = std::max(reach, std::hypot(x[t] - x[5 * epoch], y[t] - y[5 * epoch]));
            }
            expectNear(sum / 5.0, Vector(first.x, first.y),
                       loss.largestCurvature() * reach + 1e-12);
        }
        QVERIFY(one->trace(0).column("predicted_distance").size() > 0);
        QVERIFY(!applies(one->trace(0).column("predicted_distance")[3]));
    }

    void theFitShowsRowsArmsAndMinimum() {
        const FrameMap frames =
            framesOf(onTable({{"arms", Strings{"sgd", "newton"}}, {"rate_sgd", 0.5}}));
        const auto& fit = std::get<CurvesFrame>(frames.at("fit"));
        QStringList labels;
        for (const CurvesFrame::Curve& curve : fit.curves)
            labels << QString::fromStdString(curve.label);
        QCOMPARE(labels, (QStringList{"rows", "normal equations", "sgd", "newton"}));
        QCOMPARE(fit.curves[0].x.size(), std::size_t(24));
        // Both ends of Newton's line are on that of the minimum, in units of the table.
        const TableLoss loss(shippedTable(FitTable::Kind::line), TableLoss::Columns::asGiven);
        for (int end = 0; end < 2; ++end) {
            const auto& line = fit.curves[3];
            expectNear(line.y[end], loss.minimum()->x() * line.x[end] + loss.minimum()->y(), 1e-9);
        }
        QCOMPARE(std::get<CurvesFrame>(frames.at("minimum")).curves.size(), std::size_t(1));
        const std::string text = std::get<TextFrame>(frames.at("table")).text;
        QVERIFY2(text.find("standardized\n           u = (hours − 5.1)/2.796") != std::string::npos,
                 text.c_str());
    }

    void withoutStandardizationThatIsSaid() {
        const FrameMap frames =
            framesOf(onTable({{"standardize", false}, {"arms", Strings{"newton"}}}));
        const std::string text = std::get<TextFrame>(frames.at("table")).text;
        QVERIFY2(text.find("as given, not standardized") != std::string::npos, text.c_str());
        QVERIFY2(text.find("gradient descent needs η < 2/L") != std::string::npos, text.c_str());
    }

    void separableClassesHaveNoMinimumAndSaySo() {
        const QTemporaryDir folder;
        QFile file(folder.filePath("apart.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("a,b,class\n1,1,up\n2,1,up\n-1,-2,down\n-2,-1,down\n");
        file.close();
        const Overrides overrides = onTable({{"table_model", std::string("classes")},
                                             {"table_file", file.fileName().toStdString()},
                                             {"arms", Strings{"sgd"}}});
        const FrameMap frames = framesOf(overrides);
        const std::string text = std::get<TextFrame>(frames.at("table")).text;
        QVERIFY2(text.find("none: a line separates the classes") != std::string::npos,
                 text.c_str());
        QVERIFY(std::get<CurvesFrame>(frames.at("minimum")).curves.empty());
        const auto recording = record(optimizerPlayground(), overrides);
        QVERIFY(!applies(recording->trace(0).column("distance").back()));
        const auto value = recording->trace(0).column("value");
        QVERIFY(value.back() < 0.2 * value.front());
    }

    void badTablesAreRefusedBeforeARun() {
        const auto resolve = [](Overrides overrides) {
            return resolving(optimizerPlayground(), onTable(std::move(overrides)));
        };
        expectRefusal(resolve({{"table_file", std::string("/no/such/table.csv")}}),
                      "/no/such/table.csv");
        expectRefusal(resolve({{"batch_size", std::int64_t{25}}}), "'batch_size'", "24 rows",
                      "expected 0");
        expectRefusal(resolve({{"start_x", 2000.0}}), "start_x");
    }

    void presetsShowAMainViewOfTheTable() {
        Registry registry;
        registry.add(optimizerPlayground()); // checks one or two main views at each preset
        for (const char* preset : {"table", "table_standardized", "table_classes"}) {
            const auto recording =
                record(optimizerPlayground(), {}, {.preset = preset, .threads = 1});
            for (std::size_t trial = 0; trial < recording->plans().size(); ++trial)
                QVERIFY2(recording->status(trial) == TrialStatus::finished,
                         recording->message(trial).c_str());
        }
    }
};

REGISTER_TEST(PlaygroundTablesTest)
#include "optimizer-playground/tables_test.moc"
