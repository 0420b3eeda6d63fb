#include "app/curves/own_curves.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "app/curves/rates_table.h"
#include "core/data/curve_log.h"
#include "core/error.h"
#include "core/experiment/not_applicable.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/recorded_experiment.h"
#include "core/experiment/registry.h"
#include "core/experiment/view_words.h"

namespace convergence {

namespace {

using Log = std::shared_ptr<const CurveLog>;

/// Columns of a trace, before the clocks.
enum TraceColumn : std::size_t { valueColumn, smoothedColumn, firstClockColumn };

std::string clockId(std::size_t index) {
    return fmt::format("clock_{}", index + 1);
}

const std::vector<ColumnPattern>& finalPatterns() {
    static const std::vector<ColumnPattern> patterns{{.id = "last_value", .label = "last value"},
                                                     {.id = "least_value", .label = "least value"}};
    return patterns;
}

/// What a log has of its own.
struct Outline {
    std::string title = "Own curves";
    std::vector<std::string> curves;
    std::vector<CurveLog::Clock> clocks{{"step", ""}};
};

std::vector<Parameter> parameters() {
    Parameter file{.name = "file",
                   .label = "Log",
                   .help = "The file that the curves are from. Another one is opened by File > "
                           "Open, or dropped on the window.",
                   .kind = ParameterKind::file,
                   .defaultValue = std::string(),
                   .group = "Log"};
    constexpr double farthest = 1e18;
    return {std::move(file),
            realParameter({"smoothing", "β", "Smoothing",
                           "Each value weighs 1 − β in a running mean, corrected for its start; 0: "
                           "none. Fits are of the values as they are."},
                          {.from = 0, .to = 0.9999, .value = 0}, "Curves"),
            realParameter({"fit_from", "", "Rates from",
                           "Where the window of the table of rates begins, in units of the first "
                           "clock."},
                          {.from = 0, .to = farthest, .value = 0}, "Curves"),
            realParameter({"fit_to", "", "Rates to", "Where it ends; 0: at the last value."},
                          {.from = 0, .to = farthest, .value = 0}, "Curves")};
}

std::vector<View> viewsOf(const Outline& outline) {
    const std::vector<SeriesSpec> smoothed{{"smoothed", "smoothed", true}};
    const CurveLog::Clock& clock = outline.clocks.front();
    std::vector<View> views{
        Chart{.id = "curves",
              .title = "Curves",
              .help = "The log as it is. X and Y switch the axes, a drag zooms.",
              .x = clockId(0),
              .xLabel = clock.name,
              .xUnit = clock.unit,
              .y = "value",
              .curves = smoothed,
              .yLabel = "value"},
        Chart{.id = "power_law",
              .title = "Fitted rate",
              .help = "A straight line is a power law on logarithmic axes, and exponential decay "
                      "where only y is logarithmic (press X): the fit follows the axes. Drag the "
                      "edges of the window.",
              .x = clockId(0),
              .xLabel = clock.name,
              .xUnit = clock.unit,
              .y = "value",
              .curves = smoothed,
              .yLabel = "value",
              .axes = Axes::logLog,
              .fit = {.kind = FitKind::logLog},
              .isMain = true},
        FrameTable{.id = "rates",
                   .title = "Which rate",
                   .help = "Both laws over several windows, with 95 % intervals that allow for "
                           "residuals that hang together. Your own window: Rates from, Rates to.",
                   .frames = {"rates"},
                   .isMain = true},
        FrameView{.id = "log",
                  .title = "Log",
                  .help = "What was read of the file, and what was left out.",
                  .kind = ViewKind::text,
                  .frames = {"log"}}};
    for (std::size_t k = 1; k < outline.clocks.size(); ++k)
        views.push_back(Chart{.id = fmt::format("against_{}", k + 1),
                              .title = "Against " + outline.clocks[k].name,
                              .help = "The same curves over another clock of the log.",
                              .x = clockId(k),
                              .xLabel = outline.clocks[k].name,
                              .xUnit = outline.clocks[k].unit,
                              .y = "value",
                              .curves = smoothed,
                              .yLabel = "value",
                              .axes = Axes::logY,
                              .fit = {.kind = FitKind::logLinear}});
    return views;
}

Description descriptionOf(const Outline& outline) {
    Description about{
        .id = ownCurvesId,
        .title = outline.title,
        .family = "own",
        .summary = "Curves from a log of your own. Which rate they follow is told for "
                   "several windows, with intervals.",
        .question = "Which rate do these curves follow, over which window, and how sure is it?",
        .topics = {"rate", "power law", "own data"}};
    about.parameters = parameters();
    about.mainParameters = {"file", "smoothing", "fit_from", "fit_to"};
    about.records.trace = {{.id = "value", .label = "value"},
                           {.id = "smoothed", .label = "smoothed value"}};
    for (std::size_t k = 0; k < outline.clocks.size(); ++k)
        about.records.trace.push_back({.id = clockId(k),
                                       .label = outline.clocks[k].name,
                                       .unit = outline.clocks[k].unit,
                                       .isClock = true});
    about.records.finals = finalPatterns();
    about.records.frames = {"rates", "log"};
    for (const std::string& curve : outline.curves)
        about.arms.push_back({curve, curve, ""});
    about.views = viewsOf(outline);
    completeDescription(about);
    checkDescription(about);
    return about;
}

/// Goes through one curve.
class CurveSolver final : public Solver {
public:
    CurveSolver(Log log, std::size_t curve, double smoothing)
        : log_(std::move(log)), curve_(log_->curves[curve]), smoothing_(smoothing) {
        take();
    }

