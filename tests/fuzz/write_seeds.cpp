// Writes the inputs of the corpus that are not text: fuzz_write_seeds CORPUS
// They are committed; this is how they were made, and how to make them again after a format
// changes.

#include <filesystem>
#include <fstream>
#include <iostream>

#include <QBuffer>

#include "app/sessions/bundle.h"
#include "core/data/npy.h"
#include "core/experiment/bytes.h"
#include "core/experiment/packed_bytes.h"
#include "core/experiment/packed_frames.h"
#include "core/experiment/packed_rows.h"
#include "core/experiment/recording_outline.h"
#include "core/experiment/runner.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/core/experiment/view_frames.h"

using namespace convergence;
namespace fs = std::filesystem;

namespace {

constexpr const char* separator = "\n----\n";

void write(const fs::path& path, std::string_view bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << bytes;
    if (!file)
        throw InputError("The file " + path.string() + " cannot be written.");
}

std::string text(const QByteArray& bytes) {
    return bytes.toStdString();
}

/// One frame of each kind that is kept.
Frames everyKind() {
    Frames frames{.iteration = 3};
    frames.shared["matrix"] = MatrixFrame{.title = "M",
                                          .rows = 1,
                                          .columns = 2,
                                          .values = {1.0F, -2.0F},
                                          .rowLabels = {"a"},
                                          .columnLabels = {"b", "c"}};
    CurvesFrame curves;
    curves.curves.push_back({.label = "c", .x = {0.0, 1.0}, .y = {2.0, 3.0}});
    frames.shared["curves"] = curves;
    PathFrame path;
    path.x = {0.0, 1.0};
    path.y = {1.0, 0.0};
    path.iteration = {0, 1};
    frames.shared["path"] = path;
    BarsFrame bars;
    bars.categories = {"u", "v"};
    bars.series.push_back({.label = "s", .values = {0.5, 0.25}});
    frames.trials.resize(2);
    frames.trials[0]["bars"] = bars;
    FieldFrame field;
    field.xCount = 2;
    field.yCount = 1;
    field.values = {0.0F, 1.0F};
    frames.trials[0]["field"] = field;
    frames.trials[1]["text"] = TextFrame{"t"};
    PicturesFrame pictures;
    pictures.pictures.push_back({.title = "p", .width = 1, .height = 1, .rgb = {1, 2, 3}});
    frames.trials[1]["pictures"] = pictures;
    frames.trials[1]["table"] = testing::clientsTable();
    frames.trials[1]["timeline"] = testing::roundsTimeline();
    frames.trials[1]["points"] = testing::fourPoints();
    frames.trials[1]["graph"] = testing::squareGraph();
    frames.trials[1]["scene"] = testing::pendulum();
    return frames;
}

Bundle smallBundle() {
    const auto experiment = testing::makeQuadratic({{"iterations", std::int64_t{5}}});
    auto recording = makeRecording(*experiment);
    runToEnd(*experiment, *recording, {.threads = 1});
    recording->addEvent({.trial = 0, .iteration = 2, .name = "learning_rate", .value = 0.5});
    LoadedRun run;
    run.run.key = "abc-1";
    run.run.experiment = "quadratic";
    run.run.state = "finished";
    run.run.tags = QStringList{"t"};
    run.run.parameters = R"({"iterations": 5})";
    run.run.claims = "[]";
    run.recording = recording;
    run.keyFrames = {std::make_shared<const Frames>(everyKind())};
    Bundle bundle;
    bundle.session.experiment = "quadratic";
    bundle.session.run = "abc-1";
    bundle.runs.push_back(run);
    return bundle;
}

std::string unpackedFrames(const Frames& frames) {
    return unpackBytes(packFrames(frames), "The key frame");
}

/// The state of a trial as packRecording() writes it.
std::string stateOf(const Recording& recording, std::size_t trial) {
    ByteWriter out;
    out.put(static_cast<std::uint8_t>(recording.status(trial)));
    out.put(recording.iterations(trial));
    out.put(std::string_view(recording.message(trial)));
    out.put(std::uint8_t{1});
    out.put(recording.finals(trial).value());
    return out.take();
}

/// Planes of as many rows, made up.
std::string rowsOf(const Table& table) {
    std::string rows;
    for (std::size_t column = 0; column < table.columns().size(); ++column)
        for (std::size_t plane = 0; plane < sizeof(double); ++plane)
            for (std::size_t row = 0; row < table.rows(); ++row)
                rows += static_cast<char>(row + plane);
    return rows;
}

std::string contentOf(const Bundle& bundle, const ArchiveFiles& files) {
    const Recording& recording = *bundle.runs[0].recording;
    nlohmann::json events = nlohmann::json::array();
    for (const LiveEvent& event : recording.events())
        events.push_back(toJson(event));
    std::string content = text(files.at("session.json")) + separator +
                          text(files.at("runs/1/run.json")) + separator +
                          unpackedFrames(*bundle.runs[0].keyFrames[0]) + separator +
                          outlineJson(recording).dump() + separator + events.dump();
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial)
        content += separator + stateOf(recording, trial) + separator +
                   rowsOf(recording.trace(trial)) + separator + rowsOf(recording.timing(trial));
    return content;
}

void writeSeeds(const fs::path& corpus) {
    const Bundle bundle = smallBundle();
    ArchiveFiles files;
    addBundle(files, bundle);
    QByteArray archive;
    QBuffer buffer(&archive);
    buffer.open(QIODevice::ReadWrite);
    writeArchive(buffer, files, "the bundle");
    write(corpus / "bundle/small.zip", text(archive));
    write(corpus / "bundle_content/small", contentOf(bundle, files));
    write(corpus / "key_frame/every_kind", unpackedFrames(everyKind()));
    const Recording& recording = *bundle.runs[0].recording;
    const Table& trace = recording.trace(0);
    write(corpus / "rows/chunk",
          static_cast<char>(trace.columns().size()) + packRows(trace, 0, trace.rows()));
    // Two columns of one row each, whose highest planes are stored as they are.
    write(corpus / "rows/planes_apart", std::string("\2\x10\0\x80\x80\x0e\0", 7) +
                                            std::string(14, '\1') + std::string(2, '\x40'));
    write(corpus / "idx/two_by_three",
          std::string("\0\0\x08\x02\0\0\0\x02\0\0\0\x03", 12) + "abcdef");
    const std::vector<double> values{1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
    const std::vector<std::size_t> shape{2, 3};
    fs::create_directories(corpus / "npy");
    writeNpy(corpus / "npy/two_by_three.npy", shape, values);
}

} // namespace

int main(int argumentCount, char** arguments) try {
    if (argumentCount != 2)
        throw InputError("Usage: fuzz_write_seeds CORPUS.");
    writeSeeds(arguments[1]);
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
    return 2;
}
