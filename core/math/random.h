#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace convergence {

/// Names one stream of random numbers. Equal keys give equal streams on every machine; streams
/// with different keys are independent for all practical purposes. Arms that must share a problem,
/// noise or mini-batches use the same key; randomness that belongs to one arm has the arm in
/// `purpose`.
struct StreamKey {
    std::uint64_t seed = 0;
    std::string_view purpose;    ///< what the numbers are for, e.g. "measurements"
    std::uint64_t replicate = 0; ///< repetition of the experiment
    std::uint64_t index = 0;     ///< step, client, ray, ...: one stream each
};

/// Counter-based stream of random numbers: Philox4x64-10 of Random123 (Salmon et al. 2011),
/// key = (seed, hash of purpose), counter = (block, replicate, index, 0).
///
/// It has no shared state, costs nothing to create, and any step's numbers can be had without the
/// steps before it.
///
/// What is guaranteed: bits() number i of a stream is word i mod 4 of block ⌊i/4⌋. A uniform takes
/// one word, a pair of normals two (Box–Muller; the second of a pair is kept for the next normal).
/// A fill gives exactly what as many single calls give, so a sequence of normals does not depend on
/// how it is cut into fills. Values are equal bit for bit between runs of one build; builds for
/// other instruction sets may differ in the last place of normals.
class RandomStream {
public:
    explicit RandomStream(const StreamKey& key);

    /// 64 uniform random bits.
    std::uint64_t bits();
    /// Uniform on [0, 1), 53 bits.
    double uniform();
    /// Uniform on [low, high), up to the rounding of low + (high − low)·u.
    double uniform(double low, double high);
    /// Standard normal.
    double normal();
    /// Uniform on {0, ..., bound − 1}, without modulo bias. Throws InputError if bound = 0.
    std::uint64_t integer(std::uint64_t bound);

    /// Fills with independent standard normals times `deviation`.
    void fillNormal(std::span<double> out, double deviation = 1.0);
    void fillNormal(std::span<float> out, float deviation = 1.0F);
    /// Fills with independent uniforms on [low, high).
    void fillUniform(std::span<double> out, double low = 0.0, double high = 1.0);

    /// A uniformly random permutation of 0, ..., count − 1 (Fisher–Yates).
    [[nodiscard]] std::vector<std::uint32_t> permutation(std::size_t count);
    /// `size` different members of {0, ..., count − 1}, in random order.
    /// Throws InputError if size > count or count > 2³².
    [[nodiscard]] std::vector<std::uint32_t> choice(std::size_t count, std::size_t size);
    /// A point of the probability simplex, Dirichlet with the given concentrations (> 0, however
    /// small: with ∑ ≪ 1 nearly all points are corners).
    /// Throws InputError on an empty list or a concentration that is not positive and finite.
    [[nodiscard]] std::vector<double> dirichlet(std::span<const double> concentration);
    /// Gamma variate with unit scale (Marsaglia and Tsang 2000). Throws InputError unless
    /// 0 < shape < ∞.
    double gamma(double shape);

private:
    void refill();
    double logGamma(double shape);
    template <typename Real>
    void fillNormalBatches(std::span<Real> out, Real deviation);

    std::array<std::uint64_t, 2> key_;
    std::array<std::uint64_t, 4> counter_;
    std::array<std::uint64_t, 4> block_{};
    int used_ = 4;
    double spareNormal_ = 0.0;
    bool hasSpareNormal_ = false;
};

} // namespace convergence
