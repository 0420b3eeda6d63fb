// What each arm of dictionary-frank-wolfe is, and each choice of its other parameters.

#pragma once

#include <string_view>

namespace convergence::dictionary_learning {

enum class DataSource { synthetic, changing, patches, table };
struct DataKind {
    std::string_view id, label, help;
    DataSource source;

    /// From a dictionary D* that is known.
    [[nodiscard]] constexpr bool isSynthetic() const {
        return source == DataSource::synthetic || source == DataSource::changing;
    }
};
inline constexpr DataKind dataKinds[] = {
    {"synthetic", "synthetic, D* x with sparse x", "", DataSource::synthetic},
    {"change", "synthetic, a new D* half-way", "", DataSource::changing},
    {"patches", "8 × 8 patches of pictures", "", DataSource::patches},
    {"csv", "sensor readings from a CSV file", "", DataSource::table}};

enum class Method { frankWolfe, riemannian, batch, coding, cosines, components };
/// ρ and γ of Frank–Wolfe.
enum class Weights { decaying, unaveraged /* ρ = 1 */, constant };

struct DictionaryArm {
    std::string_view id, label, help;
    Method method;
    Weights weights = Weights::decaying;
    double norm = 3.0; ///< p of the batch methods

    [[nodiscard]] constexpr bool learns() const {
        return method != Method::cosines && method != Method::components;
    }
    [[nodiscard]] constexpr bool isStored() const { return method == Method::batch; }
    [[nodiscard]] constexpr bool appliesTo(const DataKind& data) const {
        switch (method) {
        case Method::batch:
            return data.source != DataSource::changing;
        case Method::cosines:
            return data.source == DataSource::patches;
        case Method::components:
            return !data.isSynthetic();
        default:
            return true;
        }
    }
};
inline constexpr DictionaryArm dictionaryArms[] = {
    {"fw", "Frank–Wolfe", "the method: averaged gradients, no rate to tune", Method::frankWolfe},
    {"fw_plain", "without averaging", "Frank–Wolfe on the gradient of one batch, ρ = 1",
     Method::frankWolfe, Weights::unaveraged},
    {"fw_constant", "constant weights", "tracking: constant ρ and γ follow a source that changes",
     Method::frankWolfe, Weights::constant},
    {"riemannian", "Riemannian SGD", "stochastic gradient on the orthogonal group, a rate to tune",
     Method::riemannian},
    {"batch_l3", "batch ℓ₃", "passes over stored samples, D ← polar(−∇F)", Method::batch},
    {"batch_l4", "batch ℓ₄", "matching, stretching and projection over stored samples",
     Method::batch, Weights::decaying, 4.0},
    {"coding", "sparse coding", "classical online dictionary learning with an ℓ₁ penalty",
     Method::coding},
    {"dct", "cosines", "the fixed DCT-II basis (patches only)", Method::cosines},
    {"pca", "principal components", "of 20,000 samples (patches and CSV only)",
     Method::components}};

/// The factor that is swept, the parameter that lists its values, and whom it concerns.
enum class Concerns { nobody, everybody, unstored, riemannian, stored };
struct SweepChoice {
    std::string_view id, label, help;
    std::string_view list = {};
    Concerns whom = Concerns::nobody;

    [[nodiscard]] constexpr bool concerns(const DictionaryArm& arm) const {
        switch (whom) {
        case Concerns::nobody:
            return false;
        case Concerns::everybody:
            return true;
        case Concerns::unstored:
            return !arm.isStored();
        case Concerns::riemannian:
            return arm.method == Method::riemannian;
        case Concerns::stored:
            return arm.isStored();
        }
        return false;
    }
};
inline constexpr SweepChoice sweepChoices[] = {
    {"none", "none", ""},
    {"sparsity", "sparsity θ", "", "sweep_sparsity", Concerns::everybody},
    {"batch", "batch b", "", "sweep_batch", Concerns::unstored},
    {"riemannian_rate", "Riemannian rate η", "", "sweep_riemannian_rate", Concerns::riemannian},
    {"stored_samples", "stored samples n", "", "sweep_stored_samples", Concerns::stored}};

} // namespace convergence::dictionary_learning
