#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QSlider>
#include <QtTest>

#include "core/error.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/panels/curve_editor.h"
#include "widgets/panels/parameter_editors.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;
using Curve = std::vector<CurvePoint>;

Parameter parameterOf(ParameterKind kind) {
    Parameter parameter{.name = "p", .label = "P", .kind = kind};
    parameter.minimum = 1.0;
    parameter.maximum = 100.0;
    if (kind == ParameterKind::choice || kind == ParameterKind::choiceSet)
        parameter.choices = {{"a", "A", ""}, {"b", "B", ""}, {"c", "C", ""}};
    if (kind == ParameterKind::curve) {
        parameter.minimum = 0.0;
        parameter.maximum = 1.0;
    }
    return parameter;
}

/// An editor that shows a value, and what it says when it is used.
class Bench {
public:
    Bench(const Parameter& parameter, const Value& value)
        : parameter_(parameter), editor(ParameterEditor::create(parameter)),
          spy(editor.get(), &ParameterEditor::edited) {
        editor->setContext({});
        editor->setValue(value);
        editor->resize(300, 100);
        editor->show();
    }
    template <typename W>
    W* child() const {
        return editor->findChild<W*>();
    }
    void type(const QString& text) const {
        auto* box = child<QLineEdit>();
        box->selectAll();
        QTest::keyClicks(box, text);
        QTest::keyClick(box, Qt::Key_Return);
    }
    /// As an input method does, for what is on no key.
    void insert(const QString& text) const {
        auto* box = child<QLineEdit>();
        box->selectAll();
        box->insert(text);
        QTest::keyClick(box, Qt::Key_Return);
    }
    /// The last text said, and no other since the last call.
    QString said() {
        const QString text = spy.count() == 1 ? spy.first().first().toString()
                                              : QString("(%1 signals)").arg(spy.count());
        spy.clear();
        return text;
    }
    /// The value that the text amounts to. Throws InputError.
    [[nodiscard]] Value read(const QString& text) const {
        Value value = parseValue(parameter_, text.toStdString());
        validateValue(parameter_, value, {});
        return value;
    }

private:
    Parameter parameter_;

public:
    std::unique_ptr<ParameterEditor> editor;
    QSignalSpy spy;
};

} // namespace

class ParameterEditorsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showingAValueIsSilent_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("row");
        const auto add = [](const char* name, ParameterKind kind, int row) {
            QTest::newRow(name) << static_cast<int>(kind) << row;
        };
        add("boolean", ParameterKind::boolean, 0);
        add("integer", ParameterKind::integer, 1);
        add("real", ParameterKind::real, 2);
        add("choice", ParameterKind::choice, 3);
        add("choiceSet", ParameterKind::choiceSet, 4);
        add("numberList", ParameterKind::numberList, 5);
        add("curve", ParameterKind::curve, 6);
        add("file", ParameterKind::file, 7);
        add("formula", ParameterKind::formula, 7);
        add("seed", ParameterKind::seed, 1);
        add("seedList", ParameterKind::seedList, 5);
    }
    void showingAValueIsSilent() {
        QFETCH(int, kind);
        QFETCH(int, row);
        const std::vector<std::pair<Value, Value>> values = {
            {false, true},
            {std::int64_t{3}, std::int64_t{42}},
            {2.5, 99.5},
            {std::string("a"), std::string("c")},
            {Names{"a"}, Names{"b", "c"}},
            {Numbers{1, 2}, Numbers{3}},
            {Curve{{0, 1}, {1, 0}}, Curve{{0, 0}, {0.5, 1}, {1, 0}}},
            {std::string(), std::string("x")}};
        const auto& [first, second] = values[static_cast<std::size_t>(row)];
        const Bench bench(parameterOf(static_cast<ParameterKind>(kind)), first);
        bench.editor->setValue(second);
        bench.editor->setContext({{"other", 1.0}});
        bench.editor->setRefused(true);
        bench.editor->setRefused(false);
        QCOMPARE(bench.spy.count(), 0);
    }

    /// One minus sign, as on the axes of charts; a hyphen is as good when it is typed.
    void numbersHaveMinusSigns() {
        Parameter parameter = parameterOf(ParameterKind::real);
        parameter.minimum = -100.0;
        Bench bench(parameter, -2.5);
        QCOMPARE(bench.child<QLineEdit>()->text(), QString("−2.5"));
        bench.insert("−7.25");
        const QString typed = bench.said();
        QVERIFY(bench.read(typed) == Value(-7.25));
        bench.type("-1e-3");
        QVERIFY(bench.read(bench.said()) == Value(-1e-3));
        bench.child<QSlider>()->setValue(100);
        QVERIFY(bench.child<QLineEdit>()->text().startsWith("−"));
        QVERIFY(std::get<double>(bench.read(bench.said())) < 0.0);

        Parameter list = parameterOf(ParameterKind::numberList);
        list.minimum = -100.0;
        Bench numbers(list, Numbers{-1.0, 2.0});
        QVERIFY(numbers.child<QLineEdit>()->text().startsWith("−1"));
        numbers.insert("−3, 4");
        QVERIFY(numbers.read(numbers.said()) == Value(Numbers{-3.0, 4.0}));
    }

    void aBooleanIsTicked() {
        Bench bench(parameterOf(ParameterKind::boolean), false);
        QTest::keyClick(bench.child<QCheckBox>(), Qt::Key_Space);
        QCOMPARE(bench.said(), QString("true"));
        QTest::keyClick(bench.child<QCheckBox>(), Qt::Key_Space);
        QCOMPARE(bench.said(), QString("false"));
    }

    void typedTextIsHandedOnAsItStands_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("text");
        const auto add = [](const char* name, ParameterKind kind, const char* text) {
            QTest::newRow(name) << static_cast<int>(kind) << text;
        };
        add("integer", ParameterKind::integer, "7");
        add("integer in words", ParameterKind::integer, "seven");
        add("real", ParameterKind::real, "2.50");
        add("real out of range", ParameterKind::real, "1e9");
        add("seed", ParameterKind::seed, "12345678901");
        add("numberList", ParameterKind::numberList, "1, 2,3");
        add("seedList", ParameterKind::seedList, "0,1,2");
        add("file", ParameterKind::file, "/some/folder");
        add("formula", ParameterKind::formula, "x^2 - 1");
    }
    void typedTextIsHandedOnAsItStands() {
        QFETCH(int, kind);
        QFETCH(QString, text);
        const auto parameterKind = static_cast<ParameterKind>(kind);
        const bool isText =
            parameterKind == ParameterKind::file || parameterKind == ParameterKind::formula;
        const bool isList =
            parameterKind == ParameterKind::numberList || parameterKind == ParameterKind::seedList;
        const Value start = isText                                 ? Value(std::string())
                            : isList                               ? Value(Numbers{5})
                            : parameterKind == ParameterKind::real ? Value(5.0)
                                                                   : Value(std::int64_t{5});
        Bench bench(parameterOf(parameterKind), start);
        bench.type(text);
        QCOMPARE(bench.said(), text);
        // Leaving the box without another change says nothing more.
        bench.editor->setValue(start);
        QTest::keyClick(bench.child<QLineEdit>(), Qt::Key_Return);
        QCOMPARE(bench.spy.count(), 0);
    }

    void everyPositionOfASliderIsAccepted_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<double>("minimum");
        QTest::addColumn<double>("maximum");
        QTest::addColumn<bool>("logarithmic");
        const auto add = [](const char* name, ParameterKind kind, double low, double high,
                            bool logarithmic) {
            QTest::newRow(name) << static_cast<int>(kind) << low << high << logarithmic;
        };
        add("integer", ParameterKind::integer, 2, 200, false);
        add("integer of few values", ParameterKind::integer, 1, 4, false);
        add("wide logarithmic integer", ParameterKind::integer, 20, 1e6, true);
        add("real", ParameterKind::real, 0, 1, false);
        add("negative real", ParameterKind::real, -3, 3, false);
        add("logarithmic real", ParameterKind::real, 1e-4, 1.5, true);
        add("tiny logarithmic real", ParameterKind::real, 1e-8, 2, true);
        add("bounds of many digits", ParameterKind::real, 0.123456789, 9.87654321, false);
        add("narrow range of large numbers", ParameterKind::real, 1000.4, 1000.6, false);
    }
    void everyPositionOfASliderIsAccepted() {
        QFETCH(int, kind);
        QFETCH(double, minimum);
        QFETCH(double, maximum);
        QFETCH(bool, logarithmic);
        Parameter parameter = parameterOf(static_cast<ParameterKind>(kind));
        parameter.minimum = minimum;
        parameter.maximum = maximum;
        parameter.scale = logarithmic ? Scale::logarithmic : Scale::linear;
        const bool isInteger = parameter.kind == ParameterKind::integer;
        Bench bench(parameter,
                    isInteger ? Value(static_cast<std::int64_t>(minimum)) : Value(minimum));
        auto* slider = bench.child<QSlider>();
        double last = minimum;
        for (int position = slider->minimum() + 1; position <= slider->maximum(); ++position) {
            slider->setValue(position);
            const QString text = bench.said();
            try {
                const Value value = bench.read(text);
                const double number = isInteger ? static_cast<double>(std::get<std::int64_t>(value))
                                                : std::get<double>(value);
                QVERIFY2(number >= last, qPrintable(text));
                last = number;
            } catch (const InputError& error) {
                QFAIL(error.what());
            }
        }
        QCOMPARE(last, maximum);
    }

    void boundsThatAreFormulasMoveTheSlidersEnd() {
        Parameter parameter = parameterOf(ParameterKind::integer);
        parameter.maximum = "min(rows, columns)";
        Bench bench(parameter, std::int64_t{2});
        bench.editor->setContext({{"rows", 30.0}, {"columns", 20.0}});
        QTest::keyClick(bench.child<QSlider>(), Qt::Key_End);
        QCOMPARE(bench.said(), QString("20"));
        bench.editor->setContext({{"rows", 10.0}, {"columns", 20.0}});
        QCOMPARE(bench.spy.count(), 0);
        QTest::keyClick(bench.child<QSlider>(), Qt::Key_Home);
        QTest::keyClick(bench.child<QSlider>(), Qt::Key_End);
        QCOMPARE(bench.spy.takeLast().first().toString(), QString("10"));
    }

    void aLogarithmicSliderHasTheGeometricMeanInItsMiddle() {
        Parameter parameter = parameterOf(ParameterKind::real);
        parameter.scale = Scale::logarithmic;
        const Bench bench(parameter, 10.0); // √(1 · 100)
        const auto* slider = bench.child<QSlider>();
        QCOMPARE(slider->value(), (slider->minimum() + slider->maximum()) / 2);
    }

    void aSeedHasNoSlider() {
        const Bench bench(parameterOf(ParameterKind::seed), std::int64_t{0});
        QVERIFY(bench.child<QLineEdit>()->isVisible());
        QVERIFY(!bench.child<QSlider>()->isVisible());
    }

    void aKeywordTakesTheNumbersPlaceAndGivesItBack() {
        Parameter parameter = parameterOf(ParameterKind::real);
        parameter.keyword = "auto";
        Bench bench(parameter, 2.5);
        auto* word = bench.child<QCheckBox>();
        QVERIFY(!word->isChecked());
        word->click();
        QCOMPARE(bench.said(), QString("auto"));
        bench.editor->setValue(std::string("auto"));
        QVERIFY(!bench.child<QLineEdit>()->isEnabled() && !bench.child<QSlider>()->isEnabled());
        QVERIFY(word->isChecked());
        word->click();
        QCOMPARE(bench.said(), QString("2.5"));
    }

    void aKeywordThatWasThereFromTheStartCanBeLeft() {
        Parameter parameter = parameterOf(ParameterKind::real); // 0 is out of its range
        parameter.keyword = "auto";
        parameter.defaultValue = std::string("auto");
        Bench bench(parameter, std::string("auto"));
        bench.child<QCheckBox>()->click();
        const QString text = bench.said();
        try {
            QVERIFY(std::holds_alternative<double>(bench.read(text)));
        } catch (const InputError& error) {
            QFAIL(error.what());
        }
    }

    void aChoiceIsHandedOnById() {
        Bench bench(parameterOf(ParameterKind::choice), std::string("a"));
        QCOMPARE(bench.child<QComboBox>()->currentText(), QString("A"));
        QTest::keyClick(bench.child<QComboBox>(), Qt::Key_Down);
        QCOMPARE(bench.said(), QString("b"));
    }

    void aSetOfChoicesIsHandedOnInTheOrderOfTheChoices() {
        Bench bench(parameterOf(ParameterKind::choiceSet), Names{"c"});
        const auto boxes = bench.editor->findChildren<QCheckBox*>();
        QCOMPARE(boxes.size(), 3);
        boxes[0]->click();
        QCOMPARE(bench.said(), QString("a,c"));
        boxes[2]->click();
        QCOMPARE(bench.said(), QString("a"));
        boxes[0]->click();
        QCOMPARE(bench.said(), QString()); // for the parser to refuse
    }

    void aCurveGainsMovesAndLosesPoints() {
        Bench bench(parameterOf(ParameterKind::curve), Curve{{0, 1}, {1, 0}});
        auto* editor = bench.child<CurveEditor>();
        const QPoint center = editor->rect().center();
        QTest::mouseDClick(editor, Qt::LeftButton, {}, center);
        auto curve = std::get<Curve>(bench.read(bench.said()));
        QCOMPARE(curve.size(), std::size_t{3});
        expectNear(curve[1].x, 0.5, 0.02);
        expectNear(curve[1].y, 0.5, 0.02);

        drag(*editor, center, center + QPoint(40, -20));
        curve = std::get<Curve>(bench.read(bench.said()));
        QVERIFY(curve[1].x > 0.55 && curve[1].y > 0.55);

        QTest::mouseClick(editor, Qt::RightButton, {}, center + QPoint(40, -20));
        QCOMPARE(std::get<Curve>(bench.read(bench.said())).size(), std::size_t{2});
    }

    void aCurvesEndsStayAtZeroAndOneAndWithinTheRange() {
        Bench bench(parameterOf(ParameterKind::curve), Curve{{0, 0.5}, {1, 0.5}});
        auto* editor = bench.child<CurveEditor>();
        const QPoint left(8, editor->height() / 2);
        drag(*editor, left, left + QPoint(100, -10 * editor->height()));
        const auto curve = std::get<Curve>(bench.read(bench.said()));
        QCOMPARE(curve.front().x, 0.0);
        QCOMPARE(curve.front().y, 1.0);
        QCOMPARE(curve.back(), (CurvePoint{1, 0.5}));
        // An end cannot be removed.
        QTest::mouseClick(editor, Qt::RightButton, {}, QPoint(8, 8));
        QCOMPARE(bench.spy.count(), 0);
        QCOMPARE(editor->points().size(), std::size_t{2});
    }

    void aPointDraggedPastItsNeighbourStaysBeforeIt() {
        Bench bench(parameterOf(ParameterKind::curve), Curve{{0, 0.5}, {0.5, 0.5}, {1, 0.5}});
        auto* editor = bench.child<CurveEditor>();
        const QPoint middle(editor->width() / 2, editor->height() / 2);
        drag(*editor, middle, middle + QPoint(10 * editor->width(), 0));
        const auto curve = std::get<Curve>(bench.read(bench.said())); // refuses what is not sorted
        QVERIFY(curve[1].x > 0.9 && curve[1].x < 1.0);
    }

    void aRefusedValueIsMarked() {
        const Bench bench(parameterOf(ParameterKind::real), 2.5);
        QVERIFY(bench.child<QLineEdit>()->styleSheet().isEmpty());
        bench.editor->setRefused(true);
        QVERIFY(!bench.child<QLineEdit>()->styleSheet().isEmpty());
        bench.editor->setRefused(false);
        QVERIFY(bench.child<QLineEdit>()->styleSheet().isEmpty());
    }

private:
    static void drag(QWidget& widget, QPoint from, QPoint to) {
        QTest::mousePress(&widget, Qt::LeftButton, {}, from);
        QTest::mouseMove(&widget, to);
        QMouseEvent move(QEvent::MouseMove, QPointF(to), widget.mapToGlobal(QPointF(to)),
                         Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&widget, &move);
        QTest::mouseRelease(&widget, Qt::LeftButton, {}, to);
    }
};

REGISTER_GUI_TEST(ParameterEditorsTest)
#include "parameter_editors_test.moc"
