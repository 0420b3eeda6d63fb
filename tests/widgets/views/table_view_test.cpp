#include <cmath>

#include <QHeaderView>
#include <QTableView>

#include "core/experiment/view_words.h"
#include "tests/core/experiment/view_frames.h"
#include "tests/registered_test.h"
#include "tests/widgets/views/shown_view.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

std::unique_ptr<ViewWidget> tableView(TableFrame frame) {
    return shownView(FrameTable{.id = "clients", .title = "Clients", .frames = {"frame"}},
                     std::move(frame));
}

/// The labels of the rows from the top.
QStringList rowsOf(ViewWidget& view) {
    QStringList rows;
    const auto* model = view.findChild<QTableView*>("canvas")->model();
    for (int r = 0; r < model->rowCount(); ++r)
        rows << model->index(r, 0).data().toString();
    return rows;
}

} // namespace

class TableViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cellsShowNumbersUnitsAndWhatDoesNotApply() {
        const auto view = tableView(clientsTable());
        const auto* model = view->findChild<QTableView*>("canvas")->model();
        QCOMPARE(model->headerData(2, Qt::Horizontal).toString(), "error [m]");
        QCOMPARE(model->index(1, 2).data().toString(), "0.25");
        QCOMPARE(model->index(2, 2).data().toString(), "–");
        QVERIFY(model->index(1, 2).data(Qt::AccessibleTextRole).toString().contains("best"));
        QVERIFY(!model->index(0, 2).data(Qt::AccessibleTextRole).toString().contains("best"));
    }

    void longHeadsHaveTwoLines() {
        TableFrame frame = clientsTable();
        frame.columns[1].label = "slope of the logarithm";
        frame.columns[1].unit = "";
        const auto view = tableView(frame);
        const auto* model = view->findChild<QTableView*>("canvas")->model();
        QCOMPARE(model->headerData(2, Qt::Horizontal).toString(), "slope of the\nlogarithm");
        QCOMPARE(model->headerData(2, Qt::Horizontal, Qt::AccessibleTextRole).toString(),
                 "slope of the logarithm");
        QVERIFY(view->csv().contains("slope of the logarithm"));
    }

    void headsAndTheKeySSort() {
        const auto view = tableView(clientsTable());
        auto* table = view->findChild<QTableView*>("canvas");
        table->horizontalHeader()->setSortIndicator(1, Qt::AscendingOrder);
        QCOMPARE(rowsOf(*view), (QStringList{"beta", "gamma", "alpha"}));
        table->setCurrentIndex(table->model()->index(0, 2));
        table->setFocus();
        QApplication::processEvents();
        const auto sort = [&] {
            view->findChild<QAction*>("sortAction")->trigger();
            return rowsOf(*view);
        };
        // What does not apply comes last, either way.
        QCOMPARE(sort(), (QStringList{"beta", "alpha", "gamma"}));
        QCOMPARE(sort(), (QStringList{"alpha", "beta", "gamma"}));
        QCOMPARE(sort(), (QStringList{"alpha", "beta", "gamma"})); // as it came
        table->setCurrentIndex(table->model()->index(0, 3));
        QCOMPARE(sort(), (QStringList{"gamma", "beta", "alpha"}));
    }

    void aNewFrameKeepsTheOrder() {
        const auto view = tableView(clientsTable());
        view->findChild<QTableView*>("canvas")->horizontalHeader()->setSortIndicator(
            1, Qt::DescendingOrder);
        TableFrame next = clientsTable();
        next.columns[0].values = {1.0, 2.0, 3.0};
        setFrame(*view, next);
        QCOMPARE(rowsOf(*view), (QStringList{"gamma", "beta", "alpha"}));
    }

    void nanIsNeverTheBest() {
        TableFrame frame = clientsTable();
        frame.columns[1].values = {NAN, 0.5, 0.25};
        frame.columns[1].best = TableFrame::Best::largest;
        const auto view = tableView(frame);
        const auto* model = view->findChild<QTableView*>("canvas")->model();
        QCOMPARE(model->index(0, 2).data().toString(), "NaN");
        QVERIFY(!model->index(0, 2).data(Qt::AccessibleTextRole).toString().contains("best"));
        QVERIFY(model->index(1, 2).data(Qt::AccessibleTextRole).toString().contains("best"));
    }

    void csvIsSortedAsShownWithFullPrecision() {
        TableFrame frame = clientsTable();
        frame.columns[1].values[0] = 1.0 / 3.0;
        const auto view = tableView(frame);
        view->findChild<QTableView*>("canvas")->horizontalHeader()->setSortIndicator(
            1, Qt::DescendingOrder);
        const QStringList lines = view->csv().split("\r\n", Qt::SkipEmptyParts);
        QCOMPARE(lines[0], "client,samples,error [m],state");
        QCOMPARE(lines[1], "alpha,30,0.3333333333333333,waits");
        QCOMPARE(lines[2], "gamma,20,,\"a, b\"");
    }

    void longTablesAreCutShortInPictures() {
        TableFrame frame{.rowTitle = "row"};
        for (int i = 0; i < 400; ++i)
            frame.rows.push_back(std::to_string(i));
        frame.columns.push_back({.label = "v", .values = std::vector<double>(400, 1.0)});
        const auto view = tableView(frame);
        const QTemporaryDir folder;
        view->exportTo(folder.filePath("a.svg"), {300, 200});
        QFile file(folder.filePath("a.svg"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString svg = file.readAll();
        QVERIFY2(svg.contains("more"), qPrintable(svg.right(500)));
    }

    void itIsDrawnInAllThemesAndFiles() {
        const auto view = tableView(clientsTable());
        QCOMPARE(troubleInThemesAndFiles(*view), QString());
        QCOMPARE(latexTrouble(*view, "table"), QString());
    }

    void viewsBesideEachOtherSortTogether() {
        const auto one = tableView(clientsTable()), other = tableView(clientsTable());
        one->pairWith(*other);
        other->pairWith(*one);
        one->refresh();
        other->refresh();
        one->findChild<QTableView*>("canvas")->horizontalHeader()->setSortIndicator(
            1, Qt::AscendingOrder);
        QCOMPARE(rowsOf(*other), (QStringList{"beta", "gamma", "alpha"}));
    }

    void aFrameThatCannotBeDrawnSaysWhy() {
        TableFrame frame = clientsTable();
        frame.columns[0].values.pop_back();
        const auto view = tableView(frame);
        QVERIFY(rowsOf(*view).isEmpty());
        QVERIFY(view->csv().startsWith("\r\n") || !view->csv().contains("alpha"));
        QVERIFY(!canvasOf(*view).grab().isNull());
    }
};

REGISTER_GUI_TEST(TableViewTest)
#include "table_view_test.moc"
