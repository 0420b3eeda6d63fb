// Worksheets of lessons: what stands on them, and how a person gets one.

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include "app/lessons/lesson_facts.h"
#include "app/lessons/worksheet_dialog.h"
#include "app/lessons/worksheet_files.h"
#include "app/plugin_loader.h"
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "core/error.h"
#include "tests/app/window/driven_session.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using testing::patience;

namespace {

/// A lesson on the quadratic: the distance after t steps is 0.9ᵗ.
Lesson quadraticLesson() {
    return parseLesson("falling", R"(# Falling

## A guess
Which arm falls faster? The secret is told later.
@preset quadratic
@set iterations=30
@predict winner Which arm ends nearest?
@metric final_x
@run to the end
@reveal rate
The whole step wins, by the answer of forty-two.

## A curve
Draw it.
@predict curve distance How does the distance fall?
@arm plain
@axes 0 30 0.01 1
@run 20

## To remember
Steps shrink the distance by $1 - \eta L$.
)");
}

int pagesOf(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    // Page objects are not compressed; the tree of pages is "/Type /Pages".
    static const QRegularExpression page(R"(/Type\s*/Page[^s])");
    return int(QString::fromLatin1(file.readAll()).count(page));
}

/// What can be read in a PDF; empty where poppler's tools are missing.
QString textOf(const QString& path) {
    QProcess process;
    process.start("pdftotext", {"-layout", path, "-"});
    return process.waitForFinished() ? QString::fromUtf8(process.readAllStandardOutput())
                                     : QString();
}

} // namespace

class WorksheetsTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir folder_;
    Registry quadratics_;

private Q_SLOTS:
    void initTestCase() { quadratics_.add(testing::judgedQuadratic()); }

    /// Truth: x after t steps is 0.9ᵗ, and 0.95ᵗ with half the rate.
    void factsAreThoseOfTheRuns() {
        const Lesson lesson = quadraticLesson();
        const auto facts = lessonFacts(quadratics_, lesson);
        QCOMPARE(facts.size(), std::size_t{3});
        QCOMPARE(facts[0].arms, (std::vector<std::string>{"plain", "half"}));
        QCOMPARE(facts[0].plannedSteps, std::int64_t{30});
        const Table& ends = facts[0].recording->trials();
        const std::size_t column = ends.columnIndex("final_x");
        expectNear(ends.at(0, column), std::pow(0.9, 30), 1e-12);
        expectNear(ends.at(1, column), std::pow(0.95, 30), 1e-12);
        QVERIFY(facts[0].judgements.at("rate").verdict == Verdict::holds);
        QVERIFY(facts[0].command.find("iterations=30") != std::string::npos);
        // The second step goes on with the first's values, to its own limit.
        QCOMPARE(facts[1].recording->iterations(0), std::int64_t{20});
        QVERIFY(!facts[2].recording && facts[2].description);
    }

    void factsForStudentsNeedNoRun() {
        const auto facts = lessonFacts(quadratics_, quadraticLesson(), {.measure = false});
        QCOMPARE(facts[0].arms.size(), std::size_t{2});
        QVERIFY(!facts[0].recording && facts[0].judgements.empty());
    }

    void onlyTheTeacherReadsTheAnswers() {
        const Lesson lesson = quadraticLesson();
        const QString path = folder_.filePath("falling.pdf");
        const QStringList files =
            writeWorksheets(path, WorksheetFiles::both, lesson, lessonFacts(quadratics_, lesson));
        QCOMPARE(files, (QStringList{path, folder_.filePath("falling-teacher.pdf")}));
        const QString students = textOf(files[0]), teachers = textOf(files[1]);
        if (students.isEmpty())
            QSKIP("pdftotext is missing");
        for (const QString& sheet : {students, teachers}) {
            QVERIFY2(sheet.contains("Falling") && sheet.contains("How fast does x fall"),
                     qPrintable(sheet));
            QVERIFY(sheet.contains("Which arm ends nearest?") && sheet.contains("plain"));
        }
        QVERIFY(students.contains("Name") && !students.contains("forty-two"));
        QVERIFY(teachers.contains("forty-two") && teachers.contains("convergence-lab run"));
        QVERIFY2(teachers.contains("0.0424"), qPrintable(teachers)); // 0.9³⁰
        QVERIFY(!students.contains("0.0424"));
    }

    void everyLessonPrintsOnTwoPages() {
        Registry all;
        loadAllPlugins(all);
        const auto lessons = loadLessons(resourceFolder("lessons"));
        QVERIFY(lessons.size() > 10);
        for (const Lesson& lesson : lessons) {
            // Arms as they are described: to make every experiment takes long.
            std::vector<StepFacts> facts(lesson.steps.size());
            std::shared_ptr<const ExperimentType> type;
            for (std::size_t i = 0; i < facts.size(); ++i) {
                if (!lesson.steps[i].experiment.isEmpty())
                    type = all.find(lesson.steps[i].experiment.toStdString());
                if (!type)
                    continue;
                facts[i].description = {type, &type->description};
                for (const Arm& arm : type->description.arms)
                    facts[i].arms.push_back(arm.id);
            }
            const QString path = folder_.filePath(lesson.id + ".pdf");
            writeWorksheets(path, WorksheetFiles::students, lesson, facts);
            QVERIFY2(pagesOf(path) == 2,
                     qPrintable(lesson.id + ": " + QString::number(pagesOf(path))));
        }
    }

    void aFileThatCannotBeWrittenIsRefused() {
        const Lesson lesson = quadraticLesson();
        const auto facts = lessonFacts(quadratics_, lesson, {.measure = false});
        expectRefusal(
            [&] { writeWorksheets("/no/such/a.pdf", WorksheetFiles::students, lesson, facts); },
            "/no/such/a.pdf");
    }

    void aPersonPrintsOneFromTheMenu() {
        Registry all;
        loadAllPlugins(all);
        MainWindow window(all, "light", MainWindow::Memory::forget);
        window.show();
        testing::actionOf(window, "Print worksheet …")->trigger();
        auto* dialog = window.findChild<WorksheetDialog*>("worksheetDialog");
        QVERIFY(dialog && dialog->isVisible());
        auto* lesson = dialog->findChild<QComboBox*>("worksheetLesson");
        QVERIFY(lesson->count() > 10);
        lesson->setCurrentIndex(lesson->findData("last-iterate-sgd"));
        dialog->findChild<QCheckBox*>("worksheetForTeacher")->click(); // students' only
        dialog->accept();
        auto* file = window.findChild<QFileDialog*>("worksheetFile");
        QVERIFY(file);
        QVERIFY(file->selectedFiles().first().endsWith("last-iterate-sgd.pdf"));
        const QString path = folder_.filePath("printed.pdf");
        Q_EMIT file->fileSelected(path);
        file->reject();
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), patience);
        QTRY_VERIFY(window.messageBar().history().join(" ").contains("printed.pdf"));
        QCOMPARE(pagesOf(path), 2);
        QVERIFY(!QFile::exists(teachersPath(path)));
    }
};

REGISTER_GUI_TEST(WorksheetsTest)
#include "worksheets_test.moc"
