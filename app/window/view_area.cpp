#include "app/window/view_area.h"

#include <algorithm>

#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QTabBar>
#include <QTimer>

#include "core/error.h"

namespace convergence {

ViewArea::ViewArea(const Theme& theme, QWidget* parent) : QMainWindow(parent), theme_(theme) {
    setWindowFlags(Qt::Widget); // the constructor always makes a window
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
}

void ViewArea::open(std::shared_ptr<const Description> description, Columns columns,
                    const ParameterValues& values) {
    description_ = std::move(description);
    columns_ = columns;
    for (QDockWidget* dock : docks_)
        delete dock;
    docks_.clear();
    for (auto& column : views_)
        column.clear();
    for (const View& spec : description_->views)
        docks_.push_back(makeDock(spec));
    applicable_ = applicable(values);
    arrange();
    Q_EMIT opened();
}

ViewWidget* ViewArea::makeView(const View& spec, QWidget* parent) {
    ViewWidget* view = ViewWidget::create(spec, description_, theme_, parent);
    connect(view, &ViewWidget::exportRequested, this, [this, view] { exportView(*view); });
    connect(view, &ViewWidget::filmRequested, this, [this, view] { Q_EMIT filmWanted(view); });
    refresher_.add(view);
    return view;
}

QWidget* ViewArea::makePair(const View& spec, QWidget* parent) {
    auto* pair = new QWidget(parent);
    auto* columns = new QHBoxLayout(pair);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(4);
    const std::array both{makeView(spec, pair), makeView(spec, pair)};
    both[left]->pairWith(*both[right]);
    both[right]->pairWith(*both[left]);
    for (const Column column : {left, right}) {
        both[column]->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Expanding);
        columns->addWidget(both[column], 1);
        views_[column].push_back(both[column]);
    }
    return pair;
}

QDockWidget* ViewArea::makeDock(const View& spec) {
    auto* dock = new QDockWidget(QString::fromStdString(spec.title), this);
    dock->setObjectName(QString::fromStdString(description_->id + "/" + spec.id));
    dock->setToolTip(QString::fromStdString(spec.help));
    if (columns_ == Columns::two) {
        dock->setWidget(makePair(spec, dock));
    } else {
        views_[left].push_back(makeView(spec, dock));
        dock->setWidget(views_[left].back());
    }
    auto* leave = new QAction(dock);
    leave->setShortcut(Qt::Key_Escape);
    leave->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    dock->addAction(leave);
    connect(leave, &QAction::triggered, this, [this, dock] {
        if (fullScreen_ == dock)
            toggleFullScreen();
    });
    connect(dock, &QDockWidget::dockLocationChanged, this,
            [this] { arrangedByHand_ = arrangedByHand_ || !arranging_; });
    return dock;
}

const std::vector<ViewWidget*>& ViewArea::views(Column column) const {
    return views_[column];
}

ViewWidget& ViewArea::view(const QString& id) const {
    QStringList known;
    for (ViewWidget* view : views_[left]) {
        if (QString::fromStdString(view->view().id) == id)
            return *view;
        known << QString::fromStdString(view->view().id);
    }
    throw InputError(
        QString("There is no view '%1'; known are %2.").arg(id, known.join(", ")).toStdString());
}

ViewWidget& ViewArea::viewBeside(const QString& id) const {
    for (ViewWidget* view : views_[right])
        if (QString::fromStdString(view->view().id) == id)
            return *view;
    throw InputError(QString("There is no view '%1' beside the first.").arg(id).toStdString());
}

ViewWidget* ViewArea::current() const {
    for (QWidget* widget = window()->focusWidget(); widget; widget = widget->parentWidget())
        if (auto* view = dynamic_cast<ViewWidget*>(widget))
            return view;
    for (ViewWidget* view : views_[left])
        if (view->isVisible())
            return view;
    return nullptr;
}

int ViewArea::indexOf(const ViewWidget* view) const {
    for (const auto& column : views_)
        for (std::size_t i = 0; i < column.size(); ++i)
            if (column[i] == view)
                return static_cast<int>(i);
    return -1;
}

