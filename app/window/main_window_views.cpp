// The area of views in the middle of the window, and the menus.

#include <algorithm>

#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QTabBar>
#include <QUndoStack>
#include <QWhatsThis>

#include "app/language.h"
#include "app/sweeps/window.h"
#include "app/window/main_window.h"
#include "core/error.h"
#include "core/experiment/run_files.h"
#include "widgets/panels/experiment_browser.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/transport_bar.h"

namespace convergence {

ViewWidget* MainWindow::makeView(const View& spec, QWidget* parent) {
    ViewWidget* view = ViewWidget::create(spec, description_, theme_, parent);
    connect(view, &ViewWidget::exportRequested, this, [this, view] { exportView(*view); });
    refresher_.add(view);
    return view;
}

void MainWindow::rebuildViews() {
    side_.setViews({});
    for (QDockWidget* dock : viewDocks_)
        delete dock;
    viewDocks_.clear();
    viewListMenu_->clear();
    std::vector<ViewWidget*> views, viewsBeside;
    for (const View& spec : description_->views) {
        auto* dock = new QDockWidget(QString::fromStdString(spec.title), viewArea_);
        dock->setObjectName(QString::fromStdString(description_->id + "/" + spec.id));
        dock->setToolTip(QString::fromStdString(spec.help));
        if (comparing_) {
            auto* pair = new QWidget(dock);
            auto* columns = new QHBoxLayout(pair);
            columns->setContentsMargins(0, 0, 0, 0);
            columns->setSpacing(4);
            views.push_back(makeView(spec, pair));
            viewsBeside.push_back(makeView(spec, pair));
            views.back()->pairWith(*viewsBeside.back());
            viewsBeside.back()->pairWith(*views.back());
            for (ViewWidget* view : {views.back(), viewsBeside.back()}) {
                view->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Expanding);
                columns->addWidget(view, 1);
            }
            dock->setWidget(pair);
        } else {
            views.push_back(makeView(spec, dock));
            dock->setWidget(views.back());
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
        viewDocks_.push_back(dock);
        viewListMenu_->addAction(dock->toggleViewAction());
    }
    side_.setViews(std::move(views));
    if (comparing_)
        beside_->setViews(std::move(viewsBeside));
    arrangeViews();
}

int MainWindow::indexOf(const ViewWidget* view) const {
    for (const RunSide* side : {&side_, static_cast<const RunSide*>(beside())})
        if (side)
            for (std::size_t i = 0; i < side->views().size(); ++i)
                if (side->views()[i] == view)
                    return static_cast<int>(i);
    return -1;
}

/// The docks of the views that have something to show at the form's values.
std::vector<QDockWidget*> MainWindow::applicableDocks() const {
    const ParameterValues values(description_->parameters, side_.form()->overrides());
    const auto context = values.numericView(description_->parameters);
    std::vector<QDockWidget*> docks;
    for (std::size_t i = 0; i < views().size(); ++i)
        // A view's condition reads as a parameter's does.
        if (applies(Parameter{.appliesIf = views()[i]->view().appliesIf}, context))
            docks.push_back(viewDocks_[i]);
    return docks;
}

/// As many as there is room for at the present size of type: two by two, or fewer. Paired views are
/// two columns by themselves.
MainWindow::Cells MainWindow::roomyCells() const {
    constexpr int fewestCharacters = 36, fewestLines = 15;
    const QFontMetrics type(qApp->font());
    const QSize room = viewArea_->size();
    const bool twoColumns = room.width() >= 2 * fewestCharacters * type.averageCharWidth();
    const bool twoRows = room.height() >= 2 * fewestLines * type.lineSpacing();
    return {.columns = twoColumns && !comparing_ ? 2 : 1, .rows = twoRows ? 2 : 1};
}

/// Rearranges the views if there is room for more or fewer, unless a person has arranged them.
void MainWindow::fitViews() {
    if (type_ && !fullScreen_ && !arrangedByHand_ && roomyCells() != cells_)
        arrangeViews();
}

/// In cells; further views are tabs in them. Views that do not apply are not shown or offered.
void MainWindow::arrangeViews() {
    arranging_ = true;
    cells_ = roomyCells();
    const auto columns = static_cast<std::size_t>(cells_.columns);
    const std::size_t cells = columns * static_cast<std::size_t>(cells_.rows);
    arranged_ = applicableDocks();
    for (QDockWidget* dock : viewDocks_) {
        const bool shown = std::find(arranged_.begin(), arranged_.end(), dock) != arranged_.end();
        dock->toggleViewAction()->setVisible(shown);
        if (!shown)
            dock->hide();
    }
    for (std::size_t i = 0; i < arranged_.size(); ++i) {
        QDockWidget* dock = arranged_[i];
        dock->setFloating(false);
        if (i == 0)
            viewArea_->addDockWidget(Qt::LeftDockWidgetArea, dock);
        else if (i >= cells)
            viewArea_->tabifyDockWidget(arranged_[i % cells], dock);
        else if (i < columns)
            viewArea_->splitDockWidget(arranged_[i - 1], dock, Qt::Horizontal);
        else
            viewArea_->splitDockWidget(arranged_[i - columns], dock, Qt::Vertical);
        dock->show();
    }
    for (std::size_t i = 0; i < std::min(cells, arranged_.size()); ++i)
        arranged_[i]->raise();
    if (columns > 1 && arranged_.size() > 1)
        viewArea_->resizeDocks({arranged_[0], arranged_[1]}, {100, 100}, Qt::Horizontal);
    for (std::size_t i = 0; cells_.rows > 1 && i < columns && i + columns < arranged_.size(); ++i)
        viewArea_->resizeDocks({arranged_[i], arranged_[i + columns]}, {100, 100}, Qt::Vertical);
    arranging_ = false;
    arrangedByHand_ = false;
    // The beginning of a title says too little; tabs that do not fit are scrolled to.
    for (QTabBar* tabs : viewArea_->findChildren<QTabBar*>(Qt::FindDirectChildrenOnly)) {
        tabs->setElideMode(Qt::ElideNone);
        tabs->setUsesScrollButtons(true);
        tabs->setAccessibleName(tr("Views"));
    }
}

ViewWidget& MainWindow::view(const QString& id) const {
    QStringList known;
    for (ViewWidget* view : views()) {
        if (QString::fromStdString(view->view().id) == id)
            return *view;
        known << QString::fromStdString(view->view().id);
    }
    throw InputError(
        QString("There is no view '%1'; known are %2.").arg(id, known.join(", ")).toStdString());
}

ViewWidget* MainWindow::currentView() const {
    for (QWidget* widget = focusWidget(); widget; widget = widget->parentWidget())
        if (auto* view = dynamic_cast<ViewWidget*>(widget))
            return view;
    for (ViewWidget* view : views())
        if (view->isVisible())
            return view;
    return nullptr;
}

void MainWindow::exportCurrentView() {
    if (ViewWidget* view = currentView())
        exportView(*view);
}

void MainWindow::exportView(ViewWidget& view) {
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
        showMessage(tr("Written: %1").arg(path), false);
    } catch (const InputError& error) {
        showMessage(QString::fromUtf8(error.what()), true);
    }
}

