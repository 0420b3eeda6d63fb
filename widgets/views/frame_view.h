#pragma once

#include <optional>

#include "widgets/views/plot_view.h"

class QPainter;

namespace convergence {

/// A plain widget that hands what happens to it on as signals.
class Canvas : public QWidget {
    Q_OBJECT

public:
    explicit Canvas(QWidget* parent);

    /// Whether painted() is being emitted: what is drawn is for the screen, not for a file.
    [[nodiscard]] bool isPainting() const { return isPainting_; }

Q_SIGNALS:
    void painted(QPainter& painter, const QRectF& area);
    void hovered(QPointF at);
    void left();
    void pressed(QPointF at);
    void dragged(QPointF at);
    void released(QPointF at);
    void doubleClicked();
    void wheeled(double notches, QPointF at);
    void keyPressed(QKeyEvent* event);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    bool isPainting_ = false;
};

/// A view that shows trials that the viewer chooses. Hidden arms leave the choice; while an arm is
/// lifted, and has something to show, it is shown in the place of the chosen one.
class TrialView : public PlotView {
    Q_OBJECT

protected:
    enum class Choice {
        oneTrial, ///< one at a time, so that there is always a choice of arms
        byView,   ///< only what the view's description offers
    };
    TrialView(View view, std::shared_ptr<const Description> description, const Theme& theme,
              QWidget* parent, Choice choice);

    [[nodiscard]] const std::vector<TrialSelector>& selectors() const { return selectors_; }
    /// The trial that is chosen; of several, one that has frames now. None without a run.
    [[nodiscard]] std::optional<std::size_t> chosenTrial() const;
    /// The chosen trial's frame of that id, else the problem's; null if there is none of the type,
    /// or if it cannot be drawn (frameTrouble()), which hint() then tells.
    template <typename Type>
    [[nodiscard]] const Type* chosenFrame(const std::string& id) const {
        const auto trial = chosenTrial();
        const Frame* frame = trial ? findFrame(*trial, id) : nullptr;
        const Type* found = frame ? std::get_if<Type>(frame) : nullptr;
        return found && troubleOf(*frame).empty() ? found : nullptr;
    }
    /// The first of the view's frames that is of the type and passes the test; null: none.
    template <typename Type, typename Test>
    [[nodiscard]] const Type* firstFrame(Test isShown) const {
        for (const std::string& id : view().frames)
            if (const auto* frame = chosenFrame<Type>(id); frame && isShown(*frame))
                return frame;
        return nullptr;
    }
    template <typename Type>
    [[nodiscard]] const Type* firstFrame() const {
        return firstFrame<Type>([](const Type&) { return true; });
    }
    /// What to do to see something, or why nothing can be seen.
    [[nodiscard]] QString hint() const;
    /// Title with what is chosen, for exports.
    [[nodiscard]] QString captionedTitle() const;

    bool takeUp() override { return false; }
    void inputChanged() override;
    void selected(std::size_t selector, std::size_t option) override;
    void render(QPainter& painter, const QRectF& area) override;

private:
    [[nodiscard]] bool isOfProblem() const;
    /// frameTrouble() of a frame of frames(), found once.
    [[nodiscard]] const std::string& troubleOf(const Frame& frame) const;
    [[nodiscard]] std::optional<std::size_t>
    trialOf(const std::vector<TrialSelector>& selectors) const;
    [[nodiscard]] bool hasFrames(std::size_t trial) const;
    /// The choices with the lifted arm chosen; as they are where none is.
    [[nodiscard]] std::vector<TrialSelector> lifted() const;

    mutable std::shared_ptr<const Frames> checked_; ///< of which troubles_ tells
    mutable std::map<const Frame*, std::string> troubles_;
    Choice choice_;
    std::vector<TrialSelector> all_;       ///< with hidden arms
    std::vector<TrialSelector> selectors_; ///< without
    std::shared_ptr<const Recording> selectorsOf_;
    ArmLook shownLook_;               ///< for which selectors are shown
    bool selectorsOfProblem_ = false; ///< made for a view of the problem alone
};

/// A view that draws with a painter, and tells values under the pointer.
class FrameViewWidget : public TrialView {
    Q_OBJECT

protected:
    FrameViewWidget(View view, std::shared_ptr<const Description> description, const Theme& theme,
                    QWidget* parent, Choice choice);

    /// What is under a place of the canvas, for the box beside the pointer; empty: nothing.
    [[nodiscard]] virtual QString textAt(QPointF at, const QRectF& area) const = 0;
    /// Lines, in pixels, that a box beside the pointer should not cover.
    [[nodiscard]] virtual std::vector<QPolygonF> linesOf(const QRectF& /*area*/) const {
        return {};
    }
    [[nodiscard]] Canvas& drawing() const { return *drawing_; }

private:
    void paintTold(QPainter& painter, const QString& text, const QRectF& area) const;

    Canvas* drawing_;
    std::optional<QPointF> pointer_;
};

} // namespace convergence
