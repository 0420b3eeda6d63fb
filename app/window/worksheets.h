#pragma once

#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include "app/lessons/worksheet_files.h"
#include "core/experiment/registry.h"
#include "core/stop_token.h"

class QProgressDialog;
class QWidget;

namespace convergence {

/// Prints worksheets of lessons: asks of which, for whom and where, makes the runs that the
/// teacher's needs apart from the window's own, and writes the files.
class Worksheets : public QObject {
    Q_OBJECT

public:
    /// `registry` outlives this.
    Worksheets(const Registry& registry, QWidget* window);
    ~Worksheets() override;

    /// `lesson` is offered first; empty: the first of all.
    void ask(const QString& lesson);
    /// Writes in the background; told() or troubled() says what came of it. Does nothing while
    /// others are being written.
    void write(const Lesson& lesson, WorksheetFiles files, const QString& path);

Q_SIGNALS:
    void told(const QString& sentence);
    void troubled(const QString& sentence);

private:
    void chooseFile(const Lesson& lesson, WorksheetFiles files);
    void finish(const Lesson& lesson, WorksheetFiles files, const QString& path,
                const std::vector<StepFacts>& facts);

    const Registry& registry_;
    QWidget* window_;
    StopToken stop_;
    QThreadPool pool_;                   ///< its own: other work of the program need not have ended
    QPointer<QProgressDialog> progress_; ///< while they are being written
};

} // namespace convergence
