#include "app/window/session_files.h"

#include <QDir>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMimeData>
#include <QSettings>
#include <QStandardPaths>

#include "app/background.h"
#include "app/curves/own_curves.h"
#include "core/data/curve_log.h"
#include "core/error.h"
#include "widgets/figures/figure_file.h"

namespace convergence {

namespace {

constexpr int mostRecentFiles = 8;
constexpr int autosaveMilliseconds = 10000;

QString lastSessionPath() {
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/last-session.json";
}

/// Of sessions: what such a file lacks is told of a session, not of a log.
bool hasNameOfDocument(const QString& path) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    return suffix == "clab" || suffix == "json";
}

QString documents() {
    return QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation) + "/";
}

} // namespace

SessionFiles::SessionFiles(SessionHost& host, const Registry& registry, QWidget* parent)
    : QObject(parent), host_(host), registry_(registry) {
    parent->setAcceptDrops(true);
    parent->installEventFilter(this);
    connect(&autosaveTimer_, &QTimer::timeout, this, &SessionFiles::autosave);
}

QWidget* SessionFiles::window() const {
    return static_cast<QWidget*>(parent());
}

void SessionFiles::attempt(const std::function<void()>& action) {
    try {
        action();
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

void SessionFiles::open(const QString& path) {
    if (isBundleFile(path))
        return openBundle(path);
    if (mayCarryFigure(path))
        return openFigure(path);
    if (!hasNameOfDocument(path) && mayBeCurveLog(path.toStdString())) {
        Q_EMIT status(tr("Opening %1 …").arg(path));
        return host_.openCurves(path, [this, path](bool isOpen) {
            if (isOpen)
                rememberFile(path);
            Q_EMIT status(isOpen ? tr("Opened: %1").arg(path) : QString());
        });
    }
    host_.openSession(readSession(path));
    path_ = path;
    rememberFile(path);
}

void SessionFiles::openFigure(const QString& path) {
    const Figure figure = figureIn(path);
    SessionDocument session;
    session.experiment = figure.run.experiment;
    session.parameters = figure.run.parameters;
    session.events = figure.run.events;
    host_.openSession(session);
    Q_EMIT figureOpened(figure);
}

void SessionFiles::tryToOpen(const QString& path) {
    attempt([&] { open(path); });
}

bool SessionFiles::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::DragEnter) {
        auto* entered = static_cast<QDragEnterEvent*>(event);
        const QList<QUrl> urls = entered->mimeData()->urls();
        if (urls.size() == 1 && urls.front().isLocalFile())
            entered->acceptProposedAction();
        return true;
    }
    if (event->type() == QEvent::Drop) {
        tryToOpen(static_cast<QDropEvent*>(event)->mimeData()->urls().value(0).toLocalFile());
        return true;
    }
    return QObject::eventFilter(watched, event);
}

void SessionFiles::openBundle(const QString& path) {
    Q_EMIT status(tr("Opening %1 …").arg(path));
    const auto find = [&registry = registry_](const std::string& id) {
        return id == ownCurvesId ? anyOwnCurves() : registry.find(id);
    };
    makeInBackground(
        this, [path, find] { return readBundle(path, find); },
        [this, path](const Bundle& bundle) {
            host_.openBundle(bundle);
            rememberFile(path);
            Q_EMIT status(tr("Opened: %1").arg(path));
        },
        [this](const QString& problem) { Q_EMIT troubled(problem); });
}

void SessionFiles::save(const QString& path) {
    writeSession(path, host_.session());
    path_ = path;
    rememberFile(path);
    Q_EMIT told(tr("Written: %1").arg(path));
}

void SessionFiles::exportBundle(const QString& path) {
    host_.gatherBundle([this, path](const BundleToWrite& contents) {
        Q_EMIT status(tr("Writing %1 …").arg(path));
        makeInBackground(
            this,
            [path, contents] {
                writeBundle(path, contents);
                return path;
            },
            [this](const QString& written) {
                Q_EMIT told(tr("Written: %1").arg(written));
                Q_EMIT status({});
            },
            [this](const QString& problem) {
                Q_EMIT troubled(problem);
                Q_EMIT status({});
            });
    });
}

