#include <limits>

#include <QComboBox>
#include <QLabel>
#include <QSlider>
#include <QToolButton>
#include <QtTest>

#include "tests/registered_test.h"
#include "widgets/panels/transport_bar.h"

using namespace convergence;

namespace {

template <typename W>
W* named(const QWidget& parent, const QString& accessibleName) {
    for (W* widget : parent.findChildren<W*>())
        if (widget->accessibleName() == accessibleName)
            return widget;
    qFatal("%s", qPrintable("no widget is called " + accessibleName));
}

QToolButton* button(const TransportBar& bar, const QString& name) {
    return named<QToolButton>(bar, name);
}

QToolButton* buttonWithText(const TransportBar& bar, const QString& text) {
    for (auto* candidate : bar.findChildren<QToolButton*>())
        if (candidate->text() == text)
            return candidate;
    return nullptr;
}

QStringList labels(const TransportBar& bar) {
    QStringList texts;
    for (const auto* label : bar.findChildren<QLabel*>())
        texts << label->text();
    return texts;
}

QString status(const TransportBar& bar) {
    return named<QLabel>(bar, "Progress")->text();
}

} // namespace

class TransportBarTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void playAsksToPlayUnlessItPlays_data() {
        QTest::addColumn<int>("state");
        QTest::addColumn<bool>("pauses");
        QTest::newRow("ready") << static_cast<int>(RunState::ready) << false;
        QTest::newRow("playing") << static_cast<int>(RunState::playing) << true;
        QTest::newRow("paused") << static_cast<int>(RunState::paused) << false;
        QTest::newRow("finished") << static_cast<int>(RunState::finished) << false;
        QTest::newRow("stopped") << static_cast<int>(RunState::stopped) << false;
        QTest::newRow("diverged") << static_cast<int>(RunState::diverged) << false;
        QTest::newRow("failed") << static_cast<int>(RunState::failed) << false;
    }
    void playAsksToPlayUnlessItPlays() {
        QFETCH(int, state);
        QFETCH(bool, pauses);
        TransportBar bar;
        bar.setState(static_cast<RunState>(state));
        const QSignalSpy play(&bar, &TransportBar::playRequested);
        const QSignalSpy pause(&bar, &TransportBar::pauseRequested);
        button(bar, "▶ Play")->click();
        QCOMPARE(play.count(), pauses ? 0 : 1);
        QCOMPARE(pause.count(), pauses ? 1 : 0);
    }

    void thePlayButtonSaysWhatItDoes() {
        TransportBar bar;
        const auto* play = button(bar, "▶ Play");
        QCOMPARE(play->text(), QString("▶ Play"));
        bar.setState(RunState::playing);
        QCOMPARE(play->text(), QString("❚❚ Pause"));
        bar.setState(RunState::paused);
        QCOMPARE(play->text(), QString("▶ Resume"));
        bar.setState(RunState::diverged);
        QCOMPARE(play->text(), QString("▶ Again"));
    }

    void stepStopAndRestartAreAskedFor() {
        TransportBar bar;
        bar.setState(RunState::paused);
        const QSignalSpy step(&bar, &TransportBar::stepRequested);
        const QSignalSpy stop(&bar, &TransportBar::stopRequested);
        const QSignalSpy restart(&bar, &TransportBar::restartRequested);
        for (const char* name : {"Step", "Stop", "Restart"})
            button(bar, name)->click();
        QCOMPARE(step.count(), 1);
        QCOMPARE(stop.count(), 1);
        QCOMPARE(restart.count(), 1);
    }

    void aRunThatEndedCanOnlyStartAgain() {
        TransportBar bar;
        for (const RunState state :
             {RunState::finished, RunState::stopped, RunState::diverged, RunState::failed}) {
            bar.setState(state);
            QVERIFY(!button(bar, "Step")->isEnabled());
            QVERIFY(!button(bar, "Stop")->isEnabled());
            QVERIFY(button(bar, "Restart")->isEnabled());
            QVERIFY(button(bar, "▶ Play")->isEnabled());
        }
        bar.setState(RunState::ready);
        QVERIFY(button(bar, "Step")->isEnabled());
        QVERIFY(!button(bar, "Stop")->isEnabled());
    }

    void speedIsHandedOnInSeconds() {
        TransportBar bar;
        QCOMPARE(bar.playbackSeconds(), 10.0);
        QSignalSpy changed(&bar, &TransportBar::playbackChanged);
        auto* speed = named<QComboBox>(bar, "Speed");
        speed->setCurrentIndex(speed->count() - 1);
        QCOMPARE(changed.takeFirst().first().toDouble(), 0.0);
        bar.setPlaybackSeconds(30.0);
        QCOMPARE(changed.takeFirst().first().toDouble(), 30.0);
        QCOMPARE(bar.playbackSeconds(), 30.0);
        bar.setPlaybackSeconds(17.0); // not on offer
        QVERIFY(changed.isEmpty());
        QCOMPARE(bar.playbackSeconds(), 30.0);
    }

    void scrubbingNamesTheKeyFrameAndTheEndIsThePresent() {
        TransportBar bar;
        QSignalSpy scrubbed(&bar, &TransportBar::scrubbed);
        bar.setKeyFrames({0, 1, 1234});
        QVERIFY(labels(bar).contains("present"));
        auto* slider = named<QSlider>(bar, "Go back in the run");
        slider->setValue(2);
        QCOMPARE(scrubbed.takeLast().first().toInt(), 2);
        QVERIFY(labels(bar).contains("frame of iteration 1,234"));
        slider->setValue(slider->maximum());
        QCOMPARE(scrubbed.takeLast().first().toInt(), -1);
        QVERIFY(labels(bar).contains("present"));
    }

    void newKeyFramesMoveNeitherThePresentNorThePast() {
        TransportBar bar;
        auto* slider = named<QSlider>(bar, "Go back in the run");
        bar.setKeyFrames({0, 1, 2});
        const QSignalSpy scrubbed(&bar, &TransportBar::scrubbed);
        bar.setKeyFrames({0, 1, 2, 3, 4});
        QCOMPARE(slider->value(), slider->maximum());
        QCOMPARE(scrubbed.count(), 0);
        slider->setValue(1);
        bar.setKeyFrames({0, 1, 2, 3, 4, 5});
        QCOMPARE(slider->value(), 1);
        QVERIFY(labels(bar).contains("frame of iteration 1"));
        QCOMPARE(scrubbed.count(), 1); // the person's own move
    }

    void actionsGetButtonsThatNameThem() {
        TransportBar bar;
        bar.setActions({{"reset", "Reset the start", ""}, {"kick", "Kick", ""}});
        QSignalSpy requested(&bar, &TransportBar::actionRequested);
        QVERIFY(buttonWithText(bar, "Kick"));
        buttonWithText(bar, "Kick")->click();
        QCOMPARE(requested.takeFirst().first().toString(), QString("kick"));
        bar.setActions({{"other", "Other", ""}});
        QVERIFY(!buttonWithText(bar, "Kick"));
        QVERIFY(buttonWithText(bar, "Other"));
    }

    void progressIsToldInWords() {
        TransportBar bar;
        bar.setScrubbedByTrials(true);
        Progress progress{.iteration = 12345,
                          .stepsDone = 50,
                          .stepsPlanned = 100,
                          .fraction = 0.5,
                          .stepsPerSecond = 1999.6,
                          .secondsLeft = 61.2,
                          .trialsDone = 2,
                          .trialsPlanned = 6};
        bar.setState(RunState::playing);
        bar.setProgress(progress);
        QCOMPARE(status(bar),
                 QString("2 of 6 trials · iteration 12,345 · 2,000 steps/s · 1 min 2 s left"));
        progress.secondsLeft = std::numeric_limits<double>::quiet_NaN();
        bar.setProgress(progress);
        QVERIFY(status(bar).endsWith("· – left"));
        progress.trialsPlanned = 1;
        bar.setState(RunState::paused);
        bar.setProgress(progress);
        QCOMPARE(status(bar), QString("iteration 12,345 · paused"));
    }
};

REGISTER_GUI_TEST(TransportBarTest)
#include "transport_bar_test.moc"
