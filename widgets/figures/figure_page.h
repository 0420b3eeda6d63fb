#pragma once

#include <memory>
#include <string>
#include <vector>

#include "widgets/charts/chart_model.h"
#include "widgets/figures/chart_panel.h"
#include "widgets/figures/figure.h"
#include "widgets/view_widget.h"

namespace convergence {

/// What a figure is drawn from.
struct FigureSource {
    std::shared_ptr<const Description> description;
    std::vector<ShownRun> runs;           ///< the first is the figure's, others are drawn over it
    std::shared_ptr<const Frames> frames; ///< may be null where only charts are shown
    std::vector<FitOverlay> fits = {};    ///< found by judges
};

/// A figure laid out at its true size, in units of 1/96 inch: the same for the dialog and for every
/// file. Views other than line charts draw themselves and need a QApplication.
class FigurePage {
public:
    /// Throws InputError naming the nearest for an unknown view, arm or choice, for limits that an
    /// axis does not have, and for a size that has no room for its text, with the smallest that
    /// has.
    FigurePage(const Figure& figure, const FigureSource& source);
    ~FigurePage();
    FigurePage(FigurePage&&) noexcept;

    [[nodiscard]] QSizeF size() const { return size_; }
    void paint(QPainter& painter) const;

    /// All texts of charts, titles and letters; views that draw themselves keep theirs.
    [[nodiscard]] std::vector<FigureText> texts() const;
    /// The chart of a view; null for views of other kinds.
    [[nodiscard]] const ChartPanel* chart(std::size_t view) const;
    [[nodiscard]] const View& view(std::size_t view) const;
    /// Keys and texts of the page itself: titles, letters, the legend that all charts share.
    [[nodiscard]] const std::vector<NamedKey>& keys() const { return keys_; }
    [[nodiscard]] const std::vector<FigureText>& ownTexts() const { return texts_; }
    /// The widget of a view that is no line chart; null for charts.
    [[nodiscard]] const ViewWidget* widget(std::size_t view) const;
    /// How a curve of a chart looks, by what csv() calls it.
    struct CurveLook {
        QString run, arm, series, label;
        QColor color;
        bool isPrediction = false;
    };
    [[nodiscard]] std::vector<CurveLook> curveLooks(std::size_t view) const;
    /// The numbers that are shown, as CSV, of one view.
    [[nodiscard]] QString csv(std::size_t view) const;
    /// What is chosen in a view (arm, factors), in words; may be empty.
    [[nodiscard]] QString selection(std::size_t view) const;
    /// Fits of a view's curves, in words; may be empty.
    [[nodiscard]] QString fits(std::size_t view) const;

private:
    struct Panel;
    struct Room;
    void makePanels(const Figure& figure, const FigureSource& source);
    void layOut(const Figure& figure);
    double layOutLegend(const std::vector<CurveName>& names, const QRectF& rest);
    void layOutPanel(const Figure& figure, std::size_t index, QRectF area, AxisNames names,
                     LegendPlace legend);
    void checkRoom(const Figure& figure) const;

    FigureStyle style_;
    QSizeF size_;
    std::vector<std::unique_ptr<Panel>> panels_;
    std::vector<FigureText> texts_; ///< titles, letters, the legend that all share
    std::vector<NamedKey> keys_;
};

/// What is chosen in a view's boxes: labels of options, by the column that they select.
std::map<std::string, std::string> choicesOf(const ViewWidget& view);

/// Of the page, in mm: as the style says, each row of panels as high as the style.
QSizeF figureSize(const Figure& figure);

} // namespace convergence
