// One run or two: who is shown, who is chosen, what sets them apart. And how they are played.

#include <QAction>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>
#include <QUndoStack>
#include <QtTest>

#include "app/window/experiment_panel.h"
#include "app/window/run_player.h"
#include "app/window/sides.h"
#include "core/error.h"
#include "tests/app/window/window_driver.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/transport_bar.h"

using namespace convergence;

namespace {

using testing::patience;

/// The panel, the header and the transport bar of two sides, without a window around them.
struct Bench {
    ExperimentPanel panel;
    ComparisonHeader header;
    TransportBar bar;
    QUndoStack undo;
    Sides sides{{.panel = panel, .header = header, .undo = undo, .store = nullptr},
                Theme::load("light")};
    RunPlayer player{sides, bar};
    std::shared_ptr<const ExperimentType> type =
        std::make_shared<const ExperimentType>(testing::quadratic());

    explicit Bench(const Overrides& overrides = {}) {
        QObject::connect(&sides, &Sides::compared, &player, &RunPlayer::sidesChanged);
        bar.setPlaybackSeconds(0.0);
        sides.open(type, overrides);
        player.open(type);
    }
    QString word(const char* side) { return header.findChild<ElidedButton*>(side)->fullText(); }
    QAction& action(const QString& text) {
        for (QAction* candidate : sides.actions())
            if (candidate->text().remove('&') == text)
                return *candidate;
        qFatal("%s", qPrintable("no action " + text));
    }
    QToolButton& button(const QString& name) {
        for (auto* candidate : bar.findChildren<QToolButton*>())
            if (candidate->accessibleName() == name)
                return *candidate;
        qFatal("%s", qPrintable("no button " + name));
    }
    bool reaches(RunState state) {
        return QTest::qWaitFor(
            [&] {
                const Runner* runner = sides.first().controller().runner();
                return runner && runner->state() == state;
            },
            patience);
    }
    std::vector<double> trace(RunSide& side) {
        return side.controller().recording()->trace(0).column("x");
    }
};

} // namespace

class SidesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSecondSideComesAndGoes() {
        Bench bench;
        QSignalSpy compared(&bench.sides, &Sides::compared);
        QVERIFY(!bench.sides.areCompared() && bench.header.isHidden());
        QCOMPARE(bench.panel.tabText(0), QString("Parameters"));
        bench.sides.compare({{"curvature", 2.0}});
        QCOMPARE(compared.count(), 1);
        QCOMPARE(bench.sides.all().size(), std::size_t{2});
        QVERIFY(!bench.header.isHidden());
        QCOMPARE(bench.panel.tabText(0), QString("Parameters of B")); // the one to be changed
        QVERIFY(&bench.sides.chosen() == bench.sides.beside());
        bench.action("Parameters of A").trigger();
        QCOMPARE(bench.panel.tabText(0), QString("Parameters of A"));
        QVERIFY(&bench.sides.chosen() == &bench.sides.first());
        bench.sides.endComparison();
        QCOMPARE(compared.count(), 2);
        QVERIFY(!bench.sides.beside() && bench.header.isHidden());
        QCOMPARE(bench.panel.tabText(0), QString("Parameters"));
        QVERIFY(!bench.action("Parameters of A").isEnabled());
    }

    void wordsSayWhatSetsTheSidesApart() {
        Bench bench;
        bench.sides.compare({{"curvature", 2.0}});
        bench.sides.showWords();
        QVERIFY2(bench.word("sideA").endsWith("curvature = 1"), qPrintable(bench.word("sideA")));
        QVERIFY2(bench.word("sideB").endsWith("curvature = 2"), qPrintable(bench.word("sideB")));
        bench.action("Give B the values of A").trigger();
        bench.sides.showWords();
        QVERIFY(bench.word("sideB").endsWith("the same values"));
    }

    void valuesThatAreNotValidChangeNothing() {
        Bench bench;
        expectRefusal([&] { bench.sides.compare({{"curvature", 1e9}}); }, "'curvature'");
        QVERIFY(!bench.sides.areCompared());
        expectRefusal([&] { bench.sides.open(bench.type, {{"curvature", 1e9}}); }, "'curvature'");
        QCOMPARE(bench.sides.first().form()->values().value("curvature"), Value(1.0));
    }

    void theBarPlaysToTheEnd() {
        Bench bench({{"iterations", std::int64_t{40}}});
        QSignalSpy begun(&bench.player, &RunPlayer::begun);
        bench.player.restart(RunPlayer::Start::paused);
        QCOMPARE(begun.count(), 1);
        QVERIFY(bench.reaches(RunState::ready));
        bench.button("▶ Play").click();
        QVERIFY(bench.reaches(RunState::finished));
        const std::vector<double> x = bench.trace(bench.sides.first());
        QCOMPARE(x.size(), std::size_t{41});
        expectNear(x[10], std::pow(0.9, 10), 1e-15); // closed form
        QTRY_COMPARE(bench.button("▶ Play").text(), QString("▶ Again"));
    }

    void whatIsHeldDoesNotPlay() {
        Bench bench({{"iterations", std::int64_t{40}}});
        bench.player.restart(RunPlayer::Start::paused);
        QVERIFY(bench.reaches(RunState::ready));
        bench.player.hold("Something first.");
        QVERIFY(!bench.button("▶ Play").isEnabled());
        bench.player.play();
        QTest::qWait(100);
        QCOMPARE(bench.sides.first().controller().runner()->state(), RunState::ready);
        bench.player.hold({});
        bench.player.play();
        QVERIFY(bench.reaches(RunState::finished));
    }

    void playingToAnIterationHaltsThereAndTells() {
        Bench bench({{"iterations", std::int64_t{40}}});
        QSignalSpy played(&bench.player, &RunPlayer::playedTo);
        bench.player.restart(RunPlayer::Start::paused);
        QVERIFY(bench.reaches(RunState::ready));
        bench.player.playTo(7);
        QTRY_COMPARE_WITH_TIMEOUT(played.count(), 1, patience);
        QCOMPARE(bench.sides.first().controller().runner()->progress().iteration, std::int64_t{7});
        bench.player.play(); // the limit was for once
        QVERIFY(bench.reaches(RunState::finished));
        QCOMPARE(played.count(), 1);
    }

    void twoSidesPlayTogether() {
        Bench bench({{"iterations", std::int64_t{40}}});
        bench.sides.compare({{"iterations", std::int64_t{40}}, {"curvature", 2.0}});
        bench.player.startBeside();
        QTRY_VERIFY_WITH_TIMEOUT(bench.sides.beside()->controller().runner() &&
                                     bench.sides.first().controller().runner(),
                                 patience);
        bench.button("▶ Play").click();
        QTRY_COMPARE_WITH_TIMEOUT(bench.sides.lockStep()->state(), RunState::finished, patience);
        expectNear(bench.trace(bench.sides.first())[10], std::pow(0.9, 10), 1e-15);
        expectNear(bench.trace(*bench.sides.beside())[10], std::pow(0.8, 10), 1e-15);
    }

    void aBranchIsTheRunUpToTheMomentGoneBackTo() {
        Bench bench({{"iterations", std::int64_t{40}}});
        QSignalSpy branched(&bench.player, &RunPlayer::branched);
        bench.player.restart(RunPlayer::Start::paused);
        QVERIFY(bench.reaches(RunState::ready));
        bench.player.branch("this run"); // at the present there is nothing to branch off
        QCOMPARE(branched.count(), 0);
        bench.player.play();
        QVERIFY(bench.reaches(RunState::finished));
        auto* slider = bench.bar.findChild<QSlider*>();
        QTRY_VERIFY_WITH_TIMEOUT(slider->maximum() > 4, patience);
        slider->setValue(slider->maximum() / 2);
        const auto moment = bench.sides.first().moment();
        QVERIFY(moment && *moment > 0 && *moment < 40);
        QVERIFY(bench.player.branchAction()->isEnabled());
        bench.player.branch("this run");
        QCOMPARE(branched.count(), 1);
        QVERIFY(bench.reaches(RunState::paused));
        QCOMPARE(bench.sides.first().controller().runner()->progress().iteration, *moment);
    }
};

REGISTER_GUI_TEST(SidesTest)
#include "sides_test.moc"