std::vector<QDockWidget*> ViewArea::applicable(const ParameterValues& values) const {
    const auto context = values.numericView(description_->parameters);
    std::vector<QDockWidget*> docks;
    for (std::size_t i = 0; i < docks_.size(); ++i)
        // A view's condition reads as a parameter's does.
        if (applies(Parameter{.appliesIf = views_[left][i]->view().appliesIf}, context))
            docks.push_back(docks_[i]);
    return docks;
}

void ViewArea::setValues(const ParameterValues& values) {
    std::vector<QDockWidget*> docks = applicable(values);
    if (docks == applicable_)
        return;
    applicable_ = std::move(docks);
    arrange();
}

void ViewArea::setTheme(const Theme& theme) {
    theme_ = theme;
    for (const auto& column : views_)
        for (ViewWidget* view : column)
            view->setTheme(theme);
    fit();
}

/// Not at once: docks that move while their area is being resized would confuse it.
void ViewArea::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    QTimer::singleShot(0, this, &ViewArea::fit);
}

/// As many as there is room for at the present size of type: two by two, or fewer. Paired views are
/// two columns by themselves.
ViewArea::Cells ViewArea::roomyCells() const {
    constexpr int fewestCharacters = 36, fewestLines = 15;
    const QFontMetrics type(qApp->font());
    const bool twoColumns = width() >= 2 * fewestCharacters * type.averageCharWidth();
    const bool twoRows = height() >= 2 * fewestLines * type.lineSpacing();
    return {.columns = twoColumns && columns_ == Columns::one ? 2 : 1, .rows = twoRows ? 2 : 1};
}

/// Rearranges the views if there is room for more or fewer, unless a person has arranged them.
void ViewArea::fit() {
    if (description_ && !fullScreen_ && !showsOnly_ && !arrangedByHand_ && roomyCells() != cells_)
        arrange();
}

void ViewArea::arrange() {
    if (!description_)
        return;
    arranging_ = true;
    cells_ = roomyCells();
    const auto columns = static_cast<std::size_t>(cells_.columns);
    const std::size_t cells = columns * static_cast<std::size_t>(cells_.rows);
    for (QDockWidget* dock : docks_) {
        const bool shown =
            std::find(applicable_.begin(), applicable_.end(), dock) != applicable_.end();
        dock->toggleViewAction()->setVisible(shown);
        if (!shown)
            dock->hide();
    }
    for (std::size_t i = 0; i < applicable_.size(); ++i) {
        QDockWidget* dock = applicable_[i];
        dock->setFloating(false);
        if (i == 0)
            addDockWidget(Qt::LeftDockWidgetArea, dock);
        else if (i >= cells)
            tabifyDockWidget(applicable_[i % cells], dock);
        else if (i < columns)
            splitDockWidget(applicable_[i - 1], dock, Qt::Horizontal);
        else
            splitDockWidget(applicable_[i - columns], dock, Qt::Vertical);
        dock->show();
    }
    for (std::size_t i = 0; i < std::min(cells, applicable_.size()); ++i)
        applicable_[i]->raise();
    if (columns > 1 && applicable_.size() > 1)
        resizeDocks({applicable_[0], applicable_[1]}, {100, 100}, Qt::Horizontal);
    for (std::size_t i = 0; cells_.rows > 1 && i < columns && i + columns < applicable_.size(); ++i)
        resizeDocks({applicable_[i], applicable_[i + columns]}, {100, 100}, Qt::Vertical);
    arranging_ = false;
    arrangedByHand_ = false;
    // The beginning of a title says too little; tabs that do not fit are scrolled to.
    for (QTabBar* tabs : findChildren<QTabBar*>(Qt::FindDirectChildrenOnly)) {
        tabs->setElideMode(Qt::ElideNone);
        tabs->setUsesScrollButtons(true);
        tabs->setAccessibleName(tr("Views"));
    }
}

void ViewArea::maximize() {
    const int chosen = indexOf(current());
    const bool single = std::count_if(docks_.begin(), docks_.end(),
                                      [](QDockWidget* dock) { return !dock->isHidden(); }) == 1;
    for (std::size_t i = 0; i < docks_.size(); ++i)
        docks_[i]->setVisible(single || static_cast<int>(i) == chosen);
    if (single)
        arrange();
}

