#include "widgets/views/plot_view.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QToolButton>

#include "core/error.h"
#include "widgets/charts/figure_font.h"

namespace convergence {

namespace {

constexpr int narrowestChoice = 76, widestChoice = 280; ///< pixels

/// A title that gives way to the controls beside it: cut short with an ellipsis, or gone.
class ElidedTitle final : public QLabel {
public:
    using QLabel::QLabel;

protected:
    void paintEvent(QPaintEvent*) override {
        constexpr int leastUseful = 48;
        if (width() < std::min(leastUseful, fontMetrics().horizontalAdvance(text())))
            return;
        QPainter painter(this);
        painter.setPen(palette().color(foregroundRole()));
        painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignLeft,
                         fontMetrics().elidedText(text(), Qt::ElideRight, width()));
    }
};

} // namespace

PlotView::PlotView(View view, std::shared_ptr<const Description> description, Theme theme,
                   QWidget* parent)
    : ViewWidget(std::move(view), parent), description_(std::move(description)),
      theme_(std::move(theme)) {
    const QString title = QString::fromStdString(this->view().title);
    setObjectName(QString::fromStdString(this->view().id));
    setAccessibleName(title);
    setAccessibleDescription(QString::fromStdString(this->view().help));
    setToolTipDuration(12000);

    layout_ = new QVBoxLayout(this);
    layout_->setContentsMargins(0, 0, 0, 0);
    layout_->setSpacing(0);
    headLine_ = new QWidget(this);
    headLine_->setObjectName("headLine");
    headLine_->setAutoFillBackground(true);
    headLine_->installEventFilter(this);
    bar_ = new QHBoxLayout(headLine_);
    bar_->setContentsMargins(8, 3, 4, 1);
    bar_->setSpacing(4);
    layout_->addWidget(headLine_);
    titleLabel_ = new ElidedTitle(title, this);
    titleLabel_->setObjectName("viewTitle");
    titleLabel_->setToolTip(QString::fromStdString(this->view().help));
    titleLabel_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    bar_->addWidget(titleLabel_, 1);

    menu_ = new QMenu(this);
    const auto add = [&](const char* name, const QString& text, const QString& tip, auto slot) {
        QAction* action = addMenuAction(name, text, tip);
        connect(action, &QAction::triggered, this, slot);
        return action;
    };
    add("copyPicture", tr("Copy picture"), tr("Puts the picture on the clipboard"),
        &PlotView::copyPicture)
        ->setShortcut(QKeySequence::Copy);
    add("copyData", tr("Copy data"), tr("Puts the numbers shown on the clipboard as CSV"),
        &PlotView::copyData)
        ->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
    add("copyLatex", tr("Copy LaTeX (PGFPlots)"),
        tr("Puts a LaTeX document of this picture on the clipboard"), &PlotView::copyLatex);
    add("export", tr("Export…"), tr("Writes the picture (PNG, SVG, PDF), the numbers or LaTeX"),
        &PlotView::exportRequested);
    add("film", tr("Film…"), tr("Writes a film of this view over the run (WebM, GIF)"),
        &PlotView::filmRequested);

    auto* button = new QToolButton(this);
    button->setObjectName("viewMenu");
    button->setText("⋯");
    button->setAutoRaise(true);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(menu_);
    button->setStyleSheet("QToolButton::menu-indicator { image: none; }");
    button->setToolTip(tr("Copy, export and more for this view"));
    button->setAccessibleName(tr("Menu of %1").arg(title));
    bar_->addWidget(button);
    setAutoFillBackground(true);
}

void PlotView::setRuns(std::vector<ShownRun> runs) {
    runs_ = std::move(runs);
    invalidate();
    inputChanged();
}

void PlotView::setFrames(std::shared_ptr<const Frames> frames) {
    if (frames == frames_)
        return;
    frames_ = std::move(frames);
    if (!view().frames.empty()) {
        invalidate();
        if (partner_) // its scale may change
            partner_->invalidate();
    }
    inputChanged();
}

void PlotView::setTheme(const Theme& theme) {
    theme_ = theme;
    QPalette colors = theme.palette();
    colors.setColor(QPalette::Window, theme.surface);
    setPalette(colors);
    setFont(plotFont());
    headLine_->setPalette(colors);
    headLine_->setFont(plotFont());
    QFont bold = plotFont();
    bold.setWeight(QFont::DemiBold);
    titleLabel_->setFont(bold);
    themeChanged();
    invalidate();
    refresh();
}

void PlotView::setFits(std::vector<FitOverlay> fits) {
    std::erase_if(fits, [&](const FitOverlay& fit) { return fit.view != view().id; });
    fits_ = std::move(fits);
    invalidate();
    inputChanged();
}

