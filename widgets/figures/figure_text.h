#pragma once

#include <vector>

#include <QColor>
#include <QFont>
#include <QRectF>
#include <QString>

class QPainter;

namespace convergence {

/// A line of text at its place in a figure.
struct FigureText {
    QString text;
    QFont font;
    QColor color;
    QRectF box;             ///< that the text fills, on the page
    bool isUpright = false; ///< turned by a quarter, read from below
};

/// Text whose box begins at `at`, lies around it, or ends there.
enum class TextAnchor { left, middle, right };
FigureText textAt(const QString& text, const QFont& font, const QColor& color, QPointF at,
                  TextAnchor anchor);
/// The same, turned, with its middle at a place.
FigureText uprightTextAt(const QString& text, const QFont& font, const QColor& color, QPointF at);
void paintText(QPainter& painter, const FigureText& text);

/// Words in as few lines as fit into a width; a word that is wider is cut short only if `cut`.
QStringList wrapped(const QString& text, const QFont& font, double width, bool cut = true);
double widthOf(const QString& text, const QFont& font);
double heightOf(const QFont& font);

/// Whether a box would touch any of the texts.
bool touches(const std::vector<FigureText>& texts, const QRectF& box);

} // namespace convergence
