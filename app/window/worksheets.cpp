#include "app/window/worksheets.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QProgressDialog>

#include "app/lessons/lesson_facts.h"
#include "app/lessons/worksheet_dialog.h"
#include "core/error.h"
#include "widgets/theme.h"

namespace convergence {

Worksheets::Worksheets(const Registry& registry, QWidget* window)
    : QObject(window), registry_(registry), window_(window) {}

Worksheets::~Worksheets() {
    stop_.requestStop();
    pool_.waitForDone();
}

void Worksheets::ask(const QString& lesson) {
    std::vector<Lesson> lessons;
    try {
        lessons = loadLessons(resourceFolder("lessons"));
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
    if (lessons.empty())
        return;
    auto* dialog = new WorksheetDialog(lessons, lesson, window_);
    dialog->setObjectName("worksheetDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog, lessons] { chooseFile(lessons[dialog->lesson()], dialog->files()); });
    dialog->open();
}

void Worksheets::chooseFile(const Lesson& lesson, WorksheetFiles files) {
    auto* dialog = new QFileDialog(window_, tr("File for the worksheet"));
    dialog->setObjectName("worksheetFile");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(tr("PDF (*.pdf)"));
    dialog->setDefaultSuffix("pdf");
    dialog->selectFile(lesson.id + ".pdf");
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, lesson, files](const QString& path) { write(lesson, files, path); });
    dialog->open();
}

void Worksheets::write(const Lesson& lesson, WorksheetFiles files, const QString& path) {
    if (progress_)
        return;
    stop_ = StopToken();
    progress_ = new QProgressDialog(window_);
    progress_->setObjectName("worksheetProgress");
    progress_->setWindowTitle(tr("Worksheet"));
    progress_->setRange(0, 1000);
    progress_->setAutoClose(false);
    progress_->setAutoReset(false);
    progress_->setMinimumDuration(500);
    progress_->setValue(0);
    connect(progress_, &QProgressDialog::canceled, this, [this] { stop_.requestStop(); });
    // The pool's thread ends before this does.
    const auto inWindow = [self = QPointer(this)](auto what) {
        QMetaObject::invokeMethod(qApp, [self, what] {
            if (self)
                what(*self);
        });
    };
    pool_.start([this, inWindow, lesson, files, path, stop = stop_] {
        try {
            const auto tell = [&](double fraction, const std::string& what) {
                inWindow([fraction, text = QString::fromStdString(what)](Worksheets& self) {
                    if (!self.progress_ || self.progress_->wasCanceled())
                        return;
                    self.progress_->setLabelText(text);
                    self.progress_->setValue(int(1000.0 * fraction));
                });
            };
            const auto facts = lessonFacts(
                registry_, lesson,
                {.measure = files == WorksheetFiles::both, .stop = stop, .onProgress = tell});
            inWindow([lesson, files, path, facts](Worksheets& self) {
                self.finish(lesson, files, path, facts);
            });
        } catch (const InputError& error) {
            inWindow([sentence = QString::fromUtf8(error.what())](Worksheets& self) {
                delete self.progress_;
                Q_EMIT self.troubled(sentence);
            });
        }
    });
}

void Worksheets::finish(const Lesson& lesson, WorksheetFiles files, const QString& path,
                        const std::vector<StepFacts>& facts) {
    delete progress_;
    if (stop_.stopRequested())
        return;
    try {
        const QStringList written = writeWorksheets(path, files, lesson, facts);
        Q_EMIT told(tr("Written: %1").arg(written.join(", ")));
        for (const StepFacts& fact : facts)
            if (!fact.trouble.empty())
                Q_EMIT troubled(QString::fromStdString(fact.trouble));
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

} // namespace convergence
