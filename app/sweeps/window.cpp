#include "app/sweeps/window.h"

#include <thread>

#include <QApplication>
#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QMenuBar>
#include <QPointer>
#include <QSaveFile>
#include <QSplitter>
#include <QStandardPaths>

#include "app/sweeps/designer.h"
#include "app/sweeps/results_panel.h"
#include "core/error.h"

namespace convergence {

namespace {
constexpr int millisecondsBetweenReadings = 500;
} // namespace

SweepWindow::SweepWindow(const Registry& registry, const Theme& theme, QString program,
                         QWidget* parent)
    : QMainWindow(parent), registry_(registry), program_(std::move(program)),
      designer_(new SweepDesigner(registry, theme, this)),
      results_(new SweepResultsPanel(theme, this)) {
    setWindowTitle(tr("Sweep – Convergence Lab"));
    auto* splitter = new QSplitter(this);
    splitter->addWidget(designer_);
    splitter->addWidget(results_);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({400, 800});
    setCentralWidget(splitter);
    buildMenu();
    resize(1240, 780);
    connect(designer_, &SweepDesigner::runWanted, this, &SweepWindow::run);
    connect(designer_, &SweepDesigner::stopWanted, this, &SweepWindow::stop);
    connect(results_, &SweepResultsPanel::runChosen, this, &SweepWindow::runChosen);
    connect(&poll_, &QTimer::timeout, this, &SweepWindow::readResults);
    connect(&process_, &QProcess::finished, this, &SweepWindow::finished);
    connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            results_->warn(tr("The sweep cannot be started: %1.").arg(process_.errorString()));
    });
}

SweepWindow::~SweepWindow() {
    process_.disconnect(this);
    if (isRunning()) {
        process_.terminate(); // what has run is kept, and the sweep can be continued
        process_.waitForFinished(3000);
    }
}

void SweepWindow::buildMenu() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(tr("&Open sweep or results …"), QKeySequence::Open, this, &SweepWindow::open);
    file->addAction(tr("&Save sweep file …"), QKeySequence::Save, this, &SweepWindow::save);
    file->addSeparator();
    file->addAction(tr("&Close"), QKeySequence::Close, this, &QWidget::close);
}

void SweepWindow::design(std::shared_ptr<const ExperimentType> type, const Overrides& overrides) {
    designer_->design(std::move(type), overrides);
}

void SweepWindow::run() {
    QString file;
    try {
        const std::string text = designer_->plan().dump(2);
        const QDir store(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation));
        const QString name = QString::fromStdString(designer_->type()->description.id) + " " +
                             QDateTime::currentDateTime().toString("yyyy-MM-dd HH.mm.ss.zzz");
        folder_ = store.filePath("sweeps/" + name);
        file = folder_ + "/sweep.json";
        QSaveFile out(file);
        if (!store.mkpath("sweeps/" + name) || !out.open(QIODevice::WriteOnly) ||
            out.write(text.data(), static_cast<qint64>(text.size())) < 0 || !out.commit())
            throw InputError("The folder '" + folder_.toStdString() + "' cannot be written.");
    } catch (const InputError& error) {
        results_->warn(QString::fromUtf8(error.what()));
        return;
    }
    results_->clearMessage();
    process_.start(program_, {"sweep", file, "--out", folder_, "--processes",
                              QString::number(designer_->processes())});
    designer_->setSweep(SweepDesigner::Sweep::underWay);
    poll_.start(millisecondsBetweenReadings);
}

void SweepWindow::stop() {
    if (isRunning())
        process_.terminate();
}

void SweepWindow::finished(int exitCode) {
    poll_.stop();
    const QString error = QString::fromUtf8(process_.readAllStandardError()).trimmed();
    if (exitCode == 2)
        results_->warn(error);
    else
        results_->tell(tr("Results in %1").arg(folder_));
    designer_->setSweep(SweepDesigner::Sweep::none);
    readResults();
}

void SweepWindow::openResults(const QString& path) {
    folder_ = path;
    readResults();
}

void SweepWindow::readResults() {
    if (reading_) {
        stale_ = true;
        return;
    }
    reading_ = true;
    const QPointer<SweepWindow> self(this);
    std::thread([self, path = folder_.toStdString(), &registry = registry_] {
        std::shared_ptr<const SweepResults> results;
        QString problem;
        try {
            results = std::make_shared<const SweepResults>(readSweepResults(path, registry));
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(qApp, [self, results, problem] {
            if (!self)
                return;
            self->reading_ = false;
            if (results)
                self->take(results);
            else if (!self->isRunning()) // the database of a fresh sweep is not there yet
                self->results_->warn(problem);
            if (std::exchange(self->stale_, false))
                self->readResults();
        });
    }).detach();
}

void SweepWindow::take(std::shared_ptr<const SweepResults> results) {
    designer_->setProgress(static_cast<int>(results->tasks.size()),
                           static_cast<int>(results->plan->taskCount()));
    results_->take(std::move(results));
    Q_EMIT resultsShown();
}

const SweepResults* SweepWindow::results() const {
    return results_->results();
}

std::vector<ViewWidget*> SweepWindow::resultViews() const {
    return results_->views();
}

void SweepWindow::save() {
    try {
        const std::string text = designer_->plan().dump(2) + "\n";
        const QString path = QFileDialog::getSaveFileName(this, tr("Save sweep file"), "sweep.json",
                                                          tr("Sweeps (*.json)"));
        if (path.isEmpty())
            return;
        QSaveFile file(path);
        if (!file.open(QIODevice::WriteOnly) ||
            file.write(text.data(), static_cast<qint64>(text.size())) < 0 || !file.commit())
            throw InputError("The file '" + path.toStdString() + "' cannot be written.");
        results_->tell(tr("Run it anywhere with: convergence-lab sweep %1").arg(path));
    } catch (const InputError& error) {
        results_->warn(QString::fromUtf8(error.what()));
    }
}

void SweepWindow::open() {
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a sweep file, or the results of a sweep"), {},
                                     tr("Sweeps and results (*.json *.sqlite)"));
    if (!path.isEmpty())
        openFile(path);
}

void SweepWindow::openFile(const QString& path) {
    if (path.endsWith(".sqlite"))
        return openResults(path);
    try {
        designer_->openFile(path);
    } catch (const InputError& error) {
        results_->warn(QString::fromUtf8(error.what()));
    }
}

void SweepWindow::setTheme(const Theme& theme) {
    designer_->setTheme(theme);
    results_->setTheme(theme);
}

} // namespace convergence
