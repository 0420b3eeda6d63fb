#include "app/report/figures.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <thread>
#include <tuple>

#include <fmt/format.h>

#include "app/commands/command_text.h"
#include "app/figures/figure_run.h"
#include "app/report/picture_themes.h"
#include "core/data/output_file.h"
#include "core/error.h"
#include "core/experiment/run_cache.h"
#include "core/experiment/runner.h"
#include "widgets/figures/figure_file.h"

namespace convergence {

namespace {

constexpr QSizeF wideSize(760.0, 460.0);
constexpr QSizeF narrowSize(380.0, 340.0);
constexpr double longestReplay = 30.0; ///< seconds of steps

bool isOfTables(const View& view) {
    return view.kind == ViewKind::lineChart || view.kind == ViewKind::pivot ||
           view.kind == ViewKind::parallelCoordinates;
}

bool isShownIn(const View& view, const Description& description, const ParameterValues& values) {
    if (view.kind == ViewKind::volume || view.kind == ViewKind::surface ||
        view.kind == ViewKind::pointsInSpace)
        return false;
    return applies(Parameter{.appliesIf = view.appliesIf},
                   values.numericView(description.parameters));
}

double secondsOf(const Recording& recording) {
    double seconds = 0.0;
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial)
        if (const Table& timing = recording.timing(trial); timing.rows() > 0)
            seconds += timing.at(timing.rows() - 1, 1);
    return seconds;
}

/// Frames of the end of a run, which is made again for them; null where it is stopped or cannot be
/// made.
std::shared_ptr<const Frames> lastFrames(const ExperimentType& type, const EvidenceRun& run,
                                         const StopToken& stop) {
    using namespace std::chrono_literals;
    try {
        Runner runner(createExperiment(type, *run.values), {.lockStep = type.description.lockStep});
        runner.setPlayback({.seconds = 0.0});
        runner.play();
        while (runner.state() < RunState::finished && !stop.stopRequested())
            std::this_thread::sleep_for(5ms);
        const auto before = runner.frames();
        runner.requestFrames();
        std::shared_ptr<const Frames> frames;
        do {
            std::this_thread::sleep_for(5ms);
            frames = runner.frames();
        } while (!stop.stopRequested() && (!frames || frames == before));
        return frames;
    } catch (const InputError&) {
        return nullptr;
    }
}

/// What tells a picture from others of the same experiment.
std::string keyOf(const PlannedFigure& figure) {
    std::string key = figure.view->id + '\n' + resolvedKey(*figure.run.values);
    for (const FitOverlay& fit : figure.fits)
        key += fmt::format("\n{} {} {} {} {} {}", fit.trial, fit.slope, fit.intercept, fit.xMinimum,
                           fit.xMaximum, fit.label);
    return key;
}

std::string captionOf(const PlannedFigure& figure) {
    std::string text = figure.run.label.empty() ? "The run of the claim’s protocol"
                                                : fmt::format("Run ‘{}’", figure.run.label);
    text += fmt::format(", seed {}.", figure.run.seed);
    std::string fits;
    for (const FitOverlay& fit : figure.fits)
        if (!fit.label.empty())
            fits += (fits.empty() ? "" : "; ") + fit.label;
    return fits.empty() ? text : fmt::format("{} Fitted: {}.", text, fits);
}

/// Of a page's figure, in the page's colors; `size` in logical pixels.
FigureStyle pageStyle(const Theme& theme, QSizeF size) {
    FigureStyle style = loadStyle("screen");
    style.width = size.width() / unitsPerMillimeter;
    style.height = size.height() / unitsPerMillimeter;
    style.hasTitle = false; // the page says it
    style.legend = size.width() < wideSize.width() ? LegendPlace::below : LegendPlace::ends;
    style.surface = theme.surface;
    style.text = theme.text;
    style.mutedText = theme.mutedText;
    style.grid = theme.grid;
    style.colors.assign(theme.series.begin(), theme.series.end());
    return style;
}

class Drawer {
public:
    Drawer(std::shared_ptr<const ExperimentType> type, std::filesystem::path folder, StopToken stop)
        : type_(std::move(type)), description_(type_, &type_->description),
          folder_(std::move(folder)), stop_(std::move(stop)) {}

