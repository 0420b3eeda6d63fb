#include <algorithm>

#include <QDir>
#include <QImage>
#include <QSet>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

#include "app/plugin_loader.h"
#include "app/window/main_window.h"
#include "tests/app/window/window_driver.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using testing::patience;

Overrides shortRunOf(const QString& experiment) {
    if (experiment == "matrix-sensing")
        return {{"iterations", std::int64_t{200}}};
    return {{"named_schedules", std::vector<std::string>{"rex", "linear"}},
            {"budget_percent", std::vector<double>{50, 100}},
            {"maximum_iterations", std::int64_t{20}},
            {"seeds", std::vector<double>{0}}};
}

bool isRectangular(const QString& table) {
    QSet<qsizetype> cellsOfRecords;
    qsizetype cells = 1;
    bool quoted = false;
    for (const QChar c : table.trimmed() + "\n") {
        quoted ^= c == '"'; // a doubled quote changes it twice
        if (c == ',' && !quoted)
            ++cells;
        if (c == '\n' && !quoted) {
            cellsOfRecords << cells;
            cells = 1;
        }
    }
    return !quoted && cellsOfRecords.size() == 1;
}

/// Whether CSV text is one or more tables, an empty line between two, whose records all have as
/// many cells as their header.
bool isTables(const QByteArray& content) {
    const QStringList tables = QString::fromUtf8(content).split("\r\n\r\n", Qt::SkipEmptyParts);
    return !tables.isEmpty() && std::all_of(tables.begin(), tables.end(), isRectangular);
}

/// What a reader of the format finds first; false also for an empty file.
bool wellFormed(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QByteArray content = file.readAll();
    if (path.endsWith(".svg")) {
        QXmlStreamReader reader(content);
        const bool isSvg = reader.readNextStartElement() && reader.name() == QLatin1String("svg");
        while (!reader.atEnd())
            reader.readNext();
        return isSvg && !reader.hasError();
    }
    if (path.endsWith(".png"))
        return QImage::fromData(content).size() == QSize(1280, 800);
    if (path.endsWith(".pdf"))
        return content.startsWith("%PDF-") && content.trimmed().endsWith("%%EOF");
    if (path.endsWith(".tex"))
        return content.contains("\\begin{document}") && content.contains("\\end{document}");
    return isTables(content);
}

} // namespace

class ExportsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyViewOfTheRealExperimentsIsExported_data() {
        QTest::addColumn<QString>("experiment");
        QTest::newRow("matrix-sensing") << "matrix-sensing";
        QTest::newRow("rex-schedule") << "rex-schedule";
    }
    void everyViewOfTheRealExperimentsIsExported() {
        QFETCH(QString, experiment);
        Registry registry;
        QVERIFY(loadAllPlugins(registry).empty());
        MainWindow window(registry, "light", MainWindow::Memory::forget);
        window.show();
        window.openExperiment(experiment, shortRunOf(experiment));
        RunController& controller = window.controller();
        QTRY_VERIFY_WITH_TIMEOUT(controller.runner(), patience);
        controller.setPlayback({.seconds = 0.0});
        window.play();
        QTRY_COMPARE_WITH_TIMEOUT(controller.runner()->state(), RunState::finished, patience);
        window.refreshEverything();
        const QTemporaryDir folder;
        const auto& views = registry.find(experiment.toStdString())->description.views;
        QVERIFY(!views.empty());
        for (const View& view : views) {
            const QString name = QString::fromStdString(view.id);
            for (const char* suffix : {"svg", "pdf", "png", "csv", "tex"}) {
                const QString path = folder.filePath(name + "." + suffix);
                window.view(name).exportTo(path, QSizeF(640, 400), 2.0);
                QVERIFY2(wellFormed(path), qPrintable(path));
            }
        }
    }

    void exportsThatCannotBeWrittenAreRefused() {
        Registry registry;
        registry.add(testing::watchedQuadratic());
        MainWindow window(registry, "light", MainWindow::Memory::forget);
        window.show();
        window.openExperiment("quadratic", {});
        const QTemporaryDir folder;
        ViewWidget& view = window.view("distance");
        const QSizeF size(640, 400);
        expectRefusal([&] { view.exportTo(folder.filePath("a.gif"), size); }, "a.gif");
        expectRefusal([&] { view.exportTo(folder.filePath("none/a.svg"), size); }, "a.svg");
        expectRefusal([&] { view.exportTo("/proc/a.svg", size); }, "/proc/a.svg");
        expectRefusal([&] { view.exportTo(folder.filePath("a.png"), QSizeF(0, 0)); });
        QVERIFY(QDir(folder.path()).isEmpty());
    }
};

REGISTER_GUI_TEST(ExportsTest)
#include "exports_test.moc"
