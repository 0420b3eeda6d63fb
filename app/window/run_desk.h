#pragma once

#include <QObject>

#include "app/window/kept_runs.h"
#include "app/window/sides.h"

namespace convergence {

class ExperimentPanel;
class RunPlayer;

/// What a person does with runs besides playing them: opens kept ones, continues them, branches
/// off, puts a second one beside the first, and looks at how their parameters differ.
class RunDesk : public QObject {
    Q_OBJECT

public:
    /// All outlive this.
    struct Parts {
        Sides& sides;
        RunPlayer& player;
        KeptRuns& runs;
        ExperimentPanel& panel;
    };
    explicit RunDesk(const Parts& parts, QObject* parent = nullptr);

    /// The experiment that the sides have opened.
    void setExperiment(std::shared_ptr<const ExperimentType> type) { type_ = std::move(type); }
    /// Shows a kept run of the experiment on the chosen side.
    void open(const QString& key);
    /// Replays a kept run of the experiment from its seed and goes on.
    void continueRun(const QString& key);
    /// Shows a second run of these values beside the present one, both from the start and in lock
    /// step. Throws InputError for values that are not valid.
    void compareWith(const Overrides& overrides);

Q_SIGNALS:
    /// A kept run of own curves that may be of another log than the one that is open.
    void curvesWanted(const QString& key);
    void told(const QString& sentence);

private:
    void compareWithSame();
    void load(const QString& key, RunSide& side);
    void branch();
    void showDifferences();
    [[nodiscard]] RunController& controller() const { return parts_.sides.first().controller(); }

    Parts parts_;
    std::shared_ptr<const ExperimentType> type_;
};

} // namespace convergence
