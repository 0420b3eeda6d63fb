#pragma once

#include <QTextBrowser>

namespace convergence {

/// A text in Markdown that is read at ease: formulas are set, lines are no longer than the eye
/// finds back in, however wide the page is, and quotations lose little of the width of a narrow
/// one.
class ReadingPage : public QTextBrowser {
    Q_OBJECT

public:
    explicit ReadingPage(QWidget* parent = nullptr);

    void setPage(const QString& markdown);
    /// Free room beside the text, at the least.
    void setMargin(int pixels);
    /// How wide a page is whose lines are as long as they may be, in its present font.
    [[nodiscard]] int readingWidth() const;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void setWidth();

    int margin_ = 4;
};

} // namespace convergence
