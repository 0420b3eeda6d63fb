#pragma once

#include <QDialog>

#include "app/films/film_plan.h"

class QComboBox;
class QDoubleSpinBox;
class QSpinBox;

namespace convergence {

/// Asks what part of a run a film shows, how long, how large and in which theme.
class FilmDialog : public QDialog {
    Q_OBJECT

public:
    /// `last` is the run's length; 0: not known yet.
    FilmDialog(const FilmPlan& start, std::int64_t last, TrialOrder order, QWidget* parent);

    [[nodiscard]] FilmPlan plan() const;

private:
    QSpinBox* from_;
    QSpinBox* to_;
    QDoubleSpinBox* seconds_;
    QDoubleSpinBox* picturesASecond_;
    QSpinBox* width_;
    QSpinBox* height_;
    QComboBox* theme_;
};

} // namespace convergence
