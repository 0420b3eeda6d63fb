#pragma once

#include "app/window/lesson_guide.h"

namespace convergence {

class ExperimentPanel;
class RunPlayer;
class Sides;
class ViewArea;

/// Lessons in a window: makes the guide when the first one is opened, and lets it lead the run, the
/// views and the claims of the window.
class Lessons : public QObject {
    Q_OBJECT

public:
    /// What a lesson leads, all of which outlives this.
    struct Parts {
        const Registry& registry;
        Sides& sides;
        RunPlayer& player;
        ViewArea& views;
        ExperimentPanel& panel;
    };
    Lessons(const Parts& parts, const Theme& theme, QObject* parent = nullptr);

    /// Throws InputError for an unknown lesson, or if lessons cannot be read.
    void open(const QString& id);
    /// The same; what is wrong is told.
    void tryToOpen(const QString& id);
    /// The experiment that the sides have opened. If it is not the lesson's, the lesson ends.
    void setExperiment(std::shared_ptr<const ExperimentType> type);
    void setTheme(const Theme& theme);
    /// Null until a lesson was opened.
    [[nodiscard]] LessonGuide* guide() const { return guide_; }

Q_SIGNALS:
    /// There is a guide now, to be put somewhere.
    void guideMade(convergence::LessonGuide* guide);
    /// Open this experiment now, before the signal returns; the values may not be valid.
    void experimentWanted(const QString& id, const convergence::Overrides& overrides);
    void told(const QString& sentence);
    void troubled(const QString& sentence);

private:
    void makeGuide();
    void follow();
    void change(const std::vector<std::pair<QString, QString>>& settings);
    void reveal(const QString& viewOrClaim);

    Parts parts_;
    Theme theme_;
    std::shared_ptr<const ExperimentType> type_;
    LessonGuide* guide_ = nullptr;
};

} // namespace convergence
