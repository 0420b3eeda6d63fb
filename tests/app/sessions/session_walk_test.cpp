#include <QAccessible>
#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QSlider>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QUndoStack>
#include <QtTest>

#include "app/window/main_window.h"
#include "app/window/run_desk.h"
#include "core/error.h"
#include "core/experiment/recording_outline.h"
#include "tests/app/window/window_driver.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/run_list.h"
#include "widgets/panels/transport_bar.h"
#include "widgets/views/line_chart_view.h"

using namespace convergence;

namespace {

using testing::patience;
using testing::watchedQuadratic;
/// A window with kept runs, driven by its widgets.
class Walk {
public:
    explicit Walk(const QString& folder, const ExperimentType& type = watchedQuadratic()) {
        registry_.add(type);
        open(folder);
    }
    void open(const QString& folder) {
        window.reset();
        window = std::make_unique<MainWindow>(registry_, "light", MainWindow::Memory::forget,
                                              std::make_unique<RunStore>(folder));
        window->show();
        window->openExperiment("quadratic", {{"iterations", std::int64_t{200}}});
    }
    bool reaches(RunState state) const {
        return QTest::qWaitFor(
            [&] {
                const Runner* runner = window->controller().runner();
                return runner && runner->state() == state &&
                       window->controller().replayingUntil() == 0;
            },
            patience);
    }
    QAction* action(const QString& text) const { return testing::actionOf(*window, text); }
    void type(const QString& parameter, const QString& text) const {
        auto* edit = window->findChild<ParameterForm*>()
                         ->findChild<QWidget*>(parameter)
                         ->findChild<QLineEdit*>();
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, text);
        QTest::keyClick(edit, Qt::Key_Return);
    }
    RunList& list() const { return *window->findChild<RunList*>(); }
    QListWidget& rows() const { return *list().findChild<QListWidget*>(); }
    QSlider& slider() const { return *window->findChild<TransportBar*>()->findChild<QSlider*>(); }
    QString scrubText() const {
        QString all;
        for (const auto* label : window->findChild<TransportBar*>()->findChildren<QLabel*>())
            all += label->text() + "|";
        return all;
    }
    std::shared_ptr<const Recording> recording() const { return window->controller().recording(); }
    bool listed(int runs) const {
        window->store()->flush();
        return QTest::qWaitFor([&] { return rows().count() == runs; }, patience);
    }
    void playFast() const {
        window->controller().setPlayback({.seconds = 0.0});
        action("Play or pause")->trigger();
    }

private:
    Registry registry_; // outlives the window

public:
    std::unique_ptr<MainWindow> window;
};

} // namespace

class SessionWalkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void aDayInTheWindow() {
        Walk walk(folder_->path());
        // Pick, change, play.
        QVERIFY(walk.reaches(RunState::ready));
        walk.type("curvature", "2");
        QVERIFY(walk.reaches(RunState::ready));
        walk.playFast();
        QVERIFY(walk.reaches(RunState::finished));
        QVERIFY(walk.listed(1));
        const auto first = walk.recording();
        const QString firstKey = walk.window->controller().key();
        QVERIFY(walk.rows().item(0)->text().contains("curvature = 2"));
        QVERIFY(walk.rows().item(0)->text().contains("finished"));

        // Scrub: the picture is the one of that iteration, (1 − 0.2)^t.
        QTRY_VERIFY(walk.slider().maximum() > 10);
        const int place = walk.slider().maximum() / 2;
        walk.slider().setValue(place);
        QVERIFY(walk.action("Branch from here")->isEnabled());
        const SessionDocument scrubbed = walk.window->session();
        QVERIFY(scrubbed.iteration.has_value());
        const std::int64_t moment = *scrubbed.iteration;
        QVERIFY(moment > 1 && moment < 200);
        QTRY_VERIFY_WITH_TIMEOUT(
            walk.window->view("state").csv().contains(QString::fromStdString(
                std::to_string(first->trace(0).column("x").at(std::size_t(moment))))),
            patience);

        // Branch: the same up to there, another learning rate from there.
        walk.action("Branch from here")->trigger();
        QVERIFY(walk.reaches(RunState::paused));
        QCOMPARE(walk.recording()->iterations(0), moment);
        walk.type("learning_rate", "0.01");
        walk.playFast();
        QVERIFY(walk.reaches(RunState::finished));
        const auto branch = walk.recording();
        const auto a = first->trace(0).column("x"), b = branch->trace(0).column("x");
        for (std::int64_t t = 0; t <= moment; ++t)
            QCOMPARE(b.at(std::size_t(t)), a.at(std::size_t(t)));
        expectNear(b.at(std::size_t(moment) + 1) / b.at(std::size_t(moment)), 0.98, 1e-12);
        QVERIFY(walk.listed(2));

