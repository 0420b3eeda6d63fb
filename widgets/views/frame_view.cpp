#include "widgets/views/frame_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include "widgets/charts/legend.h"

namespace convergence {

Canvas::Canvas(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setMinimumSize(120, 100);
}

void Canvas::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    Q_EMIT painted(painter, QRectF(rect()));
}
void Canvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        Q_EMIT pressed(event->position());
    else
        event->ignore();
}
void Canvas::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton)
        Q_EMIT dragged(event->position());
    else
        Q_EMIT hovered(event->position());
}
void Canvas::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        Q_EMIT released(event->position());
}
void Canvas::mouseDoubleClickEvent(QMouseEvent*) {
    Q_EMIT doubleClicked();
}
void Canvas::wheelEvent(QWheelEvent* event) {
    Q_EMIT wheeled(event->angleDelta().y() / 120.0, event->position());
    event->accept();
}
void Canvas::keyPressEvent(QKeyEvent* event) {
    event->ignore();
    Q_EMIT keyPressed(event);
}
void Canvas::leaveEvent(QEvent*) {
    Q_EMIT left();
}

FrameView::FrameView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                     QWidget* parent, bool choosesTrial)
    : PlotView(std::move(view), std::move(description), theme, parent), drawing_(new Canvas(this)),
      choosesTrial_(choosesTrial) {
    setCanvas(drawing_);
    connect(drawing_, &Canvas::painted, this, [this](QPainter& painter, const QRectF& area) {
        painter.setFont(plotFont());
        paintPlot(painter, area);
        if (!pointer_)
            return;
        if (const QString text = textAt(*pointer_, area); !text.isEmpty())
            paintTextBox(painter, *pointer_, text, area, this->theme(), plotFont());
    });
    const auto point = [this](std::optional<QPointF> at) {
        pointer_ = at;
        drawing_->update();
    };
    connect(drawing_, &Canvas::hovered, this, [point](QPointF at) { point(at); });
    connect(drawing_, &Canvas::left, this, [point] { point(std::nullopt); });
}

void FrameView::inputChanged() {
    const auto run = recording();
    if (!run || run == selectorsOf_)
        return;
    selectorsOf_ = run;
    std::vector<SelectorSpec> specs = view().selectors;
    const bool hasArm = std::any_of(specs.begin(), specs.end(),
                                    [](const SelectorSpec& s) { return s.column == "arm"; });
    if (choosesTrial_ && !hasArm)
        specs.push_back({"arm", tr("Arm").toStdString()});
    selectors_ = trialSelectors(specs, *run, description(), selectors_);
    showSelectors(selectors_);
}

void FrameView::selected(std::size_t selector, std::size_t option) {
    selectors_.at(selector).current = option;
    invalidate();
}

std::optional<std::size_t> FrameView::chosenTrial() const {
    const auto run = recording();
    if (!run)
        return std::nullopt;
    std::optional<std::size_t> chosen;
    for (std::size_t trial = 0; trial < run->plans().size(); ++trial) {
        if (!isSelected(selectors_, run->plans()[trial]))
            continue;
        const bool hasFrames =
            frames() && trial < frames()->trials.size() && !frames()->trials[trial].empty();
        if (hasFrames)
            return trial;
        if (!chosen)
            chosen = trial;
    }
    return chosen;
}

QString FrameView::hint() const {
    if (!recording())
        return tr("Press play to start the run.");
    if (choosesTrial_ && !chosenTrial())
        return tr("No trial has this choice: choose another value above.");
    return tr("Nothing to show here now. Press play, or choose another value above.");
}

QString FrameView::captionedTitle() const {
    const QString selection = QString::fromStdString(selectionText(selectors_));
    const QString title = QString::fromStdString(view().title);
    return selection.isEmpty() ? title : title + " (" + selection + ")";
}

QRectF FrameView::paintCaption(QPainter& painter, const QRectF& area) const {
    const std::string selection = selectionText(selectors_);
    if (selection.empty())
        return area;
    const double height = 1.5 * QFontMetricsF(plotFont()).height();
    painter.setFont(plotFont());
    painter.setPen(theme().mutedText);
    painter.drawText(QRectF(area.left(), area.top(), area.width(), height), Qt::AlignCenter,
                     QString::fromStdString(selection));
    return area.adjusted(0, height, 0, 0);
}

void FrameView::render(QPainter& painter, const QRectF& area) {
    painter.save();
    const QRectF below = paintTitle(painter, area);
    painter.setFont(plotFont());
    paintPlot(painter, paintCaption(painter, below));
    painter.restore();
}

} // namespace convergence
