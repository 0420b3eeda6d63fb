#include "widgets/panels/reading_page.h"

#include <algorithm>

#include <QEvent>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextFrame>

#include "widgets/panels/set_formulas.h"

namespace convergence {

namespace {

/// Letters of a line that are read without losing the place.
constexpr int lettersOfLine = 74;
constexpr double quotationIndent = 2.0; ///< in letters

/// Markdown's quotations are indented on both sides, which leaves half of a narrow page.
void narrowQuotations(QTextDocument& document, double indent) {
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        QTextBlockFormat format = block.blockFormat();
        if (format.intProperty(QTextFormat::BlockQuoteLevel) == 0)
            continue;
        format.setLeftMargin(indent);
        format.setRightMargin(0.0);
        QTextCursor(block).setBlockFormat(format);
    }
}

} // namespace

ReadingPage::ReadingPage(QWidget* parent) : QTextBrowser(parent) {
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

void ReadingPage::setPage(const QString& markdown) {
    setMarkdown(markdown);
    setFormulas(*document());
    narrowQuotations(*document(), quotationIndent * fontMetrics().averageCharWidth());
    moveCursor(QTextCursor::Start);
    setWidth();
}

void ReadingPage::setMargin(int pixels) {
    margin_ = pixels;
    setWidth();
}

int ReadingPage::readingWidth() const {
    return lettersOfLine * fontMetrics().averageCharWidth() + 2 * margin_;
}

void ReadingPage::setWidth() {
    const int beyond = std::max(0, viewport()->width() - readingWidth());
    QTextFrameFormat frame = document()->rootFrame()->frameFormat();
    frame.setMargin(margin_);
    frame.setLeftMargin(margin_ + beyond / 2);
    frame.setRightMargin(margin_ + beyond / 2);
    document()->rootFrame()->setFrameFormat(frame);
}

void ReadingPage::resizeEvent(QResizeEvent* event) {
    QTextBrowser::resizeEvent(event);
    setWidth();
}

void ReadingPage::changeEvent(QEvent* event) {
    QTextBrowser::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        setWidth();
}

} // namespace convergence
