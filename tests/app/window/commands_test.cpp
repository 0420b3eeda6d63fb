// Messages, palette and key sheet by themselves, over menus of the test's own.

#include <QDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QMainWindow>
#include <QMenuBar>
#include <QTextBrowser>
#include <QtTest>

#include "app/window/command_palette.h"
#include "app/window/message_bar.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// A window with a command in a menu, one in a submenu, one that is off, and a record.
struct Commands {
    QMainWindow window;
    QAction* save;
    QAction* dark;

    Commands() {
        QMenu* file = window.menuBar()->addMenu("&File");
        save = file->addAction("&Save …");
        save->setShortcut(QKeySequence("Ctrl+S"));
        file->addSeparator();
        file->addAction("Close")->setEnabled(false);
        dark = file->addMenu("&Theme")->addAction("Dark");
        QMenu* record = window.menuBar()->addMenu("Messages");
        record->menuAction()->setProperty("isRecord", true);
        record->addAction("Something was said.");
        window.show();
        QApplication::setActiveWindow(&window);
    }
    std::vector<Command> all() const { return commandsOf(*window.menuBar()); }
    template <typename Kind>
    Kind* inDialog(const char* name) const {
        return window.findChild<QDialog*>(name)->findChild<Kind*>();
    }
};

} // namespace

class CommandsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void commandsHaveTheirPaths() {
        const Commands commands;
        QStringList paths;
        for (const Command& command : commands.all())
            paths << command.path;
        QCOMPARE(paths, QStringList({"File › Save", "File › Close", "File › Theme › Dark"}));
    }

    void thePaletteOffersWhatIsEnabledWithItsKeys() {
        const Commands commands;
        QStringList texts;
        for (const PaletteEntry& entry : paletteEntries(commands.all()))
            texts << entry.text;
        QCOMPARE(texts, QStringList({"File › Save    Ctrl+S", "File › Theme › Dark"}));
    }

    void aFewLettersFindAndReturnRuns() {
        Commands commands;
        int saved = 0, darkened = 0;
        QObject::connect(commands.save, &QAction::triggered, this, [&] { ++saved; });
        QObject::connect(commands.dark, &QAction::triggered, this, [&] { ++darkened; });
        showPalette(&commands.window, paletteEntries(commands.all()));
        auto* search = commands.inDialog<QLineEdit>("commandPalette");
        QTest::keyClicks(search, "dar the"); // every word somewhere
        const auto* list = commands.inDialog<QListWidget>("commandPalette");
        QVERIFY(list->item(0)->isHidden() && !list->item(1)->isHidden());
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(darkened, 1);
        QCOMPARE(saved, 0);
    }

    void theKeySheetNamesTheKeysOfTheMenus() {
        Commands commands;
        showKeys(&commands.window, commands.all());
        const QString text = commands.inDialog<QTextBrowser>("keys")->toPlainText();
        QVERIFY(text.contains("Ctrl+S") && text.contains("File › Save"));
        QVERIFY(!text.contains("Dark")); // has no key
    }

    void messagesAreShownAndKept() {
        QMainWindow window;
        MessageBar bar(Theme::load("light"));
        QMenu menu;
        bar.listIn(menu);
        QVERIFY(bar.isHidden());
        Q_EMIT menu.aboutToShow();
        QCOMPARE(menu.actions().size(), 1);
        QVERIFY(!menu.actions().front()->isEnabled()); // no messages yet
        bar.tell("Fine.");
        const QString fine = bar.styleSheet();
        bar.warn("Not fine.");
        QVERIFY(!bar.isHidden());
        QCOMPARE(bar.text(), QString("Not fine."));
        QVERIFY(bar.styleSheet() != fine);
        QCOMPARE(bar.history().size(), 2);
        QVERIFY(bar.history().first().endsWith("  Fine."));
        Q_EMIT menu.aboutToShow();
        QCOMPARE(menu.actions().size(), 2);
        QVERIFY(menu.actions().back()->text().endsWith("Not fine."));
    }
};

REGISTER_GUI_TEST(CommandsTest)
#include "commands_test.moc"
