// Bundles: a session zipped with its runs, pictures, tables and how to reproduce it.

#include <algorithm>

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QPointer>
#include <QSaveFile>
#include <QStatusBar>
#include <QTemporaryDir>
#include <QThreadPool>

#include "app/commands/command_text.h"
#include "app/sessions/bundle.h"
#include "app/window/main_window.h"
#include "core/error.h"
#include "core/experiment/run_files.h"
#include "widgets/panels/run_list.h"

namespace convergence {

namespace {

/// Adds the files of a folder under a path of the archive.
void addFolder(ArchiveFiles& files, const QString& folder, const QString& prefix) {
    for (const QFileInfo& info : QDir(folder).entryInfoList(QDir::Files)) {
        QFile file(info.absoluteFilePath());
        if (file.open(QIODevice::ReadOnly))
            files[prefix + info.fileName()] = file.readAll();
    }
}

} // namespace

void MainWindow::openBundle(const QString& path) {
    statusBar()->showMessage(tr("Opening %1 …").arg(path));
    const auto find = [this](const std::string& id) { return registry_.find(id); };
    QThreadPool::globalInstance()->start([self = QPointer(this), path, find] {
        auto bundle = std::make_shared<Bundle>();
        QString problem;
        try {
            QFile file(path);
            if (!file.open(QIODevice::ReadOnly))
                throw InputError(tr("The file %1 cannot be read: %2.")
                                     .arg(path, file.errorString())
                                     .toStdString());
            *bundle = bundleFrom(readArchive(file, path), path, find);
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(qApp, [self, path, bundle, problem] {
            if (!self)
                return;
            try {
                if (!problem.isEmpty())
                    throw InputError(problem.toStdString());
                self->showBundle(*bundle);
                self->rememberFile(path);
                self->statusBar()->showMessage(tr("Opened: %1").arg(path));
            } catch (const InputError& error) {
                self->showMessage(QString::fromUtf8(error.what()), true);
            }
        });
    });
}

void MainWindow::showBundle(const Bundle& bundle) {
    const auto events = openSessionFrame(bundle.session);
    wantedMoment_ = bundle.session.iteration;
    QStringList overlays;
    for (const LoadedRun& run : bundle.runs) {
        const auto shared = std::make_shared<const LoadedRun>(run);
        if (store_)
            store_->import(shared, [] {});
        const std::string key = run.run.key.toStdString();
        if (key == bundle.session.run) {
            showRun(side_, shared);
        } else if (bundle.session.beside && key == bundle.session.beside->run) {
            showRun(*beside_, shared);
        } else if (run.run.experiment.toStdString() == description_->id) {
            overlaid_[run.run.key] = shared;
            overlays << run.run.key;
        }
    }
    if (!controller_.shownRun() && !events[0].empty())
        side_.start(false, {.events = events[0]});
    if (comparing_ && !beside_->controller().shownRun())
        beside_->start(false, {.events = events[1]});
    runList_->setOverlaid(overlays);
}

/// The run of a side with all that a bundle keeps of it.
LoadedRun MainWindow::runOf(const RunSide& side) const {
    const RunController& controller = side.controller();
    LoadedRun shown;
    if (controller.shownRun())
        shown.run = controller.shownRun()->run;
    else if (const KeptRun* kept = store_ ? store_->find(controller.key()) : nullptr)
        shown.run = *kept;
    else
        shown.run.version = QString::fromStdString(programVersion());
    shown.run.key = controller.key();
    shown.run.experiment = QString::fromStdString(description_->id);
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

Bundle MainWindow::bundle() const {
    Bundle bundle;
    bundle.session = session();
    if (!bundle.session.run.empty())
        bundle.runs.push_back(runOf(side_));
    if (bundle.session.beside && !bundle.session.beside->run.empty())
        bundle.runs.push_back(runOf(*beside_));
    for (const auto& [key, run] : overlaid_)
        if (std::none_of(bundle.runs.begin(), bundle.runs.end(),
                         [&](const LoadedRun& known) { return known.run.key == key; }))
            bundle.runs.push_back(*run);
    return bundle;
}

void MainWindow::exportBundle(const QString& path) {
    if (!description_)
        return;
    for (const QString& key : runList_->overlaid())
        if (store_ && !overlaid_.contains(key)) { // still being read
            loadRun(key, [this, key, path](const LoadedRunPtr& run) {
                overlaid_[key] = run;
                exportBundle(path);
            });
            return;
        }
    // Pictures need this thread; everything else is done by another.
    auto pictures = std::make_shared<QTemporaryDir>();
    QDir(pictures->path()).mkpath("pictures");
    std::vector<std::pair<ViewWidget*, QString>> pictured;
    for (ViewWidget* view : views())
        pictured.emplace_back(view, comparing_ ? "-a" : "");
    if (comparing_)
        for (ViewWidget* view : beside_->views())
            pictured.emplace_back(view, "-b");
    for (const auto& [view, side] : pictured) {
        const QString name =
            pictures->path() + "/pictures/" + QString::fromStdString(view->view().id) + side;
        const QSizeF size = QSizeF(view->size()).expandedTo({480.0, 360.0});
        try {
            view->refresh();
            view->exportPicture(name + ".png", PictureFormat::png, size, 2.0);
            view->exportPicture(name + ".svg", PictureFormat::svg, size);
        } catch (const InputError& error) {
            showMessage(QString::fromUtf8(error.what()), true);
        }
    }
    statusBar()->showMessage(tr("Writing %1 …").arg(path));
    const auto bundle = std::make_shared<const Bundle>(this->bundle());
    const QString command = QString::fromStdString(commandText(
        *description_, controller_.values() ? *controller_.values()
                                            : ParameterValues(description_->parameters, {})));
    QThreadPool::globalInstance()->start([self = QPointer(this), type = type_,
                                          values = controller_.values(), path, bundle, pictures,
                                          command] {
        QString problem;
        try {
            ArchiveFiles files;
            addBundle(files, *bundle);
            files["README.txt"] = reproductionText(*bundle, command).toUtf8();
            addFolder(files, pictures->path() + "/pictures", "pictures/");
            if (!bundle->runs.empty()) {
                const QString tables = pictures->path() + "/data";
                writeRunFolder(tables.toStdString(), *bundle->runs.front().recording,
                               {.description = &type->description,
                                .values = values.get(),
                                .state = bundle->runs.front().run.state.toStdString(),
                                .claims = {}});
                addFolder(files, tables, "data/");
            }
            QSaveFile file(path);
            if (!file.open(QIODevice::WriteOnly))
                throw InputError(tr("The file %1 cannot be written: %2.")
                                     .arg(path, file.errorString())
                                     .toStdString());
            writeArchive(file, files, path);
            if (!file.commit())
                throw InputError(tr("The file %1 cannot be written: %2.")
                                     .arg(path, file.errorString())
                                     .toStdString());
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(qApp, [self, path, problem] {
            if (!self)
                return;
            self->showMessage(problem.isEmpty() ? tr("Written: %1").arg(path) : problem,
                              !problem.isEmpty());
            self->statusBar()->clearMessage();
        });
    });
}

} // namespace convergence