/// Asks for a file without holding up anything; `chosen` is called with it.
void SessionFiles::ask(Dialog kind, const QString& title, const QString& suggested,
                       const QString& filter, const std::function<void(const QString&)>& chosen) {
    const bool saves = kind == Dialog::save;
    auto* dialog = new QFileDialog(window(), title, QFileInfo(suggested).path(), filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(saves ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(saves ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    if (saves)
        dialog->selectFile(QFileInfo(suggested).fileName());
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, chosen](const QString& path) { attempt([&] { chosen(path); }); });
    dialog->open();
}

void SessionFiles::askWhereToSave() {
    ask(Dialog::save, tr("Save the session"), documents() + "session.clab",
        tr("Sessions (*.clab *.json)"), [this](const QString& path) { save(path); });
}

void SessionFiles::addCommands(QMenu& file) {
    file.addAction(tr("&Open …"), QKeySequence::Open, this, [this] {
        ask(Dialog::open, tr("Open a session, a bundle or a log of your own"), documents(),
            tr("Sessions and bundles (*.clab *.clabz *.json *.zip)") + ";;" +
                tr("Logs of training (*.csv *.tsv *.txt *.tab *.gz)") + ";;" + tr("All files (*)"),
            [this](const QString& path) { open(path); });
    });
    QMenu* recent = file.addMenu(tr("Open &recent"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { listRecent(*recent); });
    file.addAction(tr("&Save session"), QKeySequence::Save, this, [this] {
        if (path_.isEmpty())
            askWhereToSave();
        else
            attempt([this] { save(path_); });
    });
    file.addAction(tr("Save session &as …"), QKeySequence("Ctrl+Shift+S"), this,
                   &SessionFiles::askWhereToSave);
    file.addAction(tr("Export &bundle …"), QKeySequence("Ctrl+Shift+B"), this, [this] {
        ask(Dialog::save, tr("Export session, data and pictures"), documents() + "bundle.clabz",
            tr("Bundles (*.clabz *.zip)"), [this](const QString& path) { exportBundle(path); });
    });
}

void SessionFiles::rememberFile(const QString& path) {
    recent_.removeAll(path);
    recent_.prepend(path);
    while (recent_.size() > mostRecentFiles)
        recent_.removeLast();
    if (remembers_)
        QSettings().setValue("window/recent", recent_);
}

void SessionFiles::listRecent(QMenu& menu) {
    menu.clear();
    for (const QString& path : recent_)
        menu.addAction(QFileInfo(path).fileName(), this, [this, path] { tryToOpen(path); })
            ->setToolTip(path);
    if (recent_.isEmpty())
        menu.addAction(tr("No files yet"))->setEnabled(false);
}

void SessionFiles::remember() {
    remembers_ = true;
    recent_ = QSettings().value("window/recent").toStringList();
    autosaveTimer_.start(autosaveMilliseconds);
}

void SessionFiles::autosave() {
    if (!remembers_)
        return;
    const SessionDocument session = host_.session();
    if (session.experiment.empty())
        return;
    attempt([&] {
        QDir().mkpath(QFileInfo(lastSessionPath()).path());
        writeSession(lastSessionPath(), session);
    });
}

bool SessionFiles::hasLast() const {
    return remembers_ && QFileInfo::exists(lastSessionPath());
}

QStringList SessionFiles::recent() const {
    QStringList there;
    for (const QString& path : recent_)
        if (QFileInfo::exists(path))
            there << path;
    return there;
}

bool SessionFiles::restoreLast() {
    if (!QFileInfo::exists(lastSessionPath()))
        return false;
    try {
        host_.openSession(readSession(lastSessionPath()));
        return true;
    } catch (const InputError& error) { // of another version, say
        Q_EMIT troubled(
            tr("The last session was not restored. %1").arg(QString::fromUtf8(error.what())));
        return false;
    }
}

} // namespace convergence
