#include "widgets/views/bars_view.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QPainter>
#include <QRegularExpression>

#include "widgets/charts/chart_pgfplots.h"
#include "widgets/charts/csv_text.h"
#include "widgets/charts/latex_text.h"
#include "widgets/charts/named_arm.h"

namespace convergence {

namespace {

/// A few names in lines that fit beside each other under `width` pixels: broken at blanks and
/// hyphens, then cut short; as they are where there is no room for words, or where they are none.
std::vector<std::string> inSlots(std::vector<std::string> names, double width, const QFont& font) {
    constexpr double besidePlot = 70.0, between = 8.0, leastUseful = 34.0;
    const double slot = (width - besidePlot) / double(std::max<std::size_t>(1, names.size()));
    const double room = slot - between;
    if (room < leastUseful)
        return names;
    const QFontMetricsF metrics(font);
    static const QRegularExpression breaks("(?<= )|(?<=-)");
    for (std::string& name : names) {
        const QString whole = QString::fromStdString(name);
        if (std::none_of(whole.begin(), whole.end(), [](QChar c) { return c.isLetter(); }))
            continue; // numbers are of a scale
        QStringList lines{""};
        const QStringList words = whole.split(breaks);
        for (const QString& word : words) {
            const QString together = lines.last() + word;
            if (!lines.last().isEmpty() && metrics.horizontalAdvance(together.trimmed()) > room)
                lines << word;
            else
                lines.last() = together;
        }
        for (QString& line : lines)
            line = metrics.elidedText(line.trimmed(), Qt::ElideRight, room);
        name = lines.join('\n').toStdString();
    }
    return names;
}

/// Part of the room of a category that its bars fill.
constexpr double groupShare = 0.78;

} // namespace

BarsView::BarsView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                   QWidget* parent)
    : FrameViewWidget(std::move(view), std::move(description), theme, parent, Choice::oneTrial),
      scale_(this->view().y.scale) {
    QAction* action = addMenuAction("yScaleAction", tr("Linear/logarithmic y axis\tY"),
                                    tr("Switches the axis of the bars"));
    connect(action, &QAction::triggered, this, &BarsView::toggleScale);
    connect(&drawing(), &Canvas::keyPressed, this, [this](QKeyEvent* event) {
        if (event->key() != Qt::Key_Y)
            return;
        event->accept();
        toggleScale();
    });
}

void BarsView::toggleScale() {
    scale_ = scale_ == Scale::linear ? Scale::logarithmic : Scale::linear;
    drawing().update();
}

const BarsFrame* BarsView::bars() const {
    for (const std::string& id : view().frames)
        if (const auto* frame = chosenFrame<BarsFrame>(id);
            frame && !frame->categories.empty() && !frame->series.empty())
            return frame;
    return nullptr;
}

BarsView::Part BarsView::partOf(const BarsFrame& frame) const {
    const auto isShown = [&](const std::string& label) {
        return !armLook().isHidden(namedArm(description(), label));
    };
    Part part;
    for (std::size_t c = 0; c < frame.categories.size(); ++c)
        if (isShown(frame.categories[c]))
            part.categories.push_back(c);
    for (std::size_t s = 0; s < frame.series.size(); ++s)
        if (isShown(frame.series[s].label))
            part.series.push_back(s);
    return part;
}

QColor BarsView::colorOf(const BarsFrame& shown, std::size_t category, std::size_t series) const {
    const std::string ofSeries = namedArm(description(), shown.series[series].label);
    const std::string ofCategory = namedArm(description(), shown.categories[category]);
    if (!ofSeries.empty())
        return armColor(ofSeries);
    if (!ofCategory.empty() && shown.series.size() == 1)
        return armColor(ofCategory);
    // Beside series of arms those of anything else keep off their colors.
    const bool besideArms =
        std::any_of(shown.series.begin(), shown.series.end(), [&](const auto& other) {
            return !namedArm(description(), other.label).empty();
        });
    QColor color =
        theme().seriesColor(int(series) + (besideArms ? int(description().arms.size()) : 0));
    if (armLook().isFaded(ofCategory) && !ofCategory.empty() && !isForFile())
        color.setAlphaF(float(fadedStrength));
    return color;
}

