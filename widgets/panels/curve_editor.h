#pragma once

#include <vector>

#include <QWidget>

#include "core/experiment/parameter.h"

namespace convergence {

/// A small drawing area for a curve on [0, 1]: drag points, double-click to add one, right-click
/// to remove one. The first and last stay at 0 and 1.
class CurveEditor : public QWidget {
    Q_OBJECT

public:
    CurveEditor(double minimum, double maximum, QWidget* parent = nullptr);

    [[nodiscard]] const std::vector<CurvePoint>& points() const { return points_; }
    void setPoints(std::vector<CurvePoint> points);
    [[nodiscard]] QSize sizeHint() const override { return {200, 90}; }

Q_SIGNALS:
    void edited();

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    [[nodiscard]] QPointF toPixel(const CurvePoint& point) const;
    [[nodiscard]] CurvePoint fromPixel(QPointF pixel) const;
    [[nodiscard]] int pointAt(QPointF pixel) const;

    double minimum_, maximum_;
    std::vector<CurvePoint> points_;
    int dragged_ = -1;
};

} // namespace convergence
