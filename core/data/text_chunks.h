#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace convergence {

/// A text cut into disjoint chunks of C + 1 symbols, so that no symbol of a chunk is seen in
/// another. Some are set aside for tests and for tuning; the rest is the pool, in random order.
class TextChunks {
public:
    /// Symbols that occur, numbered in the order of their bytes.
    struct Symbols {
        std::vector<std::int32_t> numbers; ///< the text
        std::vector<std::string> names;    ///< what each number stands for
    };
    static Symbols bytesOf(std::string_view text);
    /// Throws InputError naming `source` for a text that is not UTF-8.
    static Symbols charactersOf(std::string_view text, const std::string& source);

    /// Throws InputError if the text has no more than `test` + `tuning` chunks.
    TextChunks(Symbols symbols, std::int64_t context, std::size_t test, std::size_t tuning,
               std::uint64_t seed);

    [[nodiscard]] std::int64_t context() const { return context_; } ///< C
    [[nodiscard]] std::int32_t vocabulary() const {
        return static_cast<std::int32_t>(symbols_.names.size());
    }
    /// Numbers of chunks.
    [[nodiscard]] std::span<const std::uint32_t> pool() const { return pool_; }
    [[nodiscard]] std::span<const std::uint32_t> test() const { return test_; }
    [[nodiscard]] std::span<const std::uint32_t> tuning() const { return tuning_; }

    /// The C + 1 symbols of a chunk.
    [[nodiscard]] std::span<const std::int32_t> chunk(std::uint32_t number) const;
    /// Copies chunks into rows: symbols 0..C−1 as inputs, 1..C as targets, [chunks × C] each.
    void copy(std::span<const std::uint32_t> chunks, std::span<std::int32_t> inputs,
              std::span<std::int32_t> targets) const;
    [[nodiscard]] std::string decode(std::span<const std::int32_t> numbers) const;
    [[nodiscard]] const std::vector<std::string>& names() const { return symbols_.names; }

    /// Mean −ln p of the targets of the test chunks in nats a symbol, where p is the frequency of
    /// the symbol in the pool, or given the symbol before it; one is added to every count.
    [[nodiscard]] double unigramLoss() const;
    [[nodiscard]] double bigramLoss() const;

private:
    Symbols symbols_;
    std::int64_t context_;
    std::vector<std::uint32_t> pool_, test_, tuning_;
};

/// Which chunks a run of E epochs sees: N = I·B in all, ⌈N/E⌉ of the pool again and again, in a new
/// random order each time. With E = 1 each is seen once. The chunks of more epochs are among those
/// of fewer with the same seed.
class EpochOrder {
public:
    /// Throws InputError if the pool has fewer than ⌈N/E⌉ chunks; E ≥ 1, N ≥ 1.
    EpochOrder(std::span<const std::uint32_t> pool, std::int64_t seen, double epochs,
               std::uint64_t seed);

    /// Chunks `first`, ..., of the sequence. Not for several threads at once.
    void take(std::int64_t first, std::span<std::uint32_t> chunks);
    /// Different chunks.
    [[nodiscard]] std::size_t size() const { return subset_.size(); }

private:
    void shuffle(std::int64_t epoch);

    std::vector<std::uint32_t> subset_;
    std::vector<std::uint32_t> order_; ///< of the present epoch
    std::int64_t epoch_ = -1;
    std::uint64_t seed_;
};

} // namespace convergence
