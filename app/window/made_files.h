#pragma once

#include <QAction>
#include <QObject>

#include "app/window/run_controller.h"
#include "core/experiment/saved_files.h"

namespace convergence {

/// Saves what the trials of the run made by themselves, such as a trained field and its pictures,
/// in a folder that the person chooses.
class MadeFiles : public QObject {
    Q_OBJECT

public:
    /// `controller` outlives this; `parent` is the window of the dialog.
    MadeFiles(RunController& controller, QWidget* parent);

    /// The command: disabled, with the reason as its tooltip, where the trials of the experiment
    /// make no files.
    [[nodiscard]] QAction* action() const { return action_; }
    /// Looks whether the experiment that is open makes files.
    void refresh();

    /// Asks for the folder and saves there while the run goes on; the outcome is told.
    void save();

Q_SIGNALS:
    void told(const QString& sentence);
    void troubled(const QString& sentence);

private:
    void saveIn(const QString& folder);
    void tell(const QString& folder, const SavedFiles& saved);

    [[nodiscard]] bool makesFiles() const;

    RunController& controller_;
    QAction* action_;
};

} // namespace convergence
