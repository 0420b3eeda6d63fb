#pragma once

#include <vector>

#include <QAbstractButton>
#include <QWidget>

#include "core/experiment/description.h"
#include "widgets/charts/arm_look.h"
#include "widgets/theme.h"

namespace convergence {

/// An arm's color, dash and name on a button that switches its curves; one that is off is struck
/// through.
class ArmChip final : public QAbstractButton {
    Q_OBJECT

public:
    ArmChip(const Arm& arm, int index, const Theme& theme, QWidget* parent);

    [[nodiscard]] const std::string& arm() const { return arm_; }
    void setTheme(const Theme& theme);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    /// The pointer or the keyboard came or went.
    void pointedAt(bool pointed);

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    std::string arm_;
    int index_;
    Theme theme_;
};

/// The arms of an experiment as chips in rows: the legend of all its views. A click hides an arm,
/// Ctrl and a click all others; the one under the pointer is lifted. By keyboard: Tab goes to the
/// chips, arrows from one to the next, which is lifted; Space hides it, Ctrl+Space all others.
class ArmChips final : public QWidget {
    Q_OBJECT

public:
    explicit ArmChips(const Theme& theme, QWidget* parent = nullptr);

    /// Those with these ids, in the colors of their places in `arms`; what was hidden stays so.
    void setArms(const std::vector<Arm>& arms, const std::vector<std::string>& ids);
    void setTheme(const Theme& theme);
    /// Without a signal.
    void setHidden(const std::set<std::string>& hidden);
    [[nodiscard]] const std::set<std::string>& hidden() const { return hidden_; }
    /// The arm that the pointer or the keyboard is at; empty: none.
    [[nodiscard]] const std::string& lifted() const { return lifted_; }
    /// Null if there is none of that id.
    [[nodiscard]] ArmChip* chip(const std::string& arm) const;

Q_SIGNALS:
    /// Other arms are hidden or lifted.
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void toggle(const ArmChip& chip);
    void showOnly(const std::string& arm);
    void move(ArmChip& from, int step);

    Theme theme_;
    std::vector<ArmChip*> chips_;
    std::set<std::string> hidden_;
    std::string lifted_;
};

} // namespace convergence
