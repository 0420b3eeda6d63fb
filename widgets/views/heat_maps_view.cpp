#include "widgets/views/heat_maps_view.h"

#include <cmath>

#include <QKeyEvent>
#include <QPainter>

#include "widgets/charts/axes_painter.h"
#include "widgets/charts/chart_pgfplots.h"

namespace convergence {

namespace {

double sideOf(const HeatMapPlace& place) {
    return std::sqrt(place.cells.width() * place.cells.height());
}

} // namespace

HeatMapsView::HeatMapsView(View view, std::shared_ptr<const Description> description,
                           const Theme& theme, QWidget* parent)
    : FrameViewWidget(std::move(view), std::move(description), theme, parent, Choice::oneTrial),
      pager_(new PicturePager(this)) {
    addToBar(pager_);
    connect(pager_, &PicturePager::turned, this, [this](std::size_t first) {
        drawing().update();
        if (auto* other = partner<HeatMapsView>())
            other->pager_->goTo(first);
    });
    connect(&drawing(), &Canvas::keyPressed, this, [this](QKeyEvent* event) {
        if (pager_->takeKey(*event))
            event->accept();
    });
}

std::vector<HeatMap> HeatMapsView::maps() const {
    std::vector<HeatMap> list = ownMaps();
    const auto* other = partner<HeatMapsView>();
    if (!other)
        return list;
    for (HeatMap& theirs : other->ownMaps())
        for (HeatMap& map : list)
            if (map.title == theirs.title)
                map.alsoColored = std::move(theirs.values);
    return list;
}

std::vector<HeatMap> HeatMapsView::ownMaps() const {
    std::vector<HeatMap> list;
    for (const std::string& id : view().frames)
        if (const auto* matrix = chosenFrame<MatrixFrame>(id);
            matrix && matrix->rows > 0 && matrix->columns > 0 &&
            matrix->values.size() == matrix->rows * matrix->columns)
            list.push_back(heatMap(*matrix));
    // Rows and columns that are different things (clients by rounds) are not of one scale, so that
    // cells may take the room there is; those of a matrix or an image stay square.
    for (HeatMap& map : list) {
        map.columnTitle = axisLabel(view().x);
        map.rowTitle = axisLabel(view().y);
        map.fillsArea = !map.columnTitle.isEmpty() && !map.rowTitle.isEmpty() &&
                        map.columnTitle != map.rowTitle;
    }
    return list;
}

std::vector<HeatMapPlace> HeatMapsView::places(std::span<const HeatMap> maps,
                                               const QRectF& area) const {
    // Of all numbers of columns the one that gives the largest cells.
    std::vector<HeatMapPlace> best;
    double bestSize = -1.0;
    const std::size_t count = maps.size();
    for (std::size_t columns = 1; columns <= count; ++columns) {
        const std::size_t rows = (count + columns - 1) / columns;
        const double width = area.width() / double(columns), height = area.height() / double(rows);
        std::vector<HeatMapPlace> places;
        double size = 0.0;
        for (std::size_t i = 0; i < count; ++i) {
            const QRectF room(area.left() + width * double(i % columns),
                              area.top() + height * double(i / columns), width, height);
            places.push_back(layoutHeatMap(maps[i], room, plotFont()));
            size += sideOf(places.back());
        }
        if (size > bestSize) {
            bestSize = size;
            best = std::move(places);
        }
    }
    return best;
}

std::size_t HeatMapsView::atOnce(std::span<const HeatMap> maps, const QRectF& area) const {
    // Values change with every frame, what there is room for does not.
    QString shapes =
        QString("%1 %2 %3 ").arg(area.width()).arg(area.height()).arg(plotFont().pointSizeF());
    for (const HeatMap& map : maps)
        shapes += QString("%1x%2 ").arg(map.rows).arg(map.columns);
    if (shapes == foundAtOnce_.first)
        return foundAtOnce_.second;
    const double least = leastSideInLines * QFontMetricsF(plotFont()).height();
    const std::size_t found =
        picturesAtOnce(maps.size(), least, [&](std::size_t first, std::size_t count) {
            std::vector<double> sides;
            for (const HeatMapPlace& place : places(maps.subspan(first, count), area))
                sides.push_back(sideOf(place));
            return sides;
        });
    foundAtOnce_ = {shapes, found};
    return found;
}

HeatMapsView::Page HeatMapsView::page(const QRectF& area) const {
    Page page{maps(), {}};
    const QRectF room = area.adjusted(4, 0, -4, -2);
    if (!isForFile()) {
        QStringList names;
        for (const HeatMap& map : page.maps)
            names << map.title;
        const auto shown = pager_->page(names, atOnce(page.maps, room));
        page.maps.erase(page.maps.begin() + std::ptrdiff_t(shown.first + shown.count),
                        page.maps.end());
        page.maps.erase(page.maps.begin(), page.maps.begin() + std::ptrdiff_t(shown.first));
    }
    page.places = places(page.maps, room);
    return page;
}

void HeatMapsView::paintPlot(QPainter& painter, const QRectF& area) {
    const Page shown = page(area);
    if (shown.maps.empty())
        return paintHint(painter, area, hint(), theme());
    for (std::size_t i = 0; i < shown.maps.size(); ++i)
        paintHeatMap(painter, shown.maps[i], shown.places[i], theme(), plotFont());
}

QString HeatMapsView::textAt(QPointF at, const QRectF& area) const {
    const Page shown = page(area);
    for (std::size_t i = 0; i < shown.maps.size(); ++i)
        if (const auto cell = shown.places[i].cellAt(at, shown.maps[i]))
            return cellText(shown.maps[i], *cell);
    return {};
}

void HeatMapsView::lookLike(const ViewWidget& other) {
    FrameViewWidget::lookLike(other);
    if (const auto* same = qobject_cast<const HeatMapsView*>(&other))
        pager_->goTo(same->pager_->first());
}

QString HeatMapsView::csv() const {
    QString text;
    for (const HeatMap& map : maps())
        text += (text.isEmpty() ? "" : "\r\n") + heatMapCsv(map);
    return text;
}

QString HeatMapsView::pgfplots() const {
    QString body;
    int index = 0;
    for (const HeatMap& map : maps())
        body += heatMapPgf(map, theme(), map.title,
                           QString("at={(%1cm,0)}, anchor=south west,\n").arg(9 * index++));
    return pgfDocument({}, body);
}

PivotView::PivotView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                     QWidget* parent)
    : FrameViewWidget(std::move(view), std::move(description), theme, parent, Choice::byView) {
    connect(&drawing(), &Canvas::pressed, this, &PivotView::choose);
}