void MainWindow::maximizeView() {
    const int chosen = indexOf(currentView());
    const bool single = std::count_if(viewDocks_.begin(), viewDocks_.end(),
                                      [](QDockWidget* dock) { return !dock->isHidden(); }) == 1;
    for (std::size_t i = 0; i < viewDocks_.size(); ++i)
        viewDocks_[i]->setVisible(single || static_cast<int>(i) == chosen);
    if (single)
        arrangeViews();
}

void MainWindow::buildMenus() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    buildSessionMenu(*file);
    file->addAction(tr("&Export view …"), QKeySequence("Ctrl+E"), this,
                    &MainWindow::exportCurrentView);
    file->addSeparator();
    file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);

    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    QAction* undo = undo_.createUndoAction(this, tr("Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = undo_.createRedoAction(this, tr("Redo"));
    redo->setShortcut(QKeySequence("Ctrl+Shift+Z"));
    edit->addActions({undo, redo});
    edit->addSeparator();
    edit->addAction(tr("&Find experiment"), QKeySequence::Find, browser_,
                    &ExperimentBrowser::focusSearch);

    viewMenu_ = menuBar()->addMenu(tr("&View"));
    viewListMenu_ = viewMenu_->addMenu(tr("&Views of the experiment"));
    viewMenu_->addAction(tr("One view, or all again"), QKeySequence("F11"), this,
                         &MainWindow::maximizeView);
    QAction* full =
        viewMenu_->addAction(tr("One view on the &full screen"), QKeySequence("Shift+F11"), this,
                             &MainWindow::toggleFullScreen);
    full->setShortcutContext(Qt::ApplicationShortcut); // the view is a window of its own then
    viewMenu_->addAction(tr("Reset &arrangement"), this, &MainWindow::arrangeViews);
    viewMenu_->addSeparator();
    viewMenu_->addAction(browserDock_->toggleViewAction());
    viewMenu_->addAction(runDock_->toggleViewAction());
    viewMenu_->addAction(rightDock_->toggleViewAction());
    buildThemeMenu(*viewMenu_->addMenu(tr("&Theme")));
    buildLanguageMenu(*viewMenu_->addMenu(tr("&Language")));
    buildRunMenu();

    buildLessonMenu();
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&Keys"), QKeySequence("F1"), this, &MainWindow::showShortcuts);
    help->addAction(tr("&Commands …"), QKeySequence("Ctrl+K"), this, &MainWindow::showPalette);
    QAction* whatsThis = QWhatsThis::createAction(this);
    help->addAction(whatsThis);
    help->addAction(tr("&Messages of this session"), QKeySequence("Ctrl+M"), this,
                    &MainWindow::showMessages);
    help->addAction(tr("&About"), this, &MainWindow::showAbout);
}

void MainWindow::buildThemeMenu(QMenu& menu) {
    auto* group = new QActionGroup(this);
    for (const QString& id : Theme::available()) {
        QString label = Theme::load(id).label;
        for (const char* known : {QT_TR_NOOP("Light"), QT_TR_NOOP("Dark"), QT_TR_NOOP("Projector")})
            if (label == QLatin1String(known))
                label = tr(known);
        QAction* action = menu.addAction(label);
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, id] { setTheme(id); });
    }
}