void ViewArea::toggleFullScreen() {
    if (fullScreen_) {
        fullScreen_->setFloating(false);
        fullScreen_->setWindowState(Qt::WindowNoState);
        fullScreen_ = nullptr;
        return;
    }
    ViewWidget* view = current();
    const int index = indexOf(view);
    if (index < 0)
        return;
    fullScreen_ = docks_[static_cast<std::size_t>(index)];
    fullScreen_->setFloating(true);
    fullScreen_->showFullScreen();
    view->setFocus();
}

bool ViewArea::reveal(const std::string& id) {
    for (std::size_t i = 0; i < docks_.size(); ++i)
        if (views_[left][i]->view().id == id) {
            docks_[i]->show();
            docks_[i]->raise();
            return true;
        }
    return false;
}

std::string ViewArea::arrangement() const {
    return saveState().toBase64().toStdString();
}

void ViewArea::restoreArrangement(const std::string& arrangement) {
    constexpr std::size_t largestArrangement = 1 << 16;
    if (!arrangement.empty() && arrangement.size() <= largestArrangement)
        restoreState(QByteArray::fromBase64(QByteArray::fromStdString(arrangement)));
}

std::vector<std::string> ViewArea::hiddenViews() const {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < docks_.size(); ++i)
        if (docks_[i]->isHidden())
            ids.push_back(views_[left][i]->view().id);
    return ids;
}

void ViewArea::hideOnly(const std::vector<std::string>& ids) {
    for (std::size_t i = 0; i < docks_.size(); ++i)
        docks_[i]->setVisible(std::find(ids.begin(), ids.end(), views_[left][i]->view().id) ==
                              ids.end());
}

QList<QAction*> ViewArea::showActions() const {
    QList<QAction*> actions;
    for (const QDockWidget* dock : docks_)
        actions << dock->toggleViewAction();
    return actions;
}

void ViewArea::showOnly(const std::vector<std::string>& ids) {
    showsOnly_ = true;
    arranging_ = true;
    for (QDockWidget* dock : docks_)
        dock->hide();
    QDockWidget* before = nullptr;
    for (const std::string& id : ids)
        for (std::size_t i = 0; i < docks_.size(); ++i) {
            if (views_[left][i]->view().id != id)
                continue;
            docks_[i]->setFloating(false);
            removeDockWidget(docks_[i]); // out of the tabs that it shared
            if (before)
                splitDockWidget(before, docks_[i], Qt::Horizontal);
            else
                addDockWidget(Qt::LeftDockWidgetArea, docks_[i]);
            docks_[i]->show();
            if (before)
                resizeDocks({before, docks_[i]}, {100, 100}, Qt::Horizontal);
            before = docks_[i];
        }
    arranging_ = false;
}

std::vector<std::string> ViewArea::offeredViews() const {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < docks_.size(); ++i)
        if (std::find(applicable_.begin(), applicable_.end(), docks_[i]) != applicable_.end())
            ids.push_back(views_[left][i]->view().id);
    return ids;
}

void ViewArea::exportCurrent() {
    if (ViewWidget* view = current())
        exportView(*view);
}

void ViewArea::filmCurrent() {
    if (ViewWidget* view = current())
        Q_EMIT filmWanted(view);
}

void ViewArea::exportView(ViewWidget& view) {
    const QString suggested =
        QString::fromStdString(description_->id + "-" + view.view().id + ".svg");
    QString filters = tr("SVG (*.svg);;PDF (*.pdf);;PNG (*.png);;CSV (*.csv);;PGFPlots (*.tex)");
    for (const FileFormat& format : view.furtherFormats())
        filters += QString(";;%1 (*.%2)").arg(format.label, format.suffix);
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Export the view \"%1\"").arg(QString::fromStdString(view.view().title)),
        suggested, filters);
    if (path.isEmpty())
        return;
    try {
        constexpr double printScale = 3.0;
        view.exportTo(path, view.size(), printScale);
        Q_EMIT told(tr("Written: %1").arg(path));
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

} // namespace convergence
