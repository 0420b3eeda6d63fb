#include "widgets/views/text_view.h"

#include <QFontDatabase>
#include <QPainter>
#include <QPlainTextEdit>

#include "widgets/charts/csv_text.h"
#include "widgets/charts/latex_text.h"

namespace convergence {

TextView::TextView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                   QWidget* parent)
    : TrialView(std::move(view), std::move(description), theme, parent, Choice::oneTrial),
      text_(new QPlainTextEdit(this)) {
    text_->setReadOnly(true);
    text_->setFrameShape(QFrame::NoFrame);
    text_->setContextMenuPolicy(Qt::NoContextMenu);
    setCanvas(text_);
}

void TextView::inputChanged() {
    TrialView::inputChanged();
    text_->setPlaceholderText(waitsFor().isEmpty() ? tr("Press play to see this text.")
                                                   : waitsFor());
}

bool TextView::takeUp() {
    QString shown;
    for (const std::string& id : view().frames)
        if (const auto* text = chosenFrame<TextFrame>(id))
            shown += QString::fromStdString(text->text) + "\n";
    if (shown == text_->toPlainText())
        return false;
    text_->setPlainText(shown);
    return true;
}

void TextView::paintPlot(QPainter& painter, const QRectF& area) {
    painter.setFont(text_->font());
    painter.setPen(theme().text);
    painter.drawText(area.adjusted(8, 4, -8, -4), Qt::AlignLeft | Qt::AlignTop,
                     text_->toPlainText());
}

void TextView::themeChanged() {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(theme().fontPointSize);
    text_->setFont(font);
}

QString TextView::csv() const {
    QString table = "line,text\r\n";
    int number = 1;
    const QStringList lines = text_->toPlainText().split('\n');
    for (const QString& line : lines)
        table += QString::number(number++) + "," +
                 QString::fromStdString(csvField(std::string_view(line.toStdString()))) + "\r\n";
    return table;
}

QString TextView::pgfplots() const {
    QString body;
    const QStringList lines = text_->toPlainText().split('\n');
    for (const QString& line : lines)
        body +=
            QString::fromStdString(latexText(line.toStdString())).replace("  ", "~~") + "\\\\\n";
    return "\\documentclass{standalone}\n\\usepackage[utf8]{inputenc}\n"
           "\\usepackage[T1]{fontenc}\n\\usepackage{amssymb}\n\\begin{document}\n"
           "\\begin{tabular}{l}\n\\ttfamily\n" +
           body + "\\end{tabular}\n\\end{document}\n";
}

} // namespace convergence
