#include "widgets/views/text_view.h"

#include <QComboBox>
#include <QFontDatabase>
#include <QPainter>
#include <QPlainTextEdit>

#include "widgets/charts/csv_text.h"
#include "widgets/charts/latex_text.h"

namespace convergence {

TextView::TextView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                   QWidget* parent)
    : PlotView(std::move(view), std::move(description), theme, parent),
      text_(new QPlainTextEdit(this)), arm_(addSelector(tr("Arm"), "selector_arm")) {
    text_->setReadOnly(true);
    text_->setFrameShape(QFrame::NoFrame);
    text_->setPlaceholderText(tr("Press play to see this text."));
    text_->setContextMenuPolicy(Qt::NoContextMenu);
    setCanvas(text_);
    connect(arm_, &QComboBox::currentIndexChanged, this, [this] {
        invalidate();
        refresh();
    });
}

void TextView::inputChanged() {
    const auto run = recording();
    QStringList arms;
    if (run)
        for (const std::string& arm : run->arms())
            arms << QString::fromStdString(arm);
    QStringList present;
    for (int i = 0; i < arm_->count(); ++i)
        present << arm_->itemData(i).toString();
    if (present == arms)
        return;
    const QString chosen = arm_->currentData().toString();
    const QSignalBlocker blocker(arm_);
    arm_->clear();
    for (const QString& arm : arms)
        arm_->addItem(armLabel(arm.toStdString()), arm);
    arm_->setCurrentIndex(std::max(0, arm_->findData(chosen)));
}

bool TextView::takeUp() {
    QString shown;
    const auto run = recording();
    if (run && !view().frames.empty()) {
        const auto trials = run->trialsOf(arm_->currentData().toString().toStdString());
        for (const std::string& id : view().frames)
            if (const Frame* frame = trials.empty() ? nullptr : findFrame(trials.front(), id))
                if (const auto* text = std::get_if<TextFrame>(frame))
                    shown += QString::fromStdString(text->text) + "\n";
    }
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
