#pragma once

#include <QWidget>

#include "widgets/lessons/prediction.h"
#include "widgets/theme.h"

namespace convergence {

struct PlotFrame;

/// Axes on which a reader draws the curve that they expect: with the pointer, or with the keyboard
/// (arrows move a cursor and its height, Delete begins anew). Afterwards the measured curve is
/// drawn beside it.
class PredictionCanvas : public QWidget {
    Q_OBJECT

public:
    explicit PredictionCanvas(const Theme& theme, QWidget* parent = nullptr);

    void setAxes(const PredictionAxes& axes);
    void setTheme(const Theme& theme);
    /// The curve drawn so far, from left to right; gaps are interpolated.
    [[nodiscard]] PredictedCurve prediction() const;
    /// True once the drawing spans most of the axis.
    [[nodiscard]] bool isComplete() const;
    void clear();
    /// Shows what was measured; drawing ends.
    void reveal(const PredictedCurve& measured);
    [[nodiscard]] bool isRevealed() const { return revealed_; }
    [[nodiscard]] QSize sizeHint() const override { return {280, 220}; }

Q_SIGNALS:
    void edited();

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    /// The drawing is one height, a share of the plot, for each of these columns.
    static constexpr int columns = 120;
    [[nodiscard]] PlotFrame frame() const;
    void drawTo(QPointF pixel, bool continues);
    void setHeightAt(int column, double share);
    [[nodiscard]] QPointF pixelOf(const PlotFrame& frame, double column, double share) const;

    Theme theme_;
    PredictionAxes axes_;
    std::vector<double> heights_; ///< NaN where nothing is drawn
    int lastColumn_ = -1;
    double lastHeight_ = 0.0;
    int cursor_ = -1; ///< column of the keyboard's cursor; −1: not shown
    PredictedCurve measured_;
    bool revealed_ = false;
};

} // namespace convergence
