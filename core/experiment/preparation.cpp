#include "core/experiment/preparation.h"

namespace convergence {

namespace {
thread_local Preparation* present = nullptr;
}

Preparation::Preparation(Listener listener, StopToken stop)
    : listener_(std::move(listener)), stop_(std::move(stop)), outer_(present) {
    present = this;
}

Preparation::~Preparation() {
    present = outer_;
}

void Preparation::tell(double fraction, const std::string& what) {
    if (present && present->listener_)
        present->listener_(fraction, what);
}

StopToken Preparation::stopToken() {
    return present ? present->stop_ : StopToken();
}

} // namespace convergence