LegendEntry BarsView::keyOf(const BarsFrame& shown, std::size_t series) const {
    const bool hasColorsOfArms =
        shown.series.size() == 1 && !namedArm(description(), shown.categories.front()).empty();
    return {.text = QString::fromStdString(shown.series[series].label),
            .color = hasColorsOfArms ? theme().mutedText : colorOf(shown, 0, series),
            .isFilled = true};
}

BarsView::Layout BarsView::layout(const BarsFrame& shown, const QRectF& area) const {
    Layout result;
    Extent extent;
    const auto include = [&](const BarsFrame& frame) {
        const Part part = partOf(frame);
        for (const std::size_t s : part.series)
            for (const std::size_t c : part.categories) {
                if (c < frame.series[s].values.size())
                    extent.include(frame.series[s].values[c]);
                if (c < frame.series[s].dots.size())
                    for (const double value : frame.series[s].dots[c])
                        extent.include(value);
            }
    };
    const auto* other = partner<BarsView>();
    if (const BarsFrame* theirs = other ? other->bars() : nullptr)
        include(*theirs);
    include(shown);
    const Part part = partOf(shown);
    for (const std::size_t s : part.series)
        if (namesArms() || namedArm(description(), shown.series[s].label).empty())
            result.legend.push_back(keyOf(shown, s));
    const double legendHeight = layoutLegend(result.legend, area.width(), plotFont());
    for (LegendEntry& entry : result.legend)
        entry.place.translate(area.topLeft());

    const bool logarithmic = scale_ == Scale::logarithmic;
    // Bars begin at 0, or half a decade below the smallest.
    const double low = logarithmic ? extent.minimumPositive / 3.0 : std::min(0.0, extent.minimum);
    const double high = logarithmic ? extent.maximum : std::max(0.0, extent.maximum);
    std::vector<std::string> names;
    for (const std::size_t c : part.categories)
        names.push_back(shown.categories[c]);
    const PlotAxis x{axisLabel(view().x),
                     Scale::linear,
                     {-0.5, double(names.size()) - 0.5},
                     categoryTicks(inSlots(names, area.width(), plotFont()))};
    AxisRange range = niceRange({low, high}, scale_);
    if (!logarithmic)
        range.maximum += 0.04 * (range.maximum - range.minimum);
    result.frame = layoutAxes(x, plotAxis(axisLabel(view().y), scale_, range),
                              area.adjusted(0, legendHeight, 0, 0), plotFont());

    const double width = groupShare / double(part.series.size());
    const double base = logarithmic ? result.frame.y.range.minimum : 0.0;
    for (std::size_t i = 0; i < part.series.size(); ++i)
        for (std::size_t j = 0; j < part.categories.size(); ++j) {
            const std::size_t s = part.series[i], c = part.categories[j];
            if (c >= shown.series[s].values.size())
                continue;
            const double left = double(j) - 0.5 * groupShare + double(i) * width;
            const double value = shown.series[s].values[c];
            const QPointF a = result.frame.toPixel(left, base);
            const QPointF b = result.frame.toPixel(left + 0.94 * width, value);
            if (std::isfinite(a.y()) && std::isfinite(b.y()))
                result.bars.push_back({c, s, value, QRectF(a, b).normalized()});
        }
    return result;
}

