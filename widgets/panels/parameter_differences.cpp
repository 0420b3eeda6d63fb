#include "widgets/panels/parameter_differences.h"

#include <algorithm>

#include <QHeaderView>

#include "widgets/minus_signs.h"

namespace convergence {

ParameterDifferences::ParameterDifferences(QWidget* parent) : QTableWidget(parent) {
    setObjectName("parameterDifferences");
    setAccessibleName(tr("Parameters in which the runs differ"));
    setEditTriggers(NoEditTriggers);
    setAlternatingRowColors(true);
    setWordWrap(true);
    verticalHeader()->setVisible(true);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
}

void ParameterDifferences::setRuns(const Description& description, const std::vector<Run>& runs) {
    clear();
    setColumnCount(static_cast<int>(runs.size()));
    QStringList names, labels;
    for (const Run& run : runs)
        names << run.name;
    std::vector<const Parameter*> differing;
    for (const Parameter& parameter : description.parameters) {
        const bool same = std::all_of(runs.begin(), runs.end(), [&](const Run& run) {
            return run.values->value(parameter.name) == runs.front().values->value(parameter.name);
        });
        if (same)
            continue;
        differing.push_back(&parameter);
        labels << QString::fromStdString(parameter.label);
    }
    setRowCount(std::max(1, static_cast<int>(differing.size())));
    for (int row = 0; row < static_cast<int>(differing.size()); ++row)
        for (int column = 0; column < static_cast<int>(runs.size()); ++column) {
            const Run& run = runs[static_cast<std::size_t>(column)];
            const Parameter& parameter = *differing[static_cast<std::size_t>(row)];
            auto* cell = new QTableWidgetItem(
                withMinusSigns(formatValue(run.values->value(parameter.name))));
            cell->setToolTip(QString::fromStdString(parameter.help).toHtmlEscaped());
            setItem(row, column, cell);
        }
    if (differing.empty()) {
        labels << "";
        if (!runs.empty())
            setItem(0, 0, new QTableWidgetItem(emptyText()));
    }
    setHorizontalHeaderLabels(names);
    setVerticalHeaderLabels(labels);
    resizeRowsToContents();
}

} // namespace convergence
