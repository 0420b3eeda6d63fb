// Sessions: saving, opening, recent files, the session of the last time.

#include <QClipboard>
#include <QDir>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QSaveFile>
#include <QSettings>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTabWidget>

#include "app/commands/command_text.h"
#include "app/sessions/bundle.h"
#include "app/window/main_window.h"
#include "core/error.h"
#include "core/experiment/recording_outline.h"
#include "core/experiment/run_files.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/run_list.h"

namespace convergence {

namespace {

constexpr int mostRecentFiles = 8;
constexpr qint64 largestSession = qint64{16} << 20;

QByteArray readWhole(const QString& path, qint64 limit) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw InputError(MainWindow::tr("The file %1 cannot be read: %2.")
                             .arg(path, file.errorString())
                             .toStdString());
    if (file.size() > limit)
        throw InputError(
            MainWindow::tr("The file %1 is larger than any session.").arg(path).toStdString());
    return file.readAll();
}

void writeWhole(const QString& path, const QByteArray& content) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit())
        throw InputError(MainWindow::tr("The file %1 cannot be written: %2.")
                             .arg(path, file.errorString())
                             .toStdString());
}

QString lastSessionPath() {
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/last-session.json";
}

/// What a document keeps of one side.
SessionDocument::Beside besideOf(const RunSide& side) {
    const RunController& controller = side.controller();
    SessionDocument::Beside beside;
    const ParameterValues values =
        controller.values() ? *controller.values() : side.form()->values();
    beside.parameters = nlohmann::json::parse(valuesToJson(values));
    const auto recording = controller.recording();
    if (!recording)
        return beside;
    for (const LiveEvent& event : recording->events())
        beside.events.push_back(toJson(event));
    if (countProgress(*recording).stepsDone > 0)
        beside.run = controller.key().toStdString();
    return beside;
}

std::vector<LiveEvent> eventsFrom(const std::vector<nlohmann::json>& documents,
                                  const Description& description) {
    std::vector<LiveEvent> events;
    for (const nlohmann::json& event : documents)
        events.push_back(eventFromJson(event, description.parameters));
    return events;
}

} // namespace

SessionDocument MainWindow::session() const {
    SessionDocument session;
    if (!description_)
        return session;
    session.experiment = description_->id;
    session.iteration = side_.moment();
    SessionDocument::Beside first = besideOf(side_);
    session.parameters = std::move(first.parameters);
    session.events = std::move(first.events);
    session.run = std::move(first.run);
    if (comparing_)
        session.beside = besideOf(*beside_);
    for (const QString& key : runList_->overlaid())
        session.overlays.push_back(key.toStdString());
    session.notes = notes_->toPlainText().toStdString();
    session.theme = theme_.id.toStdString();
    for (std::size_t i = 0; i < views().size(); ++i)
        if (viewDocks_[i]->isHidden())
            session.hiddenViews.push_back(views()[i]->view().id);
    session.arrangement = viewArea_->saveState().toBase64().toStdString();
    return session;
}

void MainWindow::applyLayout(const SessionDocument& session) {
    if (!session.theme.empty() &&
        Theme::available().contains(QString::fromStdString(session.theme)))
        setTheme(QString::fromStdString(session.theme));
    constexpr std::size_t largestArrangement = 1 << 16;
    if (!session.arrangement.empty() && session.arrangement.size() <= largestArrangement)
        viewArea_->restoreState(
            QByteArray::fromBase64(QByteArray::fromStdString(session.arrangement)));
    for (std::size_t i = 0; i < views().size(); ++i)
        viewDocks_[i]->setVisible(std::find(session.hiddenViews.begin(), session.hiddenViews.end(),
                                            views()[i]->view().id) == session.hiddenViews.end());
}