bool PivotView::takeUp() {
    const std::size_t rows = recording() ? recording()->trials().rows() : 0;
    const bool fresh = rows != rowsSeen_;
    rowsSeen_ = rows;
    return fresh;
}

PivotTable PivotView::table() const {
    if (!recording() || !view().pivot)
        return {};
    return pivotTable(*recording(), rowsSeen_, *view().pivot, selectors(), description(),
                      armLook().hidden);
}

HeatMap PivotView::pivot(const PivotTable& table) const {
    HeatMap map{.rows = table.rowLabels.size(),
                .columns = table.columnLabels.size(),
                .values = table.values,
                .rowTitle = axisLabel(view().y),
                .columnTitle = axisLabel(view().x),
                .isLogarithmic = view().pivot && view().pivot->scale == Scale::logarithmic,
                .fillsArea = true,
                .digits = 4};
    for (const std::string& label : table.rowLabels)
        map.rowLabels.push_back(QString::fromStdString(label));
    for (const std::string& label : table.columnLabels)
        map.columnLabels.push_back(QString::fromStdString(label));
    for (std::size_t i = 0; i < table.lost.size(); ++i)
        map.notes.push_back(
            table.lost[i] > 0
                ? tr("%1 of %2 diverged").arg(table.lost[i]).arg(table.trials[i].size())
                : QString());
    if (const auto* other = partner<PivotView>())
        map.alsoColored = other->table().values;
    return map;
}

void PivotView::paintPlot(QPainter& painter, const QRectF& area) {
    const HeatMap map = pivot(table());
    if (map.values.empty())
        return paintHint(painter, area,
                         recording() ? tr("Cells fill in as trials finish.") : hint(), theme());
    const HeatMapPlace place = layoutHeatMap(map, area.adjusted(4, 4, -4, -4), plotFont());
    paintHeatMap(painter, map, place, theme(), plotFont());
    if (!armLook().lifted.empty() && !isForFile())
        frameLifted(painter, map, place.cells);
}

/// Around the row or column that is the lifted arm.
void PivotView::frameLifted(QPainter& painter, const HeatMap& map, const QRectF& cells) const {
    const QString lifted = QString::fromStdString(armLabel(description(), armLook().lifted));
    painter.setPen(QPen(theme().text, 2.5));
    painter.setBrush(Qt::NoBrush);
    const double width = cells.width() / double(map.columns);
    const double height = cells.height() / double(map.rows);
    for (std::size_t row = 0; row < map.rows; ++row)
        if (view().pivot->rowFactor == "arm" && map.rowLabel(row) == lifted)
            painter.drawRect(
                QRectF(cells.left(), cells.top() + double(row) * height, cells.width(), height));
    for (std::size_t column = 0; column < map.columns; ++column)
        if (view().pivot->columnFactor == "arm" && map.columnLabel(column) == lifted)
            painter.drawRect(
                QRectF(cells.left() + double(column) * width, cells.top(), width, cells.height()));
}

QString PivotView::textAt(QPointF at, const QRectF& area) const {
    const HeatMap map = pivot(table());
    if (map.values.empty())
        return {};
    const auto place = layoutHeatMap(map, area.adjusted(4, 4, -4, -4), plotFont());
    const auto cell = place.cellAt(at, map);
    return cell ? cellText(map, *cell) : QString();
}

/// Of the trials that a cell averages, the first stands for it.
void PivotView::choose(QPointF at) {
    const PivotTable shown = table();
    const HeatMap map = pivot(shown);
    if (map.values.empty())
        return;
    const QRectF area = QRectF(drawing().rect()).adjusted(4, 4, -4, -4);
    const auto cell = layoutHeatMap(map, area, plotFont()).cellAt(at, map);
    if (!cell)
        return;
    const auto& trials = shown.trials[cell->row * map.columns + cell->column];
    if (!trials.empty())
        Q_EMIT trialChosen(trials.front());
}

QString PivotView::csv() const {
    return heatMapCsv(pivot(table()));
}

QString PivotView::pgfplots() const {
    const HeatMap map = pivot(table());
    return pgfDocument({}, map.values.empty() ? QString()
                                              : heatMapPgf(map, theme(), captionedTitle(), {}));
}

} // namespace convergence
