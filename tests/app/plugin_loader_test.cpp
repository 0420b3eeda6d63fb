#include <QTemporaryDir>
#include <QtTest>

#include "app/plugin_loader.h"
#include "core/error.h"
#include "core/experiment/plugin.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// A folder with copies of some of the test's plugins.
class PluginFolder {
public:
    explicit PluginFolder(const QStringList& names) {
        for (const QString& name : names)
            if (!QFile::copy(QString(TEST_PLUGINS "/%1.so").arg(name), file(name + ".so")))
                qFatal("%s", qPrintable("no plugin " + name));
    }
    [[nodiscard]] QString path() const { return folder_.path(); }
    [[nodiscard]] QString file(const QString& name) const { return folder_.filePath(name); }
    void write(const QString& name, const QByteArray& content) const {
        QFile out(file(name));
        if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size())
            qFatal("%s", qPrintable("cannot write " + name));
    }

private:
    QTemporaryDir folder_;
};

QString titleOf(const Registry& registry, const char* id) {
    return QString::fromStdString(registry.find(id)->description.title);
}

} // namespace

class PluginLoaderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aGoodPluginIsLoadedWithoutAWord() {
        const PluginFolder folder({"good"});
        Registry registry;
        QVERIFY(loadPlugins(folder.path(), registry).empty());
        QCOMPARE(registry.all().size(), std::size_t{1});
        QCOMPARE(titleOf(registry, "good"), QString("The first"));
    }

    void aBrokenPluginIsReportedInOneSentenceThatNamesIt_data() {
        QTest::addColumn<QString>("plugin");
        QTest::addColumn<QString>("reason");
        QTest::newRow("no symbol") << "no_symbol"
                                   << "does not export 'convergencePlugin'";
        QTest::newRow("version") << "other_version"
                                 << QString("version %1 of the experiment contract, this program "
                                            "has version %2")
                                        .arg(pluginAbiVersion - 1)
                                        .arg(pluginAbiVersion);
        QTest::newRow("fingerprint") << "other_fingerprint"
                                     << "'pdp-11, align 2, gcc 1'";
        QTest::newRow("throws") << "throws"
                                << "the table of primes is empty";
        QTest::newRow("throws a number") << "throws_number"
                                         << "not an exception";
    }

    void aBrokenPluginIsReportedInOneSentenceThatNamesIt() {
        QFETCH(QString, plugin);
        QFETCH(QString, reason);
        const PluginFolder folder({plugin});
        Registry registry;
        requireOneReport(loadPlugins(folder.path(), registry), folder.file(plugin + ".so"), reason);
        QVERIFY(registry.all().empty());
    }

    void aTextFileWithTheSuffixIsReported() {
        const PluginFolder folder({});
        folder.write("x.so", "This is a letter, not a library.\n");
        Registry registry;
        requireOneReport(loadPlugins(folder.path(), registry), folder.file("x.so"), "not a plugin");
    }

    void anEmptyFileWithTheSuffixIsReported() {
        const PluginFolder folder({});
        folder.write("x.so", "");
        Registry registry;
        requireOneReport(loadPlugins(folder.path(), registry), folder.file("x.so"), "not a plugin");
    }

    void anExperimentIdThatIsTakenIsReportedAndNotReplaced() {
        const PluginFolder folder({"good", "good_again"}); // loaded by name, in this order
        Registry registry;
        requireOneReport(loadPlugins(folder.path(), registry), folder.file("good_again.so"),
                         "There is already an experiment 'good'");
        QCOMPARE(registry.all().size(), std::size_t{1});
        QCOMPARE(titleOf(registry, "good"), QString("The first"));
    }

    void theGoodPluginIsLoadedFromAmongAllTheBrokenOnes() {
        const PluginFolder folder({"good", "good_again", "no_symbol", "other_fingerprint",
                                   "other_version", "throws", "throws_number"});
        folder.write("x.so", "This is a letter, not a library.\n");
        folder.write("readme.txt", "Files without the suffix are nobody's concern.\n");
        Registry registry;
        const auto problems = loadPlugins(folder.path(), registry);
        QCOMPARE(problems.size(), std::size_t{7});
        const QStringList reported = {
            "good_again",    "no_symbol", "other_fingerprint", "other_version", "throws",
            "throws_number", "x"};
        for (std::size_t i = 0; i < problems.size(); ++i)
            requireOneReport({problems[i]},
                             folder.file(reported[static_cast<qsizetype>(i)] + ".so"), "");
        QCOMPARE(registry.all().size(), std::size_t{1});
        QCOMPARE(titleOf(registry, "good"), QString("The first"));
    }

    void aFolderThatDoesNotExistHasNoPlugins() {
        const PluginFolder folder({});
        Registry registry;
        QVERIFY(loadPlugins(folder.file("nowhere"), registry).empty());
        QVERIFY(registry.all().empty());
    }

    void foldersOfTheEnvironmentComeFirst() {
        qputenv("CONVERGENCE_PLUGIN_PATH", "/one/plugins:/two/../three");
        const QStringList folders = pluginFolders();
        qunsetenv("CONVERGENCE_PLUGIN_PATH");
        QCOMPARE(folders.value(0), QString("/one/plugins"));
        QCOMPARE(folders.value(1), QString("/three"));
        QVERIFY(folders.size() > 2);
        QVERIFY(!pluginFolders().contains("/one/plugins"));
    }

private:
    static void requireOneReport(const std::vector<std::string>& problems, const QString& file,
                                 const QString& reason) {
        QCOMPARE(problems.size(), std::size_t{1});
        const QString sentence = QString::fromStdString(problems.front());
        QVERIFY2(sentence.startsWith("The plugin " + file + " was not loaded: "),
                 qPrintable(sentence));
        QVERIFY2(sentence.contains(reason), qPrintable(sentence));
        QVERIFY2(!sentence.contains('\n') && sentence.endsWith('.') && !sentence.endsWith(".."),
                 qPrintable(sentence));
    }
};

REGISTER_TEST(PluginLoaderTest)
#include "plugin_loader_test.moc"
