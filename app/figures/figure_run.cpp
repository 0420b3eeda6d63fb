#include "app/figures/figure_run.h"

#include <bit>
#include <chrono>
#include <set>
#include <thread>

#include <QCryptographicHash>
#include <fmt/format.h>

#include "app/runs/kept_run.h"
#include "core/error.h"
#include "core/experiment/recording_outline.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "core/experiment/verification.h"

namespace convergence {

namespace {

bool needsFrames(const Description& description, const Figure& figure) {
    return std::any_of(figure.views.begin(), figure.views.end(), [&](const FigureView& wanted) {
        const View* view = description.findView(wanted.view);
        return view && !view->frames.empty();
    });
}

/// Frames of the state that a run which does not play is in.
std::shared_ptr<const Frames> framesOf(Runner& runner, const StopToken& stop) {
    using namespace std::chrono_literals;
    const auto before = runner.frames();
    runner.requestFrames();
    while (!stop.stopRequested()) {
        std::this_thread::sleep_for(3ms);
        if (const auto frames = runner.frames(); frames && frames != before)
            return frames;
    }
    return nullptr;
}

void playFor(Runner& runner, const Figure& figure, const StopToken& stop,
             const std::function<void(const Progress&)>& onProgress) {
    using namespace std::chrono_literals;
    if (figure.run.iteration == 0)
        return;
    runner.setPlayback({.seconds = 0.0, .until = figure.run.iteration.value_or(0)});
    runner.play();
    int turns = 0;
    while (runner.state() == RunState::playing || runner.state() == RunState::ready) {
        if (stop.stopRequested())
            return runner.pause();
        std::this_thread::sleep_for(5ms);
        if (onProgress && ++turns % 40 == 0)
            onProgress(runner.progress());
    }
}

} // namespace

FigureRun figureRun(const Description& description, const ParameterValues& values) {
    FigureRun run;
    run.experiment = description.id;
    run.parameters = nlohmann::json::parse(valuesToJson(values));
    for (const Parameter& parameter : description.parameters)
        if (parameter.kind == ParameterKind::file) {
            auto& value = run.parameters[parameter.name];
            if (value.is_string())
                value = std::filesystem::path(value.get<std::string>()).filename().string();
        }
    run.version = programVersion();
    return run;
}

std::string tableHash(const Recording& recording) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const auto add = [&](const std::string& text) {
        hash.addData(QByteArrayView(text.data(), qsizetype(text.size())));
    };
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial) {
        const Table& table = recording.trace(trial);
        add(fmt::format("{} {} {}\n", recording.plans()[trial].arm, table.rows(),
                        nameOf(recording.status(trial))));
        std::vector<std::uint64_t> row(table.columns().size());
        for (std::size_t r = 0; r < table.rows(); ++r) {
            for (std::size_t column = 0; column < row.size(); ++column)
                row[column] = std::bit_cast<std::uint64_t>(table.at(r, column));
            hash.addData(QByteArrayView(reinterpret_cast<const char*>(row.data()),
                                        qsizetype(row.size() * sizeof(std::uint64_t))));
        }
        for (const double value : recording.finals(trial).value_or(std::vector<double>()))
            add(fmt::format("{:016x} ", std::bit_cast<std::uint64_t>(value)));
    }
    return hash.result().toHex().toStdString();
}

std::vector<FitOverlay> liveFits(const Description& description,
                                 const std::shared_ptr<const ParameterValues>& values,
                                 const std::shared_ptr<const Recording>& recording) {
    Evidence evidence;
    evidence.runs.push_back({.label = "", .seed = 0, .values = values, .recording = recording});
    std::vector<FitOverlay> fits;
    std::set<std::string> judged; // a view has the lines of the first claim that has any
    for (const Claim& claim : description.claims) {
        if (!claim.live)
            continue;
        std::set<std::string> now;
        for (const FitOverlay& fit : judgeClaim(claim, evidence).fits)
            if (!judged.contains(fit.view)) {
                fits.push_back(fit);
                now.insert(fit.view);
            }
        judged.merge(now);
    }
    return fits;
}

