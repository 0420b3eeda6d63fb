#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/error.h"
#include "widgets/charts/chart_pgfplots.h"
#include "widgets/charts/decimation.h"
#include "widgets/charts/latex_text.h"
#include "widgets/figures/figure_file.h"
#include "widgets/figures/figure_scripts.h"

namespace convergence {

namespace {

constexpr double tenthOfAPoint = 0.1 * unitsPerPoint;
constexpr qsizetype commentWidth = 96;

QString tex(const QString& text) {
    return QString::fromStdString(latexText(text.toStdString()));
}

QString rounded(double value) {
    return QString::number(value, 'g', 6);
}

QString sealComment(const Figure& figure) {
    const QString seal = QString::fromLatin1(sealed(toText(figure)));
    QString text = "% Carries the figure: convergence-lab reproduce THIS_FILE makes it again.\n";
    for (qsizetype at = 0; at < seal.size(); at += commentWidth)
        text += "% " + seal.mid(at, commentWidth) + "\n";
    return text;
}

/// Names for colors, each defined once.
class LatexColors {
public:
    QString of(const QColor& color) {
        const auto [entry, isNew] = names_.emplace(
            color.name(), QString("figurecolor%1").arg(QChar('A' + int(names_.size()))));
        if (isNew)
            definitions_ += pgfColor(entry->second, color);
        return entry->second;
    }
    [[nodiscard]] const QString& definitions() const { return definitions_; }

private:
    std::map<QString, QString> names_;
    QString definitions_;
};

QString dashPattern(const std::vector<double>& dashes, double width) {
    if (dashes.empty())
        return {};
    QString pattern;
    for (std::size_t i = 0; i < dashes.size(); ++i)
        pattern += QString(i % 2 == 0 ? " on %1pt" : " off %1pt")
                       .arg(rounded(dashes[i] * width / unitsPerPoint));
    return ", dash pattern={" + pattern.trimmed() + "}";
}

QString markOf(const CompanionLook& look) {
    static const char* filled[] = {"*",         "square*",   "diamond*",
                                   "triangle*", "triangle*", "pentagon*"};
    static const char* hollow[] = {"o", "square", "diamond", "triangle", "triangle", "pentagon"};
    const int shape = std::max(0, look.shape) % 6;
    return QString(look.isHollow ? hollow[shape] : filled[shape]) +
           (shape == 4 ? ", mark options={solid, rotate=180}" : ", mark options={solid}");
}

/// Coordinates of data for points of the page.
QString dataOf(const PlotFrame& frame, const QPolygonF& points) {
    const PixelMap map = frame.pixelMap();
    QString text;
    for (const QPointF& p : points)
        text += QString("(%1,%2)").arg(rounded(map.fromPixelX(p.x() - frame.plot.left())),
                                       rounded(map.fromPixelY(p.y() - frame.plot.top())));
    return text;
}

QPolygonF thinned(const QPolygonF& points) {
    Polyline line;
    for (const QPointF& p : points)
        line.push_back({p.x(), p.y()});
    simplify(line, tenthOfAPoint);
    QPolygonF result;
    for (const PlotPoint& p : line)
        result << QPointF(p.x, p.y);
    return result;
}

/// Lengths as parts of the column's width, from the lower left corner of the page.
struct LatexPage {
    QSizeF size;
    [[nodiscard]] QString length(double units) const {
        return QString::number(units / size.width(), 'f', 5) + "\\columnwidth";
    }
    [[nodiscard]] QString place(QPointF at) const {
        return QString("(%1,%2)").arg(length(at.x()), length(size.height() - at.y()));
    }
};

QString namedKeys(const std::vector<NamedKey>& keys, const LatexPage& page, LatexColors& colors) {
    QString text;
    for (const NamedKey& key : keys) {
        const QPointF right = key.left + QPointF(key.length, 0.0);
        const QString color = colors.of(key.name.color);
        text += QString("\\draw[%1, line width=%2pt%3] %4 -- %5;\n")
                    .arg(color, rounded(key.name.width / unitsPerPoint),
                         dashPattern(key.name.dashes, key.name.width), page.place(key.left),
                         page.place(right));
        if (key.name.look.shape >= 0)
            text += QString("\\path plot[only marks, mark=%1, mark size=1.3pt, color=%2, fill=%2] "
                            "coordinates {%3};\n")
                        .arg(markOf(key.name.look), color, page.place(0.5 * (key.left + right)));
        QStringList lines;
        for (const QString& line : key.lines)
            lines << tex(line);
        text += QString("\\node[anchor=west, align=left, font=\\scriptsize, inner sep=2pt] at %1 "
                        "{%2};\n")
                    .arg(page.place(right), lines.join("\\\\"));
    }
    return text;
}

QString axisOf(const ChartPanel& panel, const LatexPage& page, LatexColors& colors, bool hasGrid) {
    PlotFrame frame = panel.axes.frame;
    const auto withFactor = [](const QString& label, const QString& factor) {
        return factor.isEmpty() ? label : label + " (" + factor + ")";
    };
    frame.x.label = withFactor(panel.axes.xLabel, panel.axes.xFactor);
    frame.y.label = withFactor(panel.axes.yLabel, panel.axes.yFactor);
    const QRectF& plot = frame.plot;
    QString text =
        QString("\\begin{axis}[\n  scale only axis, width=%1, height=%2, at={%3}, anchor=south "
                "west, clip=true,\n")
            .arg(page.length(plot.width()), page.length(plot.height()),
                 page.place(plot.bottomLeft())) +
        pgfAxisOptions(frame, {}) +
        "  label style={font=\\footnotesize}, tick label style={font=\\scriptsize},\n" +
        (hasGrid ? "  xmajorgrids, ymajorgrids, grid style={black!14},\n" : "") +
        "  unbounded coords=jump,\n]\n";
    for (const ChartContent::Band& band : panel.bands)
        text += QString("\\addplot[draw=none, fill=%1, fill opacity=%2, forget plot] coordinates "
                        "{%3} -- cycle;\n")
                    .arg(colors.of(band.color), rounded(band.color.alphaF()),
                         dataOf(frame, thinned(band.outline)));
    for (const CurveStroke& stroke : panel.strokes)
        text += QString("\\addplot[%1, line width=%2pt%3, forget plot] coordinates {%4};\n")
                    .arg(colors.of(stroke.color), rounded(stroke.width / unitsPerPoint),
                         dashPattern(stroke.dashes, stroke.width),
                         dataOf(frame, thinned(stroke.points)));
    std::map<std::pair<QString, QString>, QPolygonF> marks;
    for (const FigureMark& mark : panel.marks)
        marks[{colors.of(mark.color), markOf(mark.look)}] << mark.at;
    for (const auto& [look, points] : marks)
        text += QString("\\addplot[%1, only marks, mark=%2, mark size=1.3pt, forget plot] "
                        "coordinates {%3};\n")
                    .arg(look.first, look.second, dataOf(frame, points));
    return text + "\\end{axis}\n";
}

} // namespace

QString figureLatex(const FigurePage& page, const Figure& figure) {
    const QString comment = sealComment(figure);
    for (std::size_t i = 0; i < figure.views.size(); ++i) {
        if (page.chart(i))
            continue;
        if (figure.views.size() == 1)
            return comment + page.widget(i)->pgfplots();
        throw InputError(fmt::format("For LaTeX the view '{}' has to be a figure of its own; line "
                                     "charts can be panels of one.",
                                     figure.views[i].view));
    }
    const LatexPage place{page.size()};
    LatexColors colors;
    QString body;
    for (std::size_t i = 0; i < figure.views.size(); ++i) {
        const ChartPanel& panel = *page.chart(i);
        body += axisOf(panel, place, colors, figure.style.hasGrid);
        body += namedKeys(panel.keys, place, colors);
        for (const QLineF& leader : panel.leaders)
            body += QString("\\draw[black!60, line width=0.3pt] %1 -- %2;\n")
                        .arg(place.place(leader.p1()), place.place(leader.p2()));
    }
    body += namedKeys(page.keys(), place, colors);
    for (const FigureText& text : page.ownTexts())
        if (text.font.bold())
            body += QString("\\node[anchor=west, inner sep=0pt, font=\\footnotesize\\bfseries] at "
                            "%1 {%2};\n")
                        .arg(place.place({text.box.left(), text.box.center().y()}), tex(text.text));
    return comment +
           "\\ifdefined\\pgfplotsset\\else\n"
           "\\documentclass[border=0pt]{standalone}\n"
           "\\usepackage[utf8]{inputenc}\n\\usepackage[T1]{fontenc}\n\\usepackage{amssymb}\n"
           "\\usepackage{pgfplots}\n\\pgfplotsset{compat=1.18}\n" +
           "\\def\\figurebyitself{}\n\\begin{document}\n" +
           QString("\\setlength{\\columnwidth}{%1mm}\n").arg(rounded(figure.style.width)) +
           "\\fi\n" + colors.definitions() +
           "\\begin{tikzpicture}[x=1pt, y=1pt]\n\\path[use as bounding box] (0,0) rectangle " +
           QString("(\\columnwidth,%1);\n").arg(place.length(place.size.height())) + body +
           "\\end{tikzpicture}%\n"
           "\\ifdefined\\figurebyitself\\expandafter\\enddocument\\fi\n";
}

} // namespace convergence
