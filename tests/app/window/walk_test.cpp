// One walk through the whole window, as somebody new to it takes it: start page, experiment, chips,
// form, stage, worksheet, a table and curves of one's own.

#include <cmath>

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QTemporaryDir>
#include <QtTest>

#include "app/lessons/worksheet_dialog.h"
#include "app/plugin_loader.h"
#include "app/start/gallery.h"
#include "app/start/start_page.h"
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "app/window/stage.h"
#include "tests/app/window/window_driver.h"
#include "tests/registered_test.h"
#include "widgets/charts/chart_canvas.h"
#include "widgets/lessons/lesson_reader.h"
#include "widgets/panels/arm_chips.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/views/line_chart_view.h"

using namespace convergence;

namespace {

using testing::patience;

void write(const QString& path, const QString& text) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) < 0)
        qFatal("cannot write a file of the walk");
}

/// Points near y = 1 + 2x.
QString tableText() {
    QString text = "x,y\n";
    for (int i = 0; i < 12; ++i)
        text += QString("%1,%2\n").arg(i).arg(1.0 + 2.0 * i + (i % 3 - 1) * 0.25);
    return text;
}

QString logText() {
    QString text = "step,loss\n";
    for (int t = 1; t <= 300; ++t)
        text += QString("%1,%2\n").arg(t).arg(std::pow(t, -0.5) * (1.0 + 0.02 * std::sin(7.7 * t)));
    return text;
}

} // namespace

class WalkTest : public QObject {
    Q_OBJECT

private:
    [[nodiscard]] bool isReady() const {
        return QTest::qWaitFor([&] { return window_->controller().runner() != nullptr; }, patience);
    }
    [[nodiscard]] bool playsToTheEnd() const {
        if (!isReady())
            return false;
        window_->controller().setPlayback({.seconds = 0.0});
        window_->play();
        return QTest::qWaitFor(
            [&] {
                const Runner* runner = window_->controller().runner();
                return runner && runner->state() == RunState::finished;
            },
            patience);
    }
    /// A key of the window's, which has the keyboard whatever window manager there is.
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const {
        QApplication::setActiveWindow(window_.get());
        QWidget* focus = QApplication::focusWidget();
        QTest::keyClick(focus && focus->window() == window_.get() ? focus : window_.get(), key,
                        modifiers);
    }
    [[nodiscard]] ParameterForm& form() const { return *window_->findChild<ParameterForm*>(); }
    void pick(const QString& parameter, const QString& choice) const {
        auto* box = form().findChild<QWidget*>(parameter)->findChild<QComboBox*>();
        const int index = box->findData(choice);
        QVERIFY2(index >= 0, qPrintable(choice));
        box->setCurrentIndex(index);
        Q_EMIT box->activated(index);
    }
    void type(const QString& parameter, const QString& text) const {
        auto* box = form().findChild<QWidget*>(parameter)->findChild<QLineEdit*>();
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, text);
        QTest::keyClick(box, Qt::Key_Return);
    }

    std::unique_ptr<QTemporaryDir> folder_;
    Registry registry_;
    std::unique_ptr<MainWindow> window_;

