#include <QImageReader>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "tests/widgets/figures/measured_file.h"
#include "tests/widgets/sample_recording.h"
#include "widgets/figures/figure_file.h"
#include "widgets/figures/figure_scripts.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

FigureSource sampleSource() {
    auto description = sampleDescription();
    View linear = errorView();
    linear.id = "linear";
    linear.x.scale = linear.y.scale = Scale::linear;
    View fitted = errorView();
    fitted.id = "fitted";
    fitted.fit = {.kind = FitKind::logLog, .windowMinimum = 10.0, .windowMaximum = 100.0};
    description->views = {errorView(), linear, fitted};
    return {.description = description,
            .runs = {{.name = {}, .recording = sampleRecording(), .key = {}, .color = {}}},
            .frames = nullptr,
            .fits = {}};
}

Figure sampleFigure(const std::vector<std::string>& views, const char* style) {
    Figure figure;
    figure.run.experiment = "sample";
    figure.run.version = "1";
    for (const std::string& view : views)
        figure.views.push_back({.view = view});
    figure.style = loadStyle(style);
    return figure;
}

QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeAll(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
}

} // namespace

class FigureFileTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pagesHaveTheirTrueSize() {
        if (!havePoppler())
            QSKIP("poppler-utils is not installed");
        const QTemporaryDir folder;
        for (const char* style : {"paper-column", "paper-two-columns", "text-width", "slide"}) {
            Figure figure = sampleFigure({"error"}, style);
            figure.style.width += 0.37; // no whole number of points
            const QString path = folder.filePath("a.pdf");
            writeFigure(FigurePage(figure, sampleSource()), figure, path);
            const auto size = pageSizeOf(path);
            QVERIFY(size.has_value());
            expectNear(size->width(), figure.style.width, 0.1);
            expectNear(size->height(), figure.style.height, 0.1);
            QVERIFY(fontsAreEmbedded(path));
        }
    }

    void textIsLargeEnoughAndNowhereOnOtherText() {
        if (!havePoppler())
            QSKIP("poppler-utils is not installed");
        const QTemporaryDir folder;
        const QString path = folder.filePath("a.pdf");
        for (const char* style : {"paper-column", "text-width"})
            for (const LegendPlace legend :
                 {LegendPlace::ends, LegendPlace::inside, LegendPlace::right, LegendPlace::below})
                for (const auto& views :
                     {std::vector<std::string>{"fitted"}, {"error", "linear"}}) {
                    Figure figure = sampleFigure(views, style);
                    figure.style.legend = legend;
                    writeFigure(FigurePage(figure, sampleSource()), figure, path);
                    const auto words = wordsOf(path);
                    QVERIFY(words.size() > 8);
                    QVERIFY2(overlapIn(words).isEmpty(), qPrintable(overlapIn(words)));
                    // Poppler's boxes are as high as ascent and descent, about 1.16 of the size.
                    QVERIFY(smallestHeightOf(words) >= 0.99 * figure.style.smallestText);
                    const QRectF page(QPointF(), QSizeF(figureSize(figure)) * (72.0 / 25.4));
                    for (const MeasuredWord& word : words)
                        QVERIFY2(page.adjusted(-0.5, -0.5, 0.5, 0.5).contains(word.box),
                                 qPrintable(word.text));
                }
    }

    void namesStandAtTheEndsOfTheirCurves() {
        const Figure figure = sampleFigure({"error"}, "paper-column");
        const FigurePage page(figure, sampleSource());
        const ChartPanel& chart = *page.chart(0);
        QStringList names;
        for (const FigureText& text : chart.axes.texts)
            if (text.box.left() > chart.axes.frame.plot.right())
                names << text.text;
        QVERIFY(names.contains("power law"));
        QVERIFY(names.contains("exponential") || names.contains("exponential decay"));
    }

    void nothingOfTheScreenIsInAFigure() {
        const Figure figure = sampleFigure({"fitted"}, "paper-column");
        const FigurePage page(figure, sampleSource());
        QCOMPARE(page.chart(0)->bracket.size(), 4); // thin, without handles
        for (const FigureText& text : page.texts())
            QVERIFY2(!text.text.contains("fit "), qPrintable(text.text));
        Figure without = figure;
        without.style.hasFits = false;
        QVERIFY(FigurePage(without, sampleSource()).chart(0)->bracket.isEmpty());
    }

    void everyFormatCarriesItsFigure() {
        const QTemporaryDir folder;
        const Figure figure = sampleFigure({"error", "linear"}, "text-width");
        const FigurePage page(figure, sampleSource());
        for (const char* suffix : {"pdf", "svg", "png", "tex", "py", "json"}) {
            const QString path = folder.filePath(QString("a.%1").arg(suffix));
            writeFigure(page, figure, path);
            QVERIFY2(figureIn(path) == figure, suffix);
        }
        writeFigure(page, figure, folder.filePath("a.csv"));
        expectRefusal([&] { static_cast<void>(figureIn(folder.filePath("a.csv"))); }, "a.csv");
        expectRefusal([&] { writeFigure(page, figure, folder.filePath("a.pdg")); },
                      "did you mean 'p");
        expectRefusal([&] { writeFigure(page, figure, folder.filePath("none/a.pdf")); },
                      "none/a.pdf");
    }

    void damagedFiguresAreRefused() {
        const QTemporaryDir folder;
        const Figure figure = sampleFigure({"error"}, "paper-column");
        const FigurePage page(figure, sampleSource());
        for (const char* suffix : {"pdf", "svg", "tex", "py"}) {
            const QString path = folder.filePath(QString("a.%1").arg(suffix));
            writeFigure(page, figure, path);
            QByteArray bytes = bytesOf(path);
            const bool isPdf = QByteArray(suffix) == "pdf";
            const qsizetype at = isPdf ? bytes.lastIndexOf("\"experiment\"")
                                       : bytes.indexOf("convergence-lab-figure:") + 120;
            bytes[at + 3] = bytes[at + 3] == 'x' ? 'y' : 'x';
            writeAll(path, bytes);
            expectRefusal([&] { static_cast<void>(figureIn(path)); }, "damaged");
        }
        // Cut off anywhere: refused or, where nothing is left of it, none.
        const QString path = folder.filePath("b.pdf");
        writeFigure(page, figure, path);
        const QByteArray whole = bytesOf(path);
        for (qsizetype length = whole.size() - 4000; length < whole.size() - 900; length += 97) {
            writeAll(path, whole.left(length));
            try {
                QVERIFY(figureIn(path) == figure);
            } catch (const InputError&) {
            }
        }
    }

    /// Text that goes on as the lines of a figure do, without end, or that is nothing but ends.
    void sealsWithoutEndAreRefused() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("a.svg");
        const QByteArray line = "\n% " + QByteArray(96, 'A');
        for (const QByteArray& rest : {QByteArray(20'000'000, '\n'), QByteArray(20'000'000, ':'),
                                       QByteArray(20'000'000, 'A'), line.repeated(200'000)}) {
            writeAll(path, "<svg>convergence-lab-figure:" + rest);
            expectRefusal([&] { static_cast<void>(figureIn(path)); }, "damaged");
        }
    }

    void svgAndPngHaveTheirTrueSize() {
        const QTemporaryDir folder;
        Figure figure = sampleFigure({"error"}, "paper-column");
        figure.style.width = 84.4;
        const FigurePage page(figure, sampleSource());
        const QString svg = folder.filePath("a.svg"), png = folder.filePath("a.png");
        writeFigure(page, figure, svg);
        writeFigure(page, figure, png);
        QVERIFY(bytesOf(svg).contains("width=\"84.400mm\" height=\"58.000mm\""));
        const QImage image(png);
        expectNear(image.width() / (image.dotsPerMeterX() / 1000.0), 84.4, 0.1);
        expectNear(image.dotsPerMeterX() * 0.0254, 300.0, 0.5);
    }

    void theSameFigureIsTheSameFile() {
        const Figure figure = sampleFigure({"error"}, "paper-column");
        const auto bytes = [&](const char* suffix) {
            QByteArray text = figureBytes(FigurePage(figure, sampleSource()), figure, suffix);
            static const QRegularExpression date("/CreationDate \\(D:[^)]*\\)");
            return QString::fromLatin1(text).replace(date, "");
        };
        for (const char* suffix : {"pdf", "svg", "png", "tex"})
            QVERIFY2(bytes(suffix) == bytes(suffix), suffix);
    }

    void whatCannotBeDrawnIsRefusedWithTheNearest() {
        Figure figure = sampleFigure({"eror"}, "paper-column");
        const auto drawn = [&] { FigurePage page(figure, sampleSource()); };
        expectRefusal(drawn, "did you mean 'error'");
        figure.views = {{.view = "error", .arms = {"powr"}}};
        expectRefusal(drawn, "did you mean 'power'");
        figure.views = {{.view = "error", .yLimits = AxisRange{-1.0, 1.0}}};
        expectRefusal(drawn, "logarithmic");
        figure.views = {{.view = "error", .choices = {{"arm", "power"}}}};
        expectRefusal(drawn, "arm=power");
    }

    void aSizeWithoutRoomNamesTheSmallestThatHas() {
        Figure figure = sampleFigure({"error"}, "paper-column");
        figure.style.width = 25.0;
        figure.style.height = 20.0;
        QString sentence;
        try {
            FigurePage page(figure, sampleSource());
        } catch (const InputError& error) {
            sentence = error.what();
        }
        static const QRegularExpression smallest("; (\\d+) × (\\d+) mm");
        const auto match = smallest.match(sentence);
        QVERIFY2(match.hasMatch(), qPrintable(sentence));
        figure.style.width = match.captured(1).toDouble();
        figure.style.height = match.captured(2).toDouble();
        FigurePage works(figure, sampleSource()); // does not throw
        QVERIFY(works.size().width() > 0.0);
    }

    void latexHasEachColorOnceAndFewPoints() {
        const Figure figure = sampleFigure({"error"}, "paper-column");
        const FigurePage page(figure, sampleSource());
        const QString text = figureLatex(page, figure);
        QCOMPARE(text.count("\\definecolor"),
                 QSet<QString>([&] {
                     QStringList found;
                     static const QRegularExpression color("\\{HTML\\}\\{(\\w{6})\\}");
                     auto matches = color.globalMatch(text);
                     while (matches.hasNext())
                         found << matches.next().captured(1);
                     return QSet<QString>(found.begin(), found.end());
                 }())
                     .size());
        QVERIFY(text.contains("\\columnwidth"));
        QVERIFY(text.count("(") < 3000); // of 8000 rows
    }
};

REGISTER_GUI_TEST(FigureFileTest)
#include "figure_file_test.moc"
