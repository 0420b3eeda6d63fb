// What does not apply is told apart from a number that went wrong, wherever it is kept.

#include <cmath>
#include <limits>

#include <QtTest>

#include "core/experiment/not_applicable.h"
#include "core/experiment/packed_rows.h"
#include "core/experiment/recording.h"
#include "core/experiment/run_files.h"
#include "tests/registered_test.h"

using namespace convergence;

class NotApplicableTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everythingElseApplies() {
        QVERIFY(!applies(notApplicable));
        QVERIFY(std::isnan(notApplicable));
        volatile double zero = 0.0;
        for (const double number :
             {0.0, -1.0, std::numeric_limits<double>::infinity(),
              std::numeric_limits<double>::quiet_NaN(), zero / zero, std::sqrt(-1.0 + zero)})
            QVERIFY(applies(number));
    }

    void packingKeepsIt() {
        Table table({{"iteration"}, {"loss"}});
        for (const double loss : {1.0, notApplicable, std::numeric_limits<double>::quiet_NaN()})
            table.append(std::vector{0.0, loss});
        const auto back = unpackRows(packRows(table, 0, 3), 2);
        QVERIFY(applies(back[3]) && !applies(back[4]) && applies(back[5]));
    }

    /// Both are left empty in a file, as ever.
    void filesSayNothing() {
        Table table({{"loss"}});
        table.append(std::vector{notApplicable});
        table.append(std::vector{std::numeric_limits<double>::quiet_NaN()});
        const std::string text = toCsv(table);
        QCOMPARE(QString::fromStdString(text.substr(text.find('\n'))), QString("\n\r\n\r\n"));
    }

    /// What a trial that never began leaves in the table of trials.
    void factorsThatATrialLacks() {
        Recording recording({{"iteration"}}, {{"budget"}}, {{"loss"}}, {"a"},
                            {{.arm = "a", .steps = 1}});
        recording.conclude(0, std::vector{2.0});
        const Table& trials = recording.trials();
        QVERIFY(!applies(trials.at(0, trials.columnIndex("budget"))));
    }
};

REGISTER_TEST(NotApplicableTest)
#include "not_applicable_test.moc"
