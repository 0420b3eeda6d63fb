#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QObject>
#include <QPointer>

#include "app/window/stage_keys.h"
#include "core/experiment/registry.h"
#include "widgets/theme.h"

class QAction;
class QDockWidget;
class QMainWindow;

namespace convergence {

class ExperimentHeader;
class Lessons;
class RunPlayer;
class Sides;
class StageCover;
class StageParameters;
class TransportBar;
class ViewArea;

/// The window for a lecture hall: one or two views, large, below the experiment's question and
/// above the transport bar, and in a lesson its text beside them with the parameters that the step
/// is about. No menus, no side panels; letters and lines that read from the last row; keys as
/// slide programs have them (StageKeys), which come before those of views. Leaving it, all is
/// where it was.
class Stage : public QObject {
    Q_OBJECT

public:
    /// What is put on the stage; all of it outlives this.
    struct Parts {
        QMainWindow& window;
        ExperimentHeader& header;
        ViewArea& views;
        TransportBar& transport;
        RunPlayer& player;
        Sides& sides;
        Lessons& lessons;
    };
    explicit Stage(const Parts& parts, QObject* parent = nullptr);
    ~Stage() override;

    /// How large the stage is: the screen, or as the window is (for pictures of it).
    enum class Room { screen, window };
    void enter(const Theme& theme, Room room = Room::screen);
    void leave();
    [[nodiscard]] bool isOn() const { return on_; }
    /// The experiment that was opened.
    void setExperiment(std::shared_ptr<const ExperimentType> type);
    /// A theme chosen meanwhile.
    void setTheme(const Theme& theme);
    /// Goes on stage, or leaves it.
    [[nodiscard]] QAction* action() const { return action_; }

Q_SIGNALS:
    /// The person wants to go on stage, in the window's theme.
    void wanted();
    /// The window is to look like this now.
    void themeWanted(const convergence::Theme& theme);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// Where the window was when it went on stage.
    struct Before {
        QByteArray docks;
        Qt::WindowStates state;
        std::string arrangement;
        std::vector<std::string> hiddenViews;
        Theme theme;
    };
    void hidePanels();
    void showLesson();
    void showParameters();
    void showViews();
    void act(StageKey key, int number);
    void step(int steps);
    void goToStep(StageKey key);
    void escape();
    void help();
    [[nodiscard]] Theme stageTheme() const;
    [[nodiscard]] bool hasLesson() const;
    [[nodiscard]] QWidget* focusOfView() const;

    Parts parts_;
    QAction* action_;
    bool on_ = false;
    std::shared_ptr<const ExperimentType> type_;
    Before before_;
    std::vector<std::string> shown_; ///< views; empty: the main ones
    QPointer<QDockWidget> parameters_;
    StageCover* cover_; ///< the window's
};

} // namespace convergence
