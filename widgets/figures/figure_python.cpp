#include <fmt/format.h>

#include "core/error.h"
#include "widgets/figures/figure_file.h"
#include "widgets/figures/figure_scripts.h"

namespace convergence {

namespace {

/// Text in quotes as Python reads it.
QString quoted(const QString& text) {
    QString escaped = text;
    escaped.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    return "\"" + escaped + "\"";
}

QString yesOrNo(bool value) {
    return value ? "True" : "False";
}

/// What is said of one panel: a dictionary.
QString panelText(const FigurePage& page, const Figure& figure, std::size_t index,
                  const QString& table) {
    const ChartPanel& chart = *page.chart(index);
    const PlotFrame& frame = chart.axes.frame;
    const auto scale = [](Scale s) { return s == Scale::logarithmic ? "\"log\"" : "\"linear\""; };
    QString text = QString("    {\"table\": %1, \"title\": %2,\n     \"x\": (%3, %4, %5, %6), "
                           "\"y\": (%7, %8, %9, %10)},\n");
    return text
        .arg(quoted(table),
             quoted(figure.style.hasTitle ? QString::fromStdString(page.view(index).title)
                                          : QString()),
             quoted(frame.x.label), scale(frame.x.scale))
        .arg(frame.x.range.minimum, 0, 'g', 17)
        .arg(frame.x.range.maximum, 0, 'g', 17)
        .arg(quoted(frame.y.label), scale(frame.y.scale))
        .arg(frame.y.range.minimum, 0, 'g', 17)
        .arg(frame.y.range.maximum, 0, 'g', 17);
}

/// Colors of curves by what the tables call them, in the order of the tables.
QString looksText(const FigurePage& page, const Figure& figure) {
    QString text;
    for (std::size_t i = 0; i < figure.views.size(); ++i)
        for (const auto& look : page.curveLooks(i))
            text += QString("    (%1, %2, %3, %4): (%5, %6, %7),\n")
                        .arg(QString::number(i), quoted(look.run), quoted(look.arm),
                             quoted(look.series), quoted(look.label), quoted(look.color.name()),
                             yesOrNo(look.isPrediction));
    return text;
}

} // namespace

PythonFigure figurePython(const FigurePage& page, const Figure& figure, const QString& name) {
    PythonFigure result;
    QString panels;
    for (std::size_t i = 0; i < figure.views.size(); ++i) {
        if (!page.chart(i))
            throw InputError(fmt::format("A script for matplotlib can be written of line charts; "
                                         "'{}' is none.",
                                         figure.views[i].view));
        const QString table =
            QString("%1-%2.csv").arg(name, QString::fromStdString(figure.views[i].view));
        result.tables.emplace_back(table, page.csv(i).toUtf8());
        panels += panelText(page, figure, i, table);
    }
    const PanelGrid grid = panelGrid(figure);
    const QSizeF size = figureSize(figure);
    const QString seal = QString::fromLatin1(sealed(toText(figure)));
    QString script = "#!/usr/bin/env python3\n"
                     "# Draws the figure from the tables beside this file; needs matplotlib.\n";
    for (qsizetype at = 0; at < seal.size(); at += 96)
        script += "# " + seal.mid(at, 96) + "\n";
    script += R"(import csv
import pathlib

import matplotlib.pyplot as plt

here = pathlib.Path(__file__).resolve().parent
panels = [
)" + panels +
              R"(]
# What a curve is called and its color, by panel, run, arm and series; predictions are dashed.
looks = {
)" + looksText(page, figure) +
              QString(R"(}
rows, columns, width, height = %1, %2, %3 / 25.4, %4 / 25.4
)")
                  .arg(grid.rows)
                  .arg(grid.columns)
                  .arg(size.width())
                  .arg(size.height()) +
              QString("plt.rcParams.update({\"font.size\": %1, \"lines.linewidth\": %2, "
                      "\"axes.linewidth\": %3})\n")
                  .arg(figure.style.textSize)
                  .arg(figure.style.lineWidth)
                  .arg(figure.style.axisWidth) +
              R"(
figure, axes = plt.subplots(rows, columns, figsize=(width, height), squeeze=False,
                            constrained_layout=True)


def curves(table):
    """Points of each curve, by run, arm, trial, factors and series."""
    with open(here / table, newline="", encoding="utf-8") as file:
        found = {}
        for row in csv.reader(file):
            if row[0] == "run" and row[1] == "arm":
                continue
            numbers = [float(cell) if cell else float("nan") for cell in row[5:]]
            found.setdefault(tuple(row[:5]), []).append(numbers)
    return found


for index, panel in enumerate(panels):
    ax = axes[index // columns][index % columns]
    named = set()
    for (run, arm, trial, factors, series), points in curves(panel["table"]).items():
        label, color, predicted = looks.get((index, run, arm, series), (arm, None, False))
        x, y = [p[0] for p in points], [p[1] for p in points]
        ax.plot(x, y, color=color, linestyle="--" if predicted else "-",
                label=None if label in named else label)
        named.add(label)
        if points and len(points[0]) == 4 and not predicted:
            ax.fill_between(x, [p[2] for p in points], [p[3] for p in points], color=color,
                            alpha=0.18, linewidth=0)
    for which, axis in (("x", ax.set_xscale), ("y", ax.set_yscale)):
        axis(panel[which][1])
    ax.set_xlabel(panel["x"][0])
    ax.set_ylabel(panel["y"][0])
    ax.set_xlim(panel["x"][2:])
    ax.set_ylim(panel["y"][2:])
    ax.set_title(panel["title"])
    ax.grid(linewidth=0.3)
    ax.legend(frameon=False)
for index in range(len(panels), rows * columns):
    axes[index // columns][index % columns].set_visible(False)
figure.savefig(pathlib.Path(__file__).resolve().with_suffix(".matplotlib.pdf"))
)";
    result.script = script;
    return result;
}

} // namespace convergence
