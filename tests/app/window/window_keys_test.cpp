// Keys that depend on where the pointer and the focus are.

#include <QCursor>
#include <QtTest>

#include "app/window/stage.h"
#include "app/window/stage_keys.h"
#include "tests/app/window/driven_session.h"
#include "tests/registered_test.h"
#include "widgets/charts/chart_canvas.h"
#include "widgets/views/line_chart_view.h"

using namespace convergence;
using testing::Session;

class WindowKeysTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void xAndYSwitchTheChartBelowThePointer() {
        const Session session;
        QVERIFY(session.ready());
        auto& view = dynamic_cast<LineChartView&>(session.window->view("distance"));
        session.box("curvature")->clearFocus();
        session.window->setFocus();
        const Scale before = view.chart().state().xScale;
        QCursor::setPos(view.chart().mapToGlobal(view.chart().rect().center()));
        QTest::keyClick(session.window.get(), Qt::Key_X);
        QVERIFY(view.chart().state().xScale != before);
        // Elsewhere, and in a field, it is a letter like any other.
        session.box("curvature")->setFocus();
        QTest::keyClicks(session.box("curvature"), "x");
        QVERIFY(view.chart().state().xScale != before);
        session.window->setFocus();
        QCursor::setPos(session.transport().mapToGlobal(session.transport().rect().center()));
        QTest::keyClick(session.window.get(), Qt::Key_X);
        QVERIFY(view.chart().state().xScale != before);
    }

    /// Space plays, and F5 leads to the stage, wherever the focus is, but for what needs Space
    /// itself.
    void spaceAndF5WorkFromAnywhereElse() {
        const Session session;
        QVERIFY(session.ready());
        session.transport().setPlaybackSeconds(600.0);
        const QList<QWidget*> all = session.window->findChildren<QWidget*>();
        int tried = 0;
        QSet<QString> kinds;
        for (const QPointer<QWidget>& widget : QList<QPointer<QWidget>>(all.begin(), all.end())) {
            if (!widget || !widget->isVisible() || !widget->isEnabled() ||
                !(widget->focusPolicy() & Qt::TabFocus) || widget->focusProxy())
                continue;
            const QString kind = widget->metaObject()->className();
            if (kinds.contains(kind))
                continue;
            widget->setFocus();
            if (QApplication::focusWidget() != widget)
                continue;
            kinds << kind;
            if (takesText(widget) || takesSpace(widget))
                continue; // has a use of its own for Space: a list opens, a button is pressed
            Runner& runner = *session.window->controller().runner();
            runner.pause(); // what a key before this one has started
            QTRY_VERIFY(runner.state() != RunState::playing);
            QTest::qWait(300); // the transport bar learns of it from a timer
            widget->setFocus();
            QTest::keyClick(widget.data(), Qt::Key_Space);
            QTRY_VERIFY2(session.window->controller().runner()->state() == RunState::playing,
                         qPrintable(kind));
            widget->setFocus();
            QTest::keyClick(widget.data(), Qt::Key_F5);
            QVERIFY2(session.window->stage().isOn(), qPrintable(kind));
            session.window->stage().leave();
            ++tried;
        }
        QVERIFY2(tried > 2, qPrintable(QStringList(kinds.begin(), kinds.end()).join(", ")));
    }

    void aButtonWithTheFocusKeepsSpace() {
        const Session session;
        QVERIFY(session.ready());
        QToolButton& step = session.button("Step");
        step.setFocus();
        QTest::keyClick(&step, Qt::Key_Space);
        QTRY_COMPARE(session.iterations(), std::int64_t{1});
        QVERIFY(session.reaches(RunState::paused));
        QTest::qWait(100);
        QCOMPARE(session.iterations(), std::int64_t{1}); // it does not play
    }
};

REGISTER_GUI_TEST(WindowKeysTest)
#include "window_keys_test.moc"
