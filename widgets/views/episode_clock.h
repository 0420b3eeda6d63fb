#pragma once

#include <QElapsedTimer>

namespace convergence {

/// Where in an episode a scene is: a share from 0 to 1 that runs by the wall clock, rests at the
/// end for a moment and begins again. Views beside each other share one.
class EpisodeClock {
public:
    static constexpr double restSeconds = 0.8;

    /// How long the whole episode plays; keeps the share.
    void setLength(double seconds);
    [[nodiscard]] bool isPlaying() const { return isPlaying_; }
    void play();
    void pause();
    void seek(double share);
    /// At the end until it is played for the first time, since the end tells most.
    [[nodiscard]] double share() const;

private:
    [[nodiscard]] double seconds() const; ///< since the beginning of the loop

    double length_ = 5.0;
    double base_ = 5.0; ///< seconds of the loop at which clock_ started
    bool isPlaying_ = false;
    QElapsedTimer clock_;
};

} // namespace convergence
