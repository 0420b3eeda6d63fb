#pragma once

#include <QObject>

#include "app/window/run_controller.h"

namespace convergence {

/// Saves what the trials of the run made by themselves, such as a trained field and its pictures,
/// in a folder that the person chooses.
class MadeFiles : public QObject {
    Q_OBJECT

public:
    /// `controller` outlives this; `parent` is the window of the dialog.
    MadeFiles(RunController& controller, QWidget* parent);

    /// Asks for the folder and saves there while the run goes on; the outcome is told.
    void save();

Q_SIGNALS:
    void told(const QString& sentence);
    void troubled(const QString& sentence);

private:
    void saveIn(const QString& folder);

    RunController& controller_;
};

} // namespace convergence
