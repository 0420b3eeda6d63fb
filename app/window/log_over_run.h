#pragma once

#include <QDialog>
#include <QObject>

#include "app/curves/curves_over_run.h"
#include "app/window/kept_runs.h"
#include "app/window/sides.h"

class QComboBox;
class QMenu;

namespace convergence {

/// Asks as which quantities of a run the curves of a log are drawn, and over which clock.
class CurvesDialog : public QDialog {
    Q_OBJECT

public:
    CurvesDialog(const CurveLog& log, const Recording& run, const QString& file, QWidget* parent);

    /// Index among the log's.
    [[nodiscard]] std::size_t clock() const;
    /// Of those that are to be drawn.
    [[nodiscard]] std::vector<CurveAs> drawn() const;

private:
    QComboBox* clock_;
    std::vector<QComboBox*> metrics_; ///< one a curve
};

/// Draws the curves of a log of one's own over the run of an experiment: as a kept run beside it,
/// which is ticked, named, exported and restored like the others.
class LogOverRun : public QObject {
    Q_OBJECT

public:
    /// Both outlive this; `parent` is the window of the dialogs.
    LogOverRun(Sides& sides, KeptRuns& runs, QWidget* parent);

    /// Adds the command.
    void addCommands(QMenu& file);
    /// Asks how the curves of this log are to be drawn. Trouble is told.
    void ask(const QString& path);

Q_SIGNALS:
    void told(const QString& sentence);
    void troubled(const QString& sentence);

private:
    void askForFile();
    void draw(const CurveLog& log, const CurvesDialog& chosen, const QString& path);

    Sides& sides_;
    KeptRuns& runs_;
};

} // namespace convergence
