#pragma once

#include <memory>

#include <QDockWidget>

#include "core/experiment/registry.h"
#include "widgets/theme.h"

namespace convergence {

class LessonReader;

/// A lesson beside the views: what its steps ask for, in terms of experiments and runs, and whether
/// playing has to wait for a prediction.
class LessonGuide : public QDockWidget {
    Q_OBJECT

public:
    /// Throws InputError if a lesson of `folder` cannot be read. `registry` outlives the guide.
    LessonGuide(const Registry& registry, const QString& folder, const Theme& theme,
                QWidget* parent = nullptr);

    /// Opens a lesson at its first step. Throws InputError for an unknown one.
    void open(const QString& id);
    [[nodiscard]] LessonReader& reader() const { return *reader_; }
    void setTheme(const Theme& theme);

    /// A run of the experiment that is open was made.
    void follow(std::shared_ptr<const Description> description, const Recording& recording);
    /// Why playing has to wait, in a sentence; empty: it need not.
    [[nodiscard]] QString waitsFor() const;

Q_SIGNALS:
    /// Open this experiment with these values.
    void experimentWanted(const QString& id, const convergence::Overrides& overrides);
    /// Change what is open, parameter by parameter, as typed.
    void changesWanted(const std::vector<std::pair<QString, QString>>& settings);
    /// Play to that many iterations; 0: to the end. Tell the reader when that is done.
    void runWanted(std::int64_t iterations);
    /// Show this view or claim.
    void revealed(const QString& viewOrClaim);
    /// waitsFor() changed.
    void waitChanged();
    void troubled(const QString& sentence);

private:
    void openExperiment(const QString& experiment, const QString& preset,
                        const std::vector<std::pair<QString, QString>>& settings);

    const Registry& registry_;
    LessonReader* reader_;
};

} // namespace convergence
