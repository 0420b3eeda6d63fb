// Every lesson that is shipped fits the experiments, and one is gone through in the window.

#include <algorithm>

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QTemporaryDir>
#include <QTextBlock>
#include <QTextBrowser>
#include <QToolButton>
#include <QtTest>

#include "app/plugin_loader.h"
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "core/error.h"
#include "tests/registered_test.h"
#include "widgets/lessons/lesson_reader.h"
#include "widgets/lessons/prediction_canvas.h"
#include "widgets/panels/transport_bar.h"

using namespace convergence;

namespace {

bool hasViewOrClaim(const Description& description, const std::string& id) {
    return description.findView(id) ||
           std::any_of(description.claims.begin(), description.claims.end(),
                       [&](const Claim& claim) { return claim.id == id; });
}

} // namespace

class LessonsTest : public QObject {
    Q_OBJECT

private:
    Registry registry_;

private Q_SLOTS:
    void initTestCase() { loadAllPlugins(registry_); }

    void everyLessonFitsTheExperiments() {
        const auto lessons = loadLessons(resourceFolder("lessons"));
        QVERIFY(!lessons.empty());
        for (const Lesson& lesson : lessons) {
            std::shared_ptr<const ExperimentType> type;
            for (const LessonStep& step : lesson.steps) {
                const QByteArray place = (lesson.id + ": " + step.title).toUtf8();
                try {
                    Overrides overrides;
                    if (!step.experiment.isEmpty())
                        type = registry_.find(step.experiment.toStdString());
                    if (!type) {
                        QVERIFY2(step.settings.empty() && !step.run && step.reveal.isEmpty(),
                                 place);
                        continue;
                    }
                    for (const auto& [name, text] : step.settings) {
                        QVERIFY2(!overrides.contains(name.toStdString()),
                                 place + ": set twice, " + name.toUtf8());
                        const Parameter& parameter =
                            findParameter(type->description.parameters, name.toStdString());
                        overrides[parameter.name] = parseValue(parameter, text.toStdString());
                    }
                    resolveValues(*type, step.preset.toStdString(), overrides);
                } catch (const InputError& error) {
                    QFAIL((place + ": " + error.what()).constData());
                }
                for (const QString& id : step.reveal)
                    QVERIFY2(hasViewOrClaim(type->description, id.toStdString()),
                             place + ": " + id.toUtf8());
                if (step.prediction && step.prediction->kind == PredictionSpec::Kind::curve) {
                    const View* view =
                        type->description.findView(step.prediction->view.toStdString());
                    QVERIFY2(view && view->kind == ViewKind::lineChart,
                             place + ": " + step.prediction->view.toUtf8());
                    QVERIFY2(step.prediction->hasAxes, place + ": a curve needs '@axes'");
                } else if (step.prediction) {
                    QVERIFY2(!step.prediction->metric.isEmpty(),
                             place + ": a winner needs '@metric'");
                }
                if (step.prediction && !step.prediction->arm.isEmpty())
                    QVERIFY2(type->description.findArm(step.prediction->arm.toStdString()),
                             place + ": " + step.prediction->arm.toUtf8());
                if (step.prediction)
                    QVERIFY2(step.run.has_value(), place + ": a prediction needs a run");
            }
        }
    }

    /// The text is drawn with the formulas' own pictures, not with a sign that they are missing.
    void formulasAreDrawnInTheText() {
        LessonReader reader(resourceFolder("lessons"), Theme::load("light"));
        reader.open("over-parameterization");
        reader.resize(400, 700);
        reader.show();
        const auto* text = reader.findChild<QTextBrowser*>("lessonText");
        int formulas = 0;
        for (QTextBlock block = text->document()->begin(); block.isValid(); block = block.next())
            for (auto it = block.begin(); !it.atEnd(); ++it) {
                const QTextCharFormat format = it.fragment().charFormat();
                if (!format.isImageFormat())
                    continue;
                const QVariant resource = text->document()->resource(
                    QTextDocument::ImageResource, QUrl(format.toImageFormat().name()));
                QVERIFY(resource.canConvert<QImage>() && !resource.value<QImage>().isNull());
                ++formulas;
            }
        QCOMPARE(formulas, int(Formulas::formulasIn(
                                   std::find_if(reader.lessons().begin(), reader.lessons().end(),
                                                [](const Lesson& lesson) {
                                                    return lesson.id == "over-parameterization";
                                                })
                                       ->steps.front()
                                       .text)
                                   .size()));
    }