        // Overlay: the first run gets a color of its own.
        for (int row = 0; row < 2; ++row)
            if (walk.rows().item(row)->data(Qt::UserRole).toString() == firstKey)
                walk.rows().item(row)->setCheckState(Qt::Checked);
        const auto& chart = dynamic_cast<LineChartView&>(walk.window->view("distance"));
        QTRY_COMPARE(walk.list().overlaid(), QStringList{firstKey});
        QTRY_VERIFY(std::any_of(chart.model().groups().begin(), chart.model().groups().end(),
                                [](const ChartGroup& group) { return group.color == 1; }));
        walk.action("Differences of runs")->trigger();
        QVERIFY(walk.window->findChild<QTableWidget*>("parameterDifferences"));

        // Save, reopen in another window.
        const QString session = folder_->path() + "/s.json";
        walk.window->files().save(session);
        const QString branchKey = walk.window->controller().key();
        walk.open(folder_->path());
        QVERIFY(walk.reaches(RunState::ready));
        walk.window->files().open(session);
        QTRY_VERIFY_WITH_TIMEOUT(walk.window->controller().shownRun(), patience);
        QCOMPARE(walk.window->controller().key(), branchKey);
        QCOMPARE(firstDifference(*walk.recording(), *branch), std::string());
        QTRY_COMPARE(walk.list().overlaid(), QStringList{firstKey});

