#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QProcess>
#include <QRegularExpression>
#include <QSettings>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

#include "app/language.h"
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "core/error.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

struct Message {
    QString context, source;
    QStringList translations; ///< one, or one a number
    bool isUnfinished = false;
};

QList<Message> messagesOf(const QString& path) {
    QList<Message> messages;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return messages;
    QXmlStreamReader reader(&file);
    QString context;
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement)
            continue;
        const auto name = reader.name();
        if (name == u"name") {
            context = reader.readElementText();
        } else if (name == u"message") {
            messages.append({context, {}, {}, false});
        } else if (name == u"source") {
            messages.last().source = reader.readElementText();
        } else if (name == u"translation") {
            messages.last().isUnfinished = reader.attributes().hasAttribute("type");
            messages.last().translations
                << reader.readElementText(QXmlStreamReader::IncludeChildElements);
        }
    }
    return messages;
}

QStringList placeholders(const QString& text) {
    static const QRegularExpression pattern("%(n|L?\\d)");
    QStringList found;
    for (auto it = pattern.globalMatch(text); it.hasNext();)
        found << it.next().captured();
    found.removeDuplicates();
    found.sort();
    return found;
}

QString source(const QString& name) {
    return QString(SOURCES "/resources/translations/") + name;
}

/// Everything that a person reads of a widget or an action.
QStringList textsOf(const QObject& object) {
    QStringList texts;
    for (const char* property : {"text", "title", "windowTitle", "toolTip", "statusTip",
                                 "placeholderText", "accessibleName", "whatsThis"})
        texts << object.property(property).toString();
    if (const auto* box = qobject_cast<const QComboBox*>(&object))
        for (int i = 0; i < box->count(); ++i)
            texts << box->itemText(i);
    if (const auto* tabs = qobject_cast<const QTabWidget*>(&object))
        for (int i = 0; i < tabs->count(); ++i)
            texts << tabs->tabText(i);
    return texts;
}

} // namespace

class TranslationsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setApplicationName("convergence-lab-test");
    }
    void cleanup() { useLanguage("en"); }

    void everyTextOfTheProgramIsTranslated_data() {
        QTest::addColumn<QString>("file");
        for (const QString& file : QDir(source({})).entryList({"*.ts"}, QDir::Files))
            QTest::newRow(qPrintable(file)) << file;
    }
    /// What the sources say now, not what the file was made from.
    void everyTextOfTheProgramIsTranslated() {
        QFETCH(QString, file);
        const QTemporaryDir folder;
        const QString fresh = folder.filePath(file);
        QVERIFY(QFile::copy(source(file), fresh));
        QProcess lupdate;
        lupdate.setWorkingDirectory(SOURCES);
        lupdate.start(LUPDATE, {"-silent", "-no-obsolete", "-locations", "none", "-I", ".", "app",
                                "widgets", "-ts", fresh});
        QVERIFY(lupdate.waitForFinished(60000));
        QCOMPARE(lupdate.exitCode(), 0);
        const QList<Message> messages = messagesOf(fresh);
        QVERIFY(messages.size() > 300);
        QStringList unfinished;
        for (const Message& message : messages)
            if (message.isUnfinished || message.translations.join("").trimmed().isEmpty())
                unfinished << message.context + ": " + message.source;
        QVERIFY2(unfinished.isEmpty(), qPrintable(unfinished.join("\n")));
    }

    void placeholdersAreKept() {
        for (const Message& message : messagesOf(source("convergence-lab_de.ts")))
            for (const QString& translation : message.translations)
                QVERIFY2(placeholders(translation) == placeholders(message.source),
                         qPrintable(message.source));
    }

    void aWindowInGermanShowsGerman() {
        useLanguage("de");
        QCOMPARE(usedLanguage(), QString("de"));
        Registry registry;
        registry.add(testing::quadratic());
        MainWindow window(registry, "light", MainWindow::Memory::forget);
        window.openExperiment("quadratic", {});
        window.show();
        QStringList menus;
        for (const QAction* action : window.menuBar()->actions())
            menus << action->text().remove('&');
        QCOMPARE(menus.mid(0, 4), QStringList({"Datei", "Bearbeiten", "Ansicht", "Lauf"}));

        // No text that has another German one is left in English.
        QSet<QString> english, german;
        for (const Message& message : messagesOf(source("convergence-lab_de.ts")))
            (message.translations.contains(message.source) ? german : english) << message.source;
        for (const Message& message : messagesOf(source("convergence-lab_de.ts")))
            for (const QString& translation : message.translations)
                german << translation;
        for (const Action& action : testing::quadratic().description.actions)
            english.remove(QString::fromStdString(action.label)); // not the window's words
        QStringList left;
        int seen = 0;
        for (const QObject* object : window.findChildren<QObject*>())
            for (const QString& text : textsOf(*object)) {
                seen += german.contains(text) && !text.isEmpty();
                if (english.contains(text) && !german.contains(text))
                    left << text;
            }
        QVERIFY2(left.isEmpty(), qPrintable(left.join("\n")));
        QVERIFY2(seen > 100, qPrintable(QString::number(seen)));
    }

    void theChoiceIsKeptAndAnUnknownLanguageRefused() {
        const auto languages = availableLanguages();
        QVERIFY(std::find(languages.begin(), languages.end(),
                          std::pair(QString("de"), QString("Deutsch"))) != languages.end());
        QVERIFY_EXCEPTION_THROWN(useLanguage("tlh"), InputError);
        QSettings().setValue("window/language", "de");
        useLanguage({});
        QCOMPARE(usedLanguage(), QString("de"));
        QSettings().setValue("window/language", "en"); // wins over the system's
        useLanguage({});
        QCOMPARE(usedLanguage(), QString("en"));
        QSettings().remove("window/language");
    }

    void theLanguageIsChosenFromTheMenu() {
        Registry registry;
        registry.add(testing::quadratic());
        MainWindow window(registry, "light", MainWindow::Memory::forget);
        QAction* german = nullptr;
        for (QAction* action : window.findChildren<QAction*>())
            if (action->text() == "Deutsch")
                german = action;
        QVERIFY(german);
        german->trigger();
        QVERIFY(window.messageBar().history().last().contains("Deutsch"));
    }
};

REGISTER_GUI_TEST(TranslationsTest)
#include "translations_test.moc"
