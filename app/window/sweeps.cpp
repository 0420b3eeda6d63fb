#include "app/window/sweeps.h"

#include <QCoreApplication>

namespace convergence {

Sweeps::Sweeps(const Registry& registry, const Theme& theme, QObject* parent)
    : QObject(parent), registry_(registry), theme_(theme) {}

Sweeps::~Sweeps() {
    if (window_)
        window_->close();
}

void Sweeps::show(std::shared_ptr<const ExperimentType> type, const Overrides& overrides) {
    if (!window_) {
        window_ = new SweepWindow(registry_, theme_, QCoreApplication::applicationFilePath());
        window_->setAttribute(Qt::WA_DeleteOnClose);
        connect(window_, &SweepWindow::runChosen, this, &Sweeps::runChosen);
    }
    if (type && !window_->isRunning())
        window_->design(std::move(type), overrides);
    window_->show();
    window_->raise();
    window_->activateWindow();
}

void Sweeps::setTheme(const Theme& theme) {
    theme_ = theme;
    if (window_)
        window_->setTheme(theme);
}

} // namespace convergence
