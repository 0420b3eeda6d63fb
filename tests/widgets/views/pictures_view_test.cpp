#include <QApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include "tests/registered_test.h"
#include "tests/widgets/sample_recording.h"
#include "widgets/view_widget.h"

using namespace convergence;

namespace {

/// A picture whose pixel (column, row) has the color (10·column, 20·row, blue).
PicturesFrame::Picture picture(const std::string& title, std::size_t width, std::size_t height,
                               std::uint8_t blue) {
    PicturesFrame::Picture result{title, width, height, {}};
    for (std::size_t row = 0; row < height; ++row)
        for (std::size_t column = 0; column < width; ++column) {
            result.rgb.push_back(std::uint8_t(10 * column));
            result.rgb.push_back(std::uint8_t(20 * row));
            result.rgb.push_back(blue);
        }
    return result;
}

std::unique_ptr<ViewWidget> shownView(PicturesFrame frame) {
    const View spec{.id = "rendering",
                    .title = "Rendering",
                    .kind = ViewKind::pictures,
                    .frames = {"rendering"},
                    .gesture = GestureSpec{"pixel_column", "pixel_row", "Click a pixel"}};
    std::unique_ptr<ViewWidget> view(
        ViewWidget::create(spec, sampleDescription(), Theme::load("light")));
    view->resize(500, 300);
    view->show();
    view->setRuns({{QString(), sampleRecording(3)}});
    auto frames = std::make_shared<Frames>();
    frames->trials.resize(4);
    frames->trials[0]["rendering"] = std::move(frame);
    view->setFrames(frames);
    view->refresh();
    QApplication::processEvents();
    return view;
}

QWidget& canvasOf(ViewWidget& view) {
    return *view.findChild<QWidget*>("canvas");
}

/// Middle of all pixels of nearly one color in a grab of the canvas.
QPointF middleOf(const QImage& image, const QColor& color) {
    QPointF sum;
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (image.pixelColor(x, y) == color) {
                sum += QPointF(x, y);
                ++count;
            }
    return count > 0 ? sum / count : QPointF(-1, -1);
}

} // namespace

class PicturesViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void clickOnAPixelSetsColumnAndRow() {
        const auto view =
            shownView({.pictures = {picture("a", 8, 6, 200), picture("b", 8, 6, 90)}});
        QWidget& canvas = canvasOf(*view);
        const QImage image = canvas.grab().toImage();
        QSignalSpy gestures(view.get(), &ViewWidget::gestureMade);
        for (const auto& [column, row, blue] :
             {std::tuple{3, 4, 200}, std::tuple{0, 0, 90}, std::tuple{7, 5, 90}}) {
            const QPointF at = middleOf(image, QColor(10 * column, 20 * row, blue));
            QVERIFY(at.x() >= 0);
            QTest::mouseClick(&canvas, Qt::LeftButton, {}, at.toPoint());
            const auto arguments = gestures.takeLast();
            QCOMPARE(arguments[0].toString(), "pixel_column");
            QCOMPARE(arguments[1].toDouble(), double(column));
            QCOMPARE(arguments[2].toString(), "pixel_row");
            QCOMPARE(arguments[3].toDouble(), double(row));
        }
        // Beside the pictures nothing happens.
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, {1, 1});
        QVERIFY(gestures.isEmpty());
    }

    void wheelZoomsAllPicturesAboutThePointerAndHomeShowsAllAgain() {
        const auto view =
            shownView({.pictures = {picture("a", 8, 6, 200), picture("b", 8, 6, 90)}});
        QWidget& canvas = canvasOf(*view);
        const QImage before = canvas.grab().toImage();
        const QPointF at = middleOf(before, QColor(30, 40, 200));
        const int size = int((middleOf(before, QColor(40, 40, 200)) - at).x());
        for (int i = 0; i < 3; ++i) {
            QWheelEvent wheel(at, canvas.mapToGlobal(at), {}, {0, 120}, Qt::NoButton, {},
                              Qt::NoScrollPhase, false);
            QApplication::sendEvent(&canvas, &wheel);
        }
        const QImage after = canvas.grab().toImage();
        QVERIFY((middleOf(after, QColor(30, 40, 200)) - at).manhattanLength() < 4);
        const double larger =
            (middleOf(after, QColor(40, 40, 90)) - middleOf(after, QColor(30, 40, 90))).x();
        QVERIFY2(larger > 1.7 * size, qPrintable(QString("%1, %2").arg(larger).arg(size)));
        // A drag is no click.
        QSignalSpy gestures(view.get(), &ViewWidget::gestureMade);
        QTest::mousePress(&canvas, Qt::LeftButton, {}, at.toPoint());
        QTest::mouseMove(&canvas, at.toPoint() + QPoint(40, 0));
        QTest::mouseRelease(&canvas, Qt::LeftButton, {}, at.toPoint() + QPoint(40, 0));
        QVERIFY(gestures.isEmpty());
        QVERIFY(middleOf(canvas.grab().toImage(), QColor(30, 40, 200)).x() > at.x() + 10);
        QTest::keyClick(&canvas, Qt::Key_Home);
        QTest::mouseMove(&canvas, {1, 1});
        QVERIFY((middleOf(canvas.grab().toImage(), QColor(40, 40, 200)) -
                 middleOf(before, QColor(40, 40, 200)))
                    .manhattanLength() < 2);
    }

    void csvHoldsEveryPixel() {
        const auto view = shownView({.pictures = {picture("a, b", 3, 2, 7)}});
        const QStringList lines = view->csv().split("\r\n", Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 1 + 6);
        QCOMPARE(lines[0], "picture,column,row,red,green,blue");
        QCOMPARE(lines[6], "\"a, b\",2,1,20,20,7");
    }

    void picturesExportAndMalformedOnesAreLeftOut() {
        PicturesFrame frame{.pictures = {picture("good", 40, 30, 250), picture("bad", 40, 30, 0)}};
        frame.pictures[1].rgb.pop_back();
        const auto view = shownView(frame);
        const QTemporaryDir folder;
        for (const char* name : {"a.png", "a.svg", "a.pdf", "a.csv", "a.tex"}) {
            view->exportTo(folder.filePath(name), {400, 300});
            QVERIFY(QFile(folder.filePath(name)).size() > 500);
        }
        const QImage png(folder.filePath("a.png"));
        QVERIFY(middleOf(png, QColor(100, 100, 250)).x() > 0);
        QVERIFY(middleOf(png, QColor(100, 100, 0)).x() < 0);
    }

    void latexCompilesByItself() {
        const QString pdflatex = QStandardPaths::findExecutable("pdflatex");
        if (pdflatex.isEmpty())
            QSKIP("There is no pdflatex here.");
        const auto view =
            shownView({.pictures = {picture("α = 0.5", 64, 48, 200), picture("b", 8, 6, 90)}});
        QString text = view->pgfplots();
        if (QProcess::execute("kpsewhich", {"standalone.cls"}) != 0)
            text.replace("[border=4pt]{standalone}", "{article}");
        const QTemporaryDir folder;
        QFile file(folder.filePath("a.tex"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text.toUtf8());
        file.close();
        QProcess compile;
        compile.setWorkingDirectory(folder.path());
        compile.start(pdflatex, {"-interaction=nonstopmode", "a.tex"});
        QVERIFY(compile.waitForFinished(60000));
        QVERIFY2(compile.exitCode() == 0, compile.readAllStandardOutput().right(2000));
        QVERIFY(QFile::exists(folder.filePath("a.pdf")));
        if (qEnvironmentVariableIsSet("KEEP_PDF"))
            QFile::copy(folder.filePath("a.pdf"), qEnvironmentVariable("KEEP_PDF"));
    }

    void withoutFramesAHintSaysWhatToDo() {
        const auto view = shownView({});
        QVERIFY(!canvasOf(*view).grab().isNull());
        QCOMPARE(view->csv(), "picture,column,row,red,green,blue\r\n");
    }
};

REGISTER_GUI_TEST(PicturesViewTest)
#include "pictures_view_test.moc"
