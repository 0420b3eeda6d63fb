// Films of a run whose numbers are known: decoded again, their first and last pictures are the
// view's at the first and last moment.

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QPainter>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "app/films/run_film.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "tests/widgets/films/decoded_film.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

constexpr int patience = 60000; ///< ms

FitOverlay lineAcross() {
    return {.view = "curve",
            .kind = FitKind::logLinear,
            .slope = 0.0,
            .intercept = -1.0,
            .xMinimum = 0.0,
            .xMaximum = 100.0,
            .label = "a line across"};
}

std::shared_ptr<const ExperimentType> filmedType(bool lockStep) {
    ExperimentType type = quadratic();
    type.description.lockStep = lockStep;
    type.description.views = {
        {.id = "curve",
         .title = "Distance",
         .kind = ViewKind::lineChart,
         .x = {.column = "iteration", .label = "iteration"},
         .y = {.label = "|x|", .scale = Scale::logarithmic},
         .series = {{"x", ""}}},
        {.id = "number", .title = "Number", .kind = ViewKind::text, .frames = {"x"}}};
    // A line that is nowhere near the curve, found once half of the run is over.
    Claim claim{.id = "line", .statement = "There is a line.", .live = true};
    claim.judge = [](const Evidence& evidence) {
        Judgement judgement;
        if (evidence.runs.front().recording->trace(0).rows() > 50)
            judgement.fits = {lineAcross()};
        return judgement;
    };
    type.description.claims = {claim};
    return std::make_shared<const ExperimentType>(std::move(type));
}

RunFilm::Run filmedRun(bool lockStep = true) {
    const auto type = filmedType(lockStep);
    return {.type = type,
            .values = std::make_shared<const ParameterValues>(
                resolveValues(*type, "", {{"iterations", std::int64_t{100}}}))};
}

FilmPlan smallPlan() {
    return {.seconds = 1.0, .picturesASecond = 10.0, .size = QSize(320, 240)};
}

/// What the view shows of the run after so many iterations (steps over all trials).
QImage pictureAt(const RunFilm::Run& run, std::size_t view, std::int64_t moment, QSize size,
                 const std::vector<FitOverlay>& fits) {
    Runner runner(createExperiment(*run.type, *run.values),
                  {.lockStep = run.type->description.lockStep, .threads = 1});
    if (moment > 0) {
        runner.setPlayback({.seconds = 0.0, .until = moment});
        runner.play();
        while (runner.state() < RunState::paused)
            QTest::qWait(1);
    }
    const auto before = runner.frames();
    runner.requestFrames();
    while (runner.frames() == before)
        QTest::qWait(1);
    const std::shared_ptr<const Description> description(run.type, &run.type->description);
    const std::unique_ptr<ViewWidget> widget(
        ViewWidget::create(description->views[view], description, Theme::load("light")));
    widget->resize(size);
    widget->setRuns({{.name = {}, .recording = runner.recording(), .key = {}, .color = {}}});
    widget->setFrames(runner.frames());
    widget->setFits(fits);
    widget->refresh();
    QImage picture(size, QImage::Format_RGB32);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    widget->render(painter, QRectF(QPointF(), QSizeF(size)));
    return picture;
}

} // namespace

class RunFilmTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void firstAndLastPicturesAreTheViews_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("view");
        QTest::addColumn<bool>("lockStep");
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        QTest::newRow("curve, WebM") << "film.webm" << 0 << true << 0 << 0;
        QTest::newRow("curve, GIF, a part") << "film.gif" << 0 << true << 5 << 40;
        QTest::newRow("frames, GIF") << "film.gif" << 1 << true << 0 << 0;
        QTest::newRow("frames, WebM, a part") << "film.webm" << 1 << true << 3 << 60;
        QTest::newRow("one trial after another") << "film.gif" << 0 << false << 0 << 150;
    }
    void firstAndLastPicturesAreTheViews() {
        QFETCH(QString, file);
        QFETCH(int, view);
        QFETCH(bool, lockStep);
        QFETCH(int, from);
        QFETCH(int, to);
        const QTemporaryDir folder;
        const QString path = folder.filePath(file);
        const RunFilm::Run run = filmedRun(lockStep);
        FilmPlan plan = smallPlan();
        plan.from = from;
        plan.to = to;
        const QString id =
            QString::fromStdString(run.type->description.views[std::size_t(view)].id);
        RunFilm film(run, id, plan, path);
        QSignalSpy finished(&film, &FilmMaker::finished);
        QSignalSpy progressed(&film, &FilmMaker::progressed);
        film.start();
        QVERIFY(finished.wait(patience));
        QVERIFY2(finished[0][0].toBool(), qPrintable(finished[0][1].toString()));
        QCOMPARE(progressed.count(), 10);
        QCOMPARE(progressed.last()[0].toInt(), 10);
        const DecodedFilm decoded = decodeFilm(path);
        QCOMPARE(decoded.pictures.size(), std::size_t(10));
        QCOMPARE(decoded.size, plan.size);
        const QImage first = pictureAt(run, std::size_t(view), from, plan.size, {});
        const std::int64_t end = to > 0 ? to : 100;
        const QImage last =
            pictureAt(run, std::size_t(view), end, plan.size,
                      end > 50 ? std::vector{lineAcross()} : std::vector<FitOverlay>());
        QVERIFY(first != last);
        const double most = file.endsWith("gif") ? 2.0 : 14.0;
        const double firstOff = distance(decoded.pictures.front(), first);
        const double lastOff = distance(decoded.pictures.back(), last);
        QVERIFY2(firstOff < most && lastOff < most,
                 qPrintable(QString("off by %1 and %2").arg(firstOff).arg(lastOff)));
        QVERIFY(firstOff < distance(decoded.pictures.front(), last));
        QVERIFY(lastOff < distance(decoded.pictures.back(), first));
    }

    void linesThatJudgesFitAreInTheFilm() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("film.gif");
        const RunFilm::Run run = filmedRun();
        const FilmPlan plan = smallPlan();
        RunFilm film(run, "curve", plan, path, nullptr);
        QSignalSpy finished(&film, &FilmMaker::finished);
        film.start();
        QVERIFY(finished.wait(patience));
        const QImage last = decodeFilm(path).pictures.back();
        QVERIFY(distance(last, pictureAt(run, 0, 100, plan.size, {lineAcross()})) <
                distance(last, pictureAt(run, 0, 100, plan.size, {})));
    }

    void filmHasTheChoiceOfTheViewItIsLike() {
        const RunFilm::Run run = filmedRun();
        const std::shared_ptr<const Description> description(run.type, &run.type->description);
        const auto recording = makeRecording(*createExperiment(*run.type, *run.values));
        const std::unique_ptr<ViewWidget> shown(
            ViewWidget::create(description->views[1], description, Theme::load("light")));
        const std::unique_ptr<ViewWidget> other(
            ViewWidget::create(description->views[1], description, Theme::load("light")));
        for (ViewWidget* view : {shown.get(), other.get()})
            view->setRuns({{.name = {}, .recording = recording, .key = {}, .color = {}}});
        auto* box = shown->findChild<QComboBox*>("selector_arm");
        QVERIFY(box && box->count() == 2);
        box->setCurrentIndex(1);
        other->lookLike(*shown);
        QCOMPARE(other->findChild<QComboBox*>("selector_arm")->currentText(), QString("half"));
    }

    void stoppedFilmLeavesNoFile() {
        const QTemporaryDir folder;
        FilmPlan plan = smallPlan();
        plan.seconds = 300.0;
        RunFilm film(filmedRun(), "curve", plan, folder.filePath("film.webm"));
        QSignalSpy finished(&film, &FilmMaker::finished);
        QSignalSpy progressed(&film, &FilmMaker::progressed);
        film.start();
        QVERIFY(progressed.wait(patience));
        film.cancel();
        QVERIFY(!finished.isEmpty() || finished.wait(patience));
        QVERIFY(!finished[0][0].toBool());
        QVERIFY(finished[0][1].toString().contains("Stopped"));
        QVERIFY(QDir(folder.path()).isEmpty());
        QTest::qWait(20);
        QCOMPARE(finished.count(), 1);
    }

    void filmStoppedBeforeItBeginsAnswersToo() {
        const QTemporaryDir folder;
        RunFilm film(filmedRun(), "curve", smallPlan(), folder.filePath("film.gif"));
        QSignalSpy finished(&film, &FilmMaker::finished);
        film.start();
        film.cancel();
        QCOMPARE(finished.count(), 1);
        QTest::qWait(100);
        QCOMPARE(finished.count(), 1);
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void filmThatGoesAwayEnds() {
        const QTemporaryDir folder;
        {
            FilmPlan plan = smallPlan();
            plan.seconds = 300.0;
            RunFilm film(filmedRun(), "curve", plan, folder.filePath("film.gif"));
            QSignalSpy progressed(&film, &FilmMaker::progressed);
            film.start();
            QVERIFY(progressed.wait(patience));
        }
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void unknownViewIsNamed() {
        const QTemporaryDir folder;
        const QString refusal = refusalOf([&] {
            const RunFilm film(filmedRun(), "curves", smallPlan(), folder.filePath("film.gif"));
        });
        QVERIFY2(refusal.contains("'curves'") && refusal.contains("curve, number"),
                 qPrintable(refusal));
    }

    void partThatTheRunDoesNotHaveIsTold() {
        const QTemporaryDir folder;
        FilmPlan plan = smallPlan();
        plan.to = 500;
        RunFilm film(filmedRun(), "curve", plan, folder.filePath("film.gif"));
        QSignalSpy finished(&film, &FilmMaker::finished);
        film.start();
        QVERIFY(finished.wait(patience));
        QVERIFY(!finished[0][0].toBool());
        QVERIFY(finished[0][1].toString().contains("0 to 100"));
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void runOfAnotherBuildIsRefused() {
        const QTemporaryDir folder;
        RunFilm::Run run = filmedRun();
        run.fingerprint = "0.0.1 another";
        RunFilm film(run, "curve", smallPlan(), folder.filePath("film.gif"));
        QSignalSpy finished(&film, &FilmMaker::finished);
        film.start();
        QVERIFY(finished.wait(patience));
        QVERIFY(finished[0][1].toString().contains("another build"));
    }
};

REGISTER_GUI_TEST(RunFilmTest)
#include "run_film_test.moc"