    /// What gives the answer away is not shown before the run.
    void theAnswerComesAfterTheRun() {
        MainWindow window(registry_, "light", MainWindow::Memory::forget);
        window.show();
        window.openLesson("last-iterate-sgd");
        LessonReader& reader = *window.lessonReader();
        const auto& lesson =
            *std::find_if(reader.lessons().begin(), reader.lessons().end(),
                          [](const Lesson& each) { return each.id == "last-iterate-sgd"; });
        QVERIFY(lesson.steps.front().afterwards.contains("Linear decay wins."));
        const auto* text = reader.findChild<QTextBrowser*>("lessonText");
        QVERIFY(!text->toPlainText().contains("Linear decay wins."));
        QTRY_VERIFY(window.controller().runner());
        QTRY_VERIFY(!reader.findChildren<QRadioButton*>().isEmpty());
        reader.findChildren<QRadioButton*>().first()->click();
        reader.setResult(window.controller().runner()->recording());
        QVERIFY(text->toPlainText().contains("Linear decay wins."));
    }

    /// Predict, then run: play waits for the prediction, and the score comes after the run.
    void playWaitsForThePrediction() {
        MainWindow window(registry_, "light", MainWindow::Memory::forget);
        window.show();
        window.openLesson("over-parameterization");
        LessonReader& reader = *window.lessonReader();
        int step = 0;
        const auto& lesson =
            *std::find_if(reader.lessons().begin(), reader.lessons().end(),
                          [](const Lesson& each) { return each.id == "over-parameterization"; });
        while (!lesson.steps[std::size_t(step)].prediction ||
               lesson.steps[std::size_t(step)].prediction->kind != PredictionSpec::Kind::winner)
            ++step;
        reader.goTo(step);
        QTRY_VERIFY(window.controller().runner());
        QTRY_VERIFY(!reader.findChildren<QRadioButton*>().isEmpty());
        auto* run = reader.findChild<QPushButton*>("runStep");
        QVERIFY(!run->isEnabled() && !reader.mayPlay());
        window.play();
        QCOMPARE(window.controller().runner()->state(), RunState::ready);

        reader.findChildren<QRadioButton*>().first()->click();
        QVERIFY(run->isEnabled() && reader.mayPlay());
        window.controller().setPlayback({.seconds = 0.0});
        run->click();
        window.controller().setPlayback({.seconds = 0.0});
        QTRY_VERIFY_WITH_TIMEOUT(reader.score().has_value(), 60000);
        QVERIFY(*reader.score() >= 0.0 && *reader.score() <= 100.0);
        QVERIFY(reader.findChild<QLabel*>("outcome")->text().contains("of 100"));
    }

    /// At every moment the reader says what to do, and where it was done the view says so.
    void aStepSaysWhatIsNext() {
        MainWindow window(registry_, "light", MainWindow::Memory::forget);
        window.show();
        window.openLesson("last-iterate-sgd");
        LessonReader& reader = *window.lessonReader();
        QTRY_VERIFY(window.controller().runner());
        QTRY_VERIFY(!reader.findChildren<QRadioButton*>().isEmpty());
        const auto* next = reader.findChild<QLabel*>("whatIsNext");
        QVERIFY(next->text().contains("Choose one of these"));
        reader.findChildren<QRadioButton*>().first()->click();
        QVERIFY(next->text().contains("Run it now"));
        const auto pointedAt = [&] {
            const auto labels = window.findChildren<QLabel*>("lessonPointsHere");
            return std::count_if(labels.begin(), labels.end(),
                                 [](const QLabel* label) { return !label->isHidden(); });
        };
        QCOMPARE(pointedAt(), 0);
        reader.setResult(window.controller().runner()->recording());
        const QString first = reader.current()->reveal.first();
        const ExperimentType& type = *registry_.find("last-iterate-sgd");
        const View* view = type.description.findView(first.toStdString());
        QVERIFY(view);
        QVERIFY2(next->text().contains("<a href=\"" + first + "\">" +
                                       QString::fromStdString(view->title)),
                 qPrintable(next->text()));
        QVERIFY(pointedAt() > 0);
        reader.goTo(int(reader.lessons().size()) * 100); // the last one
        QCOMPARE(pointedAt(), 0);
        QTRY_VERIFY(window.controller().runner());
        reader.skipPrediction();
        reader.setResult(window.controller().runner()->recording());
        QVERIFY(next->text().contains("last step"));
        reader.close();
        QVERIFY(next->isHidden());
    }

