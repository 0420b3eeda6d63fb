// At 1024 × 700 everything can still be reached, in every theme and language.

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QAbstractSlider>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QtTest>

#include "app/language.h"
#include "app/plugin_loader.h"
#include "app/window/main_window.h"
#include "core/error.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr QSize smallScreen(1024, 700);

/// Whether a person can get the whole of a control to see: it may lie in an area that scrolls.
bool isReachable(const QWidget& widget) {
    QRect rect = widget.rect();
    for (const QWidget* inner = &widget; const QWidget* outer = inner->parentWidget();
         inner = outer) {
        if (qobject_cast<const QAbstractScrollArea*>(outer->parentWidget()))
            return true;
        rect.translate(inner->pos());
        // A pixel of a frame does not matter.
        if (!outer->rect().adjusted(-1, -1, 1, 1).contains(rect))
            return false;
        if (outer->isWindow())
            break;
    }
    return true;
}

bool isBehindAnotherTab(const QWidget& widget) {
    for (const QWidget* outer = widget.parentWidget(); outer; outer = outer->parentWidget())
        if (qobject_cast<const QDockWidget*>(outer) && outer->visibleRegion().isEmpty())
            return true;
    return false;
}

} // namespace

class SmallScreenTest : public QObject {
    Q_OBJECT

private:
    Registry registry_;

private Q_SLOTS:
    void initTestCase() { QVERIFY(loadAllPlugins(registry_).empty()); }
    void cleanup() { useLanguage("en"); }

    void everythingCanBeReached_data() {
        QTest::addColumn<QString>("theme");
        QTest::addColumn<QString>("language");
        QTest::addColumn<bool>("compared");
        for (const char* theme : {"light", "dark"})
            QTest::newRow(theme) << theme << "en" << false;
        // German words are the longer ones.
        QTest::newRow("projector, German") << "projector"
                                           << "de" << false;
        QTest::newRow("projector, side by side") << "projector"
                                                 << "en" << true;
    }
    void everythingCanBeReached() {
        QFETCH(QString, theme);
        QFETCH(QString, language);
        QFETCH(bool, compared);
        useLanguage(language);
        MainWindow window(registry_, theme, MainWindow::Memory::forget);
        window.resize(smallScreen);
        window.show();
        for (const auto& type : registry_.all()) {
            const QString id = QString::fromStdString(type->description.id);
            // Those with the most controls stand for all in the other themes.
            const QStringList crowded = {"fed-pca", "matrix-sensing", "robust-matrix-recovery",
                                         "schedule-refinement"};
            if (theme != "light" && !crowded.contains(id))
                continue;
            const auto& presets = type->description.presets;
            const Overrides values = presets.empty() ? Overrides{} : presets.front().overrides;
            window.openExperiment(id, values);
            if (compared)
                window.compareWith(values);
            for (const char* tab : {"parameters", "claims"}) {
                window.showTab(tab);
                window.resize(smallScreen);
                QTest::qWait(20);
                QApplication::processEvents();
                QVERIFY2(window.width() <= smallScreen.width() &&
                             window.height() <= smallScreen.height(),
                         qPrintable(QString("%1 needs %2 × %3")
                                        .arg(id)
                                        .arg(window.width())
                                        .arg(window.height())));
                for (const QWidget* widget : window.findChildren<QWidget*>()) {
                    const bool isControl = qobject_cast<const QAbstractButton*>(widget) ||
                                           qobject_cast<const QComboBox*>(widget) ||
                                           qobject_cast<const QLineEdit*>(widget) ||
                                           qobject_cast<const QAbstractSlider*>(widget);
                    if (!isControl || !widget->isVisible() || widget->inherits("QScrollBar") ||
                        widget->objectName().startsWith("qt_") ||
                        widget->parentWidget()->inherits("QTabBar") || isBehindAnotherTab(*widget))
                        continue;
                    QVERIFY2(isReachable(*widget),
                             qPrintable(QString("%1: %2 '%3' from %4 to %5 in %6 of width %7")
                                            .arg(id, widget->metaObject()->className(),
                                                 widget->accessibleName() + widget->objectName())
                                            .arg(widget->x())
                                            .arg(widget->geometry().right())
                                            .arg(widget->parentWidget()->metaObject()->className())
                                            .arg(widget->parentWidget()->width())));
                    QVERIFY2(
                        widget->width() >= 12 && widget->height() >= 12,
                        qPrintable(id + ": " + widget->accessibleName() + widget->objectName()));
                }
            }
        }
    }

    void aLessonFitsBesideTheViews() {
        MainWindow window(registry_, "projector", MainWindow::Memory::forget);
        window.resize(smallScreen);
        window.show();
        window.openLesson("over-parameterization");
        QTest::qWait(50);
        window.resize(smallScreen);
        QTest::qWait(50);
        QVERIFY2(window.width() <= smallScreen.width() && window.height() <= smallScreen.height(),
                 qPrintable(QString("%1 × %2").arg(window.width()).arg(window.height())));
    }
};

REGISTER_GUI_TEST(SmallScreenTest)
#include "small_screen_test.moc"
