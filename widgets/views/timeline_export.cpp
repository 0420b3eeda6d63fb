// Timelines as numbers and as LaTeX.
#include <cmath>

#include "widgets/charts/chart_pgfplots.h"
#include "widgets/charts/csv_text.h"
#include "widgets/charts/latex_text.h"
#include "widgets/views/timeline_view.h"

namespace convergence {

namespace {

QString field(const std::string& text) {
    return QString::fromStdString(csvField(std::string_view(text)));
}
QString field(double value) {
    return QString::fromStdString(csvField(value));
}
QString number(double value) {
    return QString::fromStdString(latexNumber(value));
}

/// Drawn by TeX at most, whose memory is small.
constexpr std::size_t mostStrips = 6000, mostMarks = 1500;

} // namespace

QString TimelineView::csv() const {
    QString text = "part,lane,kind,start,end,to,value\r\n";
    const TimelineFrame* shown = timeline();
    if (!shown)
        return text;
    const auto& lanes = shown->lanes;
    const auto& kinds = shown->kinds;
    for (const auto& part : shown->intervals)
        text += QString("interval,%1,%2,%3,%4,,%5\r\n")
                    .arg(field(lanes[part.lane]), field(kinds[part.kind]), field(part.start),
                         field(part.end), field(part.value));
    for (const auto& part : shown->instants)
        text += QString("instant,%1,%2,%3,,,\r\n")
                    .arg(field(lanes[part.lane]), field(kinds[part.kind]), field(part.time));
    for (const auto& part : shown->arrows)
        text += QString("arrow,%1,%2,%3,%4,%5,\r\n")
                    .arg(field(lanes[part.from]), field(kinds[part.kind]), field(part.start),
                         field(part.end), field(lanes[part.to]));
    return text;
}

QString TimelineView::pgfplots() const {
    const TimelineFrame* shown = timeline();
    if (!shown)
        return pgfDocument({}, {});
    const PlotFrame frame = layout(shown, QRectF(drawing().rect())).frame;
    const PixelMap map = frame.pixelMap();
    QString definitions;
    for (std::size_t i = 0; i < shown->kinds.size(); ++i)
        definitions += pgfColor(QString("kind%1").arg(i), colorOfKind(theme(), i));
    definitions += pgfColor("arrowink", theme().text);
    QString body = "\\begin{axis}[\n  width=14cm, height=8cm, clip=true, axis on top,\n" +
                   pgfAxisOptions(frame, captionedTitle()) +
                   "  legend pos=outer north east, legend cell align=left, "
                   "legend style={draw=none, font=\\small},\n]\n";
    for (std::size_t i = 0; i < shown->kinds.size(); ++i)
        body += QString("\\addlegendimage{area legend, fill=kind%1, draw=none}\n"
                        "\\addlegendentry{%2}\n")
                    .arg(i)
                    .arg(QString::fromStdString(latexText(shown->kinds[i])));
    const auto height = [&](std::uint32_t lane) {
        return double(shown->lanes.size()) - 1.0 - double(lane);
    };
    std::size_t left = mostStrips;
    for (const TimelineStrip& strip : timelineStrips(*shown, order_, map)) {
        if (left-- == 0)
            break;
        body += QString("\\fill[kind%1, opacity=%2] (axis cs:%3,%4) rectangle (axis cs:%5,%6);\n")
                    .arg(strip.kind)
                    .arg(strip.share, 0, 'f', 2)
                    .arg(number(map.fromPixelX(strip.left)), number(height(strip.lane) - 0.36),
                         number(map.fromPixelX(strip.right)), number(height(strip.lane) + 0.36));
    }
    const auto isSeen = [&](double time) {
        return time >= frame.x.range.minimum && time <= frame.x.range.maximum;
    };
    left = mostMarks;
    for (const auto& arrow : shown->arrows) {
        if (!isSeen(arrow.start) && !isSeen(arrow.end))
            continue;
        if (left-- == 0)
            break;
        const double step = arrow.from == arrow.to ? 0.0 : (arrow.to > arrow.from ? -0.36 : 0.36);
        body += QString("\\draw[->, arrowink] (axis cs:%1,%2) -- (axis cs:%3,%4);\n")
                    .arg(number(arrow.start), number(height(arrow.from) + step), number(arrow.end),
                         number(height(arrow.to) - step));
    }
    left = mostMarks;
    for (const auto& instant : shown->instants) {
        if (!isSeen(instant.time))
            continue;
        if (left-- == 0)
            break;
        body += QString("\\addplot[kind%1, only marks, mark=diamond*, forget plot] "
                        "coordinates {(%2,%3)};\n")
                    .arg(instant.kind)
                    .arg(number(instant.time), number(height(instant.lane)));
    }
    return pgfDocument(definitions, body + "\\end{axis}\n");
}

} // namespace convergence
