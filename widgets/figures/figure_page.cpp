#include "widgets/figures/figure_page.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QPainter>
#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/nearest_name.h"
#include "widgets/charts/figure_font.h"

namespace convergence {

namespace {

constexpr double pageMargin = 2.0;     // units around everything
constexpr double panelGap = 10.0;      // between panels
constexpr double leastPlotWidth = 9.0; // heights of text
constexpr double leastPlotHeight = 5.0;
/// Of the names of boxes in which a view's selectors offer their options.
const std::string selectorPrefix = "selector_";

const View& viewOf(const Description& description, const std::string& id) {
    if (const View* view = description.findView(id))
        return *view;
    std::vector<std::string> known;
    for (const View& view : description.views)
        known.push_back(view.id);
    throw InputError(
        fmt::format("{} has no view '{}'{}", description.id, id, suggestion(id, known)));
}

void checkArms(const Description& description, const FigureView& wanted) {
    for (const std::string& arm : wanted.arms) {
        if (description.findArm(arm))
            continue;
        std::vector<std::string> known;
        for (const Arm& other : description.arms)
            known.push_back(other.id);
        throw InputError(
            fmt::format("{} has no arm '{}'{}", description.id, arm, suggestion(arm, known)));
    }
}

void checkLimits(const FigureView& wanted, char axis, const std::optional<AxisRange>& limits,
                 Scale scale) {
    if (limits && scale == Scale::logarithmic && !(limits->minimum > 0.0))
        throw InputError(fmt::format("The limits {}:{}={}..{} need positive numbers, as that axis "
                                     "is logarithmic.",
                                     wanted.view, axis, limits->minimum, limits->maximum));
}

[[noreturn]] void refuseChoice(const FigureView& wanted, const std::string& column,
                               const std::string& option, const std::vector<std::string>& known) {
    throw InputError(fmt::format("The view '{}' has no choice '{}={}'{}", wanted.view, column,
                                 option, suggestion(option, known)));
}

} // namespace

struct FigurePage::Panel {
    FigureView wanted;
    View view;
    std::unique_ptr<ChartModel> model; ///< of a line chart
    ChartState state;
    ChartPanel chart;
    std::unique_ptr<ViewWidget> widget; ///< of any other view
    QRectF area;                        ///< of the chart or the widget
};

FigurePage::~FigurePage() = default;
FigurePage::FigurePage(FigurePage&&) noexcept = default;

QSizeF figureSize(const Figure& figure) {
    return {figure.style.width, figure.style.height * panelGrid(figure).rows};
}

FigurePage::FigurePage(const Figure& figure, const FigureSource& source)
    : style_(figure.style), size_(figureSize(figure) * unitsPerMillimeter) {
    if (style_.colors.empty())
        throw InputError("A style needs at least one color.");
    makePanels(figure, source);
    layOut(figure);
    checkRoom(figure);
}

namespace {

std::unique_ptr<ChartModel> chartModelOf(const View& view, const FigureView& wanted,
                                         const FigureSource& source) {
    auto model = std::make_unique<ChartModel>(view, source.description);
    std::vector<ChartRun> runs;
    for (const ShownRun& run : source.runs)
        runs.push_back({run.name.toStdString(), run.recording, run.color});
    model->setRuns(std::move(runs));
    for (const auto& [column, option] : wanted.choices) {
        const auto& selectors = model->selectors();
        std::vector<std::string> known;
        bool found = false;
        for (std::size_t s = 0; s < selectors.size() && !found; ++s)
            for (std::size_t o = 0;
                 selectors[s].column == column && o < selectors[s].options.size(); ++o) {
                known.push_back(selectors[s].options[o].label);
                if (selectors[s].options[o].label == option) {
                    model->select(s, o);
                    found = true;
                    break;
                }
            }
        if (!found)
            refuseChoice(wanted, column, option, known);
    }
    model->update();
    for (std::size_t group = 0; group < model->groups().size(); ++group) {
        bool isWanted = wanted.arms.empty();
        for (const ChartCurve& curve : model->curves())
            isWanted = isWanted ||
                       (curve.group == group && std::find(wanted.arms.begin(), wanted.arms.end(),
                                                          curve.arm) != wanted.arms.end());
        const std::string& label = model->groups()[group].label;
        if (!isWanted ||
            std::find(wanted.hidden.begin(), wanted.hidden.end(), label) != wanted.hidden.end())
            model->setHidden(group, true);
    }
    return model;
}

ChartState chartStateOf(ChartModel& model, const FigureView& wanted, const FigureSource& source,
                        bool hasFits) {
    ChartState state;
    state.xScale = wanted.xScale.value_or(model.view().x.scale);
    state.yScale = wanted.yScale.value_or(model.view().y.scale);
    checkLimits(wanted, 'x', wanted.xLimits, state.xScale);
    checkLimits(wanted, 'y', wanted.yLimits, state.yScale);
    state.xZoom = wanted.xLimits;
    state.yZoom = wanted.yLimits;
    if (wanted.fitWindow)
        model.setFitWindow(wanted.fitWindow->minimum, wanted.fitWindow->maximum);
    if (!hasFits || state.yScale == Scale::linear)
        model.setFitKind(FitKind::none);
    else
        model.setFitKind(state.xScale == Scale::logarithmic ? FitKind::logLog : FitKind::logLinear);
    if (hasFits)
        for (const FitOverlay& fit : source.fits)
            if (fit.view == wanted.view)
                state.fits.push_back(fit);
    model.update();
    return state;
}

/// Chooses an option of a view as a person does.
void choose(const ViewWidget& widget, const FigureView& wanted, const std::string& column,
            const std::string& option) {
    auto* box = widget.findChild<QComboBox*>(QString::fromStdString(selectorPrefix + column));
    std::vector<std::string> known;
    for (int i = 0; box && i < box->count(); ++i)
        known.push_back(box->itemText(i).toStdString());
    const int index = box ? box->findText(QString::fromStdString(option)) : -1;
    if (index < 0)
        refuseChoice(wanted, column, option, known);
    box->setCurrentIndex(index);
    Q_EMIT box->activated(index);
}

std::unique_ptr<ViewWidget> widgetOf(View view, const FigureView& wanted,
                                     const FigureSource& source, const FigureStyle& style) {
    view.title.clear(); // where there is one the page writes it
    view.x.scale = wanted.xScale.value_or(view.x.scale);
    view.y.scale = wanted.yScale.value_or(view.y.scale);
    std::unique_ptr<ViewWidget> widget(
        ViewWidget::create(view, source.description, themeOf(style)));
    setPlotFamily(*widget, figureFont(style, style.textSize).family());
    widget->setTheme(themeOf(style));
    widget->setRuns(source.runs);
    if (source.frames)
        widget->setFrames(source.frames);
    widget->setFits(source.fits);
    widget->refresh();
    for (const auto& [column, option] : wanted.choices)
        choose(*widget, wanted, column, option);
    widget->refresh();
    if (!wanted.look.empty())
        widget->setLook(QString::fromStdString(wanted.look));
    return widget;
}

} // namespace

void FigurePage::makePanels(const Figure& figure, const FigureSource& source) {
    for (const FigureView& wanted : figure.views) {
        auto panel = std::make_unique<Panel>();
        panel->wanted = wanted;
        panel->view = viewOf(*source.description, wanted.view);
        checkArms(*source.description, wanted);
        if (panel->view.kind == ViewKind::lineChart) {
            panel->model = chartModelOf(panel->view, wanted, source);
            panel->state = chartStateOf(*panel->model, wanted, source, style_.hasFits);
        } else {
            panel->widget = widgetOf(panel->view, wanted, source, style_);
        }
        panels_.push_back(std::move(panel));
    }
}

double FigurePage::layOutLegend(const std::vector<CurveName>& names, const QRectF& rest) {
    std::vector<NamedKey> keys;
    std::vector<FigureText> texts;
    const double height = addLegendRows(names, {}, rest.width(), style_, keys, texts);
    addLegendRows(names, {rest.left(), rest.bottom() - height}, rest.width(), style_, keys_,
                  texts_);
    return height + 4.0;
}

void FigurePage::layOut(const Figure& figure) {
    const PanelGrid grid = panelGrid(figure);
    QRectF rest =
        QRectF(QPointF(), size_).adjusted(pageMargin, pageMargin, -pageMargin, -pageMargin);
    // One legend for all charts that have the same, unless they stand below each other.
    std::vector<CurveName> common;
    std::size_t charts = 0;
    bool areSame = true;
    for (const auto& panel : panels_) {
        if (!panel->model)
            continue;
        const auto names = namesOf(*panel->model, panel->state, style_);
        if (charts++ == 0)
            common = names;
        areSame = areSame && names == common;
    }
    LegendPlace legend = style_.legend;
    if (charts > 1 && areSame && common.size() > 1 && legend != LegendPlace::none &&
        (grid.columns > 1 || legend == LegendPlace::below)) {
        rest.setBottom(rest.bottom() - layOutLegend(common, rest));
        legend = LegendPlace::none;
    }
    const double width = (rest.width() - panelGap * (grid.columns - 1)) / grid.columns;
    const double height = (rest.height() - panelGap * 0.6 * (grid.rows - 1)) / grid.rows;
    for (std::size_t i = 0; i < panels_.size(); ++i) {
        const int row = int(i) / grid.columns, column = int(i) % grid.columns;
        // An axis that is the same is named once: below the last, left of the first.
        const auto sameAs = [&](std::size_t other, auto axis) {
            if (other >= panels_.size() || !panels_[other]->model || !panels_[i]->model)
                return false;
            const AxisSpec& a = axis(panels_[other]->view);
            const AxisSpec& b = axis(panels_[i]->view);
            return a.label == b.label && a.column == b.column && a.unit == b.unit;
        };
        AxisNames names;
        names.x = !sameAs(i + std::size_t(grid.columns),
                          [](const View& view) -> const AxisSpec& { return view.x; });
        names.y = column == 0 ||
                  !sameAs(i - 1, [](const View& view) -> const AxisSpec& { return view.y; });
        layOutPanel(figure, i,
                    QRectF(rest.left() + column * (width + panelGap),
                           rest.top() + row * (height + 0.6 * panelGap), width, height),
                    names, legend);
    }
}

void FigurePage::layOutPanel(const Figure& figure, std::size_t index, QRectF area, AxisNames names,
                             LegendPlace legend) {
    Panel& panel = *panels_[index];
    QString heading;
    if (figure.hasLetters && panels_.size() > 1)
        heading = QString("(%1)").arg(QChar('a' + int(index)));
    QFont font = figureFont(style_, style_.textSize);
    font.setBold(true);
    if (style_.hasTitle)
        heading += (heading.isEmpty() ? "" : " ") + QString::fromStdString(panel.view.title);
    for (const QString& line : wrapped(heading, font, area.width())) {
        const double height = heightOf(font);
        texts_.push_back(textAt(line, font, style_.text, {area.left(), area.top() + 0.5 * height},
                                TextAnchor::left));
        area.setTop(area.top() + height + 1.0);
    }
    panel.area = area;
    if (panel.model)
        panel.chart = layoutChartPanel(*panel.model, panel.state, {area, names, legend}, style_);
    else
        panel.widget->resize(area.size().toSize());
}

void FigurePage::checkRoom(const Figure& figure) const {
    const double height = heightOf(tickFontOf(style_));
    double lackX = 0.0, lackY = 0.0;
    for (const auto& panel : panels_) {
        const QSizeF room = panel->model ? panel->chart.axes.frame.plot.size() : panel->area.size();
        lackX = std::max(lackX, leastPlotWidth * height - room.width());
        lackY = std::max(lackY, leastPlotHeight * height - room.height());
    }
    if (lackX <= 0.0 && lackY <= 0.0)
        return;
    const PanelGrid grid = panelGrid(figure);
    // Part of a panel's width goes to names beside it, which grow with it.
    const double growth = style_.legend == LegendPlace::right ? 1.7 : 1.0;
    const QSizeF size = figureSize(figure);
    const double width =
        size.width() + std::max(0.0, lackX) * grid.columns * growth / unitsPerMillimeter;
    const double row = size.height() / grid.rows + std::max(0.0, lackY) / unitsPerMillimeter;
    throw InputError(fmt::format(
        "A figure of {:.4g} × {:.4g} mm has no room for text of {:.3g} pt; {:.0f} × {:.0f} mm is "
        "the smallest that has.",
        size.width(), size.height(), style_.textSize, std::ceil(width),
        std::ceil(row * grid.rows)));
}

void FigurePage::paint(QPainter& painter) const {
    painter.fillRect(QRectF(QPointF(), size_), style_.surface);
    for (const auto& panel : panels_) {
        painter.save();
        if (panel->model)
            paintChartPanel(painter, panel->chart, style_);
        else
            panel->widget->render(painter, panel->area);
        painter.restore();
    }
    paintKeys(painter, keys_, style_);
    for (const FigureText& text : texts_)
        paintText(painter, text);
}

std::vector<FigureText> FigurePage::texts() const {
    std::vector<FigureText> all = texts_;
    for (const auto& panel : panels_)
        all.insert(all.end(), panel->chart.axes.texts.begin(), panel->chart.axes.texts.end());
    return all;
}

const ChartPanel* FigurePage::chart(std::size_t view) const {
    return panels_.at(view)->model ? &panels_[view]->chart : nullptr;
}

const View& FigurePage::view(std::size_t view) const {
    return panels_.at(view)->view;
}

const ViewWidget* FigurePage::widget(std::size_t view) const {
    return panels_.at(view)->widget.get();
}

std::vector<FigurePage::CurveLook> FigurePage::curveLooks(std::size_t view) const {
    std::vector<CurveLook> looks;
    const Panel& panel = *panels_.at(view);
    if (!panel.model)
        return looks;
    const Theme theme = themeOf(style_);
    for (const ChartCurve& curve : panel.model->curves()) {
        if (!panel.model->isVisible(curve))
            continue;
        const ChartGroup& group = panel.model->groups()[curve.group];
        looks.push_back({QString::fromStdString(panel.model->runs()[curve.run].name),
                         QString::fromStdString(curve.arm), QString::fromStdString(curve.column),
                         QString::fromStdString(group.label),
                         curve.color < 0 ? theme.text : theme.seriesColor(curve.color),
                         group.isPrediction});
    }
    return looks;
}

QString FigurePage::csv(std::size_t view) const {
    const Panel& panel = *panels_.at(view);
    return panel.model ? QString::fromStdString(panel.model->csv(panel.chart.axes.frame.x.range))
                       : panel.widget->csv();
}

QString FigurePage::selection(std::size_t view) const {
    const Panel& panel = *panels_.at(view);
    if (panel.model)
        return QString::fromStdString(selectionText(panel.model->selectors()));
    QStringList parts;
    for (const auto& [column, option] : choicesOf(*panel.widget))
        parts << QString::fromStdString(column + " = " + option);
    return parts.join(", ");
}

std::map<std::string, std::string> choicesOf(const ViewWidget& view) {
    std::map<std::string, std::string> chosen;
    for (const QComboBox* box : view.findChildren<QComboBox*>())
        if (const std::string name = box->objectName().toStdString();
            name.starts_with(selectorPrefix) && box->count() > 1)
            chosen[name.substr(selectorPrefix.size())] = box->currentText().toStdString();
    return chosen;
}

QString FigurePage::fits(std::size_t view) const {
    const Panel& panel = *panels_.at(view);
    if (!panel.model)
        return {};
    QStringList parts;
    for (const ChartCurve& curve : panel.model->curves())
        if (panel.model->isVisible(curve) && curve.fit.valid())
            parts << QString("%1: %2").arg(
                QString::fromStdString(panel.model->groups()[curve.group].label),
                fitText(curve.fit, panel.model->fitKind()));
    return parts.join("; ");
}

} // namespace convergence
