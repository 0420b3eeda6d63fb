#include <cmath>
#include <limits>

#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/experiment/parameter.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

std::vector<Parameter> sample() {
    return {
        {.name = "rows",
         .label = "Rows",
         .kind = ParameterKind::integer,
         .minimum = 2.0,
         .maximum = 200.0,
         .defaultValue = std::int64_t{20}},
        {.name = "columns",
         .label = "Columns",
         .kind = ParameterKind::integer,
         .minimum = 2.0,
         .maximum = 200.0,
         .defaultValue = std::int64_t{15}},
        {.name = "rank",
         .label = "Rank",
         .kind = ParameterKind::integer,
         .minimum = 1.0,
         .maximum = "min(rows, columns)",
         .defaultValue = std::int64_t{2}},
        {.name = "rate",
         .label = "Rate",
         .kind = ParameterKind::real,
         .minimum = 1e-4,
         .maximum = 1.5,
         .defaultValue = 0.1,
         .keyword = "auto"},
        {.name = "flag", .label = "Flag", .kind = ParameterKind::boolean, .defaultValue = false},
        {.name = "kind",
         .label = "Kind",
         .kind = ParameterKind::choice,
         .defaultValue = std::string("a"),
         .choices = {{"a", "A", ""}, {"b", "B", ""}}},
        {.name = "arms",
         .label = "Arms",
         .kind = ParameterKind::choiceSet,
         .defaultValue = std::vector<std::string>{"a"},
         .choices = {{"a", "A", ""}, {"b", "B", ""}}},
        {.name = "list",
         .label = "List",
         .kind = ParameterKind::numberList,
         .minimum = 0.0,
         .maximum = 1.0,
         .defaultValue = std::vector<double>{0.5}},
        {.name = "curve",
         .label = "Curve",
         .kind = ParameterKind::curve,
         .minimum = 0.0,
         .maximum = 1.0,
         .defaultValue = std::vector<CurvePoint>{{0, 1}, {1, 0}}},
        {.name = "seed",
         .label = "Seed",
         .kind = ParameterKind::seed,
         .defaultValue = std::int64_t{0}}};
}

} // namespace

class ParameterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void badInputIsRefusedInOneSentenceThatNamesIt_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("accepted");
        QTest::newRow("below range") << "rows"
                                     << "1"
                                     << "from 2 to 200";
        QTest::newRow("above range") << "rows"
                                     << "201"
                                     << "from 2 to 200";
        QTest::newRow("fraction") << "rows"
                                  << "2.5"
                                  << "an integer";
        QTest::newRow("words") << "rows"
                               << "many"
                               << "an integer";
        QTest::newRow("empty") << "rate"
                               << ""
                               << "a number";
        QTest::newRow("nan") << "rate"
                             << "nan"
                             << "from 0.0001 to 1.5";
        QTest::newRow("infinity") << "rate"
                                  << "inf"
                                  << "from 0.0001 to 1.5";
        QTest::newRow("trailing") << "rate"
                                  << "0.1x"
                                  << "a number";
        QTest::newRow("wrong keyword") << "rate"
                                       << "automatic"
                                       << "'auto'";
        QTest::newRow("expression bound") << "rank"
                                          << "16"
                                          << "15 (min(rows, columns))";
        QTest::newRow("flag") << "flag"
                              << "maybe"
                              << "true or false";
        QTest::newRow("choice") << "kind"
                                << "c"
                                << "one of a, b";
        QTest::newRow("set") << "arms"
                             << "a,c"
                             << "one or more of a, b";
        QTest::newRow("empty set") << "arms"
                                   << ""
                                   << "one or more of a, b";
        QTest::newRow("twice") << "arms"
                               << "a,a"
                               << "one or more of a, b";
        QTest::newRow("list") << "list"
                              << "0.1,2"
                              << "from 0 to 1";
        QTest::newRow("list of words") << "list"
                                       << "0.1,x"
                                       << "numbers";
        QTest::newRow("curve backwards") << "curve"
                                         << "0:1,0.5:1,0.4:0"
                                         << "increasing";
        QTest::newRow("curve without y") << "curve"
                                         << "0,1"
                                         << "x:y";
        QTest::newRow("one point") << "curve"
                                   << "0:1"
                                   << "two or more points";
        QTest::newRow("seed") << "seed"
                              << "-3"
                              << "from 0";
    }

    void badInputIsRefusedInOneSentenceThatNamesIt() {
        QFETCH(QString, name);
        QFETCH(QString, text);
        QFETCH(QString, accepted);
        const auto parameters = sample();
        const QString sentence = refusalOf([&] {
            const Parameter& parameter = findParameter(parameters, name.toStdString());
            const ParameterValues values(
                parameters, {{parameter.name, parseValue(parameter, text.toStdString())}});
        });

        QVERIFY2(sentence.contains("'" + name + "'"), qPrintable(sentence));
        QVERIFY2(sentence.contains(accepted), qPrintable(sentence));
        QCOMPARE(sentence.count('\n'), 0);
    }

    void unknownNamesSuggestTheNearest() {
        const auto parameters = sample();
        expectRefusal([&] { findParameter(parameters, "rowz"); }, "did you mean 'rows'?");

        QVERIFY_EXCEPTION_THROWN(ParameterValues(parameters, {{"nothing", 1.0}}), InputError);
    }

    void textAndJsonReadBackExactly() {
        const auto parameters = sample();
        const std::vector<std::pair<std::string, Value>> cases = {
            {"rows", std::int64_t{37}},
            {"rate", 0.1 + 0.2},
            {"rate", std::string("auto")},
            {"flag", true},
            {"kind", std::string("b")},
            {"arms", std::vector<std::string>{"b", "a"}},
            {"list", std::vector<double>{1.0 / 3.0, 1e-17}},
            {"curve", std::vector<CurvePoint>{{0, 1}, {0.3, 1.0 / 7.0}, {1, 0}}}};
        for (const auto& [name, value] : cases) {
            const Parameter& parameter = findParameter(parameters, name);
            QCOMPARE(parseValue(parameter, formatValue(value)), value);
            const auto json = nlohmann::json::parse(toJson(value).dump());
            QCOMPARE(valueFromJson(parameter, json), value);
        }
        QCOMPARE(parseValue(findParameter(parameters, "rows"), "2e1"), Value(std::int64_t{20}));
    }

    void conditionsAskForChoicesByName() {
        auto parameters = sample();
        parameters[0].appliesIf = "kind_is_b && flag";
        const ParameterValues off(parameters, {});
        const ParameterValues on(parameters, {{"kind", std::string("b")}, {"flag", true}});
        QVERIFY(!applies(parameters[0], off.numericView(parameters)));
        QVERIFY(applies(parameters[0], on.numericView(parameters)));
        // By its place a choice would be another one as soon as they change their order.
        parameters[0].appliesIf = "kind == 1";
        expectRefusal([&] { return applies(parameters[0], on.numericView(parameters)); }, "kind");
    }
};

REGISTER_TEST(ParameterTest)
#include "parameter_test.moc"
