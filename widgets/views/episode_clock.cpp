#include "widgets/views/episode_clock.h"

#include <algorithm>
#include <cmath>

namespace convergence {

double EpisodeClock::seconds() const {
    if (!isPlaying_)
        return base_;
    return std::fmod(base_ + 1e-9 * double(clock_.nsecsElapsed()), length_ + restSeconds);
}

double EpisodeClock::share() const {
    return std::min(1.0, seconds() / length_);
}

void EpisodeClock::setLength(double seconds) {
    if (seconds == length_)
        return;
    const double now = share();
    length_ = seconds;
    seek(now);
}

void EpisodeClock::seek(double share) {
    base_ = std::clamp(share, 0.0, 1.0) * length_;
    clock_.start();
}

void EpisodeClock::play() {
    if (isPlaying_)
        return;
    if (base_ >= length_)
        base_ = 0.0;
    clock_.start();
    isPlaying_ = true;
}

void EpisodeClock::pause() {
    base_ = std::min(seconds(), length_);
    isPlaying_ = false;
}

} // namespace convergence
