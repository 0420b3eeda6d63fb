#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <QIODevice>
#include <QSize>

namespace convergence {

/// The container of WebM: one track of VP9 pictures in Matroska elements (RFC 9559, RFC 8794).
///
/// A cluster begins at each key picture, so that a player can go there: its place is in the cues at
/// the end. Only what is needed for one silent track; all sizes are known when they are written,
/// but for those of the whole, which finish() fills in, so the device has to seek.
class MatroskaWriter {
public:
    /// `device` is open, empty, and outlives this.
    MatroskaWriter(QIODevice& device, QSize pixels, double picturesASecond);

    /// Starts at `milliseconds`, later than the one before; the first is a key picture.
    void add(std::span<const std::uint8_t> picture, std::int64_t milliseconds, bool isKey);
    /// Ends the film after so many milliseconds. False if something could not be written.
    [[nodiscard]] bool finish(std::int64_t milliseconds);

private:
    struct Cue {
        std::int64_t milliseconds;
        std::uint64_t cluster; ///< place in the segment
    };
    void write(const QByteArray& bytes);
    void patch(qint64 at, const QByteArray& bytes);
    void endCluster();
    [[nodiscard]] std::uint64_t inSegment(qint64 at) const;

    QIODevice& device_;
    bool good_ = true;
    qint64 segment_ = 0;           ///< where its content begins
    qint64 duration_ = 0;          ///< where the number of milliseconds is
    qint64 cuesPosition_ = 0;      ///< where the place of the cues is told
    QByteArray cluster_;           ///< its blocks so far
    std::int64_t clusterTime_ = 0; ///< of its first picture
    std::vector<Cue> cues_;
};

} // namespace convergence
