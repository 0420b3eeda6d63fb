#include "app/window/side_panels.h"

#include <utility>

#include <QFontMetrics>
#include <QMainWindow>

namespace convergence {

SidePanels::SidePanels(QMainWindow& window, const Contents& contents)
    : QObject(&window), window_(window),
      experiments_(
          addDock(tr("Experiments"), "experiments", contents.experiments, Qt::LeftDockWidgetArea)),
      runs_(addDock(tr("Runs"), "runs", contents.runs, Qt::LeftDockWidgetArea)),
      experiment_(
          addDock(tr("Experiment"), "experiment", contents.experiment, Qt::RightDockWidgetArea)) {
    window_.tabifyDockWidget(experiments_, runs_);
    window_.resizeDocks({experiments_, experiment_}, {180, 310}, Qt::Horizontal);
    experiments_->raise();
}

QDockWidget* SidePanels::addDock(const QString& title, const char* name, QWidget* content,
                                 Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title, &window_);
    dock->setObjectName(name);
    dock->setWidget(content);
    window_.addDockWidget(area, dock);
    return dock;
}

void SidePanels::addLeft(QDockWidget* panel, int width) {
    window_.addDockWidget(Qt::LeftDockWidgetArea, panel);
    window_.tabifyDockWidget(experiments_, panel);
    window_.resizeDocks({panel}, {width}, Qt::Horizontal);
    later_.emplace_back(panel);
}

void SidePanels::hideRuns() {
    runs_->hide();
}

void SidePanels::makeRoom() {
    constexpr int roomy = 1400;
    for (QDockWidget* dock : {experiments_, runs_})
        if (window_.width() < roomy && dock->isVisible()) {
            dock->hide();
            hidden_.emplace_back(dock);
        }
}

void SidePanels::giveBack() {
    for (const QPointer<QDockWidget>& dock : hidden_)
        if (dock)
            dock->show();
    hidden_.clear();
}

void SidePanels::putAside() {
    aside_ = window_.saveState();
    for (QDockWidget* dock : {experiments_, runs_, experiment_})
        dock->hide();
    for (const QPointer<QDockWidget>& dock : later_)
        if (dock)
            dock->hide();
}

void SidePanels::takeBack() {
    window_.restoreState(std::exchange(aside_, {}));
}

void SidePanels::setFont(const QFont& font) {
    for (QDockWidget* dock : {experiments_, runs_, experiment_})
        dock->setFont(font);
    for (const QPointer<QDockWidget>& dock : later_)
        if (dock)
            dock->setFont(font);
    const int character = QFontMetrics(font).averageCharWidth();
    experiment_->widget()->setMinimumWidth(24 * character);
    experiments_->widget()->setMinimumWidth(14 * character);
}

QList<QAction*> SidePanels::showActions() const {
    return {experiments_->toggleViewAction(), runs_->toggleViewAction(),
            experiment_->toggleViewAction()};
}

} // namespace convergence
