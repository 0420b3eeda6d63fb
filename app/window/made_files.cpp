#include "app/window/made_files.h"

#include <QApplication>
#include <QFileDialog>
#include <QPointer>

namespace convergence {

MadeFiles::MadeFiles(RunController& controller, QWidget* parent)
    : QObject(parent), controller_(controller),
      action_(new QAction(tr("&Save what the trials made …"), this)) {
    connect(action_, &QAction::triggered, this, &MadeFiles::save);
    connect(&controller_, &RunController::prepared, this, &MadeFiles::refresh);
    refresh();
}

bool MadeFiles::makesFiles() const {
    return controller_.type() && !controller_.type()->files.empty();
}

void MadeFiles::refresh() {
    const QString what =
        makesFiles() ? tr("Saves %1").arg(QString::fromStdString(controller_.type()->files))
                     : tr("The trials of this experiment make no files besides their tables");
    action_->setEnabled(makesFiles());
    action_->setToolTip(what);
    action_->setStatusTip(what);
}

void MadeFiles::save() {
    if (!controller_.runner()) {
        Q_EMIT told(tr("There is no run whose files could be saved; start one first."));
        return;
    }
    auto* dialog =
        new QFileDialog(static_cast<QWidget*>(parent()), tr("Folder for what the trials made"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &MadeFiles::saveIn);
    dialog->open();
}

void MadeFiles::saveIn(const QString& folder) {
    if (!controller_.runner())
        return;
    const auto done = [self = QPointer(this), folder](const SavedFiles& saved) {
        QMetaObject::invokeMethod(qApp, [self, folder, saved] {
            if (self)
                self->tell(folder, saved);
        });
    };
    controller_.runner()->save(folder.toStdString(), done);
}

void MadeFiles::tell(const QString& folder, const SavedFiles& saved) {
    for (const std::string& trouble : saved.troubles)
        Q_EMIT troubled(QString::fromStdString(trouble));
    if (!saved.files.empty())
        Q_EMIT told(tr("%n file(s) saved in %1: %2.", nullptr, static_cast<int>(saved.files.size()))
                        .arg(folder, QString::fromStdString(namesInWords(saved.files))));
    else if (saved.troubles.empty())
        Q_EMIT told(tr("Nothing was saved: the trials have made nothing yet."));
}

} // namespace convergence
