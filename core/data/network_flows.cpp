#include "core/data/network_flows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "core/data/csv.h"
#include "core/data/text_tokens.h"
#include "core/data/utf8.h"
#include "core/error.h"
#include "core/math/random.h"
#include "core/matrix/orthonormal.h"
#include "core/memory.h"

namespace convergence {

namespace {

constexpr Eigen::Index syntheticFeatures = 39;
constexpr int profiles = 4;
constexpr std::size_t commonValues = 8;
constexpr double constantFeature = 1e-12;
constexpr std::size_t everyFifth = 5;

Eigen::MatrixXd gaussian(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed,
                         std::string_view purpose) {
    Eigen::MatrixXd matrix(rows, columns);
    RandomStream({.seed = seed, .purpose = purpose})
        .fillNormal({matrix.data(), static_cast<std::size_t>(matrix.size())});
    return matrix;
}

/// A cell as a number: "-" and nothing are 0, T and F are 1 and 0. None for other text.
std::optional<double> cellNumber(const std::string& cell) {
    if (cell.empty() || cell == "-" || cell == "F")
        return 0.0;
    if (cell == "T")
        return 1.0;
    const auto value = numberOf<double>(cell);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

/// What a first reading of the training file finds out about its columns.
struct Layout {
    struct Feature {
        std::string name;
        std::string column;
        std::string value; ///< for one-hot features
    };
    std::vector<Feature> features;
    std::vector<std::string> textColumns;
    std::size_t rows = 0;
};

Layout layoutOf(const std::filesystem::path& path, const FlowTable& table) {
    CsvReader reader(path);
    std::vector<std::string> cells;
    const auto& names = reader.columns();
    std::vector<bool> isText(names.size(), false);
    std::vector<std::map<std::string, std::size_t>> counts(names.size());
    Layout layout;
    for (; reader.next(cells); ++layout.rows)
        for (std::size_t i = 0; i < names.size(); ++i) {
            isText[i] = isText[i] || !cellNumber(cells[i]);
            if (table.oneHotText && counts[i].size() < 10000)
                ++counts[i][cells[i]];
        }
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string& name = names[i];
        if (name == table.label || name == table.kind ||
            std::find(table.dropped.begin(), table.dropped.end(), name) != table.dropped.end())
            continue;
        if (!isText[i]) {
            layout.features.push_back({name, name, ""});
            continue;
        }
        layout.textColumns.push_back(name);
        if (!table.oneHotText)
            continue;
        std::vector<std::pair<std::size_t, std::string>> byCount;
        for (const auto& [value, count] : counts[i])
            byCount.emplace_back(count, value);
        std::sort(byCount.begin(), byCount.end(), [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first > b.first : a.second < b.second;
        });
        for (std::size_t k = 0; k < std::min(commonValues, byCount.size()); ++k)
            layout.features.push_back(
                {fmt::format("{}={}", name, byCount[k].second), name, byCount[k].second});
    }
    const std::size_t d = layout.features.size();
    if (d > mostFlowFeatures)
        throw InputError(fmt::format(
            "File '{}': {} features are not accepted, expected at most {}; "
            "leave out columns{}.",
            path.string(), d, mostFlowFeatures, table.oneHotText ? ", or those of text" : ""));
    constexpr double copies = 6.0; // as they are read, apart, and standardized for clients and all
    requireMemory(
        copies * sizeof(double) * static_cast<double>(layout.rows) * static_cast<double>(d),
        fmt::format("File '{}' of {} rows and {} features", path.string(), layout.rows, d),
        "use fewer of its rows");
    return layout;
}

/// One file's flows, column by column of the layout.
struct Flows {
    std::vector<double> normal, attack; ///< d numbers a flow
    std::vector<double> keys;           ///< of normal flows
    std::vector<std::string> kinds;     ///< of attacks
};

Flows flowsOf(const std::filesystem::path& path, const FlowTable& table, const Layout& layout) {
    CsvReader reader(path);
    const std::size_t label = reader.columnIndex(table.label);
    const std::size_t kind = table.kind.empty() ? label : reader.columnIndex(table.kind);
    const std::size_t key = reader.columnIndex(table.sortKey);
    std::vector<std::size_t> columns;
    for (const Layout::Feature& feature : layout.features)
        columns.push_back(reader.columnIndex(feature.column));
    Flows flows;
    std::vector<std::string> cells;
    const auto number = [&](std::size_t column) {
        if (const auto value = cellNumber(cells[column]))
            return *value;
        throw InputError(fmt::format("File '{}', line {}, column '{}': '{}' is not a number, "
                                     "expected a number, '-', T or F.",
                                     path.string(), reader.line(), reader.columns()[column],
                                     printable(cells[column], 40)));
    };
    while (reader.next(cells)) {
        const bool isNormal = cells[label] == table.normalValue;
        std::vector<double>& values = isNormal ? flows.normal : flows.attack;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const std::string& value = layout.features[i].value;
            values.push_back(value.empty() ? number(columns[i])
                                           : (cells[columns[i]] == value ? 1.0 : 0.0));
        }
        if (isNormal)
            flows.keys.push_back(number(key));
        else
            flows.kinds.push_back(cells[kind]);
    }
    return flows;
}

Eigen::MatrixXd matrixOf(const std::vector<double>& values, std::size_t features) {
    return Eigen::Map<const Eigen::MatrixXd>(
        values.data(), static_cast<Eigen::Index>(features),
        static_cast<Eigen::Index>(values.size() / std::max<std::size_t>(features, 1)));
}

} // namespace