void MainWindow::buildLanguageMenu(QMenu& menu) {
    auto* group = new QActionGroup(this);
    for (const auto& [id, name] : availableLanguages()) {
        QAction* action = menu.addAction(name);
        action->setCheckable(true);
        action->setChecked(id == usedLanguage());
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, id, name] {
            if (memory_ == Memory::remember)
                QSettings().setValue("window/language", id);
            showMessage(tr("%1 is used when the program is started the next time.").arg(name),
                        false);
        });
    }
}

void MainWindow::buildRunMenu() {
    QMenu* run = menuBar()->addMenu(tr("&Run"));
    run->addAction(tr("&Play or pause"), QKeySequence(Qt::Key_Space), this,
                   &MainWindow::togglePlay);
    run->addAction(tr("&Step"), QKeySequence("."), this,
                   [this] { Q_EMIT transport_->stepRequested(); });
    run->addAction(tr("&Restart"), QKeySequence("Ctrl+R"), this, [this] { restart(true); });
    run->addSeparator();
    overlay_ = run->addAction(tr("&Overlay earlier runs"));
    overlay_->setCheckable(true);
    overlay_->setShortcut(QKeySequence("Ctrl+L"));
    connect(overlay_, &QAction::toggled, this, &MainWindow::updateRuns);
    branch_ = run->addAction(tr("&Branch from here"), QKeySequence("Ctrl+B"), this,
                             &MainWindow::branchFromHere);
    branch_->setStatusTip(tr("A new run that is this one up to the iteration gone back to"));
    branch_->setEnabled(false);
    run->addSeparator();
    buildComparisonMenu(*run);
    run->addAction(tr("&Differences of runs"), QKeySequence("Ctrl+D"), this,
                   &MainWindow::compareRuns);
    run->addSeparator();
    run->addAction(tr("&Save what the trials made …"), this, &MainWindow::saveMade)
        ->setStatusTip(tr("Files of the solvers' own, such as a trained field and its pictures"));
    run->addAction(tr("S&weep …"), QKeySequence("Ctrl+W"), this, &MainWindow::showSweep);
    QMenu* history = menuBar()->addMenu(tr("&Messages"));
    messageMenu_ = history;
    connect(history, &QMenu::aboutToShow, this, [this, history] {
        history->clear();
        if (messages_.isEmpty())
            history->addAction(tr("No messages yet"))->setEnabled(false);
        for (const QString& message : messages_)
            history->addAction(message);
    });
}

void MainWindow::showSweep() {
    if (!sweep_) {
        sweep_ = new SweepWindow(registry_, theme_, QCoreApplication::applicationFilePath());
        sweep_->setAttribute(Qt::WA_DeleteOnClose);
        connect(this, &QObject::destroyed, sweep_, &QWidget::close);
        connect(sweep_, &SweepWindow::runChosen, this,
                [this](const QString& id, const Overrides& overrides) {
                    try {
                        openExperiment(id, overrides);
                        activateWindow();
                    } catch (const InputError& error) {
                        showMessage(QString::fromUtf8(error.what()), true);
                    }
                });
    }
    if (type_ && !sweep_->isRunning())
        sweep_->design(type_, side_.form()->overrides());
    sweep_->show();
    sweep_->raise();
    sweep_->activateWindow();
}

void MainWindow::showAbout() {
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About"),
                                tr("<b>Convergence Lab %1</b><p>Watch the algorithms of papers on "
                                   "convergence run live, and see whether their claims hold.</p>")
                                    .arg(QString::fromStdString(programVersion())),
                                QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setModal(false);
    box->show();
}

} // namespace convergence
