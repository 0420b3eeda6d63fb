#include "widgets/films/film_maker.h"

#include <cmath>

#include <QMessageBox>
#include <QProgressDialog>

namespace convergence {

void showFilmProgress(QWidget& parent, FilmMaker* maker) {
    auto* dialog = new QProgressDialog(FilmMaker::tr("The film begins …"), FilmMaker::tr("Stop"), 0,
                                       0, &parent);
    dialog->setObjectName("filmProgress");
    dialog->setWindowTitle(FilmMaker::tr("Film"));
    dialog->setAutoClose(false);
    dialog->setAutoReset(false);
    dialog->setMinimumDuration(0);
    maker->setParent(dialog);
    QObject::connect(maker, &FilmMaker::progressed, dialog,
                     [dialog](int done, int total, double secondsLeft) {
                         dialog->setMaximum(total);
                         dialog->setValue(done);
                         dialog->setLabelText(FilmMaker::tr("Picture %1 of %2, %3 s left")
                                                  .arg(done)
                                                  .arg(total)
                                                  .arg(std::lround(secondsLeft)));
                     });
    QObject::connect(dialog, &QProgressDialog::canceled, maker, &FilmMaker::cancel);
    QObject::connect(maker, &FilmMaker::finished, &parent,
                     [dialog, parent = &parent](bool succeeded, const QString& sentence) {
                         auto* box = new QMessageBox(
                             succeeded ? QMessageBox::Information : QMessageBox::Warning,
                             FilmMaker::tr("Film"), sentence, QMessageBox::Close, parent);
                         box->setAttribute(Qt::WA_DeleteOnClose);
                         box->setModal(false);
                         box->show();
                         dialog->hide();
                         dialog->deleteLater();
                     });
    dialog->show();
    maker->start();
}

} // namespace convergence
