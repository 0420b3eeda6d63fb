#include <bit>
#include <cstring>
#include <limits>

#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/experiment/build_fingerprint.h"
#include "core/experiment/packed_bytes.h"
#include "core/experiment/packed_frames.h"
#include "core/experiment/packed_rows.h"
#include "core/experiment/recording_outline.h"
#include "core/experiment/runner.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// Numbers of every kind: clocks, noise, not a number of two kinds, infinities, denormals, −0.
void fill(Table& table, std::size_t rows) {
    const double odd[] = {std::numeric_limits<double>::quiet_NaN(),
                          std::bit_cast<double>(std::uint64_t{0x7ff8000000000123}),
                          std::numeric_limits<double>::infinity(),
                          -std::numeric_limits<double>::infinity(),
                          5e-324,
                          -0.0,
                          std::numeric_limits<double>::max()};
    std::uint64_t state = 1;
    for (std::size_t row = 0; row < rows; ++row) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        table.append(std::array{static_cast<double>(row), static_cast<double>(state >> 11),
                                odd[row % std::size(odd)]});
    }
}

std::shared_ptr<Recording> playedQuadratic(const std::vector<LiveEvent>& events = {}) {
    const auto experiment = testing::makeQuadratic({{"iterations", std::int64_t{500}}});
    auto recording = makeRecording(*experiment);
    runToEnd(*experiment, *recording, {.threads = 1, .events = events});
    return recording;
}

const std::vector<LiveEvent> twoEvents{
    {.trial = 0, .iteration = 40, .name = "learning_rate", .value = 0.05},
    {.trial = 1, .iteration = 90, .name = "reset", .isAction = true}};

/// Whether the reader answers every damage with an InputError, or with a value that is whole.
template <typename Read>
void survivesDamage(const std::string& bytes, const Read& read) {
    int refused = 0;
    const std::size_t stride = std::max<std::size_t>(1, bytes.size() / 400);
    for (std::size_t at = 0; at < bytes.size(); at += stride) {
        for (const std::string& damaged : {bytes.substr(0, at), [&] {
                                               std::string flipped = bytes;
                                               flipped[at] = static_cast<char>(flipped[at] ^ 0x5a);
                                               return flipped;
                                           }()}) {
            try {
                read(damaged);
            } catch (const InputError&) {
                ++refused;
            }
        }
    }
    QVERIFY(refused > 0);
}

} // namespace

class KeptRecordingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsComeBackBitForBit_data() {
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("end");
        QTest::newRow("none") << 5 << 5;
        QTest::newRow("one") << 0 << 1;
        QTest::newRow("across chunks of the table") << 200 << 3000;
        QTest::newRow("as many as fit") << 0 << 65536;
    }
    void rowsComeBackBitForBit() {
        QFETCH(int, first);
        QFETCH(int, end);
        Table table({{"iteration"}, {"noise"}, {"odd"}});
        fill(table, 70000);
        const auto begin = static_cast<std::size_t>(first);
        const std::size_t rows = static_cast<std::size_t>(end) - begin;
        const auto values = unpackRows(packRows(table, begin, begin + rows), 3);
        QCOMPARE(values.size(), 3 * rows);
        for (std::size_t column = 0; column < 3; ++column)
            for (std::size_t row = 0; row < rows; ++row)
                QCOMPARE(std::bit_cast<std::uint64_t>(values[column * rows + row]),
                         std::bit_cast<std::uint64_t>(table.at(begin + row, column)));
    }

    void chunksAreAppendedInTheirOrder() {
        Table table({{"iteration"}, {"noise"}, {"odd"}});
        fill(table, 70000);
        std::vector<std::string> chunks;
        for (std::size_t first = 0; first < 70000; first += 3001)
            chunks.push_back(packRows(table, first, std::min<std::size_t>(70000, first + 3001)));
        Table copy({{"iteration"}, {"noise"}, {"odd"}});
        appendPackedRows(copy, chunks);
        QCOMPARE(copy.rows(), table.rows());
        for (std::size_t row = 0; row < copy.rows(); ++row)
            QCOMPARE(copy.at(row, 1), table.at(row, 1));
    }

    void clocksTakeAlmostNoRoom() {
        Table table({{"iteration"}});
        for (int row = 0; row < 65536; ++row)
            table.append(std::array{static_cast<double>(row)});
        QVERIFY(packRows(table, 0, 65536).size() < 65536 * sizeof(double) / 100);
    }

    void damagedRowsAreRefused() {
        Table table({{"iteration"}, {"noise"}, {"odd"}});
        fill(table, 300);
        survivesDamage(packRows(table, 0, 300),
                       [](const std::string& bytes) { static_cast<void>(unpackRows(bytes, 3)); });
    }

    void whatClaimsToBeHugeIsRefusedBeforeMemoryIsTaken() {
        std::string bomb = packBytes(std::string(1 << 20, '\0'));
        const std::uint64_t claimed = std::uint64_t{1} << 60;
        std::memcpy(bomb.data(), &claimed, sizeof claimed);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(unpackBytes(bomb, "It")), InputError);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(unpackBytes(bomb, "It", ~std::size_t{0})),
                                 InputError);
    }

    void aRecordingComesBackWhole() {
        const auto recording = playedQuadratic(twoEvents);
        const auto parameters = testing::quadratic().description.parameters;
        const auto copy = unpackRecording(packRecording(*recording), parameters);
        QCOMPARE(firstDifference(*recording, *copy), std::string());
        QCOMPARE(outlineJson(*copy), outlineJson(*recording));
        QCOMPARE(copy->trials().rows(), std::size_t{2});
        QCOMPARE(copy->trials().column("final_x"), recording->trials().column("final_x"));
        QCOMPARE(copy->timing(1).column("seconds"), recording->timing(1).column("seconds"));
        const auto events = copy->events();
        QCOMPARE(events.size(), std::size_t{2});
        QCOMPARE(events[0].value, Value(0.05));
        QCOMPARE(events[1].isAction, true);
        QCOMPARE(events[1].iteration, std::int64_t{90});
    }

    void aDamagedRecordingIsRefused() {
        const auto parameters = testing::quadratic().description.parameters;
        survivesDamage(packRecording(*playedQuadratic(twoEvents)), [&](const std::string& bytes) {
            static_cast<void>(unpackRecording(bytes, parameters));
        });
    }

    void theFirstDifferenceIsNamed() {
        const auto plain = playedQuadratic();
        QCOMPARE(firstDifference(*plain, *playedQuadratic()), std::string());
        const std::string sentence = firstDifference(*plain, *playedQuadratic(twoEvents));
        QVERIFY2(sentence.starts_with("Trial 0 differs in 'x' at iteration 41"), sentence.c_str());
    }

    void aRunnerReplaysEventsWhereTheyWere() {
        const auto recording = playedQuadratic(twoEvents);
        Runner runner(testing::makeQuadratic({{"iterations", std::int64_t{500}}}),
                      {.threads = 1, .events = twoEvents});
        runner.setPlayback({.seconds = 0.0});
        runner.wait();
        QCOMPARE(firstDifference(*recording, *runner.recording()), std::string());
        QCOMPARE(runner.recording()->events().size(), std::size_t{2});
    }

    void framesOfEveryKindComeBack() {
        Frames frames{.iteration = 17};
        frames.shared["field"] = FieldFrame{.xCount = 2,
                                            .yCount = 1,
                                            .values = {1.0f, 2.0f},
                                            .gradientX = {3.0f, 4.0f},
                                            .gradientY = {5.0f, 6.0f}};
        FrameMap& trial = frames.trials.emplace_back();
        trial["matrix"] = MatrixFrame{
            .title = "X", .rows = 1, .columns = 2, .values = {1.5f, -2.5f}, .rowLabels = {"r"}};
        trial["curves"] = CurvesFrame{{{"c", {0, 1}, {2, 3}, true, false}}};
        trial["path"] = PathFrame{{1, 2}, {3, 4}, {0, 9}};
        trial["bars"] = BarsFrame{{"a", "b"}, {{"s", {1, 2}}}};
        trial["text"] = TextFrame{"Zeile"};
        trial["pictures"] = PicturesFrame{{{"p", 1, 1, {1, 2, 3}}}, 0, 0};
        trial["volume"] = VolumeFrame{.size = {1, 1, 1}, .opacity = {0.5f}};
        QVERIFY(unpackFrames(packFrames(frames))->trouble.empty());
        frames.trouble = "The field could not be drawn.";
        const auto copy = unpackFrames(packFrames(frames));
        QCOMPARE(copy->trouble, frames.trouble);
        QCOMPARE(copy->iteration, std::int64_t{17});
        QCOMPARE(std::get<FieldFrame>(copy->shared.at("field")).gradientY,
                 (std::vector{5.0f, 6.0f}));
        const FrameMap& back = copy->trials.at(0);
        QCOMPARE(std::get<MatrixFrame>(back.at("matrix")).values, (std::vector{1.5f, -2.5f}));
        QCOMPARE(std::get<MatrixFrame>(back.at("matrix")).rowLabels.front(), std::string("r"));
        QCOMPARE(std::get<CurvesFrame>(back.at("curves")).curves.at(0).y,
                 (std::vector<double>{2, 3}));
        QVERIFY(std::get<CurvesFrame>(back.at("curves")).curves.at(0).markers);
        QCOMPARE(std::get<PathFrame>(back.at("path")).iteration.back(), std::int64_t{9});
        QCOMPARE(std::get<BarsFrame>(back.at("bars")).series.at(0).values.back(), 2.0);
        QCOMPARE(std::get<TextFrame>(back.at("text")).text, std::string("Zeile"));
        QCOMPARE(std::get<PicturesFrame>(back.at("pictures")).pictures.at(0).rgb.at(2),
                 std::uint8_t{3});
        QVERIFY(!back.contains("volume")); // too large to be kept by the dozen
        survivesDamage(packFrames(frames),
                       [](const std::string& bytes) { static_cast<void>(unpackFrames(bytes)); });
    }

    void aMatrixWhoseSizeDoesNotFitItsValuesIsRefused() {
        Frames frames;
        frames.shared["m"] = MatrixFrame{.rows = 3, .columns = 2, .values = {1.0f}};
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(unpackFrames(packFrames(frames))), InputError);
    }

    void theBuildIsKnownByItsContents() {
        const auto experiment = testing::makeQuadratic({});
        const std::string fingerprint = buildFingerprint(*experiment);
        QVERIFY(sameBuild(fingerprint, buildFingerprint(*testing::makeQuadratic({}))));
        QVERIFY2(fingerprint.find("unknown") == std::string::npos, fingerprint.c_str());
        // The quadratic is in the test program, not in the library.
        const std::size_t core = fingerprint.find(" core ") + 6;
        const std::size_t own = fingerprint.find(" experiment ");
        QVERIFY(fingerprint.substr(core, own - core) != fingerprint.substr(own + 12));
        QVERIFY(!sameBuild(fingerprint, fingerprint + "0"));
        QVERIFY(!sameBuild("0.1.0 core unknown", "0.1.0 core unknown"));
    }
};

REGISTER_TEST(KeptRecordingTest)
#include "kept_recording_test.moc"