NetworkFlows syntheticFlows(Eigen::Index training, Eigen::Index normalTest, Eigen::Index attackTest,
                            std::uint64_t seed) {
    const Eigen::Index d = syntheticFeatures;
    Eigen::MatrixXd factors(d, 2 + profiles); // [L, L′]
    factors << gaussian(d, 2, seed, "shared factors"),
        gaussian(d, profiles, seed, "private factors");
    // Directions orthogonal to all factors.
    const Eigen::MatrixXd basis = matrix::orthonormalized(factors);
    Eigen::MatrixXd directions = gaussian(d, 4, seed, "attack directions");
    directions -= basis * (basis.transpose() * directions);
    directions.colwise().normalize();

    const auto normalFlows = [&](Eigen::Index count, std::string_view purpose) {
        Eigen::MatrixXd flows(d, count);
        for (Eigen::Index j = 0; j < count; ++j) {
            RandomStream stream(
                {.seed = seed, .purpose = purpose, .index = static_cast<std::uint64_t>(j)});
            const auto profile = static_cast<Eigen::Index>(stream.integer(profiles));
            flows.col(j) = stream.normal() * factors.col(0);
            flows.col(j) += stream.normal() * factors.col(1);
            flows.col(j) += 1.2 * stream.normal() * factors.col(2 + profile);
            for (double& value : flows.col(j))
                value += 0.6 * stream.normal();
            flows(0, j) = static_cast<double>(profile) + 0.2 * stream.normal();
        }
        return flows;
    };
    NetworkFlows flows;
    for (Eigen::Index i = 0; i < d; ++i)
        flows.features.push_back(i == 0 ? "profile" : fmt::format("feature {}", i));
    flows.training = normalFlows(training, "training flows");
    flows.sortKey = flows.training.row(0);
    flows.normalTest = normalFlows(normalTest, "normal test flows");
    flows.attackTest = normalFlows(attackTest, "attack test flows");
    constexpr std::array amplitudes{6.0, 5.0, 4.0, 3.0};
    RandomStream stream({.seed = seed, .purpose = "attacks"});
    for (Eigen::Index j = 0; j < attackTest; ++j) {
        const auto kind = static_cast<int>(j % 4);
        const double sign = stream.uniform() < 0.5 ? -1.0 : 1.0;
        flows.attackTest.col(j) += sign * amplitudes[static_cast<std::size_t>(kind)] *
                                   (0.8 + 0.4 * stream.uniform()) * directions.col(kind);
        flows.attackKinds.push_back(kind);
    }
    for (const double amplitude : amplitudes)
        flows.kindNames.push_back(fmt::format("amplitude {}", amplitude));
    return flows;
}

FlowTable unswTable() {
    return {.label = "label",
            .normalValue = "0",
            .kind = "attack_cat",
            .sortKey = "ct_srv_src",
            .dropped = {"id", "proto", "service", "state"}};
}

FlowTable tonIotTable() {
    return {.label = "label",
            .normalValue = "0",
            .kind = "type",
            .sortKey = "src_port",
            .dropped = {"ts", "src_ip", "dst_ip"}};
}

