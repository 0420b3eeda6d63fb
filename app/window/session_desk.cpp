#include "app/window/session_desk.h"

#include <algorithm>

#include <QClipboard>
#include <QGuiApplication>

#include "app/background.h"
#include "app/commands/command_text.h"
#include "app/curves/own_curves.h"
#include "app/window/experiment_panel.h"
#include "app/window/kept_runs.h"
#include "app/window/run_player.h"
#include "app/window/view_area.h"
#include "core/error.h"
#include "core/experiment/recording_outline.h"
#include "core/experiment/run_files.h"
#include "widgets/panels/parameter_form.h"

namespace convergence {

namespace {

/// What a document keeps of one side.
SessionDocument::Beside documentOf(const RunSide& side) {
    const RunController& controller = side.controller();
    SessionDocument::Beside document;
    const ParameterValues values =
        controller.values() ? *controller.values() : side.form()->values();
    document.parameters = nlohmann::json::parse(valuesToJson(values));
    const auto recording = controller.recording();
    if (!recording)
        return document;
    for (const LiveEvent& event : recording->events())
        document.events.push_back(toJson(event));
    if (countProgress(*recording).stepsDone > 0)
        document.run = controller.key().toStdString();
    return document;
}

/// Throws InputError for events that the experiment does not know.
std::vector<LiveEvent> eventsFrom(const std::vector<nlohmann::json>& documents,
                                  const Description& description) {
    std::vector<LiveEvent> events;
    for (const nlohmann::json& event : documents)
        events.push_back(eventFromJson(event, description.parameters));
    checkEvents(description, events);
    return events;
}

} // namespace

SessionDesk::SessionDesk(const Parts& parts, QObject* parent) : QObject(parent), parts_(parts) {}

SessionDocument SessionDesk::session() const {
    SessionDocument session;
    if (!type_)
        return session;
    session.experiment = type_->description.id;
    session.iteration = parts_.sides.first().moment();
    SessionDocument::Beside first = documentOf(parts_.sides.first());
    session.parameters = std::move(first.parameters);
    session.events = std::move(first.events);
    session.run = std::move(first.run);
    if (const RunSide* beside = parts_.sides.beside())
        session.beside = documentOf(*beside);
    for (const QString& key : parts_.runs.overlaid())
        session.overlays.push_back(key.toStdString());
    session.notes = parts_.panel.notes().toStdString();
    session.theme = theme_.toStdString();
    session.hiddenViews = parts_.views.hiddenViews();
    session.arrangement = parts_.views.arrangement();
    return session;
}

/// Everything of a session but its runs. Throws InputError and changes nothing if the experiment is
/// unknown or its values or events do not fit. Returns the events of both sides.
std::array<SessionDesk::Events, 2> SessionDesk::openFrame(const Type& type,
                                                          const SessionDocument& session) {
    const auto valuesFrom = [&](const nlohmann::json& parameters) {
        Overrides overrides = overridesFromJson(type->description, parameters.dump());
        static_cast<void>(resolveValues(*type, "", overrides));
        return overrides;
    };
    const Overrides first = valuesFrom(session.parameters);
    std::array events{eventsFrom(session.events, type->description), Events()};
    Overrides second;
    if (session.beside) {
        second = valuesFrom(session.beside->parameters);
        events[1] = eventsFrom(session.beside->events, type->description);
    }
    Q_EMIT experimentWanted(type, first);
    if (session.beside)
        parts_.sides.compare(second);
    const QString theme = QString::fromStdString(session.theme);
    if (Theme::available().contains(theme))
        Q_EMIT themeWanted(theme);
    parts_.views.restoreArrangement(session.arrangement);
    parts_.views.hideOnly(session.hiddenViews);
    parts_.panel.setNotes(QString::fromStdString(session.notes));
    parts_.player.goBackTo(session.iteration);
    return events;
}

/// Shows a kept run on a side, or where it is not kept (any more) one that can be run again.
void SessionDesk::openRun(RunSide& side, const std::string& key, const Events& events) {
    parts_.runs.tryLoad(QString::fromStdString(key),
                        [this, &side, events](const KeptRuns::LoadedRunPtr& run) {
                            if (!parts_.sides.has(side))
                                return;
                            if (run)
                                parts_.player.show(side, run);
                            else if (!events.empty() || &side != &parts_.sides.first())
                                parts_.player.start(side, events); // the first has begun without
                            else if (type_->description.id == ownCurvesId)
                                parts_.player.restart(RunPlayer::Start::playing);
                        });
}

void SessionDesk::openSession(const SessionDocument& session) {
    if (session.experiment == ownCurvesId)
        openOwnCurves(session);
    else
        openSessionOf(parts_.registry.find(session.experiment), session);
}

/// In the background, unless another one is asked for meanwhile.
void SessionDesk::readLog(const std::string& path, std::function<void(const Type&)> take,
                          std::function<void(const QString&)> refuse) {
    const int asked = ++logsAskedFor_;
    const auto isLast = [this, asked] { return asked == logsAskedFor_; };
    makeInBackground(
        this, [path] { return ownCurves(path); },
        [isLast, take](const Type& type) {
            if (isLast())
                take(type);
        },
        [isLast, refuse](const QString& problem) {
            if (isLast())
                refuse(problem);
        });
}

void SessionDesk::openCurves(const QString& path, std::function<void(bool isOpen)> done) {
    readLog(
        path.toStdString(),
        [this, path, done](const Type& type) {
            Q_EMIT experimentWanted(type, {{"file", path.toStdString()}});
            parts_.player.restart(RunPlayer::Start::playing);
            done(true);
        },
        [this, done](const QString& problem) {
            Q_EMIT troubled(problem);
            done(false);
        });
}

void SessionDesk::openKeptCurves(const QString& key) {
    const KeptRun* run = parts_.runs.find(key);
    if (!run)
        return;
    SessionDocument session;
    session.experiment = ownCurvesId;
    session.parameters = nlohmann::json::parse(run->parameters, nullptr, false);
    session.run = key.toStdString();
    try {
        openOwnCurves(session);
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

/// Of their log; where that is gone, as they were kept.
void SessionDesk::openOwnCurves(const SessionDocument& session) {
    const Overrides values =
        overridesFromJson(anyOwnCurves()->description, session.parameters.dump());
    const auto file = values.find("file");
    readLog(
        file == values.end() ? "" : std::get<std::string>(file->second),
        [this, session](const Type& type) { openSessionOf(type, session); },
        [this, session](const QString& problem) { openKeptOwnCurves(session, problem); });
}

/// Without their log, of which `problem` tells.
void SessionDesk::openKeptOwnCurves(const SessionDocument& session, const QString& problem) {
    parts_.runs.tryLoad(
        QString::fromStdString(session.run), anyOwnCurves(),
        [this, session, problem](const KeptRuns::LoadedRunPtr& run) {
            try {
                if (!run)
                    throw InputError(tr("The log of these own curves cannot be read, and they are "
                                        "not kept.")
                                         .toStdString());
                openSessionOf(ownCurves(*run->recording), session);
                Q_EMIT troubled(tr("%1 The curves are shown as they were kept.").arg(problem));
            } catch (const InputError& error) {
                Q_EMIT troubled(QString("%1 %2").arg(problem, QString::fromUtf8(error.what())));
            }
        });
}

void SessionDesk::openSessionOf(const Type& type, const SessionDocument& session) {
    const auto events = openFrame(type, session);
    openRun(parts_.sides.first(), session.run, events[0]);
    if (session.beside)
        openRun(*parts_.sides.beside(), session.beside->run, events[1]);
    QStringList overlays;
    for (const std::string& key : session.overlays)
        overlays << QString::fromStdString(key);
    parts_.runs.setOverlaid(overlays);
}

void SessionDesk::openBundle(const Bundle& bundle) {
    const bool ofCurves = bundle.session.experiment == ownCurvesId && !bundle.runs.empty();
    const auto events = openFrame(ofCurves ? ownCurves(*bundle.runs.front().recording)
                                           : parts_.registry.find(bundle.session.experiment),
                                  bundle.session);
    RunSide& first = parts_.sides.first();
    RunSide* beside = parts_.sides.beside();
    QStringList overlays;
    for (const LoadedRun& run : bundle.runs) {
        const auto shared = std::make_shared<const LoadedRun>(run);
        parts_.runs.import(shared, [] {});
        const std::string key = run.run.key.toStdString();
        if (key == bundle.session.run) {
            parts_.player.show(first, shared);
        } else if (beside && key == bundle.session.beside->run) {
            parts_.player.show(*beside, shared);
        } else if (run.run.experiment.toStdString() == type_->description.id) {
            parts_.runs.addLoaded(shared);
            overlays << run.run.key;
        }
    }
    if (!first.controller().shownRun() && !events[0].empty())
        parts_.player.start(first, events[0]);
    if (beside && !beside->controller().shownRun())
        parts_.player.start(*beside, events[1]);
    parts_.runs.setOverlaid(overlays);
}

/// The run of a side with all that a bundle keeps of it.
LoadedRun SessionDesk::runOf(const RunSide& side) const {
    const RunController& controller = side.controller();
    LoadedRun shown;
    if (controller.shownRun())
        shown.run = controller.shownRun()->run;
    else if (const KeptRun* kept = parts_.runs.find(controller.key()))
        shown.run = *kept;
    else
        shown.run.version = QString::fromStdString(programVersion());
    shown.run.key = controller.key();
    shown.run.experiment = QString::fromStdString(type_->description.id);
    shown.run.fingerprint = QString::fromStdString(controller.fingerprint());
    shown.run.parameters = valuesToJson(*controller.values());
    shown.recording = controller.recording();
    shown.keyFrames = controller.keyFrames();
    if (controller.runner()) {
        shown.run.claims = controller.claims();
        shown.run.state = QString::fromStdString(std::string(nameOf(controller.runner()->state())));
    }
    return shown;
}

void SessionDesk::drawPictures(const QString& folder) {
    const bool two = parts_.sides.areCompared();
    for (const ViewArea::Column column : {ViewArea::left, ViewArea::right})
        for (ViewWidget* view : parts_.views.views(column)) {
            const QString name = folder + "/" + QString::fromStdString(view->view().id) +
                                 (!two                       ? ""
                                  : column == ViewArea::left ? "-a"
                                                             : "-b");
            const QSizeF size = QSizeF(view->size()).expandedTo({480.0, 360.0});
            try {
                view->refresh();
                view->exportPicture(name + ".png", PictureFormat::png, size, 2.0);
                view->exportPicture(name + ".svg", PictureFormat::svg, size);
            } catch (const InputError& error) {
                Q_EMIT troubled(QString::fromUtf8(error.what()));
            }
        }
}

void SessionDesk::gatherBundle(std::function<void(const BundleToWrite&)> done) {
    if (!type_)
        return;
    parts_.runs.whenOverlaysAreLoaded([this,
                                       done](const std::vector<KeptRuns::LoadedRunPtr>& overlaid) {
        // Pictures need this thread; everything else can be done by another.
        BundleToWrite contents{.bundle = {.session = session(), .runs = {}},
                               .type = type_,
                               .values = parts_.sides.first().controller().values(),
                               .command = {},
                               .pictures = std::make_shared<QTemporaryDir>()};
        drawPictures(contents.pictures->path());
        const Description& description = type_->description;
        contents.command = QString::fromStdString(commandText(
            description,
            contents.values ? *contents.values : ParameterValues(description.parameters, {})));
        const SessionDocument& session = contents.bundle.session;
        std::vector<LoadedRun>& runs = contents.bundle.runs;
        if (!session.run.empty())
            runs.push_back(runOf(parts_.sides.first()));
        if (session.beside && !session.beside->run.empty())
            runs.push_back(runOf(*parts_.sides.beside()));
        for (const auto& run : overlaid)
            if (std::none_of(runs.begin(), runs.end(),
                             [&](const LoadedRun& known) { return known.run.key == run->run.key; }))
                runs.push_back(*run);
        done(contents);
    });
}

QString SessionDesk::commandLine() const {
    const auto& values = parts_.sides.first().controller().values();
    return values ? QString::fromStdString(commandText(type_->description, *values)) : QString();
}

void SessionDesk::copyCommandLine() {
    const QString command = commandLine();
    if (command.isEmpty())
        return;
    QGuiApplication::clipboard()->setText(command);
    const auto recording = parts_.sides.first().controller().recording();
    const bool wasChanged = recording && !recording->events().empty();
    Q_EMIT told(wasChanged ? tr("Copied: %1. It starts as this run did; the changes made while it "
                                "ran are not part of it.")
                                 .arg(command)
                           : tr("Copied: %1").arg(command));
}

} // namespace convergence
