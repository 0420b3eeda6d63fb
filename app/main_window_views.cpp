// The area of views in the middle of the window, and the menus.

#include <algorithm>

#include <QActionGroup>
#include <QCoreApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenuBar>
#include <QMessageBox>
#include <QUndoStack>
#include <QWhatsThis>

#include "app/main_window.h"
#include "app/sweep_window.h"
#include "core/error.h"
#include "core/experiment/run_files.h"
#include "widgets/panels/experiment_browser.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/transport_bar.h"

namespace convergence {

void MainWindow::rebuildViews() {
    for (QDockWidget* dock : viewDocks_)
        delete dock;
    viewDocks_.clear();
    views_.clear();
    viewListMenu_->clear();
    for (const View& spec : description_->views) {
        auto* view = ViewWidget::create(spec, description_, theme_);
        auto* dock = new QDockWidget(QString::fromStdString(spec.title), viewArea_);
        dock->setObjectName(QString::fromStdString(description_->id + "/" + spec.id));
        dock->setToolTip(QString::fromStdString(spec.help));
        dock->setWidget(view);
        auto* leave = new QAction(dock);
        leave->setShortcut(Qt::Key_Escape);
        leave->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        dock->addAction(leave);
        connect(leave, &QAction::triggered, this, [this, dock] {
            if (fullScreen_ == dock)
                toggleFullScreen();
        });
        connect(view, &ViewWidget::gestureMade, this, &MainWindow::gesture);
        connect(view, &ViewWidget::exportRequested, this, [this, view] { exportView(*view); });
        viewDocks_.push_back(dock);
        views_.push_back(view);
        refresher_.add(view);
        viewListMenu_->addAction(dock->toggleViewAction());
    }
    arrangeViews();
}

/// The docks of the views that have something to show at the form's values.
std::vector<QDockWidget*> MainWindow::applicableDocks() const {
    const ParameterValues values(description_->parameters, form_->overrides());
    const auto context = values.numericView(description_->parameters);
    std::vector<QDockWidget*> docks;
    for (std::size_t i = 0; i < views_.size(); ++i)
        // A view's condition reads as a parameter's does.
        if (applies(Parameter{.appliesIf = views_[i]->view().appliesIf}, context))
            docks.push_back(viewDocks_[i]);
    return docks;
}

/// Four cells; further views are tabs in them. Views that do not apply are not shown or offered.
void MainWindow::arrangeViews() {
    constexpr std::size_t cells = 4;
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
        switch (i) {
        case 0:
            viewArea_->addDockWidget(Qt::LeftDockWidgetArea, dock);
            break;
        case 1:
            viewArea_->splitDockWidget(arranged_[0], dock, Qt::Horizontal);
            break;
        case 2:
        case 3:
            viewArea_->splitDockWidget(arranged_[i - 2], dock, Qt::Vertical);
            break;
        default:
            viewArea_->tabifyDockWidget(arranged_[i % cells], dock);
        }
        dock->show();
    }
    for (std::size_t i = 0; i < std::min(cells, arranged_.size()); ++i)
        arranged_[i]->raise();
    if (arranged_.size() >= cells) {
        viewArea_->resizeDocks({arranged_[0], arranged_[1]}, {100, 100}, Qt::Horizontal);
        viewArea_->resizeDocks({arranged_[0], arranged_[2]}, {100, 100}, Qt::Vertical);
        viewArea_->resizeDocks({arranged_[1], arranged_[3]}, {100, 100}, Qt::Vertical);
    }
}

ViewWidget& MainWindow::view(const QString& id) const {
    QStringList known;
    for (ViewWidget* view : views_) {
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
    for (ViewWidget* view : views_)
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
    ViewWidget* chosen = currentView();
    const bool single = std::count_if(viewDocks_.begin(), viewDocks_.end(),
                                      [](QDockWidget* dock) { return !dock->isHidden(); }) == 1;
    for (std::size_t i = 0; i < viewDocks_.size(); ++i)
        viewDocks_[i]->setVisible(single || views_[i] == chosen);
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
        QAction* action = menu.addAction(Theme::load(id).label);
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, id] { setTheme(id); });
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
        sweep_->design(type_, form_->overrides());
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
