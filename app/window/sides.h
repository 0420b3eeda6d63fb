#pragma once

#include <memory>
#include <vector>

#include <QObject>

#include "app/window/comparison_header.h"
#include "app/window/lock_step.h"
#include "app/window/run_side.h"
#include "widgets/panels/parameter_differences.h"
#include "widgets/theme.h"

class QAction;
class QUndoStack;

namespace convergence {

class ExperimentPanel;

/// The run of the open experiment, A, and while two parameter sets are compared a second one, B,
/// in lock step with it: who they are, which of them is chosen (its parameters and claims are
/// shown, and kept runs are opened there), and in words what sets them apart. RunPlayer plays them.
class Sides : public QObject {
    Q_OBJECT

public:
    /// What the sides are shown by and kept in, all of which outlives them.
    struct Surroundings {
        ExperimentPanel& panel;   ///< for forms and claims
        ComparisonHeader& header; ///< above two columns of views, hidden above one
        QUndoStack& undo;         ///< of edits
        RunStore* store;          ///< null: runs are not kept
    };
    Sides(const Surroundings& surroundings, const Theme& theme, QObject* parent = nullptr);

    /// Ends a comparison and opens an experiment with these values in the panel, as A. Throws
    /// InputError for values that are not valid.
    void open(std::shared_ptr<const ExperimentType> type, const Overrides& overrides);
    /// Adds B with these values, as compared() tells. Throws InputError for values that are not
    /// valid.
    void compare(const Overrides& overrides);
    /// Ends what compare() began, as compared() tells; A stays.
    void endComparison();
    void choose(ComparisonHeader::Side side);
    /// Says above the columns of views what sets the sides apart.
    void showWords();
    void setTheme(const Theme& theme);

    [[nodiscard]] RunSide& first() { return first_; }
    [[nodiscard]] const RunSide& first() const { return first_; }
    /// The second run; null unless two are compared.
    [[nodiscard]] RunSide* beside() const { return comparing_ ? beside_.get() : nullptr; }
    /// What plays the two; null unless they are compared.
    [[nodiscard]] LockStep* lockStep() const { return comparing_ ? lockStep_.get() : nullptr; }
    [[nodiscard]] bool areCompared() const { return comparing_; }
    /// Those that are shown, one or two.
    [[nodiscard]] std::vector<RunSide*> all();
    [[nodiscard]] RunSide& chosen();
    /// Whether this side is still shown.
    [[nodiscard]] bool has(const RunSide& side) const;
    /// Of the runs that are shown and have begun to be made, with their names.
    [[nodiscard]] std::vector<ParameterDifferences::Run> values() const;

    /// Compare, choose A or B, give B the values of A.
    [[nodiscard]] QList<QAction*> actions() const;

Q_SIGNALS:
    /// The person asks for a comparison; begin it with compare().
    void comparisonWanted();
    /// B came or went: two columns of views are needed, or one.
    void compared();
    /// Of either side.
    void prepared();
    void failed();
    void restartNeeded(convergence::RunSide* side);
    void playNeeded();
    /// B was given the values of A.
    void valuesGiven();
    void troubled(const QString& sentence);

private:
    void makeBeside();
    void buildActions();
    void connectSide(RunSide& side);
    void setCompared(bool compared);

    ExperimentPanel& panel_;
    ComparisonHeader& header_;
    QUndoStack& undo_;
    RunStore* store_;
    Theme theme_;
    std::shared_ptr<const ExperimentType> type_;
    RunSide first_;
    /// Kept once it was made, as ending a run takes time.
    std::unique_ptr<RunSide> beside_;
    std::unique_ptr<LockStep> lockStep_;
    bool comparing_ = false;
    QAction* compare_ = nullptr;
    std::vector<QAction*> sideActions_; ///< of two sides only
};

} // namespace convergence