/// Everything of a session but its runs. Throws InputError and changes nothing if the experiment is
/// unknown or its values or events do not fit. Returns the events of both sides.
std::array<std::vector<LiveEvent>, 2> MainWindow::openSessionFrame(const SessionDocument& session) {
    const auto type = registry_.find(session.experiment);
    const Overrides overrides = overridesFromJson(type->description, session.parameters.dump());
    std::array events{eventsFrom(session.events, type->description), std::vector<LiveEvent>()};
    checkEvents(type->description, events[0]);
    Overrides besideOverrides;
    if (session.beside) {
        besideOverrides = overridesFromJson(type->description, session.beside->parameters.dump());
        static_cast<void>(resolveValues(*type, "", besideOverrides));
        events[1] = eventsFrom(session.beside->events, type->description);
        checkEvents(type->description, events[1]);
    }
    openExperiment(QString::fromStdString(session.experiment), overrides);
    if (session.beside)
        beginComparison(besideOverrides);
    applyLayout(session);
    notes_->setPlainText(QString::fromStdString(session.notes));
    return events;
}

/// Shows a kept run on a side, or where it is not kept (any more) one that can be run again.
void MainWindow::openSessionRun(RunSide& side, const std::string& key,
                                const std::vector<LiveEvent>& events) {
    const auto begin = [this, &side, events] {
        if (!events.empty() || &side != &side_) // the first side has begun
            side.start(false, {.events = events});
    };
    if (key.empty() || !store_)
        return begin();
    store_->load(QString::fromStdString(key), type_,
                 [self = QPointer(this), type = type_, &side, begin](const LoadedRunPtr& run,
                                                                     const QString&) {
                     if (!self || self->type_ != type ||
                         (&side != &self->side_ && !self->comparing_))
                         return;
                     if (run)
                         self->showRun(side, run);
                     else
                         begin();
                 });
}

void MainWindow::openSession(const SessionDocument& session) {
    const auto events = openSessionFrame(session);
    wantedMoment_ = session.iteration;
    openSessionRun(side_, session.run, events[0]);
    if (session.beside)
        openSessionRun(*beside_, session.beside->run, events[1]);
    QStringList overlays;
    for (const std::string& key : session.overlays)
        overlays << QString::fromStdString(key);
    runList_->setOverlaid(overlays);
}

void MainWindow::saveSession(const QString& path) {
    writeWhole(path, QByteArray::fromStdString(toText(session())));
    sessionPath_ = path;
    rememberFile(path);
    showMessage(tr("Written: %1").arg(path), false);
}

void MainWindow::openDocument(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw InputError(
            tr("The file %1 cannot be read: %2.").arg(path, file.errorString()).toStdString());
    const bool isArchive = file.read(2) == "PK";
    file.close();
    if (isArchive) {
        openBundle(path);
        return;
    }
    const QByteArray text = readWhole(path, largestSession);
    openSession(parseSession({text.constData(), static_cast<std::size_t>(text.size())},
                             path.toStdString()));
    sessionPath_ = path;
    rememberFile(path);
}

QString MainWindow::commandLine() const {
    return controller_.values()
               ? QString::fromStdString(commandText(*description_, *controller_.values()))
               : QString();
}

void MainWindow::copyCommandLine() {
    const QString command = commandLine();
    if (command.isEmpty())
        return;
    QGuiApplication::clipboard()->setText(command);
    const auto recording = controller_.recording();
    showMessage(recording && !recording->events().empty()
                    ? tr("Copied: %1. It starts as this run did; the changes made while it ran are "
                         "not part of it.")
                          .arg(command)
                    : tr("Copied: %1").arg(command),
                false);
}

void MainWindow::attempt(const std::function<void()>& action) {
    try {
        action();
    } catch (const InputError& error) {
        showMessage(QString::fromUtf8(error.what()), true);
    }
}

