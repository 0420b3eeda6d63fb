#pragma once

#include <functional>
#include <vector>

#include <QFont>
#include <QFontMetricsF>
#include <QPdfWriter>

#include "widgets/lessons/formulas.h"
#include "widgets/theme.h"

class QPainter;

namespace convergence {

/// Something on a sheet of paper: how high it is, and how it is drawn with its top left corner at a
/// point. Lengths are those of 96 to the inch.
struct SheetBlock {
    double height = 0.0;
    std::function<void(QPainter&, QPointF)> paint = [](QPainter&, QPointF) {};
};

/// Letters and lines of a sheet at one size, and blocks made of them.
class SheetType {
public:
    /// At scale 1 text has 10.5 points. Device and formulas outlive this and its blocks.
    SheetType(QPdfWriter& device, const Formulas& formulas, double scale);

    [[nodiscard]] QFont text() const { return font(10.5); }
    [[nodiscard]] QFont small() const { return font(8.5); }
    [[nodiscard]] QFont title() const;
    [[nodiscard]] QFontMetricsF metrics(const QFont& font) const;
    [[nodiscard]] double scale() const { return scale_; }
    [[nodiscard]] const Theme& theme() const { return theme_; }

    /// Markdown with $formulas$, as high as it is at that width.
    [[nodiscard]] SheetBlock markdown(const QString& text, const QFont& font, double width,
                                      const QColor& color) const;
    [[nodiscard]] SheetBlock markdown(const QString& text, double width) const {
        return markdown(text, this->text(), width, theme_.text);
    }
    /// Empty lines to write on.
    [[nodiscard]] SheetBlock lines(int count, double width) const;

private:
    [[nodiscard]] QFont font(double points) const;

    QPdfWriter& device_;
    const Formulas& formulas_;
    double scale_;
    Theme theme_;
};

SheetBlock space(double height);
/// Blocks one under the other, as one.
SheetBlock stacked(std::vector<SheetBlock> blocks);
/// Two blocks beside each other, the right one that far to the right; as high as the higher one.
SheetBlock beside(SheetBlock left, double x, SheetBlock right);

/// Which blocks stand on which page of that height: whole and in order, at least one a page.
std::vector<std::vector<SheetBlock>> paginated(const std::vector<SheetBlock>& blocks,
                                               double pageHeight);

} // namespace convergence
