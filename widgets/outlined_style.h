#pragma once

#include <QProxyStyle>

namespace convergence {

/// Qt's Fusion style with outlines of check boxes and radio buttons that can be seen: it takes
/// them from the window's color, darker, of which nothing is left where the window is dark.
class OutlinedStyle final : public QProxyStyle {
public:
    OutlinedStyle() : QProxyStyle("Fusion") {}

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget = nullptr) const override;
};

} // namespace convergence
