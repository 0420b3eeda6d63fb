// Graphs as numbers and as LaTeX.
#include <algorithm>
#include <numeric>

#include "widgets/charts/chart_pgfplots.h"
#include "widgets/charts/csv_text.h"
#include "widgets/charts/latex_text.h"
#include "widgets/views/graph_view.h"

namespace convergence {

namespace {

QString field(const std::string& text) {
    return QString::fromStdString(csvField(std::string_view(text)));
}
QString field(float value) {
    return QString::fromStdString(csvField(double(value)));
}
QString number(double value) {
    return QString::fromStdString(latexNumber(value));
}

/// Drawn by TeX at most, whose memory is small: the strongest edges.
constexpr std::size_t mostEdges = 3000;
constexpr double centimetersAPixel = 0.02;

} // namespace

QString GraphView::csv() const {
    QString text = "part,number,x,y,label,value,class,size,highlighted,from,to,weight\r\n";
    const GraphFrame* shown = graph();
    if (!shown)
        return text;
    for (std::size_t i = 0; i < shown->x.size(); ++i)
        text += QString("node,%1,%2,%3,%4,%5,%6,%7,%8,,,\r\n")
                    .arg(i + 1)
                    .arg(field(shown->x[i]), field(shown->y[i]),
                         shown->labels.empty() ? QString() : field(shown->labels[i]),
                         shown->values.empty() ? QString() : field(shown->values[i]),
                         shown->classes.empty() ? QString()
                                                : field(shown->classLabels[shown->classes[i]]),
                         shown->sizes.empty() ? QString() : field(shown->sizes[i]))
                    .arg(!shown->isHighlighted.empty() && shown->isHighlighted[i] != 0);
    std::vector<bool> isStrong(shown->edges.size(), false);
    for (const std::uint32_t edge : shown->highlightedEdges)
        isStrong[edge] = true;
    for (std::size_t i = 0; i < shown->edges.size(); ++i)
        text += QString("edge,%1,,,,,,,%2,%3,%4,%5\r\n")
                    .arg(i + 1)
                    .arg(isStrong[i])
                    .arg(shown->edges[i].from + 1)
                    .arg(shown->edges[i].to + 1)
                    .arg(field(shown->edges[i].weight));
    return text;
}

QString GraphView::pgfplots() const {
    const GraphFrame* shown = graph();
    if (!shown)
        return pgfDocument({}, {});
    const PlotFrame frame = layout(shown, QRectF(drawing().rect())).frame;
    const ItemColors tints = colors(*shown);
    const EdgeStyle style(*shown);
    const double unit = nodeRadius(*shown, frame.plot);
    QString definitions = pgfColor("edges", theme().mutedText) +
                          pgfColor("strong", theme().accent) + pgfColor("label", theme().text);
    for (std::size_t i = 0; i < tints.palette().size(); ++i)
        definitions += pgfColor(QString("node%1").arg(i), tints.palette()[i]);
    const auto place = [&](std::size_t node) {
        const QPointF at = frame.toPixel(double(shown->x[node]), double(shown->y[node]));
        return QString("(%1,%2)").arg(number(centimetersAPixel * at.x()),
                                      number(-centimetersAPixel * at.y()));
    };
    std::vector<std::size_t> order(shown->edges.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (order.size() > mostEdges) {
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return shown->edges[a].weight > shown->edges[b].weight;
        });
        order.resize(mostEdges);
    }
    QString body = QString("\\node[anchor=south] at (%1,%2) {\\textbf{%3}};\n")
                       .arg(number(centimetersAPixel * frame.plot.center().x()),
                            number(-centimetersAPixel * frame.plot.top()),
                            QString::fromStdString(latexText(captionedTitle().toStdString())));
    const QString tip = shown->isDirected ? "->, shorten >=2pt, " : "";
    for (const std::size_t i : order) {
        const auto& edge = shown->edges[i];
        const int step = style.stepOf(edge);
        body += QString("\\draw[%1edges, opacity=%2, line width=%3pt] %4 -- %5;\n")
                    .arg(tip)
                    .arg(EdgeStyle::color(step, theme()).alphaF(), 0, 'f', 2)
                    .arg(0.4 * EdgeStyle::width(step), 0, 'f', 2)
                    .arg(place(edge.from), place(edge.to));
    }
    for (const std::uint32_t edge : shown->highlightedEdges)
        body += QString("\\draw[%1strong, line width=1pt] %2 -- %3;\n")
                    .arg(tip, place(shown->edges[edge].from), place(shown->edges[edge].to));
    for (std::size_t i = 0; i < shown->x.size(); ++i)
        body += QString("\\fill[node%1] %2 circle (%3cm);\n")
                    .arg(tints.indexOf(i))
                    .arg(place(i), number(centimetersAPixel * radiusOf(*shown, i, unit)));
    if (!shown->labels.empty() && shown->labels.size() <= 200)
        for (std::size_t i = 0; i < shown->labels.size(); ++i)
            body += QString("\\node[label, anchor=west, font=\\scriptsize, xshift=2pt] at %1 "
                            "{%2};\n")
                        .arg(place(i), QString::fromStdString(latexText(shown->labels[i])));
    return pgfDocument(definitions, body);
}

} // namespace convergence