    StepStatus step(const StopToken&) override {
        if (row_ + 1 == curve_.values.size())
            return StepStatus::finished;
        ++row_;
        take();
        return StepStatus::running;
    }
    void measure(std::span<double> metrics) override {
        metrics[valueColumn] = curve_.values[row_];
        metrics[smoothedColumn] =
            smoothing_ > 0.0 && weight_ > 0.0 ? mean_ / weight_ : notApplicable;
        for (std::size_t k = 0; k < curve_.clocks.size(); ++k)
            metrics[firstClockColumn + k] = curve_.clocks[k][row_];
    }
    void conclude(std::span<double> finals) override {
        finals[0] = curve_.values[row_];
        finals[1] = least_;
    }

private:
    void take() {
        const double value = curve_.values[row_];
        if (!std::isfinite(value))
            return;
        least_ = std::isfinite(least_) ? std::min(least_, value) : value;
        mean_ = smoothing_ * mean_ + (1.0 - smoothing_) * value;
        weight_ = smoothing_ * weight_ + (1.0 - smoothing_);
    }

    Log log_;
    const CurveLog::Curve& curve_;
    double smoothing_;
    std::size_t row_ = 0;
    double mean_ = 0.0, weight_ = 0.0; ///< of the values so far, and what it lacks to 1
    double least_ = NAN;
};

class OwnCurves final : public RecordedExperiment {
public:
    OwnCurves(Log log, const Description& about, const ParameterValues& given)
        : RecordedExperiment(about.records, about.parameters, given), log_(std::move(log)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        for (const CurveLog::Curve& curve : log_->curves)
            plans.push_back({.arm = curve.id,
                             .factors = {},
                             .steps = static_cast<std::int64_t>(curve.values.size()) - 1});
        return plans;
    }
    [[nodiscard]] Cadence cadence() const override { return {1}; }
    [[nodiscard]] Provenance provenance() const override {
        return {.data = fmt::format("From the log {}.", values().text("file"))};
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        for (std::size_t i = 0; i < log_->curves.size(); ++i)
            if (log_->curves[i].id == plan.arm)
                return std::make_unique<CurveSolver>(log_, i, values().real("smoothing"));
        throw std::logic_error("the log has no curve '" + plan.arm + "'");
    }

