#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/experiment/description.h"
#include "core/experiment/registry.h"
#include "core/experiment/view_words.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

Description described() {
    Description description = testing::quadratic().description;
    description.views = {
        Chart{.id = "x", .title = "Distance", .y = "x", .axes = Axes::logY, .isMain = true},
        SweepChart{.id = "end", .title = "In the end", .x = "replicate", .y = "final_x"},
        FrameView{.id = "text", .title = "State", .kind = ViewKind::text, .frames = {"x"}}};
    return description;
}

/// The sentence by which a description is refused; empty if it is accepted.
std::string refusal(const Description& description) {
    try {
        checkDescription(description);
    } catch (const InputError& error) {
        return error.what();
    }
    return {};
}

} // namespace

class DescriptionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void axesTakeTheWordsOfTheirColumns() {
        Description description = described();
        completeDescription(description);
        QCOMPARE(description.views[0].y.label, std::string("|x|"));
        QCOMPARE(description.views[0].x.label, std::string("iteration t"));
        QCOMPARE(description.views[1].y.label, std::string("final |x|"));
        QCOMPARE(refusal(description), std::string());
    }

    /// Each mistake is refused with the place, the word and the nearest word that exists.
    void wordsThatThereAreNotAreRefused() {
        const auto spoiled = [](auto spoil) {
            Description description = described();
            spoil(description);
            return refusal(description);
        };
        const std::string column =
            spoiled([](Description& d) { d.views[1].series[0].column = "final_y"; });
        QVERIFY2(column.find("view 'end' names the column 'final_y'") != std::string::npos &&
                     column.find("final_x") != std::string::npos,
                 column.c_str());
        const auto refused = [&](auto spoil, const std::string& part) {
            const std::string sentence = spoiled(spoil);
            return sentence.find(part) != std::string::npos ? std::string() : part + sentence;
        };
        QCOMPARE(refused([](Description& d) { d.views[2].frames = {"y"}; }, "frame 'y'"),
                 std::string());
        QCOMPARE(refused(
                     [](Description& d) {
                         d.views[0].selectors = {{"rate", ""}};
                     },
                     "factor 'rate'"),
                 std::string());
        QCOMPARE(refused([](Description& d) { d.views[0].isMain = false; }, "0 main views"),
                 std::string());
        QCOMPARE(refused([](Description& d) { d.mainParameters.pop_back(); }, "2 parameters"),
                 std::string());
        QCOMPARE(refused([](Description& d) { d.mainParameters[0] = "rate"; }, "'rate'"),
                 std::string());
        QCOMPARE(refused(
                     [](Description& d) {
                         d.presets = {{"p", "P", "", {}}};
                     },
                     "preset 'p' does not say what it shows"),
                 std::string());
        QCOMPARE(refused(
                     [](Description& d) {
                         d.topics = {"momentum", ""};
                     },
                     "topic id ''"),
                 std::string());
    }

    void whatIsRecordedMustBeWhatIsDescribed() {
        ExperimentType type = testing::quadratic();
        const auto create = [&] { return createExperiment(type, resolveValues(type, "", {})); };
        QVERIFY(create());
        type.description.records.trace.front().id = "y";
        QCOMPARE(refusalOf(create),
                 QString("The experiment quadratic records other traces than its description says: "
                         "column 1 is 'x', expected 'y'."));
    }

    void everyKindOfViewHasItsNameInJson() {
        const std::vector<std::pair<ViewKind, std::string>> kinds{
            {ViewKind::lineChart, "line chart"},
            {ViewKind::pivot, "pivot"},
            {ViewKind::parallelCoordinates, "parallel coordinates"},
            {ViewKind::heatMaps, "heat maps"},
            {ViewKind::trajectory, "trajectory"},
            {ViewKind::bars, "bars"},
            {ViewKind::curves, "curves"},
            {ViewKind::text, "text"},
            {ViewKind::pictures, "pictures"},
            {ViewKind::surface, "surface"},
            {ViewKind::volume, "volume"},
            {ViewKind::table, "table"},
            {ViewKind::timeline, "timeline"},
            {ViewKind::points, "points"},
            {ViewKind::graph, "graph"},
            {ViewKind::scene, "scene"},
            {ViewKind::pointsInSpace, "points in space"}};
        Description description;
        for (const auto& [kind, name] : kinds)
            description.views.push_back({.id = name, .title = name, .kind = kind});
        const nlohmann::json json = nlohmann::json::parse(toJson(description).dump());
        for (std::size_t i = 0; i < kinds.size(); ++i)
            QCOMPARE(json["views"][i]["kind"].get<std::string>(), kinds[i].second);
    }
};

REGISTER_TEST(DescriptionTest)
#include "description_test.moc"
