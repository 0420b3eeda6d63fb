#pragma once

#include <QWidget>

#include "core/experiment/recording.h"
#include "widgets/panels/arm_chips.h"

class QCheckBox;
class QLabel;

namespace convergence {

/// Over the views: what the experiment is called, what it asks, and its arms as chips, which are
/// the legend of all views. Where arms have diverged, a switch lets them set the scale.
class ExperimentHeader final : public QWidget {
    Q_OBJECT

public:
    explicit ExperimentHeader(const Theme& theme, QWidget* parent = nullptr);

    /// Another experiment; all of its arms are shown, those of `ids` as chips.
    void open(const Description& description, const std::vector<std::string>& ids);
    /// The arms that the runs have.
    void setArms(const std::vector<std::string>& ids);
    /// Whether some arm has diverged, so that there is something to switch.
    void setHasDiverged(bool diverged);
    void setTheme(const Theme& theme);
    /// For a lecture hall: the question alone, in large letters.
    void setLarge(bool large);

    [[nodiscard]] ArmLook look() const;
    /// Without a signal.
    void setLook(const ArmLook& look);
    /// Lifts an arm as if the pointer were at its chip; empty: none.
    void lift(const std::string& arm);
    [[nodiscard]] ArmChips& chips() const { return *chips_; }

Q_SIGNALS:
    void lookChanged();

private:
    void writeQuestion();
    void setLabelFont();

    std::vector<Arm> arms_;
    QString title_, question_;
    QLabel* label_;
    ArmChips* chips_;
    QCheckBox* inFull_;
    std::string lifted_; ///< by lift()
    bool isLarge_ = false;
};

/// The arms that a run of these values would have, as far as a choice among them tells: those
/// chosen, or all.
std::vector<std::string> armsOfValues(const Description& description,
                                      const ParameterValues& values);

} // namespace convergence