NetworkFlows readFlows(const std::filesystem::path& training, const std::filesystem::path& test,
                       const FlowTable& table) {
    const Layout layout = layoutOf(training, table);
    const std::size_t d = layout.features.size();
    Flows first = flowsOf(training, table, layout);
    if (first.keys.size() < 2 || d < 2)
        throw InputError(fmt::format(
            "File '{}': {} normal flows (column '{}' is '{}') of {} numeric columns, expected at "
            "least 2 of each.",
            training.string(), first.keys.size(), table.label, table.normalValue, d));
    NetworkFlows flows;
    for (const Layout::Feature& feature : layout.features)
        flows.features.push_back(feature.name);
    std::vector<double> kept, tested;
    std::vector<double> keys;
    for (std::size_t j = 0; j < first.keys.size(); ++j) {
        const bool forTest = test.empty() && j % everyFifth == everyFifth - 1;
        std::vector<double>& to = forTest ? tested : kept;
        to.insert(to.end(), first.normal.begin() + static_cast<std::ptrdiff_t>(j * d),
                  first.normal.begin() + static_cast<std::ptrdiff_t>((j + 1) * d));
        if (!forTest)
            keys.push_back(first.keys[j]);
    }
    if (!test.empty()) {
        first = flowsOf(test, table, layout);
        tested = std::move(first.normal);
    }
    tested.resize(std::min(tested.size(), table.normalTestFlows * d));
    if (tested.empty() || first.kinds.empty())
        throw InputError(fmt::format(
            "File '{}': {} normal flows and {} attacks to test on, expected some of each.",
            (test.empty() ? training : test).string(), tested.size() / d, first.kinds.size()));
    flows.training = matrixOf(kept, d);
    flows.sortKey =
        Eigen::Map<const Eigen::VectorXd>(keys.data(), static_cast<Eigen::Index>(keys.size()));
    flows.normalTest = matrixOf(tested, d);
    flows.attackTest = matrixOf(first.attack, d);
    flows.kindNames = first.kinds;
    std::sort(flows.kindNames.begin(), flows.kindNames.end());
    flows.kindNames.erase(std::unique(flows.kindNames.begin(), flows.kindNames.end()),
                          flows.kindNames.end());
    for (const std::string& kind : first.kinds)
        flows.attackKinds.push_back(static_cast<int>(
            std::lower_bound(flows.kindNames.begin(), flows.kindNames.end(), kind) -
            flows.kindNames.begin()));
    flows.source = fmt::format("{} normal flows of {} with {} features", flows.training.cols(),
                               training.string(), d);
    if (!layout.textColumns.empty())
        flows.source += fmt::format("; text columns {}: {}",
                                    table.oneHotText ? "by their commonest values" : "left out",
                                    fmt::join(layout.textColumns, ", "));
    flows.source += ".";
    return flows;
}

Standardization::Standardization(const Eigen::MatrixXd& flows)
    : center(flows.rowwise().mean()), inverseDeviation(flows.rows()) {
    const Eigen::VectorXd deviation =
        ((flows.colwise() - center).rowwise().squaredNorm() / static_cast<double>(flows.cols()))
            .cwiseSqrt();
    inverseDeviation =
        deviation.unaryExpr([](double s) { return s > constantFeature ? 1.0 / s : 0.0; });
}

Eigen::MatrixXd Standardization::apply(const Eigen::MatrixXd& flows) const {
    return inverseDeviation.asDiagonal() * (flows.colwise() - center);
}

std::vector<std::vector<Eigen::Index>>
partitionFlows(const Eigen::VectorXd& sortKey, const FlowSharing& sharing, std::uint64_t seed) {
    const auto [clients, partition, concentration, fewest] = sharing;
    const auto count = static_cast<std::size_t>(sortKey.size());
    if (count < clients * fewest)
        throw InputError(fmt::format("{} flows are too few for {} clients of at least {} each.",
                                     count, clients, fewest));
    std::vector<Eigen::Index> order(count);
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    RandomStream stream({.seed = seed, .purpose = "partition"});
    if (partition == FlowPartition::shuffled) {
        const auto places = stream.permutation(count);
        for (std::size_t i = 0; i < count; ++i)
            order[i] = places[i];
    } else {
        std::stable_sort(order.begin(), order.end(),
                         [&](Eigen::Index a, Eigen::Index b) { return sortKey[a] < sortKey[b]; });
    }
    std::vector<std::vector<Eigen::Index>> result(clients);
    for (std::size_t run = 0; run < clients; ++run) {
        const std::size_t first = run * count / clients, end = (run + 1) * count / clients;
        if (partition != FlowPartition::dirichlet) {
            result[run].assign(order.begin() + static_cast<std::ptrdiff_t>(first),
                               order.begin() + static_cast<std::ptrdiff_t>(end));
            continue;
        }
        const auto share = stream.dirichlet(std::vector<double>(clients, concentration));
        for (std::size_t i = first; i < end; ++i) {
            double u = stream.uniform();
            std::size_t client = 0;
            while (client + 1 < clients && u >= share[client])
                u -= share[client++];
            result[client].push_back(order[i]);
        }
    }
    for (auto& flows : result)
        while (flows.size() < fewest) {
            auto& largest =
                *std::max_element(result.begin(), result.end(),
                                  [](const auto& a, const auto& b) { return a.size() < b.size(); });
            flows.push_back(largest.back());
            largest.pop_back();
        }
    return result;
}

} // namespace convergence
