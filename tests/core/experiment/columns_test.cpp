#include <cmath>
#include <stdexcept>

#include <QtTest>

#include "core/experiment/columns.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/series_names.h"
#include "core/experiment/trait_table.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

struct State {
    double error = 0.0;
    std::vector<double> sigma;
};

const Columns<State> table{{"error", "error ‖·‖", "m", [](const State& s) { return s.error; }},
                           {"sigma_{}", "σ{_} of F",
                            [](const State& s) { return std::span<const double>(s.sigma); },
                            "rank"},
                           Columns<State>::clock({"twice", "twice the error",
                                                  [](const State& s) { return 2.0 * s.error; }})};

std::vector<Parameter> parameters() {
    return {integerParameter({"rank", "k", "Rank", ""}, {.from = 0.0, .to = 20.0, .value = 3}, ""),
            listParameter({"scales", "", "Scales", ""},
                          {.from = 0.0, .to = 1.0, .value = {0.1, 0.2}}, "")};
}

struct Line {
    std::string_view id, label, help;
    bool squared = false;
};
constexpr Line lines[] = {{.id = "plain", .label = "plain descent", .help = "as it is"},
                          {.id = "square", .label = "S: squared", .help = "x²", .squared = true}};

} // namespace

class ColumnsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTableListsItsColumnsInOrder() {
        const auto known = parameters();
        const ParameterValues values(known, {{"rank", whole(12)}});
        const ColumnLayout layout = table.layout(known, values);
        QCOMPARE(layout.size(), std::size_t{14});
        QCOMPARE(layout.columns()[0].name, std::string("error"));
        QCOMPARE(layout.columns()[0].unit, std::string("m"));
        QCOMPARE(layout.columns()[12].name, std::string("sigma_12"));
        QCOMPARE(layout.columns()[12].label, std::string("σ₁₂ of F"));
        QCOMPARE(layout.columns()[13].name, std::string("twice"));
        QVERIFY(layout.columns()[0].role == ColumnRole::metric);
        QVERIFY(layout.columns()[13].role == ColumnRole::clock);
    }

    void rowsAreFilledFromTheState() {
        const auto known = parameters();
        const ParameterValues values(known, {});
        const auto filler = table.at(known, values);
        std::vector<double> row(5);
        filler.fill({.error = 0.5, .sigma = {3.0, 2.0}}, row); // one singular value fewer
        QCOMPARE(row[0], 0.5);
        QCOMPARE(row[1], 3.0);
        QCOMPARE(row[2], 2.0);
        QVERIFY(std::isnan(row[3]));
        QCOMPARE(row[4], 1.0);
        QVERIFY_EXCEPTION_THROWN(filler.fill({.sigma = {1, 2, 3, 4}}, row), std::logic_error);
        row.pop_back();
        QVERIFY_EXCEPTION_THROWN(filler.fill({}, row), std::logic_error);
    }

    void aKindOfSolverBindsWhatItHas() {
        const auto known = parameters();
        const ParameterValues values(known, {});
        const ColumnLayout layout = table.layout(known, values);
        const RowFiller<double> other(layout, {{"twice", [](const double& x) { return x; }}});
        std::vector<double> row(5);
        other.fill(7.0, row);
        QVERIFY(std::isnan(row[0]));
        QCOMPARE(row[4], 7.0);
        using Filler = RowFiller<double>;
        const auto zero = [](const double&) { return 0.0; };
        QVERIFY_EXCEPTION_THROWN(Filler(layout, {{"twise", zero}}), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(Filler(layout, {{"twice", zero}, {"twice", zero}}),
                                 std::logic_error);
    }

    void countsAreExpressionsOrLengthsOfLists() {
        const auto known = parameters();
        const ParameterValues values(known, {});
        QCOMPARE(countOf({.id = "a_{}", .count = "rank + 1"}, known, values), std::size_t{4});
        QCOMPARE(countOf({.id = "a_{}", .count = "scales"}, known, values), std::size_t{2});
        QCOMPARE(countOf({.id = "a", .count = "rank > 5"}, known, values), std::size_t{0});
        QVERIFY_EXCEPTION_THROWN(countOf({.id = "a_{}", .count = "rank / 2"}, known, values),
                                 std::logic_error);
    }

    void seriesMayAlternate() {
        const auto known = parameters();
        const ParameterValues values(known, {{"rank", whole(2)}});
        using Line = Columns<State>::Line;
        const auto sigma = [](const State& s) { return std::span<const double>(s.sigma); };
        const Columns<State> pairs{{"a_{}", "a", sigma, "rank"},
                                   Line("b_{}", "b", sigma, "rank").alternating(),
                                   {"end", "end", [](const State&) { return 9.0; }}};
        const ColumnLayout layout = pairs.layout(known, values);
        QCOMPARE(layout.columns()[1].name, std::string("b_1"));
        QCOMPARE(layout.columns()[2].name, std::string("a_2"));
        std::vector<double> row(5);
        pairs.at(known, values).fill({.sigma = {3.0, 2.0}}, row);
        QCOMPARE(row, (std::vector<double>{3.0, 3.0, 2.0, 2.0, 9.0}));
    }

    void patternsKnowTheirNames() {
        const ColumnPattern pattern{.id = "sigma_{}_f", .count = "rank"};
        QVERIFY(pattern.matches("sigma_3_f"));
        QVERIFY(!pattern.matches("sigma__f"));
        QVERIFY(!pattern.matches("sigma_x_f"));
        QVERIFY(numberInSeries(pattern, "sigma_12_f") == std::size_t{12});
        QVERIFY(!numberInSeries(pattern, "sigma_-1_f"));
        QVERIFY(!numberInSeries(pattern, "sigma_99999999999999999999_f"));
        QVERIFY(!numberInSeries({.id = "loss"}, "loss")); // no series
        QCOMPARE(labelInSeries({.id = "s_{}", .label = "σ{_} of {}"}, 12),
                 std::string("σ₁₂ of 12"));
        QCOMPARE(pattern.viewName(), std::string("sigma_*_f"));
    }

    void traitsAreFoundOrRefused() {
        QVERIFY(traitsOf(lines, "square").squared);
        QCOMPARE(indexOf(lines, "square"), std::size_t{1});
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(traitsOf(lines, "cube")), std::logic_error);
        QCOMPARE(armsOf(lines)[0].help, std::string("as it is"));
        QCOMPARE(armsOf(lines)[1].label, std::string("S"));
        QCOMPARE(armsOf(lines)[1].help, std::string("S: squared. x²"));
        QCOMPARE(choicesOf(lines)[1].label, std::string("S: squared"));
        QCOMPARE(idsOf(lines), (std::vector<std::string>{"plain", "square"}));
    }
};

REGISTER_TEST(ColumnsTest)
#include "columns_test.moc"
