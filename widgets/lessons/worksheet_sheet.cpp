#include "widgets/lessons/worksheet_sheet.h"

#include <algorithm>
#include <memory>

#include <QAbstractTextDocumentLayout>
#include <QPainter>
#include <QTextDocument>

#include "widgets/lessons/formula_objects.h"

namespace convergence {

SheetType::SheetType(QPdfWriter& device, const Formulas& formulas, double scale)
    : device_(device), formulas_(formulas), scale_(scale), theme_(Theme::load("light")) {}

QFont SheetType::font(double points) const {
    QFont font;
    font.setPointSizeF(points * scale_);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

QFont SheetType::title() const {
    QFont large = font(17.0);
    large.setBold(true);
    return large;
}

QFontMetricsF SheetType::metrics(const QFont& font) const {
    return QFontMetricsF(font, &device_);
}

SheetBlock SheetType::markdown(const QString& text, const QFont& font, double width,
                               const QColor& color) const {
    if (text.isEmpty())
        return {};
    const auto document = std::make_shared<QTextDocument>();
    document->setUseDesignMetrics(true);
    document->documentLayout()->setPaintDevice(&device_);
    document->setDefaultFont(font);
    document->setDocumentMargin(0.0);
    document->setTextWidth(width);
    FormulaObjects::setText(*document, text, formulas_, color, width);
    return {document->size().height(), [document, color](QPainter& painter, QPointF at) {
                painter.save();
                painter.translate(at);
                QAbstractTextDocumentLayout::PaintContext context;
                context.palette.setColor(QPalette::Text, color);
                document->documentLayout()->draw(&painter, context);
                painter.restore();
            }};
}

SheetBlock SheetType::lines(int count, double width) const {
    const double distance = 24.0 * std::max(0.85, scale_);
    return {count * distance,
            [=, pen = QPen(theme_.mutedText, 0.5)](QPainter& painter, QPointF at) {
                painter.setPen(pen);
                for (int i = 1; i <= count; ++i) {
                    const double y = at.y() + i * distance;
                    painter.drawLine(QPointF(at.x(), y), QPointF(at.x() + width, y));
                }
            }};
}

SheetBlock space(double height) {
    SheetBlock block;
    block.height = height;
    return block;
}

SheetBlock stacked(std::vector<SheetBlock> blocks) {
    double height = 0.0;
    for (const SheetBlock& block : blocks)
        height += block.height;
    return {height, [blocks = std::move(blocks)](QPainter& painter, QPointF at) {
                for (const SheetBlock& block : blocks) {
                    block.paint(painter, at);
                    at.ry() += block.height;
                }
            }};
}

SheetBlock beside(SheetBlock left, double x, SheetBlock right) {
    return {std::max(left.height, right.height),
            [x, left = std::move(left), right = std::move(right)](QPainter& painter, QPointF at) {
                left.paint(painter, at);
                right.paint(painter, at + QPointF(x, 0.0));
            }};
}

std::vector<std::vector<SheetBlock>> paginated(const std::vector<SheetBlock>& blocks,
                                               double pageHeight) {
    std::vector<std::vector<SheetBlock>> pages;
    double used = pageHeight;
    for (const SheetBlock& block : blocks) {
        if (pages.empty() || used + block.height > pageHeight) {
            pages.emplace_back();
            used = 0.0;
        }
        pages.back().push_back(block);
        used += block.height;
    }
    return pages;
}

} // namespace convergence
