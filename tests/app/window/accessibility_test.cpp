// Every control of the window has a name, and every parameter tells what it is.

#include <QAbstractScrollArea>
#include <QAccessible>
#include <QDockWidget>
#include <QTabBar>
#include <QTextBrowser>
#include <QtTest>

#include "app/plugin_loader.h"
#include "app/sweeps/window.h"
#include "app/window/main_window.h"
#include "tests/registered_test.h"
#include "widgets/panels/parameter_form.h"

using namespace convergence;

namespace {

/// Parts that Qt puts into its own widgets, which answer for them.
bool isPart(const QWidget& widget) {
    return widget.objectName().startsWith("qt_") || widget.inherits("QComboBoxListView") ||
           widget.inherits("QScrollBar") || widget.focusProxy() ||
           qobject_cast<const QTabBar*>(&widget) ||
           (widget.parentWidget() && widget.parentWidget()->inherits("QAbstractSpinBox")) ||
           (widget.inherits("QLabel") && widget.property("text").toString().isEmpty());
}

QStringList namelessControls(const QWidget& window) {
    QStringList nameless;
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        if (widget->focusPolicy() == Qt::NoFocus || isPart(*widget))
            continue;
        QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(widget);
        if (interface && interface->text(QAccessible::Name).trimmed().isEmpty())
            nameless << QString("%1 '%2' in %3 '%4'")
                            .arg(widget->metaObject()->className(), widget->objectName(),
                                 widget->parentWidget()->metaObject()->className(),
                                 widget->parentWidget()->objectName());
    }
    return nameless;
}

} // namespace

class AccessibilityTest : public QObject {
    Q_OBJECT

private:
    Registry registry_;

    static void checkNames(const QWidget& window, const QString& where) {
        const QStringList nameless = namelessControls(window);
        QVERIFY2(nameless.isEmpty(), qPrintable(where + ": " + nameless.join("; ")));
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(loadAllPlugins(registry_).empty()); }

    void everyFocusableControlHasAName() {
        MainWindow window(registry_, "light", MainWindow::Memory::forget);
        window.show();
        for (const auto& type : registry_.all()) {
            const QString id = QString::fromStdString(type->description.id);
            window.openExperiment(id, {});
            QTest::qWait(1);
            checkNames(window, id);
        }
        window.compareWith({});
        checkNames(window, "side by side");
        window.openLesson("over-parameterization");
        QTest::qWait(50);
        checkNames(window, "with a lesson");
    }

    void everyControlOfTheSweepWindowHasAName() {
        SweepWindow window(registry_, Theme::load("light"), {});
        window.design(registry_.find("matrix-sensing"), {});
        window.show();
        checkNames(window, "sweeps");
    }

    /// The name, the help of its description, the accepted range and its name on the command line.
    void everyParameterTellsWhatItIs() {
        MainWindow window(registry_, "light", MainWindow::Memory::forget);
        for (const auto& type : registry_.all()) {
            window.openExperiment(QString::fromStdString(type->description.id), {});
            const auto* form = window.findChild<ParameterForm*>();
            for (const Parameter& parameter : type->description.parameters) {
                const QByteArray place =
                    QByteArray::fromStdString(type->description.id + ": " + parameter.name);
                const auto* editor =
                    form->findChild<QWidget*>(QString::fromStdString(parameter.name));
                QVERIFY2(editor, place);
                const QString text = editor->whatsThis();
                QVERIFY2(!parameter.help.empty(), place);
                QVERIFY2(
                    text.contains(QString::fromStdString(parameter.label).toHtmlEscaped()) &&
                        text.contains(QString::fromStdString(parameter.help).toHtmlEscaped()) &&
                        text.contains(QString::fromStdString(parameter.name)),
                    place);
            }
            delete form; // so that the next one is found
        }
    }
};

REGISTER_GUI_TEST(AccessibilityTest)
#include "accessibility_test.moc"