        // Export; the bundle opens where the runs are unknown.
        const QString bundle = folder_->path() + "/b.zip";
        walk.window->files().exportBundle(bundle);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(bundle), patience);
        QTemporaryDir elsewhere;
        walk.open(elsewhere.path());
        QVERIFY(walk.reaches(RunState::ready));
        walk.window->files().open(bundle);
        QTRY_VERIFY_WITH_TIMEOUT(walk.window->controller().shownRun(), patience);
        QCOMPARE(firstDifference(*walk.recording(), *branch), std::string());
        QVERIFY(walk.listed(2));

        // Delete, undo.
        walk.rows().item(0)->setSelected(true);
        walk.list().findChild<QToolButton*>("runDelete")->click();
        QVERIFY(walk.listed(1));
        for (auto* candidate : walk.window->findChildren<QAction*>())
            if (candidate->text().startsWith("Undo"))
                candidate->trigger();
        QVERIFY(walk.listed(2));
    }

    void aRunIsContinuedAfterTheWindowWentAway() {
        Walk walk(folder_->path());
        QVERIFY(walk.reaches(RunState::ready));
        walk.window->controller().setPlayback({.seconds = 0.0, .until = 50});
        walk.action("Play or pause")->trigger();
        QVERIFY(walk.reaches(RunState::paused));
        const QString key = walk.window->controller().key();
        walk.open(folder_->path());
        QVERIFY(walk.listed(1));
        QVERIFY(walk.rows().item(0)->text().contains("stopped"));
        walk.window->controller().setPlayback({.seconds = 0.0});
        walk.window->runs().continueRun(key);
        QVERIFY(walk.reaches(RunState::finished));
        QCOMPARE(walk.recording()->trace(0).rows(), std::size_t{201});
        QVERIFY(walk.listed(1));
        QTRY_VERIFY(walk.rows().item(0)->text().contains("finished"));
    }

    /// Where trials run one after another, the slider goes back to when fewer had ended.
    void trialsAreGoneBackToOneByOne() {
        ExperimentType type = watchedQuadratic();
        type.description.lockStep = false;
        Walk walk(folder_->path(), type);
        QVERIFY(walk.reaches(RunState::ready));
        QVERIFY(!walk.slider().isEnabled());
        QVERIFY(walk.slider().toolTip().contains("from trial to trial"));
        walk.playFast();
        QVERIFY(walk.reaches(RunState::finished));
        QCOMPARE(walk.recording()->trials().rows(), std::size_t{2});
        QTRY_COMPARE(walk.slider().maximum(), 1);
        const auto& chart = dynamic_cast<LineChartView&>(walk.window->view("distance"));
        const auto rowsOf = [&](const std::string& arm) {
            walk.window->view("distance").refresh();
            std::size_t rows = 0;
            for (const ChartCurve& curve : chart.model().curves())
                if (curve.arm == arm)
                    rows += curve.data.rows();
            return rows;
        };
        const auto arms = walk.recording()->arms();
        QTRY_COMPARE(rowsOf(arms[1]), std::size_t{201});
        walk.slider().setValue(0);
        QVERIFY(walk.scrubText().contains("1 of 2 trials"));
        QTRY_COMPARE(rowsOf(arms[1]), std::size_t{0});
        QCOMPARE(rowsOf(arms[0]), std::size_t{201});
        QVERIFY(!walk.action("Branch from here")->isEnabled());
        walk.slider().setValue(1); // the present
        QTRY_COMPARE(rowsOf(arms[1]), std::size_t{201});
    }

    void theCommandLineIsCopied() {
        Walk walk(folder_->path());
        QVERIFY(walk.reaches(RunState::ready));
        walk.type("curvature", "2");
        QVERIFY(walk.reaches(RunState::ready));
        walk.action("Copy command line")->trigger();
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QString("convergence-lab run quadratic --set curvature=2 --set iterations=200"));
    }

    void documentsThatDoNotFitAreRefusedAndNothingChanges_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("part");
        const QByteArray head =
            R"({"format": "convergence-lab session", "version": 1, "experiment": )";
        QTest::newRow("no JSON") << QByteArray("hello") << "not a session";
        QTest::newRow("another format") << QByteArray("{}") << "not a session";
        QTest::newRow("newer") << QByteArray(
                                      R"({"format": "convergence-lab session", "version": 9})")
                               << "version 9";
        QTest::newRow("unknown key") << head + R"("quadratic", "parameters": {}, "run_this": "rm"})"
                                     << "run_this";
        QTest::newRow("wrong type") << head + R"(7, "parameters": {}})"
                                    << "'experiment'";
        QTest::newRow("missing") << head + R"("quadratic"})"
                                 << "'parameters' is missing";
        QTest::newRow("nested without end")
            << head + R"("quadratic", "parameters": {"x": )" + QByteArray(4000000, '[') +
                   QByteArray(4000000, ']') + "}}"
            << "deeper than 64 levels";
        QTest::newRow("moment before the start")
            << head + R"("quadratic", "parameters": {}, "iteration": -5})"
            << "'iteration'";
        QTest::newRow("moment beyond all numbers")
            << head + R"("quadratic", "parameters": {}, "iteration": 18446744073709551615})"
            << "'iteration'";
        QTest::newRow("seed beyond all numbers")
            << head + R"("quadratic", "parameters": {"seed": 18446744073709551615}})"
            << "seed";
        QTest::newRow("event out of range")
            << head + R"("quadratic", "parameters": {}, "events": [{"trial": 0, "iteration": 1, )"
                      R"("name": "learning_rate", "value": 1e9}]})"
            << "learning_rate";
        QTest::newRow("unknown experiment") << head + R"("cubic", "parameters": {}})"
                                            << "cubic";
        QTest::newRow("out of range") << head + R"("quadratic", "parameters": {"curvature": 1e9}})"
                                      << "curvature";
    }
    void documentsThatDoNotFitAreRefusedAndNothingChanges() {
        QFETCH(QByteArray, content);
        QFETCH(QString, part);
        Walk walk(folder_->path());
        QVERIFY(walk.reaches(RunState::ready));
        const std::string before = toText(walk.window->session());
        const QString path = folder_->path() + "/bad.json";
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        expectRefusal([&] { walk.window->files().open(path); }, part);
        QCOMPARE(toText(walk.window->session()), before);
    }

    void everyControlHasAnAccessibleName() {
        Walk walk(folder_->path());
        QVERIFY(walk.reaches(RunState::ready));
        QStringList nameless;
        for (QWidget* widget : walk.window->findChildren<QWidget*>()) {
            if (!(widget->focusPolicy() & Qt::TabFocus) || !widget->isEnabled())
                continue;
            QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(widget);
            const bool isPart = widget->objectName().startsWith("qt_") ||
                                widget->inherits("QComboBoxListView") ||
                                widget->focusProxy() != nullptr;
            if (!isPart && interface && interface->text(QAccessible::Name).isEmpty())
                nameless << QString(widget->metaObject()->className()) + " " + widget->objectName();
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(", ")));
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
};

REGISTER_GUI_TEST(SessionWalkTest)
#include "session_walk_test.moc"
