#include <QDir>
#include <QFile>
#include <QtTest>

#include "core/error.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/lessons/formulas.h"
#include "widgets/lessons/lesson.h"
#include "widgets/theme.h"

using namespace convergence;

namespace {

const char* const sample = R"(# How fast?

## Look
Text with $a_1$ and *stress*.

## Guess
Before.
@preset matrix-sensing quick
@set learning_rate=0.2
@predict curve error How does it fall?
@arm s_over
@axes 1 1000 1e-4 1
@run 1000
@reveal error
@reveal symmetric_power_law
After.
)";

} // namespace

class LessonTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLessonIsReadAsItStands() {
        const Lesson lesson = parseLesson("how", sample);
        QCOMPARE(lesson.title, QString("How fast?"));
        QCOMPARE(lesson.steps.size(), 2U);
        QCOMPARE(lesson.steps[0].text, QString("Text with $a_1$ and *stress*."));
        QVERIFY(!lesson.steps[0].run && !lesson.steps[0].prediction);
        const LessonStep& step = lesson.steps[1];
        QCOMPARE(step.experiment, QString("matrix-sensing"));
        QCOMPARE(step.preset, QString("quick"));
        QCOMPARE(step.settings.front().second, QString("0.2"));
        QVERIFY(step.prediction->kind == PredictionSpec::Kind::curve);
        QCOMPARE(step.prediction->question, QString("How does it fall?"));
        QCOMPARE(step.prediction->arm, QString("s_over"));
        QCOMPARE(step.prediction->yMinimum, 1e-4);
        QCOMPARE(*step.run, 1000);
        QCOMPARE(step.reveal, QStringList({"error", "symmetric_power_law"}));
        QCOMPARE(step.text, QString("Before."));
        QCOMPARE(step.afterwards, QString("After.")); // not before the run
    }

    void mistakesAreToldWithTheirLine_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("names");
        QTest::newRow("no title") << "## Step\n" << QByteArray("# Title");
        QTest::newRow("no steps") << "# Title\n" << QByteArray("no steps");
        QTest::newRow("two titles") << "# A\n# B\n" << QByteArray("line 2");
        QTest::newRow("early text") << "# A\nwords\n" << QByteArray("line 2");
        QTest::newRow("unknown directive") << "# A\n## S\n@play\n" << QByteArray("@play");
        QTest::newRow("bad run") << "# A\n## S\n@run soon\n" << QByteArray("line 3");
        QTest::newRow("two runs") << "# A\n## S\n@run 10\n@run 20\n" << QByteArray("one run");
        QTest::newRow("bad prediction") << "# A\n## S\n@predict who\n" << QByteArray("winner");
        QTest::newRow("axes first") << "# A\n## S\n@axes 1 2 3 4\n" << QByteArray("@predict");
        QTest::newRow("axes reversed") << "# A\n## S\n@predict curve v q\n@axes 2 1 3 4\n"
                                       << QByteArray("line 4");
        QTest::newRow("bad set") << "# A\n## S\n@set x\n" << QByteArray("line 3");
    }
    void mistakesAreToldWithTheirLine() {
        QFETCH(const QString, text);
        QFETCH(const QByteArray, names);
        expectRefusal([&] { return parseLesson("x", text); }, names);
    }

    void formulasAreFoundAndReplaced() {
        const QString text = R"(It costs \$5: $x^2$ and $\frac{1}{t}$.)";
        QCOMPARE(Formulas::formulasIn(text), QStringList({"x^2", "\\frac{1}{t}"}));
        QCOMPARE(Formulas::withImages(text),
                 QString(R"(It costs \$5: ![formula](formula:0) and ![formula](formula:1).)"));
    }

    /// Every formula of every lesson that is shipped has its picture, with ink in it.
    void shippedFormulasAreTypeset() {
        const QString folder = resourceFolder("lessons");
        const Formulas formulas(folder + "/formulas");
        int count = 0;
        for (const Lesson& lesson : loadLessons(folder))
            for (const LessonStep& step : lesson.steps)
                for (const QString& tex :
                     Formulas::formulasIn(step.text + "\n" + step.afterwards)) {
                    const QImage image = formulas.image(tex, Qt::black, 16.0, 2.0);
                    QVERIFY2(!image.isNull(), qPrintable(lesson.id + ": $" + tex + "$"));
                    int ink = 0;
                    for (int y = 0; y < image.height(); ++y)
                        for (int x = 0; x < image.width(); ++x)
                            ink += qAlpha(image.pixel(x, y)) > 128;
                    QVERIFY2(ink > 5, qPrintable(tex));
                    ++count;
                }
        QVERIFY(count > 0);
    }
};

REGISTER_GUI_TEST(LessonTest)
#include "lesson_test.moc"
