#include "widgets/films/matroska.h"

#include <bit>

namespace convergence {

namespace {

/// Elements by the names that RFC 8794 and RFC 9559 give them; the width of a number is part of it.
enum Id : std::uint32_t {
    ebml = 0x1A45DFA3,
    ebmlVersion = 0x4286,
    ebmlReadVersion = 0x42F7,
    ebmlMaxIdLength = 0x42F2,
    ebmlMaxSizeLength = 0x42F3,
    docType = 0x4282,
    docTypeVersion = 0x4287,
    docTypeReadVersion = 0x4285,
    segment = 0x18538067,
    seekHead = 0x114D9B74,
    seek = 0x4DBB,
    seekId = 0x53AB,
    seekPosition = 0x53AC,
    info = 0x1549A966,
    timestampScale = 0x2AD7B1,
    durationOfAll = 0x4489,
    muxingApp = 0x4D80,
    writingApp = 0x5741,
    tracks = 0x1654AE6B,
    trackEntry = 0xAE,
    trackNumber = 0xD7,
    trackUid = 0x73C5,
    trackType = 0x83,
    flagLacing = 0x9C,
    codecId = 0x86,
    defaultDuration = 0x23E383,
    video = 0xE0,
    pixelWidth = 0xB0,
    pixelHeight = 0xBA,
    colour = 0x55B0,
    matrixCoefficients = 0x55B1,
    range = 0x55B9,
    transferCharacteristics = 0x55BA,
    primaries = 0x55BB,
    cluster = 0x1F43B675,
    timestamp = 0xE7,
    simpleBlock = 0xA3,
    cues = 0x1C53BB6B,
    cuePoint = 0xBB,
    cueTime = 0xB3,
    cueTrackPositions = 0xB7,
    cueTrack = 0xF7,
    cueClusterPosition = 0xF1,
};

QByteArray bigEndian(std::uint64_t value, int bytes) {
    QByteArray text(bytes, '\0');
    for (int i = 0; i < bytes; ++i)
        text[i] = char(value >> 8 * (bytes - 1 - i) & 0xFF);
    return text;
}

QByteArray idBytes(Id id) {
    return bigEndian(id, id > 0xFFFFFF ? 4 : id > 0xFFFF ? 3 : id > 0xFF ? 2 : 1);
}

/// A size in eight bytes, whatever it is, so that it can be filled in later.
QByteArray sizeBytes(std::uint64_t size) {
    return bigEndian(std::uint64_t(1) << 56 | size, 8);
}

QByteArray element(Id id, const QByteArray& content) {
    return idBytes(id) + sizeBytes(std::uint64_t(content.size())) + content;
}
QByteArray number(Id id, std::uint64_t value) {
    return element(id, bigEndian(value, 8));
}
QByteArray real(Id id, double value) {
    return element(id, bigEndian(std::bit_cast<std::uint64_t>(value), 8));
}

constexpr std::uint64_t nanosecondsAMillisecond = 1000000;
constexpr int valueOfNumber = 8; ///< bytes, at the end of an element made by number() or real()
/// Times in a cluster are 16 bits from its first.
constexpr std::int64_t longestCluster = 30000;

QByteArray header() {
    return element(ebml, number(ebmlVersion, 1) + number(ebmlReadVersion, 1) +
                             number(ebmlMaxIdLength, 4) + number(ebmlMaxSizeLength, 8) +
                             element(docType, "webm") + number(docTypeVersion, 4) +
                             number(docTypeReadVersion, 2));
}

/// One silent track of pictures in the colors of BT.709, of which black is 16 and white 235.
QByteArray track(QSize pixels, double picturesASecond) {
    const QByteArray colors =
        element(colour, number(matrixCoefficients, 1) + number(range, 1) +
                            number(transferCharacteristics, 1) + number(primaries, 1));
    return element(
        tracks, element(trackEntry,
                        number(trackNumber, 1) + number(trackUid, 1) + number(trackType, 1) +
                            number(flagLacing, 0) + element(codecId, "V_VP9") +
                            number(defaultDuration, std::uint64_t(1e9 / picturesASecond + 0.5)) +
                            element(video, number(pixelWidth, std::uint64_t(pixels.width())) +
                                               number(pixelHeight, std::uint64_t(pixels.height())) +
                                               colors)));
}

QByteArray seekEntry(Id id, std::uint64_t position) {
    return element(seek, element(seekId, idBytes(id)) + number(seekPosition, position));
}

} // namespace

MatroskaWriter::MatroskaWriter(QIODevice& device, QSize pixels, double picturesASecond)
    : device_(device) {
    write(header());
    write(idBytes(segment) + sizeBytes(0));
    segment_ = device_.pos();
    const QByteArray about =
        element(info, number(timestampScale, nanosecondsAMillisecond) +
                          element(muxingApp, "Convergence Lab") +
                          element(writingApp, "Convergence Lab") + real(durationOfAll, 0.0));
    // Places do not change the length of what tells them.
    const auto head = [&](std::uint64_t first) {
        const auto aboutEnd = first + std::uint64_t(about.size());
        return element(seekHead,
                       seekEntry(info, first) + seekEntry(tracks, aboutEnd) + seekEntry(cues, 0));
    };
    write(head(std::uint64_t(head(0).size())));
    cuesPosition_ = device_.pos() - valueOfNumber;
    write(about);
    duration_ = device_.pos() - valueOfNumber;
    write(track(pixels, picturesASecond));
}

void MatroskaWriter::write(const QByteArray& bytes) {
    good_ = good_ && device_.write(bytes) == bytes.size();
}

void MatroskaWriter::patch(qint64 at, const QByteArray& bytes) {
    const qint64 end = device_.pos();
    good_ = good_ && device_.seek(at);
    write(bytes);
    good_ = good_ && device_.seek(end);
}

std::uint64_t MatroskaWriter::inSegment(qint64 at) const {
    return std::uint64_t(at - segment_);
}

void MatroskaWriter::endCluster() {
    if (cluster_.isEmpty())
        return;
    write(element(cluster, number(timestamp, std::uint64_t(clusterTime_)) + cluster_));
    cluster_.clear();
}

void MatroskaWriter::add(std::span<const std::uint8_t> picture, std::int64_t milliseconds,
                         bool isKey) {
    if (isKey || milliseconds - clusterTime_ > longestCluster)
        endCluster();
    if (cluster_.isEmpty()) {
        clusterTime_ = milliseconds;
        if (isKey)
            cues_.push_back({milliseconds, inSegment(device_.pos())});
    }
    const char ofTrackOne = char(0x81);
    const QByteArray block =
        QByteArray(1, ofTrackOne) + bigEndian(std::uint64_t(milliseconds - clusterTime_), 2) +
        QByteArray(1, isKey ? char(0x80) : '\0') +
        QByteArray(reinterpret_cast<const char*>(picture.data()), qsizetype(picture.size()));
    cluster_ += element(simpleBlock, block);
}

bool MatroskaWriter::finish(std::int64_t milliseconds) {
    endCluster();
    patch(cuesPosition_, bigEndian(inSegment(device_.pos()), valueOfNumber));
    QByteArray points;
    for (const Cue& cue : cues_)
        points += element(
            cuePoint, number(cueTime, std::uint64_t(cue.milliseconds)) +
                          element(cueTrackPositions,
                                  number(cueTrack, 1) + number(cueClusterPosition, cue.cluster)));
    write(element(cues, points));
    patch(duration_, bigEndian(std::bit_cast<std::uint64_t>(double(milliseconds)), valueOfNumber));
    patch(segment_ - valueOfNumber, sizeBytes(inSegment(device_.pos())));
    return good_;
}

} // namespace convergence