    /// What waits says so beside the button, and need not be waited for.
    void thePredictionCanBeSkipped() {
        MainWindow window(registry_, "light", MainWindow::Memory::forget);
        window.show();
        window.openLesson("last-iterate-sgd");
        LessonReader& reader = *window.lessonReader();
        QTRY_VERIFY(window.controller().runner());
        for (const char* waits : {"▶ Play", "Step", "Restart"})
            QVERIFY2(!button(window, waits).isEnabled(), waits);
        auto* words = window.findChild<QLabel*>("waitsFor");
        auto* skip = window.findChild<QToolButton*>("skipWaiting");
        QVERIFY(words && skip);
        QVERIFY(words->isVisible() && words->text().contains("prediction"));
        skip->click();
        QVERIFY(playButton(window).isEnabled() && reader.mayPlay());
        QVERIFY(!words->isVisible() && !skip->isVisible());
        reader.setResult(window.controller().runner()->recording());
        const auto* text = reader.findChild<QTextBrowser*>("lessonText");
        QVERIFY(text->toPlainText().contains("Linear decay wins.")); // told without a score
        QVERIFY(!reader.score() && reader.findChild<QLabel*>("outcome")->isHidden());
        reader.goTo(1); // the next prediction is waited for again
        QVERIFY(!reader.mayPlay() && !playButton(window).isEnabled());
    }

    void aLessonEndsWhenOneLeavesItsExperiment() {
        MainWindow window(registry_, "light", MainWindow::Memory::forget);
        window.show();
        window.openLesson("last-iterate-sgd");
        QTRY_VERIFY(window.controller().runner());
        QVERIFY(!playButton(window).isEnabled());
        // Another preset of the lesson's experiment is still the lesson's.
        window.openExperiment("last-iterate-sgd", {});
        QVERIFY(!window.lessonReader()->mayPlay());
        window.openExperiment("matrix-sensing", {{"iterations", std::int64_t{200}}});
        QVERIFY(window.lessonReader()->mayPlay());
        QTRY_VERIFY(window.controller().runner());
        QVERIFY(playButton(window).isEnabled());
        QVERIFY(window.findChild<QPushButton*>("runStep")->isHidden());
        QVERIFY(window.messageBar().history().join(" ").contains("lesson has ended"));
        window.controller().setPlayback({.seconds = 0.0});
        window.play();
        QTRY_COMPARE_WITH_TIMEOUT(window.controller().runner()->state(), RunState::finished, 60000);
        window.openLesson("last-iterate-sgd"); // it can be begun again
        QVERIFY(!window.lessonReader()->mayPlay());
    }

    /// Nobody is held up by a panel that is not there.
    void aClosedPanelHoldsNothingUp() {
        MainWindow window(registry_, "light", MainWindow::Memory::forget);
        window.show();
        window.openLesson("last-iterate-sgd");
        QTRY_VERIFY(!playButton(window).isEnabled());
        window.lessonReader()->parentWidget()->close();
        QTRY_VERIFY(playButton(window).isEnabled());
    }

    /// What a lesson plays to is of its own experiment.
    void theNextExperimentPlaysToItsOwnEnd() {
        MainWindow window(registry_, "light", MainWindow::Memory::forget);
        window.show();
        window.findChild<TransportBar*>()->setPlaybackSeconds(0.0);
        window.openLesson("last-iterate-sgd");
        QTRY_VERIFY(window.controller().runner());
        window.lessonReader()->skipPrediction();
        Q_EMIT window.lessonReader()->runWanted(50);
        window.openExperiment("matrix-sensing", {{"iterations", std::int64_t{200}}});
        QTRY_VERIFY(window.controller().runner());
        window.play();
        QTRY_COMPARE_WITH_TIMEOUT(window.controller().runner()->state(), RunState::finished, 60000);
    }

private:
    static QToolButton& button(const MainWindow& window, const QString& name) {
        for (auto* candidate : window.findChild<TransportBar*>()->findChildren<QToolButton*>())
            if (candidate->accessibleName() == name)
                return *candidate;
        qFatal("%s", qPrintable("no button " + name));
    }
    static QToolButton& playButton(const MainWindow& window) { return button(window, "▶ Play"); }
};

REGISTER_GUI_TEST(LessonsTest)
#include "lessons_test.moc"
