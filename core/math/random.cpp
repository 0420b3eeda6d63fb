#include "core/math/random.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <type_traits>

#include <Random123/philox.h>
#include <fmt/format.h>

#include "core/error.h"
#include "core/math/box_muller_kernel.h"

namespace convergence {

namespace {

/// FNV-1a: maps the purpose of a stream to half of its key.
std::uint64_t hashOf(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

/// 53 random bits as a number in [0, 1).
double unit(std::uint64_t bits) {
    return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

#ifdef __AVX__
constexpr int baselineLanes = 4;
#else
constexpr int baselineLanes = 2;
#endif
constexpr std::size_t batch = 256; ///< words of a fill made at a time, a multiple of all lanes

void boxMullerBaseline(const std::uint64_t* words, double* out, long pairs) {
    BoxMuller<baselineLanes>::fill(words, out, pairs);
}

/// The widest that this machine has and that gives the bits of the baseline.
BoxMullerKernel bulkBoxMuller() {
#ifdef __FMA__
    static const BoxMullerKernel chosen =
        __builtin_cpu_supports("avx512f") != 0 ? boxMullerAvx512 : boxMullerBaseline;
    return chosen;
#else
    return boxMullerBaseline;
#endif
}

using Counter = std::array<std::uint64_t, 4>;
using Key = std::array<std::uint64_t, 2>;

r123::Philox4x64::ctr_type philoxBlock(const Counter& counter, const Key& key) {
    return r123::Philox4x64()({{counter[0], counter[1], counter[2], counter[3]}},
                              {{key[0], key[1]}});
}

/// As many whole blocks as fit into `words`; the counter moves on. Computed apart from memory,
/// where no block waits for another. The number of words filled.
std::size_t fillBlocks(std::span<std::uint64_t> words, Counter& from, const Key& ofKey) {
    Counter counter = from;
    const Key key = ofKey;
    std::size_t filled = 0;
    for (; filled + 4 <= words.size(); filled += 4, ++counter[0]) {
        const auto block = philoxBlock(counter, key);
        for (std::size_t i = 0; i < 4; ++i)
            words[filled + i] = block[i];
    }
    from = counter;
    return filled;
}

/// Fisher–Yates on 0, ..., count − 1 that remembers only the entries that were moved.
class SparseOrder {
public:
    explicit SparseOrder(std::size_t moves) : slots_(std::bit_ceil(2 * moves + 2)) {}

    /// Takes what is at `from`, and puts there what is at `first`; `first` is not asked for again.
    std::uint32_t take(std::uint32_t first, std::uint32_t from) {
        const std::uint32_t replacement = valueAt(first);
        Slot& slot = find(from);
        const std::uint32_t taken = slot.used ? slot.value : from;
        slot = {from, replacement, true};
        return taken;
    }

private:
    struct Slot {
        std::uint32_t index = 0;
        std::uint32_t value = 0;
        bool used = false;
    };

    std::uint32_t valueAt(std::uint32_t index) {
        const Slot& slot = find(index);
        return slot.used ? slot.value : index;
    }

    /// The slot of an index, or the free one where it belongs (open addressing, half empty).
    Slot& find(std::uint32_t index) {
        std::size_t at = (index * std::size_t{0x9e3779b1}) & (slots_.size() - 1);
        while (slots_[at].used && slots_[at].index != index)
            at = (at + 1) & (slots_.size() - 1);
        return slots_[at];
    }

    std::vector<Slot> slots_;
};

} // namespace

RandomStream::RandomStream(const StreamKey& key)
    : key_{key.seed, hashOf(key.purpose)}, counter_{0, key.replicate, key.index, 0} {}

void RandomStream::refill() {
    const auto block = philoxBlock(counter_, key_);
    for (std::size_t i = 0; i < 4; ++i)
        block_[i] = block[i];
    ++counter_[0];
    used_ = 0;
}

std::uint64_t RandomStream::bits() {
    if (used_ == 4)
        refill();
    return block_[static_cast<std::size_t>(used_++)];
}

double RandomStream::uniform() {
    return unit(bits());
}

double RandomStream::uniform(double low, double high) {
    return low + (high - low) * uniform();
}

double RandomStream::normal() {
    if (hasSpareNormal_) {
        hasSpareNormal_ = false;
        return spareNormal_;
    }
    using Kernel = BoxMuller<2>; // half of it idle
    const std::uint64_t u = bits(), v = bits();
    std::array<double, 4> pairs;
    Kernel::pairs(Kernel::Bits{u, u}, Kernel::Bits{v, v}, pairs.data());
    spareNormal_ = pairs[1];
    hasSpareNormal_ = true;
    return pairs[0];
}

std::uint64_t RandomStream::integer(std::uint64_t bound) {
    if (bound == 0)
        throw InputError("A random integer below 0 was asked for; the bound must be at least 1.");
    // Lemire 2019: the product's high half is uniform once the few biased low halves are rejected.
    for (;;) {
        __extension__ const auto product = static_cast<unsigned __int128>(bits()) * bound;
        const auto low = static_cast<std::uint64_t>(product);
        if (low >= bound || low >= (0 - bound) % bound)
            return static_cast<std::uint64_t>(product >> 64);
    }
}

template <typename Real>
void RandomStream::fillNormalBatches(std::span<Real> out, Real deviation) {
    std::size_t i = 0;
    if (hasSpareNormal_ && !out.empty())
        out[i++] = deviation * static_cast<Real>(normal());
    constexpr std::size_t widest = 16; // normals of a vector's pairs
    std::array<std::uint64_t, batch> words;
    const BoxMullerKernel kernel = bulkBoxMuller();
    while (out.size() - i >= widest) {
        const std::size_t count = std::min(batch, (out.size() - i) / widest * widest);
        const std::span<Real> part = out.subspan(i, count);
        std::size_t filled = 0;
        while (filled < count && used_ < 4)
            words[filled++] = bits();
        filled += fillBlocks(std::span(words).subspan(filled, count - filled), counter_, key_);
        while (filled < count)
            words[filled++] = bits();
        if constexpr (std::is_same_v<Real, double>) {
            kernel(words.data(), part.data(), static_cast<long>(count / 2));
            if (deviation != 1.0)
                for (Real& value : part)
                    value *= deviation;
        } else {
            std::array<double, batch> normals;
            kernel(words.data(), normals.data(), static_cast<long>(count / 2));
            for (std::size_t j = 0; j < count; ++j)
                part[j] = deviation * static_cast<Real>(normals[j]);
        }
        i += count;
    }
    for (; i < out.size(); ++i)
        out[i] = deviation * static_cast<Real>(normal());
}

void RandomStream::fillNormal(std::span<double> out, double deviation) {
    fillNormalBatches(out, deviation);
}

void RandomStream::fillNormal(std::span<float> out, float deviation) {
    fillNormalBatches(out, deviation);
}

void RandomStream::fillUniform(std::span<double> out, double low, double high) {
    for (double& value : out)
        value = uniform(low, high);
}

std::vector<std::uint32_t> RandomStream::permutation(std::size_t count) {
    return choice(count, count);
}

std::vector<std::uint32_t> RandomStream::choice(std::size_t count, std::size_t size) {
    if (size > count)
        throw InputError(fmt::format(
            "{} different members of a set of {} were asked for; at most {} can be had.", size,
            count, count));
    if (count > std::size_t{1} << 32)
        throw InputError(fmt::format(
            "Members of a set of {} were asked for; sets of up to 4294967296 are accepted.",
            count));
    constexpr std::size_t sparseBelow = 16; // fewer than one in so many: no list of all members
    if (size < count / sparseBelow) {
        SparseOrder sparse(size);
        std::vector<std::uint32_t> chosen(size);
        for (std::size_t i = 0; i < size; ++i)
            chosen[i] = sparse.take(static_cast<std::uint32_t>(i),
                                    static_cast<std::uint32_t>(i + integer(count - i)));
        return chosen;
    }
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t i = 0; i < size; ++i)
        std::swap(order[i], order[i + integer(count - i)]);
    order.resize(size);
    return order;
}

double RandomStream::gamma(double shape) {
    return std::exp(logGamma(shape));
}

double RandomStream::logGamma(double shape) {
    if (!(shape > 0.0) || std::isinf(shape))
        throw InputError(fmt::format(
            "A gamma variate of shape {} was asked for; it must be positive and finite.", shape));
    if (shape < 1.0) { // Γ(a) = Γ(a + 1)·U^(1/a)
        const double larger = logGamma(shape + 1.0);
        return larger + std::log(1.0 - uniform()) / shape;
    }
    const double d = shape - 1.0 / 3.0;
    const double c = 1.0 / std::sqrt(9.0 * d);
    for (;;) {
        const double x = normal();
        const double v = std::pow(1.0 + c * x, 3);
        if (v > 0.0 && std::log(1.0 - uniform()) < 0.5 * x * x + d * (1.0 - v + std::log(v)))
            return std::log(d * v);
    }
}

std::vector<double> RandomStream::dirichlet(std::span<const double> concentration) {
    if (concentration.empty())
        throw InputError("A Dirichlet variate needs at least one concentration, none was given.");
    // In logarithms: with small concentrations every gamma variate may be below the least double.
    std::vector<double> point;
    for (const double shape : concentration)
        point.push_back(logGamma(shape));
    const double largest = *std::max_element(point.begin(), point.end());
    for (double& coordinate : point)
        coordinate = std::exp(coordinate - largest);
    const double total = std::accumulate(point.begin(), point.end(), 0.0);
    for (double& coordinate : point)
        coordinate /= total;
    return point;
}

} // namespace convergence