void PlotView::setPlayHead(std::optional<std::int64_t> iteration) {
    if (iteration == playHead_)
        return;
    playHead_ = iteration;
    invalidate();
    inputChanged();
}

void PlotView::setArmLook(const ArmLook& look) {
    if (look == armLook_)
        return;
    armLook_ = look;
    invalidate();
    inputChanged();
}

void PlotView::setWaitsFor(const QString& sentence) {
    if (sentence == waitsFor_)
        return;
    waitsFor_ = sentence;
    invalidate();
    inputChanged();
}

QColor PlotView::armColor(const std::string& arm) const {
    QColor color = theme_.seriesColor(armIndex(*description_, arm));
    if (armLook_.isFaded(arm) && !isForFile_)
        color.setAlphaF(float(fadedStrength));
    return color;
}

void PlotView::addToHeadLine(QWidget* widget) {
    bar_->addWidget(widget);
}

/// The label stays as what takes the room at the left.
void PlotView::setNamed(bool named) {
    titleLabel_->setText(named ? QString::fromStdString(view().title) : QString());
    makeRoomForName();
}

void PlotView::pairWith(ViewWidget& partner) {
    partner_ = qobject_cast<PlotView*>(&partner);
    paired();
    invalidate();
}

void PlotView::lookLike(const ViewWidget& other) {
    if (const auto* plot = qobject_cast<const PlotView*>(&other))
        for (const auto& [column, widgets] : plot->selectorBoxes_)
            followPartner(column, widgets.box->currentText());
    invalidate();
}

bool PlotView::refresh() {
    const bool changed = takeUp() || dirty_;
    dirty_ = false;
    if (changed && canvas_)
        canvas_->update();
    return changed;
}

void PlotView::render(QPainter& painter, const QRectF& area) {
    painter.save();
    paintForFile(painter, paintTitle(painter, area));
    painter.restore();
}

void PlotView::paintForFile(QPainter& painter, const QRectF& area) {
    isForFile_ = true;
    paintPlot(painter, area);
    isForFile_ = false;
}

QRectF PlotView::paintTitle(QPainter& painter, const QRectF& area) const {
    painter.fillRect(area, theme_.surface);
    if (view().title.empty())
        return area;
    painter.setPen(theme_.text);
    QFont bold = plotFont();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    const double height = 1.8 * QFontMetricsF(bold).height();
    painter.drawText(QRectF(area.left(), area.top(), area.width(), height), Qt::AlignCenter,
                     QString::fromStdString(view().title));
    return area.adjusted(0, height, 0, 0);
}

std::shared_ptr<const Recording> PlotView::recording() const {
    return runs_.empty() ? nullptr : runs_.front().recording;
}

const Frame* PlotView::findFrame(std::size_t trial, const std::string& id) const {
    if (!frames_)
        return nullptr;
    if (trial < frames_->trials.size())
        if (const auto own = frames_->trials[trial].find(id); own != frames_->trials[trial].end())
            return &own->second;
    const auto shared = frames_->shared.find(id);
    return shared == frames_->shared.end() ? nullptr : &shared->second;
}

void PlotView::setCanvas(QWidget* canvas) {
    canvas_ = canvas;
    canvas->setObjectName("canvas");
    canvas->setFocusPolicy(Qt::StrongFocus);
    canvas->setAccessibleName(QString::fromStdString(view().title));
    canvas->setAccessibleDescription(QString::fromStdString(view().help));
    canvas->addActions(menu_->actions());
    setFocusProxy(canvas);
    layout_->addWidget(canvas, 1);
}

void PlotView::addToBar(QWidget* widget) {
    bar_->insertWidget(1 + barWidgets_++, widget);
}

QAction* PlotView::addMenuAction(const QString& name, const QString& text, const QString& tip) {
    QAction* action = menu_->addAction(text);
    action->setObjectName(name);
    action->setToolTip(tip);
    action->setStatusTip(tip);
    action->setShortcutContext(Qt::WidgetShortcut);
    if (canvas_)
        canvas_->addAction(action);
    return action;
}

PlotView::SelectorBox& PlotView::selectorBox(const TrialSelector& selector) {
    const auto [entry, isNew] = selectorBoxes_.emplace(selector.column, SelectorBox{});
    if (!isNew)
        return entry->second;
    const QString label = QString::fromStdString(selector.label);
    auto* text = new QLabel(label, this);
    auto* box = new QComboBox(this);
    text->setBuddy(box);
    text->setMinimumWidth(1); // cut off before anything else is
    box->setObjectName("selector_" + QString::fromStdString(selector.column));
    box->setAccessibleName(label);
    box->setToolTip(tr("Choose: %1").arg(label));
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    box->setMinimumWidth(48);
    box->setMaximumWidth(widestChoice);
    // Before what the kind of view adds.
    bar_->insertWidget(1 + 2 * int(selectorBoxes_.size() - 1), text);
    bar_->insertWidget(2 + 2 * int(selectorBoxes_.size() - 1), box);
    barWidgets_ += 2;
    connect(box, &QComboBox::activated, this, [this, box, column = selector.column](int option) {
        chooseOption(column, option);
        if (partner_)
            partner_->followPartner(column, box->itemText(option));
    });
    return entry->second = {text, box};
}

