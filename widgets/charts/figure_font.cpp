#include "widgets/charts/figure_font.h"

#include <cmath>

#include <QImage>
#include <QWidget>

namespace convergence {

namespace {

constexpr const char* familyProperty = "plotFamily";

} // namespace

QFont fontAt96(const QString& family, double points) {
    QImage page(1, 1, QImage::Format_RGB32);
    const int dotsPerMeter = int(std::ceil(96.0 / 0.0254));
    page.setDotsPerMeterX(dotsPerMeter);
    page.setDotsPerMeterY(dotsPerMeter);
    QFont font(family);
    font.setPointSizeF(points);
    font.setHintingPreference(QFont::PreferNoHinting);
    font.setStyleStrategy(QFont::PreferOutline);
    return QFont(font, &page);
}

void setPlotFamily(QWidget& view, const QString& family) {
    view.setProperty(familyProperty, family);
}

QString plotFamily(const QWidget& view) {
    return view.property(familyProperty).toString();
}

} // namespace convergence
