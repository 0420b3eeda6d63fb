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
};

/// A view that draws frames, or the trials table, with a painter, and tells values under the
/// pointer.
class FrameView : public PlotView {
    Q_OBJECT

protected:
    /// `choosesTrial`: shows one trial at a time, so that there is always a choice of arms.
    FrameView(View view, std::shared_ptr<const Description> description, const Theme& theme,
              QWidget* parent, bool choosesTrial);

    [[nodiscard]] const std::vector<TrialSelector>& selectors() const { return selectors_; }
    /// The trial that is chosen; of several, one that has frames now. None without a run.
    [[nodiscard]] std::optional<std::size_t> chosenTrial() const;
    /// What is under a place of the canvas, for the box beside the pointer; empty: nothing.
    [[nodiscard]] virtual QString textAt(QPointF at, const QRectF& area) const = 0;
    /// What to do to see something.
    [[nodiscard]] QString hint() const;
    [[nodiscard]] Canvas& drawing() const { return *drawing_; }
    /// Title with what is chosen, for exports.
    [[nodiscard]] QString captionedTitle() const;
    /// The part of `area` below a caption that says what is chosen (only in exported pictures).
    [[nodiscard]] QRectF paintCaption(QPainter& painter, const QRectF& area) const;

    bool takeUp() override { return false; }
    void inputChanged() override;
    void selected(std::size_t selector, std::size_t option) override;
    void render(QPainter& painter, const QRectF& area) override;

private:
    Canvas* drawing_;
    bool choosesTrial_;
    std::vector<TrialSelector> selectors_;
    std::shared_ptr<const Recording> selectorsOf_;
    std::optional<QPointF> pointer_;
};

} // namespace convergence
