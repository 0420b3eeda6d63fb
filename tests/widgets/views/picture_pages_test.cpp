// In a narrow view few large pictures come before many small ones.

#include <QMenu>
#include <QTest>
#include <QToolButton>

#include "tests/registered_test.h"
#include "tests/widgets/views/shown_view.h"
#include "widgets/views/picture_pager.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

constexpr int maps = 6;

/// Six matrices, a frame each, the third of which is high and narrow.
std::unique_ptr<ViewWidget> matrices(QSize size) {
    View spec{.id = "matrices", .title = "Matrices", .kind = ViewKind::heatMaps, .frames = {}};
    auto frames = std::make_shared<Frames>();
    frames->trials.resize(4);
    for (int i = 0; i < maps; ++i) {
        const std::string id = "map" + std::to_string(i);
        spec.frames.push_back(id);
        const std::size_t columns = i == 2 ? 2 : 12;
        frames->trials[0][id] = MatrixFrame{.title = "Map " + std::to_string(i + 1),
                                            .rows = 12,
                                            .columns = columns,
                                            .values = std::vector<float>(12 * columns, 0.5F)};
    }
    std::unique_ptr<ViewWidget> view(
        ViewWidget::create(spec, sampleDescription(), Theme::load("light")));
    view->resize(size);
    view->show();
    view->setRuns({{QString(), sampleRecording(3)}});
    view->setFrames(frames);
    view->refresh();
    for (int i = 0; i < 3; ++i)
        QApplication::processEvents();
    return view;
}

QString pageOf(const ViewWidget& view) {
    return view.findChild<QToolButton*>("picturesList")->text();
}

} // namespace

class PicturePagesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void asManyAreShownAsAreLarge() {
        const auto halved = [](std::size_t, std::size_t count) {
            return std::vector<double>(count, 300.0 / double(count));
        };
        QCOMPARE(picturesAtOnce(6, 100.0, halved), std::size_t{3});
        QCOMPARE(picturesAtOnce(6, 1000.0, halved), std::size_t{1});
        QCOMPARE(picturesAtOnce(2, 100.0, halved), std::size_t{2});
        QCOMPARE(picturesAtOnce(0, 100.0, halved), std::size_t{1});
        // A page of its own would not make them larger.
        const auto fixed = [](std::size_t, std::size_t count) {
            return std::vector<double>(count, 20.0);
        };
        QCOMPARE(picturesAtOnce(6, 100.0, fixed), std::size_t{6});
    }

    void buttonsKeysAndTheListTurnPages() {
        const auto view = matrices({330, 250});
        const auto& pager = *view->findChild<PicturePager*>();
        QVERIFY(pager.isVisible());
        QCOMPARE(pageOf(*view), "1 of 6");
        const QImage first = canvasOf(*view).grab().toImage();
        QTest::mouseClick(view->findChild<QToolButton*>("picturesOn"), Qt::LeftButton);
        QCOMPARE(pageOf(*view), "2 of 6");
        QVERIFY(canvasOf(*view).grab().toImage() != first);
        QTest::keyClick(&canvasOf(*view), Qt::Key_Left);
        QCOMPARE(pageOf(*view), "1 of 6");
        QVERIFY(!view->findChild<QToolButton*>("picturesBack")->isEnabled());
        QVERIFY(canvasOf(*view).grab().toImage() == first);
        QMenu& list = *view->findChild<QToolButton*>("picturesList")->menu();
        Q_EMIT list.aboutToShow();
        QCOMPARE(list.actions().size(), maps);
        QCOMPARE(list.actions()[4]->text(), "Map 5");
        list.actions()[4]->trigger();
        QCOMPARE(pageOf(*view), "5 of 6");
    }

    void thereIsNoPagerWhereAllAreLarge() {
        const auto view = matrices({1500, 900});
        QVERIFY(!view->findChild<PicturePager*>()->isVisible());
        view->resize(330, 250);
        for (int i = 0; i < 3; ++i)
            QApplication::processEvents();
        QVERIFY(view->findChild<PicturePager*>()->isVisible());
    }

    void filesHaveAllOfThem() {
        const auto view = matrices({330, 250});
        const QString csv = view->csv();
        QCOMPARE(csv.count("\r\n\r\n") + 1, maps);
        const QTemporaryDir folder;
        view->exportTo(folder.filePath("a.png"), {900, 600});
        view->exportTo(folder.filePath("a.svg"), {900, 600});
        QFile svg(folder.filePath("a.svg"));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(svg.readAll());
        for (int i = 1; i <= maps; ++i)
            QVERIFY2(text.contains(QString("Map %1<").arg(i)), qPrintable(QString::number(i)));
        QCOMPARE(pageOf(*view), "1 of 6");
    }
};

REGISTER_GUI_TEST(PicturePagesTest)
#include "picture_pages_test.moc"