    /// None where there is nothing to draw.
    std::optional<PageFigure> draw(const PlannedFigure& planned) {
        const std::string key = keyOf(planned);
        auto known = files_.find(key);
        if (known == files_.end()) {
            std::shared_ptr<const Frames> frames;
            if (!isOfTables(*planned.view) && !(frames = framesFor(planned.run)))
                return std::nullopt;
            const std::string stem = fmt::format("{}-{}", type_->description.id, files_.size() + 1);
            known = files_.emplace(key, drawFiles(planned, frames, stem)).first;
        }
        PageFigure figure = known->second;
        figure.claim = planned.claim;
        figure.title = planned.view->title;
        figure.help = planned.view->help;
        figure.caption = captionOf(planned);
        figure.command = commandText(type_->description, *planned.run.values);
        return figure;
    }

private:
    std::shared_ptr<const Frames> framesFor(const EvidenceRun& run) {
        if (secondsOf(*run.recording) > longestReplay)
            return nullptr;
        const auto [entry, isNew] = frames_.emplace(resolvedKey(*run.values), nullptr);
        if (isNew)
            entry->second = lastFrames(*type_, run, stop_);
        return entry->second;
    }

    PageFigure drawFiles(const PlannedFigure& planned, const std::shared_ptr<const Frames>& frames,
                         const std::string& stem) {
        PageFigure figure;
        std::tie(figure.file, figure.darkFile) = drawSize(planned, frames, stem, wideSize);
        std::tie(figure.narrowFile, figure.darkNarrowFile) =
            drawSize(planned, frames, stem + "-narrow", narrowSize);
        return figure;
    }

    /// Names of the picture and, where one is not for both themes, of the dark one.
    std::pair<std::string, std::string> drawSize(const PlannedFigure& planned,
                                                 const std::shared_ptr<const Frames>& frames,
                                                 const std::string& stem, QSizeF size) {
        const std::string light = drawn(planned, frames, light_, size);
        const std::string dark = drawn(planned, frames, dark_, size);
        const std::string name = stem + ".svg";
        if (const auto both = forBothThemes(light, dark)) {
            writeWholeFile(folder_ / name, *both);
            return {name, ""};
        }
        const std::string darkName = stem + "-dark.svg";
        writeWholeFile(folder_ / name, light);
        writeWholeFile(folder_ / darkName, dark);
        return {name, darkName};
    }

    /// As SVG; it carries the figure, so that the run can be made again from it.
    std::string drawn(const PlannedFigure& planned, const std::shared_ptr<const Frames>& frames,
                      const Theme& theme, QSizeF size) const {
        Figure figure{.run = figureRun(*description_, *planned.run.values),
                      .views = {{.view = planned.view->id}},
                      .style = pageStyle(light_, size)};
        figure.run.tables = tableHash(*planned.run.recording);
        Figure themed = figure;
        themed.style = pageStyle(theme, size);
        const FigurePage page(themed, {.description = description_,
                                       .runs = {{.name = {}, .recording = planned.run.recording}},
                                       .frames = frames,
                                       .fits = planned.fits});
        return figureBytes(page, figure, "svg").toStdString();
    }

    std::shared_ptr<const ExperimentType> type_;
    std::shared_ptr<const Description> description_;
    std::filesystem::path folder_;
    StopToken stop_;
    Theme light_ = Theme::load("light");
    Theme dark_ = Theme::load("dark");
    std::map<std::string, PageFigure> files_; ///< by what they show
    std::map<std::string, std::shared_ptr<const Frames>> frames_;
};

} // namespace

std::vector<PlannedFigure> plannedFigures(const Description& description,
                                          const std::vector<ClaimReport>& claims) {
    std::vector<PlannedFigure> planned;
    for (const ClaimReport& claim : claims) {
        if (!claim.evidence || claim.evidence->runs.empty())
            continue;
        const std::vector<EvidenceRun>& runs = claim.evidence->runs;
        for (const View& view : description.views) {
            PlannedFigure figure{claim.claim, &view, runs.front(), {}};
            std::optional<std::size_t> fitted;
            for (const FitOverlay& fit : claim.judgement.fits) {
                if (fit.view != view.id || fit.run >= runs.size() || (fitted && *fitted != fit.run))
                    continue;
                fitted = fit.run;
                figure.run = runs[fit.run];
                figure.fits.push_back(fit);
            }
            if ((view.isMain || fitted) && isShownIn(view, description, *figure.run.values))
                planned.push_back(std::move(figure));
        }
    }
    return planned;
}

std::vector<PageFigure> drawFigures(const std::shared_ptr<const ExperimentType>& type,
                                    const std::vector<ClaimReport>& claims,
                                    const std::filesystem::path& folder, const StopToken& stop) {
    std::vector<PageFigure> figures;
    Drawer drawer(type, folder, stop);
    for (const PlannedFigure& planned : plannedFigures(type->description, claims)) {
        if (stop.stopRequested())
            break;
        if (auto figure = drawer.draw(planned))
            figures.push_back(std::move(*figure));
    }
    return figures;
}

} // namespace convergence
