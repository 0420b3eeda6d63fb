#include "widgets/views/frame_view.h"

#include <algorithm>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include "core/experiment/frame_check.h"
#include "widgets/charts/clipped_line.h"
#include "widgets/charts/label_place.h"
#include "widgets/charts/legend.h"

namespace convergence {

namespace {

/// A choice of arms without some of them; unchanged where nothing would be left.
TrialSelector withoutArms(TrialSelector selector, const std::set<std::string>& hidden) {
    std::vector<TrialSelector::Option> left;
    std::size_t current = 0;
    for (const TrialSelector::Option& option : selector.options) {
        if (selector.column == "arm" && hidden.contains(option.arm))
            continue;
        if (option == selector.chosen())
            current = left.size();
        left.push_back(option);
    }
    if (left.empty())
        return selector;
    selector.options = std::move(left);
    selector.current = current;
    return selector;
}

} // namespace

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
    const bool isSame = run == selectorsOf_ && ofProblem == selectorsOfProblem_;
    if (!run || (isSame && shownLook_ == armLook()))
        return;
    if (!isSame) {
        std::vector<SelectorSpec> specs = view().selectors;
        const bool hasArm = std::any_of(specs.begin(), specs.end(),
                                        [](const SelectorSpec& s) { return s.column == "arm"; });
        if (choice_ == Choice::oneTrial && !hasArm && !ofProblem)
            specs.push_back({"arm", tr("Arm").toStdString()});
        all_ = trialSelectors(specs, *run, description(), all_);
    }
    selectorsOf_ = run;
    selectorsOfProblem_ = ofProblem;
    shownLook_ = armLook();
    selectors_.clear();
    for (const TrialSelector& selector : all_)
        selectors_.push_back(withoutArms(selector, armLook().hidden));
    showSelectors(lifted());
}

/// The choice is kept among all arms, so that one that is shown again is chosen again.
void TrialView::selected(std::size_t selector, std::size_t option) {
    TrialSelector& shown = selectors_.at(selector);
    shown.current = option;
    TrialSelector& whole = all_.at(selector);
    const auto same = std::find(whole.options.begin(), whole.options.end(), shown.chosen());
    whole.current = std::size_t(same - whole.options.begin());
}

std::vector<TrialSelector> TrialView::lifted() const {
    std::vector<TrialSelector> selectors = selectors_;
    for (TrialSelector& selector : selectors)
        for (std::size_t i = 0; selector.column == "arm" && i < selector.options.size(); ++i)
            if (selector.options[i].arm == armLook().lifted)
                selector.current = i;
    const auto trial = armLook().lifted.empty() ? std::nullopt : trialOf(selectors);
    return trial && hasFrames(*trial) ? selectors : selectors_;
}

bool TrialView::hasFrames(std::size_t trial) const {
    return frames() && trial < frames()->trials.size() && !frames()->trials[trial].empty();
}

std::optional<std::size_t> TrialView::trialOf(const std::vector<TrialSelector>& selectors) const {
    const auto run = recording();
    std::optional<std::size_t> chosen;
    for (std::size_t trial = 0; run && trial < run->plans().size(); ++trial) {
        const TrialPlan& plan = run->plans()[trial];
        const bool isHidden = !selectorsOfProblem_ && armLook().isHidden(plan.arm);
        if (isHidden || !isSelected(selectors, plan))
            continue;
        if (hasFrames(trial))
            return trial;
        if (!chosen)
            chosen = trial;
    }
    return chosen;
}

std::optional<std::size_t> TrialView::chosenTrial() const {
    return trialOf(armLook().lifted.empty() || isForFile() ? selectors_ : lifted());
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
        return waitsFor().isEmpty() ? tr("Press play to start the run.") : waitsFor();
    if (checked_ == frames())
        for (const auto& [frame, trouble] : troubles_)
            if (!trouble.empty())
                return tr("This cannot be drawn: %1.").arg(QString::fromStdString(trouble));
    const auto& arms = recording()->arms();
    if (!arms.empty() && !selectorsOfProblem_ &&
        std::all_of(arms.begin(), arms.end(),
                    [&](const std::string& arm) { return armLook().isHidden(arm); }))
        return tr("All arms are hidden: click one of the chips above the views.");
    if (choice_ == Choice::oneTrial && !chosenTrial())
        return tr("No trial has this choice: choose another value above.");
    return waitsFor().isEmpty()
               ? tr("Nothing to show here now. Press play, or choose another value above.")
               : waitsFor();
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
            paintTold(painter, text, area);
    });
    const auto point = [this](std::optional<QPointF> at) {
        pointer_ = at;
        drawing_->update();
    };
    connect(drawing_, &Canvas::hovered, this, [point](QPointF at) { point(at); });
    connect(drawing_, &Canvas::left, this, [point] { point(std::nullopt); });
}

/// The box beside the pointer, where it covers least of the lines around.
void FrameViewWidget::paintTold(QPainter& painter, const QString& text, const QRectF& area) const {
    const QSizeF size = QFontMetricsF(painter.font())
                            .boundingRect(QRectF(0, 0, 1000, 1000), Qt::AlignLeft, text)
                            .size() +
                        QSizeF(16, 10);
    const auto lines = linesOf(area);
    const auto covered = [&](const QRectF& box) {
        double length = 0.0;
        for (const QPolygonF& line : lines)
            length += lengthInside(box, line);
        return length;
    };
    paintTextBox(painter, *pointer_, text, areaCoveringLeast(*pointer_, size, area, covered),
                 theme());
}

} // namespace convergence