    void draw(const Recording& soFar, FrameMap& shared) const override {
        std::vector<RateLine> lines;
        for (std::size_t trial = 0; trial < soFar.plans().size(); ++trial) {
            const std::vector<double> x = soFar.trace(trial).column(clockId(0));
            std::vector<double> y = soFar.trace(trial).column("value");
            y.resize(std::min(y.size(), x.size()));
            for (RateWindow& window :
                 rateWindows(x, values().real("fit_from"), values().real("fit_to"))) {
                const Rates rates = fitRates(x, y, window.from, window.to);
                lines.push_back({soFar.plans()[trial].arm, std::move(window), rates});
            }
        }
        shared["rates"] = ratesTable(lines);
        shared["log"] = TextFrame{description()};
    }

private:
    [[nodiscard]] std::string description() const {
        std::string text = fmt::format("Log     {}\n", values().text("file"));
        for (const CurveLog::Clock& clock : log_->clocks)
            text += fmt::format("Clock   {}{}\n", clock.name,
                                clock.unit.empty() ? "" : " [" + clock.unit + "]");
        for (const CurveLog::Curve& curve : log_->curves)
            text += fmt::format("Curve   {}: {} values\n", curve.id, curve.values.size());
        for (const std::string& note : log_->notes)
            text += note + "\n";
        return text;
    }

    Log log_;
};

std::shared_ptr<const ExperimentType> typeOf(const Outline& outline, Log log, std::string file) {
    auto type = std::make_shared<ExperimentType>();
    type->description = descriptionOf(outline);
    type->check = [log, file](const ParameterValues& values) {
        if (log && values.text("file") != file)
            throw InputError(fmt::format("Parameter 'file': '{}' is not the log that is open, {}; "
                                         "open it by File > Open.",
                                         values.text("file"), file));
    };
    // Not the type itself, which would keep itself alive.
    const auto about = std::make_shared<const Description>(type->description);
    type->create = [log, about](const ParameterValues& values) -> std::unique_ptr<Experiment> {
        if (!log)
            throw InputError(fmt::format("The log {} is not there any more; its curves are shown "
                                         "as they were kept, and cannot be run again.",
                                         values.text("file")));
        return std::make_unique<OwnCurves>(log, *about, values);
    };
    return type;
}

} // namespace

std::shared_ptr<const ExperimentType> ownCurves(const std::filesystem::path& file) {
    const auto log = std::make_shared<const CurveLog>(readCurveLog(file));
    Outline outline{
        .title = "Own curves: " + file.filename().string(), .curves = {}, .clocks = log->clocks};
    for (const CurveLog::Curve& curve : log->curves)
        outline.curves.push_back(curve.id);
    return typeOf(outline, log, file.string());
}

std::shared_ptr<const ExperimentType> ownCurves(const Recording& kept) {
    Outline outline{.title = "Own curves", .curves = kept.arms(), .clocks = {}};
    if (!kept.plans().empty())
        for (const Column& column : kept.trace(0).columns())
            if (column.name.starts_with("clock_"))
                outline.clocks.push_back({column.label, column.unit});
    if (outline.clocks.empty())
        throw InputError("The recording is not one of own curves: it has no clock.");
    return typeOf(outline, nullptr, "");
}

std::shared_ptr<const ExperimentType> anyOwnCurves() {
    static const auto any = typeOf({}, nullptr, "");
    return any;
}

NamedExperiment experimentNamed(const Registry& registry, const std::string& idOrFile) {
    const auto types = registry.all();
    const bool isId = std::any_of(types.begin(), types.end(), [&](const auto& type) {
        return type->description.id == idOrFile;
    });
    std::error_code none;
    if (isId || !std::filesystem::is_regular_file(idOrFile, none))
        return {registry.find(idOrFile), {}};
    return {ownCurves(std::filesystem::path(idOrFile)), {{"file", idOrFile}}};
}

} // namespace convergence