MadeRun makeRun(const Registry& registry, const Figure& figure, const StopToken& stop,
                const std::function<void(const Progress&)>& onProgress) {
    MadeRun made;
    made.type = registry.find(figure.run.experiment);
    const Description& description = made.type->description;
    made.values = std::make_shared<const ParameterValues>(resolveValues(
        *made.type, "", overridesFromJson(description, figure.run.parameters.dump())));
    std::vector<LiveEvent> events;
    for (const nlohmann::json& event : figure.run.events)
        events.push_back(eventFromJson(event, description.parameters));
    checkEvents(description, events);
    const bool together = description.lockStep;
    // One after another a count of steps is the same moment only on one thread.
    const int threads = !together && figure.run.iteration ? 1 : 0;
    Runner runner(createExperiment(*made.type, *made.values),
                  {.lockStep = together, .threads = threads, .events = events});
    playFor(runner, figure, stop, onProgress);
    made.wasStopped = stop.stopRequested();
    if (needsFrames(description, figure))
        made.frames = framesOf(runner, stop);
    made.recording = runner.recording();
    made.fits = liveFits(description, made.values, made.recording);
    made.trouble = made.frames ? made.frames->trouble : std::string();
    if (runner.state() == RunState::failed || runner.state() == RunState::diverged)
        made.trouble = runner.message();
    return made;
}

FigureSource sourceOf(const MadeRun& run) {
    return {.description = {run.type, &run.type->description},
            .runs = {{.name = {}, .recording = run.recording, .key = {}, .color = {}}},
            .frames = run.frames,
            .fits = run.fits};
}

std::string figureCaption(const Figure& figure, const FigurePage& page, const MadeRun& run) {
    const Description& description = run.type->description;
    std::string text;
    for (std::size_t i = 0; i < figure.views.size(); ++i) {
        if (figure.views.size() > 1)
            text += fmt::format("({}) ", char('a' + char(i)));
        text += page.view(i).title;
        if (const QString selection = page.selection(i); !selection.isEmpty())
            text += fmt::format(" ({})", selection.toStdString());
        if (const QString fits = page.fits(i); !fits.isEmpty())
            text += fmt::format("; {}", fits.toStdString());
        text += ". ";
    }
    std::string differing, seed;
    const ParameterValues usual =
        description.presets.empty()
            ? ParameterValues(description.parameters, {})
            : ParameterValues(description.parameters, description.presets.front().overrides);
    for (const Parameter& parameter : description.parameters) {
        const Value& value = run.values->value(parameter.name);
        if (parameter.kind == ParameterKind::seed)
            seed = formatValue(value);
        else if (value != usual.value(parameter.name))
            differing += fmt::format("{}{} = {}", differing.empty() ? "" : ", ",
                                     parameter.label.empty() ? parameter.name : parameter.label,
                                     formatValue(value));
    }
    text += description.title;
    if (!differing.empty())
        text += " with " + differing;
    std::set<std::uint64_t> replicates;
    for (const TrialPlan& plan : run.recording->plans())
        replicates.insert(plan.replicate);
    if (!seed.empty())
        text += ", seed " + seed;
    text += replicates.size() > 1 ? fmt::format(", n = {} replicates", replicates.size())
                                  : std::string(", n = 1");
    if (figure.run.iteration)
        text += fmt::format(", after {} iterations", *figure.run.iteration);
    const Paper& paper = description.paper;
    if (!paper.title.empty())
        text += fmt::format(". {}: {}, {}{}", paper.authors, paper.title, paper.year,
                            paper.arxiv.empty() ? "" : fmt::format(" (arXiv:{})", paper.arxiv));
    return text + ".";
}

} // namespace convergence
