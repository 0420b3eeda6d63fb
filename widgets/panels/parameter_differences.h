#pragma once

#include <vector>

#include <QTableWidget>

#include "core/experiment/description.h"

namespace convergence {

/// The parameters of several runs side by side: one row a parameter in which they differ, one
/// column a run.
class ParameterDifferences : public QTableWidget {
    Q_OBJECT

public:
    struct Run {
        QString name;
        std::shared_ptr<const ParameterValues> values;
    };
    explicit ParameterDifferences(QWidget* parent = nullptr);

    void setRuns(const Description& description, const std::vector<Run>& runs);
    [[nodiscard]] static QString emptyText() { return tr("These runs do not differ."); }
};

} // namespace convergence
