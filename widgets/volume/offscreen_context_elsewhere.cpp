#include "widgets/volume/offscreen_context.h"

namespace convergence {

OffscreenContext::OffscreenContext() = default;
OffscreenContext::~OffscreenContext() = default;

bool OffscreenContext::isValid() const {
    return context_ && surface_;
}

bool OffscreenContext::isCurrent() const {
    return false;
}

bool OffscreenContext::makeCurrent() const {
    return display_ && isValid();
}

} // namespace convergence
