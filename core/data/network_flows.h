#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace convergence {

/// Network flows for unsupervised intrusion detection: normal ones to train on, normal ones and
/// attacks to test on. Columns are flows. Not standardized.
struct NetworkFlows {
    std::vector<std::string> features; ///< d names
    Eigen::MatrixXd training;          ///< d × n, normal
    Eigen::VectorXd sortKey;           ///< n: by which clients differ
    Eigen::MatrixXd normalTest;        ///< d × n₀
    Eigen::MatrixXd attackTest;        ///< d × n₁
    std::vector<int> attackKinds;      ///< n₁, index into kindNames
    std::vector<std::string> kindNames;
    std::string source; ///< one sentence
};

/// Synthetic traffic of four device profiles, d = 39: x = L z + 1.2 g L′_c + 0.6 ε with two shared
/// factors L and a private one L′_c a profile c; feature 0 is replaced by c + 0.2·normal, the sort
/// key. Attacks move a normal flow along one of four fixed directions orthogonal to all factors, by
/// ±amplitude·(0.8 + 0.4u), amplitudes 6, 5, 4, 3. Six components fit the normal traffic exactly.
NetworkFlows syntheticFlows(Eigen::Index training, Eigen::Index normalTest, Eigen::Index attackTest,
                            std::uint64_t seed);

/// How a CSV file of flows is to be read.
struct FlowTable {
    std::string label;                ///< column that tells normal from attack
    std::string normalValue;          ///< its value for normal flows
    std::string kind;                 ///< column that names the attack; empty: the label
    std::string sortKey;              ///< a numeric column
    std::vector<std::string> dropped; ///< columns left out
    /// Text columns become one column for each of their eight commonest values; else they are left
    /// out and named in `source`.
    bool oneHotText = false;
    std::size_t normalTestFlows = 20000; ///< at most so many normal flows are tested on
};

/// The layouts of UNSW-NB15 (training-set and testing-set files, 45 columns, 39 numeric) and of
/// TON-IoT's network files.
FlowTable unswTable();
FlowTable tonIotTable();

/// Every client has a matrix of all pairs of features, of which spectra are taken.
inline constexpr std::size_t mostFlowFeatures = 1000;

/// Reads flows. "-" and empty cells are 0, T and F are 1 and 0, and a column with any other text is
/// a text column. With a test file, all normal flows of the first file are trained on; without one,
/// every fifth is tested on instead. Throws InputError with file and line for a ragged row, naming
/// columns that are missing, or that there are no normal flows, and for more than mostFlowFeatures.
NetworkFlows readFlows(const std::filesystem::path& training, const std::filesystem::path& test,
                       const FlowTable& table);

/// Mean and deviation of each feature; features that are constant have deviation 0 and become 0.
struct Standardization {
    explicit Standardization(const Eigen::MatrixXd& flows);
    [[nodiscard]] Eigen::MatrixXd apply(const Eigen::MatrixXd& flows) const;
    Eigen::VectorXd center, inverseDeviation;
};

/// How training flows are shared out among clients.
enum class FlowPartition { sorted, shuffled, dirichlet };

struct FlowSharing {
    std::size_t clients = 1;
    FlowPartition partition = FlowPartition::sorted;
    double concentration = 1.0; ///< a > 0 of Dirichlet(a)
    std::size_t fewest = 1;     ///< flows of a client
};
/// The flows of each client, by index. Sorted: by the key, cut into equal runs. Dirichlet: each of
/// these runs is shared out with its own Dirichlet(a) proportions. No client has fewer than
/// `fewest` flows: it takes from the largest. Throws InputError if there are not enough flows.
std::vector<std::vector<Eigen::Index>>
partitionFlows(const Eigen::VectorXd& sortKey, const FlowSharing& sharing, std::uint64_t seed);

} // namespace convergence
