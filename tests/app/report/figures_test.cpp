// The charts of a report, and paper pages as markup.

#include <QXmlStreamReader>

#include "app/report/article.h"
#include "app/report/figures.h"
#include "app/report/picture_themes.h"
#include "tests/app/report/claiming_experiment.h"
#include "tests/registered_test.h"
#include "widgets/figures/figure_file.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Empty for well-formed XML.
QString problemOf(const QByteArray& markup) {
    QXmlStreamReader reader(markup);
    while (!reader.atEnd())
        reader.readNext();
    return reader.errorString();
}

} // namespace

class FiguresTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void mainViewsAndThoseOfFitsAreShown() {
        auto type = claimingExperiment();
        type.description.views.push_back(
            Chart{.id = "hidden", .title = "Never", .y = "x", .appliesIf = "0", .isMain = true});
        const auto claims = verify(type, {}, StopToken());
        const auto planned = plannedFigures(type.description, claims);
        std::vector<std::string> views;
        for (const PlannedFigure& figure : planned)
            views.push_back(figure.view->id);
        QCOMPARE(views, (std::vector<std::string>{"distance", "decay", "text"}));
        QVERIFY(planned[0].fits.empty());
        QCOMPARE(planned[1].fits.size(), std::size_t{1}); // of the first seed alone
        QCOMPARE(planned[1].fits[0].run, std::size_t{0});
        QCOMPARE(planned[1].run.seed, std::uint64_t{0});
    }

    void figuresAreDrawnForAllReaders() {
        const QTemporaryDir folder;
        auto whole = claimingExperiment();
        whole.description.claims.push_back(whole.description.claims[0]);
        whole.description.claims[1].id = "again";
        const auto type = std::make_shared<const ExperimentType>(whole);
        const auto claims = verify(*type, {}, StopToken());
        const auto figures = drawFigures(type, claims, folder.path().toStdString(), StopToken());
        QCOMPARE(figures.size(), std::size_t{6});
        QCOMPARE(figures[0].file, figures[3].file); // the second claim shows the same
        QCOMPARE(figures[4].claim, std::string("again"));
        QCOMPARE(figures[0].command,
                 std::string("convergence-lab run claiming --set iterations=100"));
        QVERIFY2(figures[1].caption.find("rate −0.105") != std::string::npos,
                 figures[1].caption.c_str());
        for (const PageFigure& figure : figures)
            for (const std::string& name : {figure.file, figure.narrowFile}) {
                const QByteArray picture = contentOf(folder.filePath(name.c_str()));
                QVERIFY2(problemOf(picture).isEmpty(), name.c_str());
                QVERIFY2(picture.contains("prefers-color-scheme: dark") || !figure.darkFile.empty(),
                         name.c_str());
                QVERIFY(!picture.contains("http://") ||
                        picture.count("http://") == picture.count("http://www.w3.org/"));
                // What is drawn can be made again from the picture alone.
                const Figure carried = figureIn(folder.filePath(name.c_str()));
                QCOMPARE(carried.run.experiment, std::string("claiming"));
                QCOMPARE(carried.run.parameters.at("iterations").get<int>(), 100);
                QVERIFY(!carried.run.tables.empty());
            }
        QCOMPARE(QDir(folder.path()).entryList({"*.svg"}, QDir::Files).size(), 6);
    }

    void aStoppedDrawingEnds() {
        const QTemporaryDir folder;
        const auto type = std::make_shared<const ExperimentType>(claimingExperiment());
        const auto claims = verify(*type, {}, StopToken());
        StopToken stop;
        stop.requestStop();
        QVERIFY(drawFigures(type, claims, folder.path().toStdString(), stop).empty());
    }

    void onePictureServesLightAndDark() {
        const auto both =
            forBothThemes("<svg a=\"1\"><g fill=\"#ffffff\" stroke=\"#1b1f24\"/></svg>",
                          "<svg a=\"1\"><g fill=\"#16191d\" stroke=\"#1b1f24\"/></svg>");
        QVERIFY(both);
        QVERIFY(both->find("[fill=\"#ffffff\"] { fill: #16191d; }") != std::string::npos);
        QVERIFY(both->find("[fill=\"#1b1f24\"]") == std::string::npos);
        QVERIFY(problemOf(QByteArray::fromStdString(*both)).isEmpty());
        // Another picture, and a color that would have to become two.
        QVERIFY(!forBothThemes("<svg><g fill=\"#ffffff\"/></svg>",
                               "<svg><g fill=\"#fffff0\"></g></svg>"));
        QVERIFY(!forBothThemes("<svg><g fill=\"#ffffff\" stroke=\"#ffffff\"/></svg>",
                               "<svg><g fill=\"#000000\" stroke=\"#111111\"/></svg>"));
    }

    void articlesAreMarkupOfTheirOwn() {
        const QByteArray markup = QByteArray::fromStdString(articleMarkup(
            "## Head <1>\n\nText with `code <x>`, *stress* and **weight**, -1.\n\n- one\n- two\n\n"
            "Of ‖x_{t+1}‖^q, `η_t` and batch_size.\n\n"
            "```\na < b\n  c\n```\n\n| a | b |\n| --- | --- |\n| 1 | <2> |\n\n"
            "[link](https://example.org)\n"));
        QVERIFY2(problemOf(markup).isEmpty(), markup);
        for (const char* part :
             {"<h3>Head &lt;1&gt;</h3>", "<code>code &lt;x&gt;</code>", "<em>stress</em>",
              "<strong>weight</strong>", ", −1.", "<ul><li>one</li><li>two</li></ul>",
              "<pre><code>a &lt; b\n  c\n</code></pre>", "<th scope=\"col\">a</th>",
              "<td>&lt;2&gt;</td>", "‖x<sub>t+1</sub>‖<sup>q</sup>", "<code>η<sub>t</sub></code>",
              "batch_size", "<a href=\"https://example.org\">link</a>"})
            QVERIFY2(markup.contains(part), (part + ("\n" + markup)).constData());
        QVERIFY(!markup.contains("style="));
    }
};

REGISTER_GUI_TEST(FiguresTest)
#include "figures_test.moc"
