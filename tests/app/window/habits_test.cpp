#include <QAction>
#include <QDialog>
#include <QDropEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTextBrowser>
#include <QtTest>

#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "core/error.h"
#include "tests/app/window/window_driver.h"
#include "tests/registered_test.h"
#include "widgets/panels/parameter_form.h"

using namespace convergence;

namespace {

using testing::patience;

ExperimentType named(const char* id, const char* title) {
    ExperimentType type = testing::watchedQuadratic();
    type.description.id = id;
    type.description.title = title;
    return type;
}

/// A window on two experiments.
class Desk {
public:
    explicit Desk(MainWindow::Memory memory = MainWindow::Memory::forget) {
        registry_.add(named("quadratic", "Quadratic"));
        registry_.add(named("parabola", "Parabola"));
        open(memory);
    }
    void open(MainWindow::Memory memory) {
        window.reset();
        window = std::make_unique<MainWindow>(registry_, "light", memory);
        window->show();
        QApplication::setActiveWindow(window.get());
    }
    template <typename Kind>
    Kind* dialog(const char* name) const {
        auto* dialog = window->findChild<QDialog*>(name);
        return dialog && dialog->isVisible() ? dialog->findChild<Kind*>() : nullptr;
    }
    QString title() const { return window->windowTitle(); }

private:
    Registry registry_; // outlives the window

public:
    std::unique_ptr<MainWindow> window;
};

QStringList shown(const QListWidget& list) {
    QStringList texts;
    for (int row = 0; row < list.count(); ++row)
        if (!list.item(row)->isHidden())
            texts << list.item(row)->text();
    return texts;
}

/// Drops a file on the widget, as the window system does: on the nearest one that takes drops.
bool drop(QWidget* widget, const QString& path) {
    while (widget && !widget->acceptDrops())
        widget = widget->parentWidget();
    if (!widget)
        return false;
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(widget, &enter);
    if (!enter.isAccepted())
        return false;
    QDropEvent event(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(widget, &event);
    return true;
}

} // namespace

class HabitsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName("convergence-lab-habits-test");
        QCoreApplication::setApplicationName("convergence-lab-habits-test");
    }
    void init() {
        QSettings().clear();
        QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)).removeRecursively();
        folder_ = std::make_unique<QTemporaryDir>();
    }

    void thePaletteFindsAnExperimentByAFewLetters() {
        Desk desk;
        desk.window->openExperiment("quadratic", {});
        QTest::keyClick(desk.window.get(), Qt::Key_K, Qt::ControlModifier);
        auto* search = desk.dialog<QLineEdit>("commandPalette");
        auto* list = desk.dialog<QListWidget>("commandPalette");
        QVERIFY(search && list);
        QVERIFY(shown(*list).size() > 20);
        QTest::keyClicks(search, "para exp"); // every word somewhere
        QCOMPARE(shown(*list), QStringList{"Experiment › Parabola"});
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(desk.title(), QString("Parabola – Convergence Lab"));
        QTRY_VERIFY(!desk.dialog<QLineEdit>("commandPalette"));
    }

    void thePaletteRunsCommandsByKeyboardAlone() {
        Desk desk;
        desk.window->openExperiment("quadratic", {});
        QTest::keyClick(desk.window.get(), Qt::Key_K, Qt::ControlModifier);
        auto* search = desk.dialog<QLineEdit>("commandPalette");
        QTest::keyClicks(search, "theme");
        auto* list = desk.dialog<QListWidget>("commandPalette");
        const QStringList themes = shown(*list);
        QCOMPARE(themes.size(), 3);
        QTest::keyClick(search, Qt::Key_Down); // the second of them
        QTest::keyClick(search, Qt::Key_Return);
        QVERIFY(themes.at(1).contains("Light"));
        QCOMPARE(qApp->palette().color(QPalette::Window), Theme::load("light").window);
        QTest::keyClick(desk.window.get(), Qt::Key_K, Qt::ControlModifier);
        search = desk.dialog<QLineEdit>("commandPalette");
        QTest::keyClicks(search, "no such command");
        QTest::keyClick(search, Qt::Key_Return); // nothing happens
        QCOMPARE(desk.title(), QString("Quadratic – Convergence Lab"));
    }

    void theKeySheetNamesEveryShortcutOfTheMenus() {
        Desk desk;
        desk.window->openExperiment("quadratic", {});
        QTest::keyClick(desk.window.get(), Qt::Key_F1);
        auto* sheet = desk.dialog<QTextBrowser>("keys");
        QVERIFY(sheet);
        const QString text = sheet->toPlainText();
        int shortcuts = 0;
        for (const QAction* menu : desk.window->menuBar()->actions())
            for (const QAction* action : menu->menu()->actions())
                if (!action->shortcut().isEmpty()) {
                    ++shortcuts;
                    const QString keys = action->shortcut().toString(QKeySequence::NativeText);
                    QVERIFY2(text.contains(keys), qPrintable(keys + " " + action->text()));
                }
        QVERIFY(shortcuts > 20);
        for (const char* key : {"X, Y", "Home", "Space", "Esc"})
            QVERIFY2(text.contains(key), key);
    }

    void messagesCanBeGoneBackTo() {
        Desk desk;
        desk.window->openExperiment("quadratic", {});
        desk.window->messageBar().tell("First.");
        desk.window->messageBar().warn("Second.");
        QTest::keyClick(desk.window.get(), Qt::Key_M, Qt::ControlModifier);
        auto* list = desk.dialog<QListWidget>("messages");
        QVERIFY(list);
        QCOMPARE(shown(*list).size(), 2);
        QVERIFY(shown(*list).first().endsWith("First.") && shown(*list).last().endsWith("Second."));
        // A dialog that one looks at holds nothing up.
        QVERIFY(!desk.window->findChild<QDialog*>("messages")->isModal());
    }

    void aSessionIsOpenedWhereverItIsDropped() {
        Desk desk;
        desk.window->openExperiment("parabola", {{"curvature", 2.0}});
        const QString session = folder_->filePath("s.clab");
        desk.window->files().save(session);
        desk.window->openExperiment("quadratic", {});
        QVERIFY(drop(&desk.window->view("state"), session));
        QCOMPARE(desk.title(), QString("Parabola – Convergence Lab"));
        // On a chart, which has a window of its own to draw in.
        desk.window->openExperiment("quadratic", {});
        auto* area = qobject_cast<QAbstractScrollArea*>(
            desk.window->view("distance").findChild<QWidget*>("canvas"));
        QVERIFY(area);
        QVERIFY(drop(area->viewport(), session));
        QCOMPARE(desk.title(), QString("Parabola – Convergence Lab"));
    }

    void whatIsNoSessionIsRefusedInASentence() {
        Desk desk;
        desk.window->openExperiment("quadratic", {});
        const QString path = folder_->filePath("picture.png");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("no session");
        file.close();
        QVERIFY(drop(desk.window.get(), path));
        QCOMPARE(desk.title(), QString("Quadratic – Convergence Lab"));
        QVERIFY(desk.window->messageBar().history().last().contains("picture.png"));
    }

    void theLastSessionComesBack() {
        Desk desk(MainWindow::Memory::remember);
        QVERIFY(!desk.window->files().restoreLast()); // there is none yet
        desk.window->openExperiment("parabola", {{"curvature", 3.0}});
        desk.window->findChild<QPlainTextEdit*>("sessionNotes")->setPlainText("half way");
        QTRY_VERIFY_WITH_TIMEOUT(desk.window->controller().runner(), patience);
        desk.window->compareWith({{"curvature", 5.0}});
        QTRY_VERIFY_WITH_TIMEOUT(desk.window->beside()->controller().runner(), patience);
        QVERIFY(desk.window->close());
        desk.open(MainWindow::Memory::remember);
        QVERIFY(desk.window->files().restoreLast());
        QCOMPARE(desk.title(), QString("Parabola – Convergence Lab"));
        QCOMPARE(desk.window->findChild<QPlainTextEdit*>("sessionNotes")->toPlainText(),
                 QString("half way"));
        QVERIFY(desk.window->beside());
        QCOMPARE(desk.window->beside()->form()->values().value("curvature"), Value(5.0));
        QCOMPARE(desk.window->findChildren<ParameterForm*>().front()->values().value("curvature"),
                 Value(3.0));
    }

    void aLastSessionThatCannotBeReadIsToldAndTheWindowOpens() {
        Desk desk(MainWindow::Memory::remember);
        const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
        QVERIFY(QDir().mkpath(folder));
        QFile file(folder + "/last-session.json");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"format\": \"convergence-lab session\", \"version\": 99}");
        file.close();
        QVERIFY(!desk.window->files().restoreLast());
        QVERIFY(desk.window->messageBar().history().last().contains("version 99"));
    }

    void oneViewFillsTheScreenAndComesBack() {
        Desk desk;
        desk.window->openExperiment("quadratic", {});
        ViewWidget& view = desk.window->view("distance");
        view.setFocus();
        QTest::keyClick(view.window(), Qt::Key_F11, Qt::ShiftModifier);
        QTRY_VERIFY(view.window() != desk.window.get());
        QVERIFY(view.window()->isFullScreen());
        QApplication::setActiveWindow(view.window());
        QTest::keyClick(view.focusProxy() ? view.focusProxy() : &view, Qt::Key_Escape);
        QTRY_COMPARE(view.window(), desk.window.get());
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
};

REGISTER_GUI_TEST(HabitsTest)
#include "habits_test.moc"
