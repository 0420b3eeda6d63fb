#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QUndoStack>
#include <QtTest>

#include "tests/registered_test.h"
#include "widgets/panels/parameter_form.h"

using namespace convergence;

namespace {

Parameter realParameter(const std::string& name, const std::string& group,
                        const std::string& appliesIf = {}) {
    Parameter parameter{.name = name, .label = "The " + name, .help = "Of the " + name + "."};
    parameter.defaultValue = 0.5;
    parameter.group = group;
    parameter.appliesIf = appliesIf;
    return parameter;
}

/// Two of first rank, not in the order of the list; the noise decides whether its width applies.
std::shared_ptr<const ExperimentType> formed() {
    auto type = std::make_shared<ExperimentType>();
    Parameter noise{.name = "noise", .label = "Noise", .kind = ParameterKind::choice};
    noise.choices = {{"none", "None", ""}, {"normal", "Normal", ""}};
    noise.defaultValue = std::string("none");
    noise.group = "Problem";
    type->description.parameters = {
        realParameter("step", "Method"), realParameter("size", "Problem"), noise,
        realParameter("width", "Problem", "noise_is_normal"), realParameter("decay", "Method")};
    type->description.mainParameters = {"size", "step"};
    type->description.presets = {{"loud",
                                  "Loud",
                                  "Sets the noise.",
                                  {{"noise", std::string("normal")}, {"step", 0.25}},
                                  "How noise drowns it."}};
    return type;
}

class Form {
public:
    Form() : form(formed(), undo_) {
        form.resize(300, 600);
        static_cast<QWidget&>(form).show();
    }
    bool isShown(const char* name) const { return form.findChild<QWidget*>(name)->isVisible(); }
    QToolButton& heading(const QString& title) const {
        for (auto* button : form.findChildren<QToolButton*>("section"))
            if (button->text().startsWith(title))
                return *button;
        qFatal("%s", qPrintable("no section " + title));
    }
    QToolButton& resetOf(const QString& label) const {
        for (auto* button : form.findChildren<QToolButton*>())
            if (button->accessibleName() == "Reset " + label)
                return *button;
        qFatal("%s", qPrintable("no reset of " + label));
    }
    void search(const QString& text) const {
        auto* edit = form.findChild<QLineEdit*>("parameterSearch");
        edit->clear();
        QTest::keyClicks(edit, text);
    }
    QString hidden() const {
        const auto* label = form.findChild<QLabel*>("hiddenParameters");
        return label->isVisible() ? label->text() : QString();
    }

private:
    QUndoStack undo_;

public:
    ParameterForm form;
};

} // namespace

class ParameterFormTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatMattersComesFirstAndTheRestIsOpened() {
        const Form bench;
        QVERIFY(bench.isShown("size") && bench.isShown("step"));
        QVERIFY(bench.form.findChild<QWidget*>("size")->mapTo(&bench.form, QPoint()).y() <
                bench.form.findChild<QWidget*>("step")->mapTo(&bench.form, QPoint()).y());
        QVERIFY(!bench.isShown("noise") && !bench.isShown("decay"));
        bench.heading("Problem").click();
        QVERIFY(bench.isShown("noise") && !bench.isShown("decay"));
        bench.heading("Problem").click();
        QVERIFY(!bench.isShown("noise"));
    }

    void whatDoesNotApplyIsCountedWithTheReason() {
        Form bench;
        bench.heading("Problem").click();
        QVERIFY(!bench.isShown("width"));
        QVERIFY2(bench.hidden().contains("1 parameter") && bench.hidden().contains("Noise"),
                 qPrintable(bench.hidden()));
        bench.form.edit("noise", "normal");
        QVERIFY(bench.isShown("width") && bench.hidden().isEmpty());
    }

    void aSearchFindsWhatIsFoldedAndWhatDoesNotApply() {
        const Form bench;
        bench.search("width the");
        QVERIFY(bench.isShown("width") && !bench.form.findChild<QWidget*>("width")->isEnabled());
        QVERIFY(!bench.isShown("size") && !bench.isShown("decay"));
        bench.search("method");
        QVERIFY(bench.isShown("step") && bench.isShown("decay") && !bench.isShown("width"));
        bench.search("");
        QVERIFY(bench.isShown("size") && !bench.isShown("decay"));
    }

    void aPresetSaysWhatItShowsAndWhatDiffersFromItIsMarked() {
        Form bench;
        auto* shows = bench.form.findChild<QLabel*>("presetShows");
        QVERIFY(!shows->isVisible());
        bench.form.setOverrides({{"noise", std::string("normal")}, {"step", 0.25}});
        QCOMPARE(shows->text(), QString("How noise drowns it."));
        QVERIFY(shows->isVisible());
        QVERIFY(!bench.resetOf("The step").isVisible()); // the preset's
        bench.form.edit("step", "0.75");
        QVERIFY(bench.resetOf("The step").isVisible() && !shows->isVisible());
        bench.resetOf("The step").click();
        QCOMPARE(bench.form.values().real("step"), 0.25);
        QVERIFY(shows->isVisible());
        bench.form.edit("decay", "0.9");
        QVERIFY(bench.heading("Method").text().contains("changed: 1"));
    }

    void aRefusedValueIsShownEvenWhereItWasFolded() {
        Form bench;
        bench.form.edit("decay", "7");
        QVERIFY(bench.isShown("decay"));
        QVERIFY(bench.form.findChild<QLabel*>("parameterMessage")->text().contains("decay"));
    }

    void aFewCanStandAlone() {
        Form bench;
        bench.form.showOnly({"decay"});
        QVERIFY(bench.isShown("decay") && !bench.isShown("size"));
        QVERIFY(!bench.form.findChild<QLineEdit*>("parameterSearch")->isVisible());
        QVERIFY(bench.hidden().isEmpty());
    }
};

REGISTER_GUI_TEST(ParameterFormTest)
#include "parameter_form_test.moc"
