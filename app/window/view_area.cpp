#include "app/window/view_area.h"

#include <algorithm>
#include <utility>

#include <QAction>
#include <QApplication>
#include <QFileDialog>
#include <QTabBar>

#include "core/error.h"

namespace convergence {

ViewArea::ViewArea(const Theme& theme, QWidget* parent) : QMainWindow(parent), theme_(theme) {
    setWindowFlags(Qt::Widget); // the constructor always makes a window
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    naming_.setSingleShot(true);
    naming_.setInterval(0);
    connect(&naming_, &QTimer::timeout, this, &ViewArea::nameViews);
}

void ViewArea::open(std::shared_ptr<const Description> description, Columns columns,
                    const ParameterValues& values) {
    clear();
    description_ = std::move(description);
    columns_ = columns;
    for (const View& spec : description_->views)
        docks_.push_back(makeDock(spec));
    applicable_ = applicable(values);
    arrange();
    Q_EMIT opened();
}

void ViewArea::clear() {
    for (ViewDock* dock : docks_)
        delete dock;
    docks_.clear();
    applicable_.clear();
    for (auto& column : views_)
        column.clear();
}

ViewArea::Aside::~Aside() {
    for (const QPointer<ViewDock>& dock : docks)
        delete dock.data();
}

ViewArea::Aside ViewArea::putAside() {
    Aside aside;
    if (!description_ || columns_ == Columns::two)
        return aside;
    if (fullScreen_)
        toggleFullScreen();
    aside.description = description_;
    aside.state = saveState();
    aside.theme = theme_.id;
    aside.arrangedByHand = arrangedByHand_;
    for (ViewDock* dock : docks_) {
        aside.docks.emplace_back(dock);
        removeDockWidget(dock);
    }
    aside.applicable = std::exchange(applicable_, {});
    aside.views = std::exchange(views_, {});
    docks_.clear();
    return aside;
}

void ViewArea::takeUp(Aside aside, const ParameterValues& values) {
    if (aside.docks.empty())
        return open(aside.description ? aside.description : description_, Columns::one, values);
    clear();
    description_ = aside.description;
    columns_ = Columns::one;
    views_ = std::exchange(aside.views, {});
    for (const QPointer<ViewDock>& dock : std::exchange(aside.docks, {}))
        docks_.push_back(dock);
    applicable_ = applicable(values);
    if (aside.theme != theme_.id)
        setTheme(theme_);
    setArmLook(armLook_);
    arrange();
    if (applicable_ == aside.applicable && restoreState(aside.state))
        arrangedByHand_ = aside.arrangedByHand;
    Q_EMIT opened();
}

ViewWidget* ViewArea::makeView(const View& spec, QWidget* parent) {
    ViewWidget* view = ViewWidget::create(spec, description_, theme_, parent);
    view->setArmLook(armLook_);
    connect(view, &ViewWidget::exportRequested, this, [this, view] { exportView(*view); });
    connect(view, &ViewWidget::filmRequested, this, [this, view] { Q_EMIT filmWanted(view); });
    refresher_.add(view);
    return view;
}

ViewDock* ViewArea::makeDock(const View& spec) {
    auto* dock = new ViewDock(QString::fromStdString(spec.title), this);
    dock->setObjectName(QString::fromStdString(description_->id + "/" + spec.id));
    dock->setToolTip(QString::fromStdString(spec.help));
    std::vector<ViewWidget*> shown{makeView(spec, dock)};
    if (columns_ == Columns::two) {
        shown.push_back(makeView(spec, dock));
        shown[left]->pairWith(*shown[right]);
        shown[right]->pairWith(*shown[left]);
    }
    for (std::size_t column = 0; column < shown.size(); ++column)
        views_[column].push_back(shown[column]);
    dock->setViews(shown);
    auto* leave = new QAction(dock);
    leave->setShortcut(Qt::Key_Escape);
    leave->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    dock->addAction(leave);
    connect(leave, &QAction::triggered, this, [this, dock] {
        if (fullScreen_ == dock)
            toggleFullScreen();
    });
    connect(dock, &ViewDock::closeWanted, this, [this, id = spec.id] { close(id); });
    connect(dock, &QDockWidget::dockLocationChanged, this,
            [this] { arrangedByHand_ = arrangedByHand_ || !arranging_; });
    const auto nameSoon = [this] { naming_.start(); };
    connect(dock, &QDockWidget::dockLocationChanged, &naming_, nameSoon);
    connect(dock, &QDockWidget::topLevelChanged, &naming_, nameSoon);
    connect(dock, &QDockWidget::visibilityChanged, &naming_, nameSoon);
    return dock;
}

/// A view that is behind the same tabs as others is named by its tab, another one by its line.
void ViewArea::nameViews() {
    for (ViewDock* dock : docks_) {
        QList<QDockWidget*> others;
        if (!dock->isFloating() && !dock->isHidden())
            others = tabifiedDockWidgets(dock);
        others.removeIf([](const QDockWidget* other) { return other->isHidden(); });
        dock->setTabs(others);
    }
    prepareTabs();
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
    const QWidget* focused = QApplication::focusWidget();
    for (QWidget* start : {const_cast<QWidget*>(focused), window()->focusWidget()})
        for (QWidget* widget = start; widget; widget = widget->parentWidget()) {
            if (auto* view = dynamic_cast<ViewWidget*>(widget))
                return view;
            for (std::size_t i = 0; i < docks_.size(); ++i) // in the line of a view
                if (docks_[i] == widget)
                    return views_[left][i];
        }
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

ViewArea::Docks ViewArea::applicable(const ParameterValues& values) const {
    const auto context = values.numericView(description_->parameters);
    Docks docks;
    for (std::size_t i = 0; i < docks_.size(); ++i)
        // A view's condition reads as a parameter's does.
        if (applies(Parameter{.appliesIf = views_[left][i]->view().appliesIf}, context))
            docks.push_back(docks_[i]);
    return docks;
}

void ViewArea::setValues(const ParameterValues& values) {
    Docks docks = applicable(values);
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
Cells ViewArea::roomyCells() const {
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

const View& ViewArea::viewOf(const QDockWidget* dock) const {
    const auto index = std::size_t(std::find(docks_.begin(), docks_.end(), dock) - docks_.begin());
    return views_[left][index]->view();
}

void ViewArea::arrange() {
    if (!description_)
        return;
    arranging_ = true;
    cells_ = roomyCells();
    for (ViewDock* dock : docks_) {
        const bool shown =
            std::find(applicable_.begin(), applicable_.end(), dock) != applicable_.end();
        dock->toggleViewAction()->setVisible(shown);
        if (shown)
            dock->setFloating(false);
        else
            dock->hide();
    }
    std::vector<QDockWidget*> main, others;
    for (ViewDock* dock : applicable_)
        (viewOf(dock).isMain ? main : others).push_back(dock);
    const auto isTable = [this](const QDockWidget* dock) {
        return viewOf(dock).kind == ViewKind::table;
    };
    QDockWidget* below = nullptr;
    if (main.size() > 1 && cells_.rows > 1 && isTable(main.back())) {
        below = main.back();
        main.pop_back();
    }
    if (main.empty())
        arrangeInCells(*this, cells_, others);
    else
        arrangeAroundMain(*this, cells_, main, others, below);
    arranging_ = false;
    arrangedByHand_ = false;
    prepareTabs();
    nameViews();
}

/// The beginning of a title says too little; tabs that do not fit are scrolled to.
void ViewArea::prepareTabs() {
    for (QTabBar* tabs : findChildren<QTabBar*>(Qt::FindDirectChildrenOnly)) {
        tabs->setElideMode(Qt::ElideNone);
        tabs->setUsesScrollButtons(true);
        tabs->setAccessibleName(tr("Views"));
    }
}

void ViewArea::maximize() {
    const int chosen = indexOf(current());
    const bool single = std::count_if(docks_.begin(), docks_.end(),
                                      [](ViewDock* dock) { return !dock->isHidden(); }) == 1;
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

bool ViewArea::pointAt(const std::string& id) {
    for (std::size_t i = 0; i < docks_.size(); ++i)
        if (views_[left][i]->view().id == id)
            docks_[i]->setPointedAt(true);
    return reveal(id);
}

void ViewArea::pointNowhere() {
    for (ViewDock* dock : docks_)
        dock->setPointedAt(false);
}

void ViewArea::focusMain() {
    for (std::size_t i = 0; i < docks_.size(); ++i)
        if (!docks_[i]->isHidden() && views_[left][i]->view().isMain)
            return views_[left][i]->setFocus();
    if (ViewWidget* view = current())
        view->setFocus();
}

void ViewArea::hideView(const std::string& id) {
    for (std::size_t i = 0; i < docks_.size(); ++i)
        if (views_[left][i]->view().id == id) {
            if (docks_[i] == fullScreen_)
                toggleFullScreen();
            docks_[i]->hide();
        }
}

void ViewArea::close(const std::string& id) {
    for (std::size_t i = 0; i < docks_.size(); ++i) {
        const View& spec = views_[left][i]->view();
        if (spec.id != id || docks_[i]->isHidden())
            continue;
        hideView(id);
        arrangedByHand_ = true; // a change of size shall not bring it back
        Q_EMIT closed(QString::fromStdString(id), QString::fromStdString(spec.title));
        return;
    }
}

void ViewArea::closeCurrent() {
    if (const ViewWidget* view = current())
        close(view->view().id);
}

void ViewArea::setArmLook(const ArmLook& look) {
    armLook_ = look;
    for (const auto& column : views_)
        for (ViewWidget* view : column)
            view->setArmLook(look);
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
    for (const ViewDock* dock : docks_)
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
