// What a bundle holds, without the checksums and the compression around each part, which arbitrary
// bytes would hardly ever get past. The input is cut into the parts, and the target packs them.

#include <QByteArray>

#include "app/sessions/bundle.h"
#include "core/experiment/bytes.h"
#include "core/experiment/packed_bytes.h"
#include "core/experiment/recording_outline.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/fuzz/fuzz_target.h"

using namespace convergence;

namespace {

/// Parts are separated by this word, so that the fuzzer can cross one input with another.
constexpr std::string_view separator = "\n----\n";

std::string_view takePart(std::string_view& rest) {
    const std::size_t end = rest.find(separator);
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + separator.size());
    return part;
}

QByteArray bytes(std::string_view text) {
    return {text.data(), static_cast<qsizetype>(text.size())};
}

/// As packRecording() writes it, with the states of the trials and their chunks as they come: each
/// trial is its state (`stateBytes`), and the rows of its two tables, unpacked.
QByteArray recordingFrom(std::string_view outline, std::string_view events,
                         std::string_view& rest) {
    ByteWriter out;
    out.put(std::uint32_t{1});
    out.put(std::string_view(packBytes(outline)));
    out.put(std::string_view(packBytes(events)));
    std::string packed = out.take();
    while (!rest.empty()) {
        packed += takePart(rest); // the state
        for (int table = 0; table < 2; ++table) {
            const std::string_view rows = takePart(rest);
            ByteWriter chunk;
            chunk.put(static_cast<std::uint64_t>(rows.empty() ? 0 : 1));
            if (!rows.empty())
                chunk.put(std::string_view(packBytes(rows)));
            packed += chunk.take();
        }
    }
    return bytes(packed);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto type = std::make_shared<const ExperimentType>(testing::quadratic());
    const auto find = [](const std::string&) { return type; };
    std::string_view rest = fuzz::textOf(data, size);
    ArchiveFiles files;
    files["session.json"] = bytes(takePart(rest));
    files["runs/1/run.json"] = bytes(takePart(rest));
    const std::string_view frames = takePart(rest);
    ByteWriter keyFrames;
    keyFrames.put(static_cast<std::uint64_t>(frames.empty() ? 0 : 1));
    if (!frames.empty())
        keyFrames.put(std::string_view(packBytes(frames)));
    files["runs/1/key_frames.bin"] = bytes(keyFrames.take());
    const std::string_view outline = takePart(rest);
    const std::string_view events = takePart(rest);
    files["runs/1/recording.bin"] = recordingFrom(outline, events, rest);
    Bundle bundle;
    if (!fuzz::survives([&] { bundle = bundleFrom(files, "The bundle", find); }))
        return 0;
    // What was opened can be exported and opened again.
    ArchiveFiles again;
    addBundle(again, bundle);
    const Bundle back = bundleFrom(again, "The bundle as written", find);
    if (back.runs.size() != bundle.runs.size() ||
        (!back.runs.empty() &&
         !firstDifference(*back.runs[0].recording, *bundle.runs[0].recording).empty()))
        fuzz::fail("A bundle changes when it is exported and opened.");
    return 0;
}
