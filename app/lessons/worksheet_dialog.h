#pragma once

#include <vector>

#include <QDialog>

#include "app/lessons/worksheet_files.h"
#include "widgets/lessons/lesson.h"

class QCheckBox;
class QComboBox;

namespace convergence {

/// Asks of which lesson worksheets are to be printed, and for whom.
class WorksheetDialog : public QDialog {
    Q_OBJECT

public:
    /// `lesson` is chosen at first; empty: the first.
    WorksheetDialog(const std::vector<Lesson>& lessons, const QString& lesson, QWidget* parent);

    /// Index of the lesson.
    [[nodiscard]] std::size_t lesson() const;
    [[nodiscard]] WorksheetFiles files() const;

private:
    QComboBox* lesson_;
    QCheckBox* teachers_;
};

} // namespace convergence