/// Asks for a file without holding up anything; `chosen` is called with it.
void MainWindow::askForFile(const QString& title, const QString& suggested, const QString& filter,
                            bool toSave, const std::function<void(const QString&)>& chosen) {
    auto* dialog = new QFileDialog(this, title, QFileInfo(suggested).path(), filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(toSave ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(toSave ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    if (toSave)
        dialog->selectFile(QFileInfo(suggested).fileName());
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, chosen](const QString& path) { attempt([&] { chosen(path); }); });
    dialog->open();
}

void MainWindow::buildSessionMenu(QMenu& file) {
    const QString folder =
        QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation) + "/";
    const QString sessions = tr("Sessions (*.clab *.json)");
    file.addAction(tr("&Open …"), QKeySequence::Open, this, [this, folder] {
        askForFile(tr("Open a session or a bundle"), folder,
                   tr("Sessions and bundles (*.clab *.clabz *.json *.zip)"), false,
                   [this](const QString& path) { openDocument(path); });
    });
    recentMenu_ = file.addMenu(tr("Open &recent"));
    connect(recentMenu_, &QMenu::aboutToShow, this, &MainWindow::listRecentFiles);
    file.addAction(tr("&Save session"), QKeySequence::Save, this, [this, folder, sessions] {
        if (!sessionPath_.isEmpty())
            attempt([this] { saveSession(sessionPath_); });
        else
            askForFile(tr("Save the session"), folder + "session.clab", sessions, true,
                       [this](const QString& path) { saveSession(path); });
    });
    file.addAction(tr("Save session &as …"), QKeySequence("Ctrl+Shift+S"), this,
                   [this, folder, sessions] {
                       askForFile(tr("Save the session"), folder + "session.clab", sessions, true,
                                  [this](const QString& path) { saveSession(path); });
                   });
    file.addAction(tr("Export &bundle …"), QKeySequence("Ctrl+Shift+E"), this, [this, folder] {
        askForFile(tr("Export session, data and pictures"), folder + "bundle.clabz",
                   tr("Bundles (*.clabz *.zip)"), true,
                   [this](const QString& path) { exportBundle(path); });
    });
    file.addAction(tr("&Copy command line"), QKeySequence("Ctrl+Shift+X"), this,
                   &MainWindow::copyCommandLine);
    file.addSeparator();
}

void MainWindow::rememberFile(const QString& path) {
    recentFiles_.removeAll(path);
    recentFiles_.prepend(path);
    while (recentFiles_.size() > mostRecentFiles)
        recentFiles_.removeLast();
    if (memory_ == Memory::remember)
        QSettings().setValue("window/recent", recentFiles_);
}

void MainWindow::listRecentFiles() {
    recentMenu_->clear();
    for (const QString& path : recentFiles_)
        recentMenu_
            ->addAction(QFileInfo(path).fileName(), this,
                        [this, path] { attempt([&] { openDocument(path); }); })
            ->setToolTip(path);
    if (recentFiles_.isEmpty())
        recentMenu_->addAction(tr("No files yet"))->setEnabled(false);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.front().isLocalFile())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QString path = event->mimeData()->urls().value(0).toLocalFile();
    attempt([&] { openDocument(path); });
}

void MainWindow::autosave() {
    if (memory_ != Memory::remember || !description_)
        return;
    attempt([this] {
        QDir().mkpath(QFileInfo(lastSessionPath()).path());
        writeWhole(lastSessionPath(), QByteArray::fromStdString(toText(session())));
    });
}

bool MainWindow::restoreLastSession() {
    if (!QFileInfo::exists(lastSessionPath()))
        return false;
    try {
        const QByteArray text = readWhole(lastSessionPath(), largestSession);
        openSession(parseSession({text.constData(), static_cast<std::size_t>(text.size())},
                                 lastSessionPath().toStdString()));
        return true;
    } catch (const InputError& error) { // of another version, say
        showMessage(
            tr("The last session was not restored. %1").arg(QString::fromUtf8(error.what())), true);
        return false;
    }
}

} // namespace convergence