private Q_SLOTS:
    void initTestCase() {
        folder_ = std::make_unique<QTemporaryDir>();
        loadAllPlugins(registry_);
        window_ =
            std::make_unique<MainWindow>(registry_, "light", MainWindow::Memory::forget,
                                         std::make_unique<RunStore>(folder_->filePath("runs")));
        window_->show();
        QApplication::setActiveWindow(window_.get());
    }
    void cleanupTestCase() { window_.reset(); }

    void theStartPageLeadsToThePlayground() {
        window_->showStartPage();
        auto* search = window_->startPage()->findChild<QLineEdit*>();
        QTest::keyClicks(search, "logistic regression playground");
        QCOMPARE(window_->startPage()->gallery().cards().size(), std::size_t(1));
        QTest::keyClick(search, Qt::Key_Down);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QVERIFY(!window_->startPage());
        QCOMPARE(window_->windowTitle(), QString("Optimizer playground – Convergence Lab"));
        QVERIFY(playsToTheEnd());
    }

    void aChipHidesItsArm() {
        auto& chart = dynamic_cast<LineChartView&>(window_->view("distance"));
        const auto curves = [&] {
            chart.refresh();
            return chart.chart().content().curves.size();
        };
        const std::size_t before = curves();
        ArmChip* chip = window_->findChild<ArmChips*>()->chip("momentum");
        QVERIFY(chip && chip->isVisible());
        QTest::mouseClick(chip, Qt::LeftButton);
        QVERIFY(curves() < before);
        QTest::mouseClick(chip, Qt::LeftButton);
        QCOMPARE(curves(), before);
    }

    void theFormTakesATable() {
        const QString path = folder_->filePath("mine.csv");
        write(path, tableText());
        pick("surface", "table");
        type("table_file", path);
        QCOMPARE(std::get<std::string>(form().overrides().at("table_file")), path.toStdString());
        QVERIFY(playsToTheEnd());
        window_->refreshEverything();
        QTRY_VERIFY_WITH_TIMEOUT(window_->view("table").csv().contains("12"), patience);
        QVERIFY2(window_->view("table").csv().contains("standardized"),
                 qPrintable(window_->view("table").csv()));
        QVERIFY(window_->view("fit").isVisible() && window_->view("loss").isVisible());
        QVERIFY(!window_->view("contours").isVisible());
        // Each optimizer's line, the rows, and the closed form.
        const QString fit = window_->view("fit").csv();
        for (const char* part : {"rows,", "normal equations,", "newton,", "adam,"})
            QVERIFY2(fit.contains(part), qPrintable(fit));
    }

    void aWrongTableIsOneSentence() {
        const QString path = folder_->filePath("wrong.csv");
        write(path, "a,b,c\n1,2,3\n");
        type("table_file", path);
        auto* refusal = form().findChild<QLabel*>("parameterMessage");
        QVERIFY2(refusal->text().contains("expected columns x and y") ||
                     window_->messageBar().history().join(" ").contains("expected columns x and y"),
                 qPrintable(refusal->text()));
    }

    void theStageShowsTheTableLarge() {
        press(Qt::Key_F5);
        QTRY_VERIFY(window_->stage().isOn());
        QVERIFY(window_->view("loss").isVisible());
        window_->stage().leave();
        QVERIFY(!window_->stage().isOn());
    }

    void theStageWaitsForTheLessonsPrediction() {
        window_->openLesson("optimizer-playground");
        QVERIFY(isReady());
        LessonReader& reader = *window_->lessonReader();
        QVERIFY(reader.mayPlay());
        press(Qt::Key_F5);
        QTRY_VERIFY(window_->stage().isOn());
        QVERIFY(reader.isVisible());
        press(Qt::Key_PageDown); // a clicker
        QCOMPARE(reader.step(), 1);
        QVERIFY(!reader.mayPlay() && isReady());
        press(Qt::Key_Space);
        QTest::qWait(50);
        QCOMPARE(window_->controller().runner()->state(), RunState::ready);
        reader.skipPrediction();
        press(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(window_->controller().runner()->state() != RunState::ready,
                                 patience);
        press(Qt::Key_F5);
        QVERIFY(!window_->stage().isOn());
    }

    void aWorksheetIsPrinted() {
        testing::actionOf(*window_, "Print worksheet …")->trigger();
        auto* dialog = window_->findChild<WorksheetDialog*>("worksheetDialog");
        QVERIFY(dialog);
        auto* lesson = dialog->findChild<QComboBox*>("worksheetLesson");
        lesson->setCurrentIndex(lesson->findData("optimizer-playground"));
        dialog->findChild<QCheckBox*>("worksheetForTeacher")->setChecked(false);
        dialog->accept();
        auto* file = window_->findChild<QFileDialog*>("worksheetFile");
        QVERIFY(file);
        const QString path = folder_->filePath("sheet.pdf");
        Q_EMIT file->fileSelected(path);
        file->reject();
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), patience);
        QFile sheet(path);
        QVERIFY(sheet.open(QIODevice::ReadOnly));
        QVERIFY(sheet.read(5) == "%PDF-");
    }

    void aDroppedLogTellsItsRate() {
        const QString path = folder_->filePath("training.csv");
        write(path, logText());
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window_.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window_.get(), &drop);
        QTRY_VERIFY2_WITH_TIMEOUT(window_->windowTitle() ==
                                      QString("Own curves: training.csv – Convergence Lab"),
                                  qPrintable(window_->messageBar().history().join("\n")), patience);
        QVERIFY(playsToTheEnd());
        window_->refreshEverything();
        QTRY_VERIFY_WITH_TIMEOUT(window_->view("rates").csv().contains("power law"), patience);
        auto& chart = dynamic_cast<LineChartView&>(window_->view("power_law"));
        chart.refresh();
        const LineFit& fit = chart.model().curves().front().fit;
        QVERIFY(fit.slopeLow <= -0.5 && -0.5 <= fit.slopeHigh);
    }

    void theStartPageOffersWhatWasOpened() {
        press(Qt::Key_Home, Qt::AltModifier);
        QTRY_VERIFY(window_->startPage());
        window_->showStartPage(StartPage::Page::resume);
        QVERIFY(
            window_->startPage()->findChild<QWidget*>("file_" + folder_->filePath("training.csv")));
        press(Qt::Key_Escape);
    }
};

REGISTER_GUI_TEST(WalkTest)
#include "walk_test.moc"
