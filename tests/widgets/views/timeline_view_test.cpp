#include <cmath>

#include "core/experiment/view_words.h"
#include "core/math/random.h"
#include "tests/core/experiment/view_frames.h"
#include "tests/registered_test.h"
#include "tests/widgets/views/shown_view.h"
#include "widgets/charts/timeline_strips.h"
#include "widgets/views/timeline_view.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

std::unique_ptr<ViewWidget> timelineView(TimelineFrame frame) {
    return shownView(Timeline{.id = "rounds",
                              .title = "Rounds",
                              .frames = {"frame"},
                              .xLabel = "virtual time",
                              .xUnit = "s"},
                     std::move(frame));
}

const PixelMap tenPixelsAUnit{{0.0, 10.0}, {0.0, 1.0}, Scale::linear, Scale::linear, 100.0, 10.0};

} // namespace

class TimelineViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void longIntervalsAreStripsOfTheirOwn() {
        const TimelineFrame frame = roundsTimeline();
        const auto strips = timelineStrips(frame, timelineOrder(frame), tenPixelsAUnit);
        QCOMPARE(strips.size(), std::size_t{3}); // by lane: server, client 1, client 2
        QCOMPARE(strips[0].lane, 0U);
        QCOMPARE(strips[0].kind, 1U);
        QCOMPARE(strips[0].left, 20.0);
        QCOMPARE(strips[0].right, 25.0);
        QCOMPARE(strips[2].right, 20.0);
        QCOMPARE(strips[2].share, 1.0);
    }

    void shortIntervalsOfAPixelBecomeOneStripOfWhatFillsMost() {
        TimelineFrame frame{.lanes = {"a"}, .kinds = {"x", "y"}};
        // In pixel 3: 0.6 pixels of y, 0.2 of x.
        frame.intervals = {{0, 1, 0.305, 0.335}, {0, 0, 0.34, 0.36}, {0, 1, 0.36, 0.39}};
        const auto strips = timelineStrips(frame, timelineOrder(frame), tenPixelsAUnit);
        QCOMPARE(strips.size(), std::size_t{1});
        QCOMPARE(strips[0].kind, 1U);
        QCOMPARE(strips[0].left, 3.0);
        QCOMPARE(strips[0].right, 4.0);
        QVERIFY(std::abs(strips[0].share - 0.8) < 1e-9);
    }

    void anyNumberOfShortIntervalsMakesAtMostAStripAPixel() {
        const std::uint64_t seed = 5;
        RandomStream stream({.seed = seed, .purpose = "timeline test"});
        TimelineFrame frame{.lanes = {"a", "b", "c"}, .kinds = {"x", "y"}};
        for (int i = 0; i < 30000; ++i) {
            const double start = stream.uniform(-1.0, 11.0);
            frame.intervals.push_back({std::uint32_t(stream.integer(3)),
                                       std::uint32_t(stream.integer(2)), start, start + 1e-4});
        }
        const auto strips = timelineStrips(frame, timelineOrder(frame), tenPixelsAUnit);
        QVERIFY2(strips.size() <= 3 * 101,
                 qPrintable(QString("seed %1: %2").arg(seed).arg(strips.size())));
        QVERIFY(strips.size() >= 3 * 99);
        for (const TimelineStrip& strip : strips)
            QVERIFY(strip.share >= 0.3 && strip.share <= 1.0);
    }

    void noTwoOfManyKindsLookTheSame() {
        for (const char* id : {"light", "dark"}) {
            const Theme theme = Theme::load(id);
            QSet<QRgb> colors;
            for (std::size_t kind = 0; kind < 16; ++kind)
                colors.insert(colorOfKind(theme, kind).rgb());
            QCOMPARE(colors.size(), 16);
            QCOMPARE(colorOfKind(theme, 3), theme.seriesColor(3));
        }
    }

    void thePointerTellsLaneKindTimesAndValue() {
        const auto view = timelineView(roundsTimeline());
        QCOMPARE(view->accessibleName(), "Rounds");
        QCOMPARE(canvasOf(*view).accessibleName(), "Rounds");
        QWidget& canvas = canvasOf(*view);
        const QImage before = canvas.grab().toImage();
        const QPointF at = middleOf(before, Theme::load("light").seriesColor(1));
        QVERIFY(at.x() > 0);
        QTest::mouseMove(&canvas, at.toPoint());
        QApplication::processEvents();
        QVERIFY(canvas.grab().toImage() != before); // a box of text
    }

    void keysZoomAndHomeShowsEverything() {
        const auto view = timelineView(roundsTimeline());
        QWidget& canvas = canvasOf(*view);
        const QImage before = canvas.grab().toImage();
        QTest::keyClick(&canvas, Qt::Key_Plus);
        QVERIFY(canvas.grab().toImage() != before);
        QTest::keyClick(&canvas, Qt::Key_Home);
        QCOMPARE(canvas.grab().toImage(), before);
        QTest::keyClick(&canvas, Qt::Key_Right);
        QVERIFY(canvas.grab().toImage() != before);
    }

    void viewsBesideEachOtherShareTheirTimes() {
        const auto one = timelineView(roundsTimeline());
        TimelineFrame longer = roundsTimeline();
        longer.intervals.push_back({0, 0, 8.0, 9.0});
        const auto other = timelineView(longer);
        const QImage before = canvasOf(*one).grab().toImage();
        one->pairWith(*other);
        other->pairWith(*one);
        QVERIFY(canvasOf(*one).grab().toImage() != before);
        const QImage paired = canvasOf(*other).grab().toImage();
        QTest::keyClick(&canvasOf(*one), Qt::Key_Plus);
        QVERIFY(canvasOf(*other).grab().toImage() != paired);
    }

    void csvHasEveryPart() {
        const auto view = timelineView(roundsTimeline());
        const QStringList lines = view->csv().split("\r\n", Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 1 + 3 + 1 + 2);
        QCOMPARE(lines[1], "interval,client 1,computes,0,1,,0.25");
        QCOMPARE(lines[2], "interval,client 2,computes,0,2,,");
        QCOMPARE(lines[4], "instant,client 2,sends,1.5,,,");
        QCOMPARE(lines[5], "arrow,client 1,sends,1,2,server,");
    }

    void itIsDrawnInAllThemesAndFiles() {
        const auto view = timelineView(roundsTimeline());
        QCOMPARE(troubleInThemesAndFiles(*view), QString());
        QCOMPARE(latexTrouble(*view, "timeline"), QString());
    }

    void emptyAndDamagedTimelinesAreNoTrouble() {
        const auto view = timelineView({});
        QVERIFY(!canvasOf(*view).grab().isNull());
        setFrame(*view, TimelineFrame{.lanes = {"a"}, .kinds = {}});
        QVERIFY(!canvasOf(*view).grab().isNull());
        TimelineFrame bad = roundsTimeline();
        bad.intervals[0].lane = 77;
        setFrame(*view, bad);
        QVERIFY(!canvasOf(*view).grab().isNull());
        QCOMPARE(view->csv().count("\r\n"), 1);
    }
};

REGISTER_GUI_TEST(TimelineViewTest)
#include "timeline_view_test.moc"
