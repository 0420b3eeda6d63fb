#include "core/math/random.h"

#include <cmath>
#include <numbers>
#include <numeric>

#include <Random123/philox.h>
#include <fmt/format.h>

#include "core/error.h"

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
double unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

} // namespace

RandomStream::RandomStream(const StreamKey& key)
    : key_{key.seed, hashOf(key.purpose)}, counter_{0, key.replicate, key.index, 0} {}

void RandomStream::refill() {
    const r123::Philox4x64 philox;
    r123::Philox4x64::ctr_type counter{{counter_[0], counter_[1], counter_[2], counter_[3]}};
    r123::Philox4x64::key_type key{{key_[0], key_[1]}};
    const auto block = philox(counter, key);
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

double RandomStream::uniform() { return unit(bits()); }

double RandomStream::uniform(double low, double high) { return low + (high - low) * uniform(); }

double RandomStream::normal() {
    if (hasSpareNormal_) {
        hasSpareNormal_ = false;
        return spareNormal_;
    }
    // 1 − u lies in (0, 1], where the logarithm is finite.
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    const double angle = 2.0 * std::numbers::pi * uniform();
    spareNormal_ = radius * std::sin(angle);
    hasSpareNormal_ = true;
    return radius * std::cos(angle);
}

std::uint64_t RandomStream::integer(std::uint64_t bound) {
    if (bound == 0)
        throw InputError("A random integer below 0 was asked for; the bound must be at least 1.");
    // Lemire 2019: the product's high half is uniform once the few biased low halves are rejected.
    const std::uint64_t threshold = (0 - bound) % bound;
    for (;;) {
        __extension__ const auto product = static_cast<unsigned __int128>(bits()) * bound;
        if (static_cast<std::uint64_t>(product) >= threshold)
            return static_cast<std::uint64_t>(product >> 64);
    }
}

void RandomStream::fillNormal(std::span<double> out, double deviation) {
    for (double& value : out)
        value = deviation * normal();
}

void RandomStream::fillNormal(std::span<float> out, float deviation) {
    for (float& value : out)
        value = deviation * static_cast<float>(normal());
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
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t i = 0; i < size; ++i)
        std::swap(order[i], order[i + integer(count - i)]);
    order.resize(size);
    return order;
}

double RandomStream::gamma(double shape) {
    if (!(shape > 0.0))
        throw InputError(
            fmt::format("A gamma variate of shape {} was asked for; it must be positive.", shape));
    if (shape < 1.0) // Γ(a) = Γ(a + 1)·U^(1/a)
        return gamma(shape + 1.0) * std::pow(1.0 - uniform(), 1.0 / shape);
    const double d = shape - 1.0 / 3.0;
    const double c = 1.0 / std::sqrt(9.0 * d);
    for (;;) {
        const double x = normal();
        const double v = std::pow(1.0 + c * x, 3);
        if (v > 0.0 && std::log(1.0 - uniform()) < 0.5 * x * x + d * (1.0 - v + std::log(v)))
            return d * v;
    }
}

std::vector<double> RandomStream::dirichlet(std::span<const double> concentration) {
    if (concentration.empty())
        throw InputError("A Dirichlet variate needs at least one concentration, none was given.");
    std::vector<double> point;
    for (const double shape : concentration)
        point.push_back(gamma(shape));
    const double total = std::accumulate(point.begin(), point.end(), 0.0);
    for (double& coordinate : point)
        coordinate /= total;
    return point;
}

} // namespace convergence
