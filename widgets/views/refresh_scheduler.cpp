#include "widgets/views/refresh_scheduler.h"

#include "widgets/view_widget.h"

namespace convergence {

namespace {
constexpr int frameMilliseconds = 16;
}

RefreshScheduler::RefreshScheduler(QObject* parent) : QObject(parent) {
    timer_.setTimerType(Qt::PreciseTimer);
    timer_.setInterval(frameMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &RefreshScheduler::refreshNext);
    timer_.start();
}

void RefreshScheduler::add(ViewWidget* view) {
    if (!views_.contains(view))
        views_.append(view);
}

void RefreshScheduler::remove(ViewWidget* view) {
    views_.removeAll(view);
}

void RefreshScheduler::setActive(bool active) {
    if (active)
        timer_.start();
    else
        timer_.stop();
}

bool RefreshScheduler::refreshNext() {
    views_.removeIf([](const QPointer<ViewWidget>& view) { return view.isNull(); });
    for (qsizetype asked = 0; asked < views_.size(); ++asked) {
        next_ = (next_ + 1) % views_.size();
        if (views_[next_]->isVisible() && views_[next_]->refresh())
            return true;
    }
    return false;
}

} // namespace convergence
