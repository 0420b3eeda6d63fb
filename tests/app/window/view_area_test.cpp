// The area of views by itself: docks, cells, which views apply.

#include <QDockWidget>
#include <QtTest>

#include "app/window/view_area.h"
#include "core/error.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

View textView(const std::string& id, const std::string& appliesIf = "") {
    return {.id = id, .title = id, .kind = ViewKind::text, .frames = {"x"}, .appliesIf = appliesIf};
}

/// Five views, the last of which applies where the curvature is above 2.
std::shared_ptr<const Description> fiveViews() {
    Description description = testing::quadratic().description;
    description.views = {textView("a"), textView("b"), textView("c"), textView("d"),
                         textView("e", "curvature > 2")};
    return std::make_shared<const Description>(description);
}

class Area {
public:
    explicit Area(ViewArea::Columns columns = ViewArea::Columns::one) : area(Theme::load("light")) {
        area.resize(1000, 800);
        area.show();
        area.open(description_, columns, values(1.0));
        QApplication::processEvents();
    }
    ParameterValues values(double curvature) const {
        return {description_->parameters, {{"curvature", curvature}}};
    }
    QDockWidget& dock(const QString& id) const {
        return *area.findChild<QDockWidget*>("quadratic/" + id);
    }
    QPoint place(const QString& id) const { return dock(id).mapTo(&area, QPoint()); }

private:
    std::shared_ptr<const Description> description_ = fiveViews();

public:
    ViewArea area;
};

} // namespace

class ViewAreaTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void viewsAreArrangedTwoByTwo() {
        const Area shown;
        QCOMPARE(shown.place("a").y(), shown.place("b").y());
        QVERIFY(shown.place("b").x() > shown.place("a").x());
        QCOMPARE(shown.place("a").x(), shown.place("c").x());
        QVERIFY(shown.place("c").y() > shown.place("a").y());
        QCOMPARE(shown.place("d"), QPoint(shown.place("b").x(), shown.place("c").y()));
    }

    void aViewThatDoesNotApplyIsNeitherShownNorOffered() {
        Area shown;
        QVERIFY(shown.dock("e").isHidden());
        QVERIFY(!shown.dock("e").toggleViewAction()->isVisible());
        shown.area.setValues(shown.values(3.0));
        QVERIFY(!shown.dock("e").isHidden());
        QVERIFY(shown.dock("e").toggleViewAction()->isVisible());
        shown.area.setValues(shown.values(1.0));
        QVERIFY(shown.dock("e").isHidden());
    }

    void inLittleRoomTheViewsAreTabs() {
        Area shown;
        shown.area.resize(300, 200);
        QTRY_COMPARE(shown.area.tabifiedDockWidgets(&shown.dock("a")).size(), 3);
        shown.area.resize(1000, 800);
        QTRY_COMPARE(shown.area.tabifiedDockWidgets(&shown.dock("a")).size(), 0);
    }

    void whatAPersonArrangedStaysUntilItIsReset() {
        Area shown;
        shown.area.tabifyDockWidget(&shown.dock("a"), &shown.dock("b"));
        Q_EMIT shown.dock("b").dockLocationChanged(Qt::LeftDockWidgetArea); // as a drag does
        shown.area.resize(300, 200);
        QTest::qWait(50);
        QCOMPARE(shown.area.tabifiedDockWidgets(&shown.dock("a")),
                 QList<QDockWidget*>{&shown.dock("b")});
        shown.area.arrange();
        QCOMPARE(shown.area.tabifiedDockWidgets(&shown.dock("a")).size(), 3);
    }

    void twoColumnsHoldEachViewTwice() {
        const Area shown(ViewArea::Columns::two);
        QCOMPARE(shown.area.views(ViewArea::left).size(), std::size_t{5});
        QCOMPARE(shown.area.views(ViewArea::right).size(), std::size_t{5});
        QVERIFY(&shown.area.view("b") != &shown.area.viewBeside("b"));
        QVERIFY(shown.dock("b").isAncestorOf(&shown.area.view("b")));
        QVERIFY(shown.dock("b").isAncestorOf(&shown.area.viewBeside("b")));
        const Area single;
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(single.area.viewBeside("b")), InputError);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(single.area.view("z")), InputError);
    }

    void oneViewAloneAndAllAgain() {
        Area shown;
        shown.area.view("c").setFocus();
        shown.area.maximize();
        QCOMPARE(shown.area.hiddenViews(), std::vector<std::string>({"a", "b", "d", "e"}));
        shown.area.maximize();
        QCOMPARE(shown.area.hiddenViews(), std::vector<std::string>{"e"});
    }

    void hiddenViewsAndTheirPlacesComeBack() {
        Area first;
        first.area.tabifyDockWidget(&first.dock("a"), &first.dock("b"));
        first.area.hideOnly({"d", "e"});
        const std::string arrangement = first.area.arrangement();
        const std::vector<std::string> hidden = first.area.hiddenViews();

        Area second;
        second.area.restoreArrangement(arrangement);
        second.area.hideOnly(hidden);
        QCOMPARE(second.area.hiddenViews(), hidden);
        QCOMPARE(second.area.tabifiedDockWidgets(&second.dock("a")),
                 QList<QDockWidget*>{&second.dock("b")});
        second.area.restoreArrangement("no arrangement"); // changes nothing
        QCOMPARE(second.area.hiddenViews(), hidden);
    }

    void aViewIsBroughtToTheFront() {
        Area shown;
        shown.area.hideOnly({"b"});
        QVERIFY(shown.area.reveal("b"));
        QVERIFY(!shown.dock("b").isHidden());
        QVERIFY(!shown.area.reveal("z"));
    }
};

REGISTER_GUI_TEST(ViewAreaTest)
#include "view_area_test.moc"
