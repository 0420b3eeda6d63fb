#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/experiment/description.h"
#include "tests/registered_test.h"

using namespace convergence;

class DescriptionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
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
            {ViewKind::volume, "volume"}};
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
