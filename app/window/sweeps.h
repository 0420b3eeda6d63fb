#pragma once

#include <QObject>
#include <QPointer>

#include "app/sweeps/window.h"

namespace convergence {

/// The window of sweeps that belongs to a main window: made when it is first asked for, closed with
/// its owner.
class Sweeps : public QObject {
    Q_OBJECT

public:
    /// `registry` outlives this.
    Sweeps(const Registry& registry, const Theme& theme, QObject* parent = nullptr);
    ~Sweeps() override;

    /// Shows the window with a design that starts from these values, unless a sweep is under way;
    /// null: with what it had.
    void show(std::shared_ptr<const ExperimentType> type, const Overrides& overrides);
    void setTheme(const Theme& theme);

Q_SIGNALS:
    /// The person wants to see one run of a sweep by itself.
    void runChosen(const QString& experiment, const convergence::Overrides& overrides);

private:
    const Registry& registry_;
    Theme theme_;
    QPointer<SweepWindow> window_;
};

} // namespace convergence