void BarsView::paintPlot(QPainter& painter, const QRectF& area) {
    const BarsFrame* shown = bars();
    if (!shown)
        return paintHint(painter, area, hint(), theme());
    if (const Part part = partOf(*shown); part.categories.empty() || part.series.empty())
        return paintHint(painter, area, tr("Its arms are hidden: click their chips."), theme());
    Layout place = layout(*shown, area);
    PlotFrame grid = place.frame;
    grid.x.ticks = {}; // lines between bars would say nothing
    paintGrid(painter, grid, theme());
    painter.save();
    painter.setClipRect(place.frame.plot, Qt::IntersectClip);
    for (const Bar& bar : place.bars)
        painter.fillRect(bar.place, colorOf(*shown, bar.category, bar.series));
    for (const Bar& bar : place.bars) {
        const auto& dots = shown->series[bar.series].dots;
        for (std::size_t i = 0; bar.category < dots.size() && i < dots[bar.category].size(); ++i) {
            // Side by side, so that equal values do not hide each other.
            const double share = (double(i) + 1.0) / (double(dots[bar.category].size()) + 1.0);
            const double y = place.frame.toPixel(0.0, dots[bar.category][i]).y();
            const QPointF at(bar.place.left() + share * bar.place.width(), y);
            paintMarker(painter, at, 0, 2.0 * theme().lineWidth, theme().surface);
            paintMarker(painter, at, 0, 1.4 * theme().lineWidth, theme().text);
        }
    }
    painter.restore();
    paintAxes(painter, place.frame, theme(), plotFont());
    paintLegend(painter, place.legend, theme(), plotFont());
}

QString BarsView::textAt(QPointF at, const QRectF& area) const {
    const BarsFrame* shown = bars();
    if (!shown || partOf(*shown).series.empty())
        return {};
    for (const Bar& bar : layout(*shown, area).bars)
        // Low bars can be pointed at along their whole column.
        if (at.x() >= bar.place.left() && at.x() <= bar.place.right())
            return QString("%1, %2: %3")
                .arg(QString::fromStdString(shown->categories[bar.category]),
                     QString::fromStdString(shown->series[bar.series].label),
                     QString::fromStdString(readableNumber(bar.value, 6)));
    return {};
}

void BarsView::lookLike(const ViewWidget& other) {
    FrameViewWidget::lookLike(other);
    if (const auto* bars = qobject_cast<const BarsView*>(&other))
        scale_ = bars->scale_;
}

QString BarsView::csv() const {
    QString text = "category";
    const BarsFrame* shown = bars();
    if (!shown)
        return text + "\r\n";
    const auto field = [](const std::string& label) {
        return QString::fromStdString(csvField(std::string_view(label)));
    };
    const Part part = partOf(*shown);
    for (const std::size_t s : part.series)
        text += "," + field(shown->series[s].label);
    text += "\r\n";
    for (const std::size_t c : part.categories) {
        text += field(shown->categories[c]);
        for (const std::size_t s : part.series) {
            const auto& values = shown->series[s].values;
            text +=
                "," + (c < values.size() ? QString::fromStdString(csvField(values[c])) : QString());
        }
        text += "\r\n";
    }
    return text;
}

QString BarsView::pgfplots() const {
    const BarsFrame* shown = bars();
    const Part part = shown ? partOf(*shown) : Part();
    if (part.series.empty() || part.categories.empty())
        return pgfDocument({}, {});
    const PlotFrame frame = layout(*shown, QRectF(drawing().rect())).frame;
    QString definitions;
    QString body = "\\begin{axis}[\n  width=12cm, height=8cm, ybar=0pt, /pgf/bar width=" +
                   QString::number(0.7 / double(part.series.size())) + ",\n" +
                   pgfAxisOptions(frame, captionedTitle()) +
                   "  legend pos=outer north east, legend style={draw=none},\n" +
                   (scale_ == Scale::logarithmic ? "  log origin=infty,\n" : "") + "]\n";
    for (const std::size_t s : part.series) {
        const QString color = QString("bar%1").arg(s);
        definitions += pgfColor(color, keyOf(*shown, s).color);
        body += QString("\\addplot[fill=%1, draw=none] coordinates {").arg(color);
        for (std::size_t i = 0; i < part.categories.size(); ++i) {
            const auto& values = shown->series[s].values;
            if (const std::size_t c = part.categories[i]; c < values.size())
                body +=
                    QString("(%1,%2) ").arg(i).arg(QString::fromStdString(latexNumber(values[c])));
        }
        body += QString("};\n\\addlegendentry{%1}\n")
                    .arg(QString::fromStdString(latexText(shown->series[s].label)));
    }
    return pgfDocument(definitions, body + "\\end{axis}\n");
}

} // namespace convergence
