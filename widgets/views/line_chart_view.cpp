#include "widgets/views/line_chart_view.h"

#include <QGraphicsScene>
#include <QMenu>
#include <QPainter>
#include <QToolButton>

#include "widgets/charts/chart_canvas.h"
#include "widgets/charts/chart_pgfplots.h"

namespace convergence {

LineChartView::LineChartView(View view, std::shared_ptr<const Description> description,
                             const Theme& theme, QWidget* parent)
    : PlotView(view, description, theme, parent), model_(std::move(view), std::move(description)),
      chart_(new ChartCanvas(model_, theme, this)) {
    setCanvas(chart_);
    chart_->setToolTip({});
    chart_->setAccessibleDescription(
        tr("%1 Keys: X and Y switch an axis between linear and logarithmic, arrows move the data "
           "cursor, plus and minus zoom, Home shows everything, brackets choose a legend entry "
           "and Space switches it.")
            .arg(QString::fromStdString(this->view().help)));
    addScaleButton("xScale", Qt::Horizontal);
    addScaleButton("yScale", Qt::Vertical);
    showScales();
    connect(chart_, &ChartCanvas::scalesChanged, this, &LineChartView::showScales);
    QAction* reset =
        addMenuAction("resetZoom", tr("Show everything\tHome"), tr("Ends zooming and panning"));
    connect(reset, &QAction::triggered, chart_, &ChartCanvas::resetZoom);
}

void LineChartView::addScaleButton(const QString& name, Qt::Orientation axis) {
    const bool horizontal = axis == Qt::Horizontal;
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setAutoRaise(true);
    button->setProperty("givesWay", true); // menu and keys do the same
    button->setFocusPolicy(Qt::TabFocus);
    (horizontal ? xScale_ : yScale_) = button;
    addToBar(button);
    const auto toggle = [this, horizontal] {
        const auto other = [](Scale scale) {
            return scale == Scale::linear ? Scale::logarithmic : Scale::linear;
        };
        const ChartState& state = chart_->state();
        chart_->setScales(horizontal ? other(state.xScale) : state.xScale,
                          horizontal ? state.yScale : other(state.yScale));
    };
    connect(button, &QToolButton::clicked, this, toggle);
    QAction* action = addMenuAction(
        name + "Action",
        horizontal ? tr("Linear/logarithmic x axis\tX") : tr("Linear/logarithmic y axis\tY"), {});
    connect(action, &QAction::triggered, this, toggle);
}

void LineChartView::showScales() {
    const auto show = [](QToolButton* button, const QString& axis, Scale scale) {
        const bool logarithmic = scale == Scale::logarithmic;
        button->setText(axis + (logarithmic ? ": log" : ": lin"));
        const QString tip = logarithmic ? tr("The %1 axis is logarithmic; switch to linear (%2)")
                                        : tr("The %1 axis is linear; switch to logarithmic (%2)");
        button->setToolTip(tip.arg(axis, axis.toUpper()));
        button->setAccessibleName(button->toolTip());
    };
    show(xScale_, "x", chart_->state().xScale);
    show(yScale_, "y", chart_->state().yScale);
}

void LineChartView::inputChanged() {
    const auto same = [](const ShownRun& a, const ShownRun& b) {
        return a.recording == b.recording && a.name == b.name && a.color == b.color;
    };
    if (!std::equal(runs().begin(), runs().end(), shown_.begin(), shown_.end(), same)) {
        shown_ = runs();
        std::vector<ChartRun> chartRuns;
        for (const ShownRun& run : runs())
            chartRuns.push_back({run.name.toStdString(), run.recording, run.color});
        model_.setRuns(std::move(chartRuns));
        showSelectors(model_.selectors());
    }
    model_.setArmLook(armLook());
    chart_->setPlayHead(playHead());
    chart_->setWaitsFor(waitsFor());
    chart_->setFits(fits());
}

void LineChartView::paired() {
    auto* other = partner<LineChartView>();
    if (!other)
        return;
    // Setting what is already so changes nothing, so the two do not answer each other for ever.
    ChartCanvas* theirs = other->chart_;
    connect(chart_, &ChartCanvas::scalesChanged, theirs, [this, theirs] {
        const ChartState& mine = chart_->state();
        if (mine.xScale != theirs->state().xScale || mine.yScale != theirs->state().yScale)
            theirs->setScales(mine.xScale, mine.yScale);
    });
    connect(chart_, &ChartCanvas::zoomed, theirs,
            [this, theirs] { theirs->setZoom(chart_->state().xZoom, chart_->state().yZoom); });
    connect(chart_, &ChartCanvas::groupToggled, theirs, &ChartCanvas::setHidden);
}

void LineChartView::lookLike(const ViewWidget& other) {
    PlotView::lookLike(other);
    const auto* chart = qobject_cast<const LineChartView*>(&other);
    if (!chart)
        return;
    const ChartState& state = chart->chart_->state();
    chart_->setScales(state.xScale, state.yScale);
    chart_->setZoom(state.xZoom, state.yZoom);
    for (const ChartGroup& group : chart->model_.groups())
        chart_->setHidden(group.label, group.isHidden);
}

bool LineChartView::takeUp() {
    bool fresh = model_.update();
    if (const auto* other = partner<LineChartView>()) {
        const ChartState& state = chart_->state();
        fresh =
            chart_->setAlso(other->model_.xData(state.xScale), other->model_.yData(state.yScale),
                            other->chart_->content().legendHeight) ||
            fresh;
    }
    if (!fresh && !isDirty())
        return false;
    chart_->rebuild();
    return true;
}

void LineChartView::themeChanged() {
    chart_->setTheme(theme(), plotFont());
}

void LineChartView::paintPlot(QPainter& painter, const QRectF& area) {
    QRectF rest = area;
    if (const std::string selection = selectionText(model_.selectors()); !selection.empty()) {
        const double height = 1.4 * QFontMetricsF(plotFont()).height();
        painter.setFont(plotFont());
        painter.setPen(theme().mutedText);
        painter.drawText(QRectF(area.left(), area.top(), area.width(), height), Qt::AlignCenter,
                         QString::fromStdString(selection));
        rest.setTop(rest.top() + height);
    }
    auto* picture = new PlotChart;
    QGraphicsScene scene;
    scene.addItem(picture);
    picture->resize(rest.size());
    scene.setSceneRect(QRectF(QPointF(), rest.size()));
    picture->show(layoutChart(model_, stateForFiles(), {rest.size(), theme(), plotFont()}), theme(),
                  plotFont());
    scene.render(&painter, rest, scene.sceneRect(), Qt::IgnoreAspectRatio);
}

/// By itself, without what only helps on the screen.
ChartState LineChartView::stateForFiles() const {
    ChartState state = chart_->state();
    state.focusedGroup.reset();
    state.legendHeightAlso = 0.0;
    state.leavesOutArms = false;
    return state;
}

QString LineChartView::csv() const {
    return QString::fromStdString(model_.csv(chart_->content().frame.x.range));
}

QString LineChartView::pgfplots() const {
    return chartPgfplots(
        model_, layoutChart(model_, stateForFiles(), {chart_->content().size, theme(), plotFont()}),
        theme());
}

} // namespace convergence
