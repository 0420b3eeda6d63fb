// The template is for copying and is not built as a plugin here: the test takes its source.

#include <QtTest>

#include "core/experiment/runner.h"
#include "plugins/template/ellipse.cpp"
#include "tests/registered_test.h"

namespace {

ParameterValues ellipse(double condition) {
    const std::vector<Parameter> known{realParameter(
        {"condition_number", "κ", "", ""}, {.from = 1.0, .to = 100.0, .value = 20.0}, "")};
    return {known, {{"condition_number", condition}}};
}

/// The template, recorded at another cadence.
class RarelyRecorded final : public Experiment {
public:
    RarelyRecorded(double condition, std::int64_t every)
        : ellipse_(ellipse(condition)), every_(every) {}
    [[nodiscard]] std::vector<TrialPlan> trials() const override { return ellipse_.trials(); }
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return ellipse_.traceColumns();
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return ellipse_.finalColumns();
    }
    [[nodiscard]] Cadence cadence() const override { return {every_}; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return ellipse_.start(plan);
    }

private:
    Ellipse ellipse_;
    std::int64_t every_;
};

} // namespace

class EllipseTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTheoryDoesNotDependOnTheCadence() {
        constexpr double condition = 5.0;
        constexpr std::int64_t every = 7;
        const RarelyRecorded often(condition, 1);
        const RarelyRecorded rarely(condition, every);
        const auto dense = makeRecording(often);
        const auto sparse = makeRecording(rarely);
        runToEnd(often, *dense, {.threads = 1});
        runToEnd(rarely, *sparse, {.threads = 1});
        const Table& trace = sparse->trace(0);
        QCOMPARE(trace.rows(), std::size_t{200 / every + 2}); // with the first and the last
        for (std::size_t row = 0; row < trace.rows(); ++row) {
            const auto t = static_cast<std::size_t>(trace.at(row, 0));
            for (const char* column : {"distance", "predicted"})
                QCOMPARE(trace.at(row, trace.columnIndex(column)),
                         dense->trace(0).at(t, trace.columnIndex(column)));
            // √2 (2/3)ᵗ for κ = 5.
            const double theory = std::sqrt(2.0) * std::pow(2.0 / 3.0, static_cast<double>(t));
            QCOMPARE(trace.at(row, trace.columnIndex("predicted")), theory);
        }
    }
};

REGISTER_TEST(EllipseTest)
#include "ellipse_test.moc"
