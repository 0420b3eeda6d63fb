#pragma once

#include <array>

#include <QToolButton>
#include <QWidget>

#include "widgets/theme.h"

namespace convergence {

/// A tool button as wide as there is room, whose text is cut off where it does not fit.
class ElidedButton : public QToolButton {
    Q_OBJECT

public:
    explicit ElidedButton(QWidget* parent = nullptr);
    void setFullText(const QString& text);
    [[nodiscard]] const QString& fullText() const { return text_; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void elide();

    QString text_;
};

/// Above two columns of views: what sets the left run, A, and the right one, B, apart. The side
/// that is chosen is the one whose parameters and claims are shown, and where kept runs are opened.
class ComparisonHeader : public QWidget {
    Q_OBJECT

public:
    enum Side { a = 0, b = 1 };
    explicit ComparisonHeader(QWidget* parent = nullptr);

    [[nodiscard]] Side current() const;
    void choose(Side side);
    /// In a few words; the same words on both sides mean that there is no difference.
    void setWords(const QString& ofA, const QString& ofB);
    void setTheme(const Theme& theme);

Q_SIGNALS:
    void chosen(convergence::ComparisonHeader::Side side);

private:
    std::array<ElidedButton*, 2> sides_{};
};

} // namespace convergence
