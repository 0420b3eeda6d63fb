#include "app/window/made_files.h"

#include <QApplication>
#include <QFileDialog>
#include <QPointer>

namespace convergence {

MadeFiles::MadeFiles(RunController& controller, QWidget* parent)
    : QObject(parent), controller_(controller) {}

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
    const auto done = [self = QPointer(this), folder](const std::string& trouble) {
        QMetaObject::invokeMethod(qApp, [self, folder, said = QString::fromStdString(trouble)] {
            if (!self)
                return;
            if (said.isEmpty())
                Q_EMIT self->told(tr("Saved in %1.").arg(folder));
            else
                Q_EMIT self->troubled(said);
        });
    };
    controller_.runner()->save(folder.toStdString(), done);
}

} // namespace convergence
