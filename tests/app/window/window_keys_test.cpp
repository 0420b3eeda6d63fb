// Keys that depend on where the pointer and the focus are.

#include <QCursor>
#include <QtTest>

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
