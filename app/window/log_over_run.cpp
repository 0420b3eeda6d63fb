#include "app/window/log_over_run.h"

#include <algorithm>

#include <QComboBox>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QStandardPaths>
#include <QVBoxLayout>

#include "app/background.h"
#include "core/error.h"
#include "core/experiment/run_files.h"

namespace convergence {

CurvesDialog::CurvesDialog(const CurveLog& log, const Recording& run, const QString& file,
                           QWidget* parent)
    : QDialog(parent), clock_(new QComboBox(this)) {
    setObjectName("curvesDialog");
    setWindowTitle(tr("Draw a log over the run"));
    auto* note = new QLabel(tr("Each curve of %1 is drawn in the charts of the quantity that you "
                               "choose for it.")
                                .arg(file),
                            this);
    note->setWordWrap(true);
    auto* rows = new QWidget(this);
    auto* form = new QFormLayout(rows);
    clock_->setObjectName("clock");
    clock_->setAccessibleName(tr("Iterations are"));
    for (const CurveLog::Clock& clock : log.clocks)
        clock_->addItem(QString::fromStdString(clock.name));
    form->addRow(tr("&Iterations are"), clock_);
    const std::vector<Column> metrics = metricsOf(run);
    for (const CurveLog::Curve& curve : log.curves) {
        auto* box = new QComboBox(rows);
        const QString name = QString::fromStdString(curve.id);
        box->setObjectName("curve_" + name);
        box->setAccessibleName(tr("%1 is drawn as").arg(name));
        box->addItem(tr("not drawn"), QString());
        for (const Column& metric : metrics)
            box->addItem(QString::fromStdString(metric.label.empty() ? metric.name : metric.label),
                         QString::fromStdString(metric.name));
        box->setCurrentIndex(
            std::max(0, box->findData(QString::fromStdString(likelyMetric(curve.id, metrics)))));
        form->addRow(name, box);
        metrics_.push_back(box);
    }
    const auto isNone = [](const QComboBox* box) { return box->currentIndex() == 0; };
    if (std::all_of(metrics_.begin(), metrics_.end(), isNone) && metrics_.front()->count() > 1)
        metrics_.front()->setCurrentIndex(
            1); // no name fits: the first two are a guess to begin with
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidget(rows);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("&Draw"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(note);
    layout->addWidget(area, 1);
    layout->addWidget(buttons);
    resize(520, std::min(480, 190 + 34 * static_cast<int>(metrics_.size())));
}

std::size_t CurvesDialog::clock() const {
    return static_cast<std::size_t>(clock_->currentIndex());
}

std::vector<CurveAs> CurvesDialog::drawn() const {
    std::vector<CurveAs> drawn;
    for (std::size_t i = 0; i < metrics_.size(); ++i)
        if (const QString metric = metrics_[i]->currentData().toString(); !metric.isEmpty())
            drawn.push_back({i, metric.toStdString()});
    return drawn;
}

LogOverRun::LogOverRun(Sides& sides, KeptRuns& runs, QWidget* parent)
    : QObject(parent), sides_(sides), runs_(runs) {}

void LogOverRun::addCommands(QMenu& file) {
    QAction* action = file.addAction(tr("Draw a &log over the run …"), QKeySequence("Ctrl+Shift+L"),
                                     this, &LogOverRun::askForFile);
    action->setStatusTip(tr("Curves of a training of your own in the charts of this experiment"));
}

void LogOverRun::askForFile() {
    auto* dialog = new QFileDialog(
        static_cast<QWidget*>(parent()), tr("Draw a log over the run"),
        QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation),
        tr("Logs of training (*.csv *.tsv *.txt *.tab *.gz)") + ";;" + tr("All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &LogOverRun::ask);
    dialog->open();
}

void LogOverRun::ask(const QString& path) {
    const auto run = sides_.first().controller().recording();
    if (!run) {
        Q_EMIT told(tr("There is no run yet to draw a log over. Press Play first."));
        return;
    }
    makeInBackground(
        this, [path] { return std::make_shared<const CurveLog>(readCurveLog(path.toStdString())); },
        [this, run, path](const std::shared_ptr<const CurveLog>& log) {
            auto* dialog = new CurvesDialog(*log, *run, QFileInfo(path).fileName(),
                                            static_cast<QWidget*>(parent()));
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            connect(dialog, &QDialog::accepted, this,
                    [this, dialog, log, path] { draw(*log, *dialog, path); });
            dialog->open();
        },
        [this](const QString& problem) { Q_EMIT troubled(problem); });
}

void LogOverRun::draw(const CurveLog& log, const CurvesDialog& chosen, const QString& path) {
    const RunController& controller = sides_.first().controller();
    const auto present = controller.recording();
    if (!present || !controller.values())
        return;
    try {
        auto run = std::make_shared<LoadedRun>();
        run->recording =
            curvesLike(*present, log, chosen.clock(), chosen.drawn(), path.toStdString());
        run->run.key = RunStore::newKey();
        run->run.experiment = QString::fromStdString(controller.type()->description.id);
        run->run.name = QFileInfo(path).fileName();
        run->run.tags = QStringList{tr("own curves")};
        run->run.created = QDateTime::currentMSecsSinceEpoch();
        run->run.version = QString::fromStdString(programVersion());
        run->run.fingerprint = QString::fromStdString(controller.fingerprint());
        run->run.state = "finished";
        run->run.origin = tr("curves of %1").arg(path);
        run->run.parameters = valuesToJson(*controller.values());
        run->run.claims = "[]";
        for (const TrialPlan& plan : run->recording->plans())
            run->run.stepsDone = run->run.stepsPlanned += plan.steps;
        // Not before it is listed: what is not in the list is drawn no more.
        runs_.import(run, [self = QPointer(this), type = controller.type(), run] {
            if (!self || self->sides_.first().controller().type() != type)
                return;
            self->runs_.addLoaded(run);
            self->runs_.setOverlaid(self->runs_.overlaid() + QStringList{run->run.key});
            Q_EMIT self->told(tr("%1 is drawn over the run; it is ticked among the kept runs.")
                                  .arg(run->run.name));
        });
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

} // namespace convergence
