#include "widgets/views/frame_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include "core/experiment/frame_check.h"
#include "widgets/charts/legend.h"

namespace convergence {

Canvas::Canvas(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setMinimumSize(120, 100);
}

void Canvas::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    isPainting_ = true;
    Q_EMIT painted(painter, QRectF(rect()));
    isPainting_ = false;
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

TrialView::TrialView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                     QWidget* parent, Choice choice)
    : PlotView(std::move(view), std::move(description), theme, parent), choice_(choice) {}

/// Whether what is shown is the problem's alone: no trial has frames of it to choose from.
bool TrialView::isOfProblem() const {
    const auto& ids = view().frames;
    const auto has = [&](const FrameMap& map) {
        return std::any_of(ids.begin(), ids.end(),
                           [&](const std::string& id) { return map.contains(id); });
    };
    return frames() && has(frames()->shared) &&
           std::none_of(frames()->trials.begin(), frames()->trials.end(), has);
}

void TrialView::inputChanged() {
    const auto run = recording();
    const bool ofProblem = isOfProblem();
    if (!run || (run == selectorsOf_ && ofProblem == selectorsOfProblem_))
        return;
    selectorsOf_ = run;
    selectorsOfProblem_ = ofProblem;
    std::vector<SelectorSpec> specs = view().selectors;
    const bool hasArm = std::any_of(specs.begin(), specs.end(),
                                    [](const SelectorSpec& s) { return s.column == "arm"; });
    if (choice_ == Choice::oneTrial && !hasArm && !ofProblem)
        specs.push_back({"arm", tr("Arm").toStdString()});
    selectors_ = trialSelectors(specs, *run, description(), selectors_);
    showSelectors(selectors_);
}

void TrialView::selected(std::size_t selector, std::size_t option) {
    selectors_.at(selector).current = option;
}

std::optional<std::size_t> TrialView::chosenTrial() const {
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

const std::string& TrialView::troubleOf(const Frame& frame) const {
    if (checked_ != frames()) {
        checked_ = frames();
        troubles_.clear();
    }
    const auto [entry, isNew] = troubles_.try_emplace(&frame);
    if (isNew)
        entry->second = frameTrouble(frame);
    return entry->second;
}

QString TrialView::hint() const {
    if (!recording())
        return tr("Press play to start the run.");
    if (checked_ == frames())
        for (const auto& [frame, trouble] : troubles_)
            if (!trouble.empty())
                return tr("This cannot be drawn: %1.").arg(QString::fromStdString(trouble));
    if (choice_ == Choice::oneTrial && !chosenTrial())
        return tr("No trial has this choice: choose another value above.");
    return tr("Nothing to show here now. Press play, or choose another value above.");
}

QString TrialView::captionedTitle() const {
    const QString selection = QString::fromStdString(selectionText(selectors_));
    const QString title = QString::fromStdString(view().title);
    return selection.isEmpty() ? title : title + " (" + selection + ")";
}

void TrialView::render(QPainter& painter, const QRectF& area) {
    painter.save();
    QRectF rest = paintTitle(painter, area);
    painter.setFont(plotFont());
    if (const std::string selection = selectionText(selectors_);
        !selection.empty() && !view().title.empty()) {
        const double height = 1.5 * QFontMetricsF(plotFont()).height();
        painter.setPen(theme().mutedText);
        painter.drawText(QRectF(rest.left(), rest.top(), rest.width(), height), Qt::AlignCenter,
                         QString::fromStdString(selection));
        rest.setTop(rest.top() + height);
    }
    paintForFile(painter, rest);
    painter.restore();
}

FrameViewWidget::FrameViewWidget(View view, std::shared_ptr<const Description> description,
                                 const Theme& theme, QWidget* parent, Choice choice)
    : TrialView(std::move(view), std::move(description), theme, parent, choice),
      drawing_(new Canvas(this)) {
    setCanvas(drawing_);
    connect(drawing_, &Canvas::painted, this, [this](QPainter& painter, const QRectF& area) {
        painter.setFont(plotFont());
        painter.save();
        paintPlot(painter, area);
        painter.restore();
        if (!pointer_)
            return;
        if (const QString text = textAt(*pointer_, area); !text.isEmpty())
            paintTextBox(painter, *pointer_, text, area, this->theme());
    });
    const auto point = [this](std::optional<QPointF> at) {
        pointer_ = at;
        drawing_->update();
    };
    connect(drawing_, &Canvas::hovered, this, [point](QPointF at) { point(at); });
    connect(drawing_, &Canvas::left, this, [point] { point(std::nullopt); });
}

} // namespace convergence