void PlotView::chooseOption(const std::string& column, int option) {
    const auto found = std::find(shownSelectors_.begin(), shownSelectors_.end(), column);
    if (found == shownSelectors_.end())
        return;
    selected(std::size_t(found - shownSelectors_.begin()), std::size_t(option));
    invalidate();
    refresh();
}

/// Shows the same choice as the view beside this one, where there is the same.
void PlotView::followPartner(const std::string& column, const QString& option) {
    const auto entry = selectorBoxes_.find(column);
    const int index = entry == selectorBoxes_.end() ? -1 : entry->second.box->findText(option);
    if (index < 0)
        return;
    entry->second.box->setCurrentIndex(index);
    chooseOption(column, index);
}

void PlotView::showSelectors(const std::vector<TrialSelector>& selectors) {
    shownSelectors_.clear();
    for (const auto& [column, widgets] : selectorBoxes_) {
        widgets.label->hide();
        widgets.label->setProperty("gaveWay", false);
        widgets.box->hide();
    }
    for (const TrialSelector& selector : selectors) {
        shownSelectors_.push_back(selector.column);
        if (selector.options.size() < 2)
            continue; // with nothing to choose the box would only take room
        const SelectorBox& widgets = selectorBox(selector);
        widgets.box->clear();
        for (const TrialSelector::Option& option : selector.options)
            widgets.box->addItem(QString::fromStdString(option.label));
        widgets.box->setCurrentIndex(int(selector.current));
        widgets.label->show();
        widgets.box->show();
    }
}

bool PlotView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == headLine_ &&
        (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest))
        makeRoomForName();
    return ViewWidget::eventFilter(watched, event);
}

/// In a narrow line words before choices go first, then what the menu and keys offer too; then
/// choices are cut short.
void PlotView::makeRoomForName() {
    const int name = titleLabel_->fontMetrics().horizontalAdvance(titleLabel_->text());
    int needed = name + bar_->contentsMargins().left() + bar_->contentsMargins().right();
    std::vector<QWidget*> words, extras, choices;
    for (int i = 1; i < bar_->count(); ++i) {
        QWidget* widget = bar_->itemAt(i)->widget();
        if (!widget || (widget->isHidden() && !widget->property("gaveWay").toBool()))
            continue;
        needed += widget->sizeHint().width() + bar_->spacing();
        if (qobject_cast<QLabel*>(widget))
            words.push_back(widget);
        else if (widget->property("givesWay").toBool())
            extras.push_back(widget);
        else if (qobject_cast<QComboBox*>(widget))
            choices.push_back(widget);
    }
    const int room = headLine_->width();
    for (const auto& list : {words, extras}) {
        const bool gives = needed > room;
        for (QWidget* widget : list) {
            if (gives)
                needed -= widget->sizeHint().width() + bar_->spacing();
            if (widget->isHidden() == gives)
                continue;
            widget->setProperty("gaveWay", gives);
            widget->setVisible(!gives);
        }
    }
    for (QWidget* choice : choices) {
        const int lacking = std::max(0, needed - room) / int(choices.size());
        choice->setMaximumWidth(
            std::clamp(choice->sizeHint().width() - lacking, narrowestChoice, widestChoice));
    }
}

void PlotView::contextMenuEvent(QContextMenuEvent* event) {
    menu_->popup(event->globalPos());
}

QFont PlotView::plotFont() const {
    if (const QString family = plotFamily(*this); !family.isEmpty())
        return fontAt96(family, theme_.fontPointSize);
    QFont font = QApplication::font();
    font.setPointSizeF(theme_.fontPointSize);
    return font;
}

void PlotView::copyPicture() {
    const double ratio = std::max(2.0, devicePixelRatioF());
    QImage image((QSizeF(size()) * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    render(painter, QRectF(QPointF(), QSizeF(size())));
    painter.end();
    QApplication::clipboard()->setImage(image);
}

void PlotView::copyData() {
    QApplication::clipboard()->setText(csv());
}

void PlotView::copyLatex() {
    QApplication::clipboard()->setText(pgfplots());
}

} // namespace convergence
