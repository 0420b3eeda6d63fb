#include "core/data/text_chunks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include <fmt/format.h>

#include "core/data/text.h"
#include "core/error.h"
#include "core/math/random.h"

namespace convergence {

TextChunks::Symbols TextChunks::bytesOf(std::string_view text) {
    std::array<std::int32_t, 256> numbers{};
    for (const char c : text)
        numbers[static_cast<unsigned char>(c)] = 1;
    Symbols symbols;
    for (std::size_t byte = 0; byte < numbers.size(); ++byte)
        if (numbers[byte] != 0) {
            numbers[byte] = static_cast<std::int32_t>(symbols.names.size());
            symbols.names.emplace_back(1, static_cast<char>(byte));
        }
    symbols.numbers.reserve(text.size());
    for (const char c : text)
        symbols.numbers.push_back(numbers[static_cast<unsigned char>(c)]);
    return symbols;
}

TextChunks::Symbols TextChunks::charactersOf(std::string_view text, const std::string& source) {
    if (std::all_of(text.begin(), text.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return bytesOf(text);
    TextDataset dataset = makeText(text, TextUnit::characters, source);
    Symbols symbols{std::move(dataset.train), std::move(dataset.tokens)};
    symbols.numbers.insert(symbols.numbers.end(), dataset.test.begin(), dataset.test.end());
    return symbols;
}

TextChunks::TextChunks(Symbols symbols, std::int64_t context, std::size_t test, std::size_t tuning,
                       std::uint64_t seed)
    : symbols_(std::move(symbols)), context_(context) {
    const std::size_t count = symbols_.numbers.size() / static_cast<std::size_t>(context + 1);
    if (count <= test + tuning)
        throw InputError(fmt::format("A text of {} symbols is not accepted; it gives {} chunks of "
                                     "{}, and more than {} are needed.",
                                     symbols_.numbers.size(), count, context + 1, test + tuning));
    RandomStream stream({.seed = seed, .purpose = "chunks of a text"});
    const auto order = stream.permutation(count);
    const auto begin = order.begin();
    const auto tests = static_cast<std::ptrdiff_t>(test);
    const auto aside = static_cast<std::ptrdiff_t>(test + tuning);
    test_.assign(begin, begin + tests);
    tuning_.assign(begin + tests, begin + aside);
    pool_.assign(begin + aside, order.end());
}

std::span<const std::int32_t> TextChunks::chunk(std::uint32_t number) const {
    const auto length = static_cast<std::size_t>(context_ + 1);
    return std::span(symbols_.numbers).subspan(number * length, length);
}

void TextChunks::copy(std::span<const std::uint32_t> chunks, std::span<std::int32_t> inputs,
                      std::span<std::int32_t> targets) const {
    std::ptrdiff_t at = 0;
    for (const std::uint32_t number : chunks) {
        const auto symbols = chunk(number);
        std::copy(symbols.begin(), symbols.end() - 1, inputs.begin() + at);
        std::copy(symbols.begin() + 1, symbols.end(), targets.begin() + at);
        at += context_;
    }
}

std::string TextChunks::decode(std::span<const std::int32_t> numbers) const {
    std::string text;
    for (const std::int32_t number : numbers)
        text += symbols_.names.at(static_cast<std::size_t>(number));
    return text;
}

double TextChunks::unigramLoss() const {
    std::vector<double> counts(symbols_.names.size(), 1.0);
    double total = static_cast<double>(counts.size());
    for (const std::uint32_t number : pool_) {
        for (const std::int32_t symbol : chunk(number))
            counts[static_cast<std::size_t>(symbol)] += 1.0;
        total += static_cast<double>(context_ + 1);
    }
    double sum = 0.0;
    for (const std::uint32_t number : test_)
        for (const std::int32_t symbol : chunk(number).subspan(1))
            sum -= std::log(counts[static_cast<std::size_t>(symbol)] / total);
    return sum / static_cast<double>(test_.size() * static_cast<std::size_t>(context_));
}

double TextChunks::bigramLoss() const {
    const std::size_t V = symbols_.names.size();
    std::unordered_map<std::uint64_t, double> pairs;
    const auto keyOf = [V](std::int32_t first, std::int32_t second) {
        return static_cast<std::uint64_t>(first) * V + static_cast<std::uint64_t>(second);
    };
    std::vector<double> firsts(V, static_cast<double>(V));
    for (const std::uint32_t number : pool_) {
        const auto symbols = chunk(number);
        for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
            pairs[keyOf(symbols[i], symbols[i + 1])] += 1.0;
            firsts[static_cast<std::size_t>(symbols[i])] += 1.0;
        }
    }
    double sum = 0.0;
    for (const std::uint32_t number : test_) {
        const auto symbols = chunk(number);
        for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
            const auto found = pairs.find(keyOf(symbols[i], symbols[i + 1]));
            const double count = 1.0 + (found == pairs.end() ? 0.0 : found->second);
            sum -= std::log(count / firsts[static_cast<std::size_t>(symbols[i])]);
        }
    }
    return sum / static_cast<double>(test_.size() * static_cast<std::size_t>(context_));
}

EpochOrder::EpochOrder(std::span<const std::uint32_t> pool, std::int64_t seen, double epochs,
                       std::uint64_t seed)
    : seed_(seed) {
    const auto needed = static_cast<std::size_t>(
        std::max(1.0, std::ceil(static_cast<double>(seen) / epochs - 1e-9)));
    if (needed > pool.size())
        throw InputError(fmt::format("{} different chunks are not accepted; the text has {} for "
                                     "training.",
                                     needed, pool.size()));
    RandomStream stream({.seed = seed, .purpose = "order of the pool"});
    const auto order = stream.permutation(pool.size());
    for (std::size_t i = 0; i < needed; ++i)
        subset_.push_back(pool[order[i]]);
}

void EpochOrder::shuffle(std::int64_t epoch) {
    RandomStream stream({.seed = seed_,
                         .purpose = "order of an epoch",
                         .index = static_cast<std::uint64_t>(epoch)});
    const auto order = stream.permutation(subset_.size());
    order_.resize(subset_.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order_[i] = subset_[order[i]];
    epoch_ = epoch;
}

void EpochOrder::take(std::int64_t first, std::span<std::uint32_t> chunks) {
    const auto size = static_cast<std::int64_t>(subset_.size());
    for (std::uint32_t& chunk : chunks) {
        if (first / size != epoch_)
            shuffle(first / size);
        chunk = order_[static_cast<std::size_t>(first % size)];
        ++first;
    }
}

} // namespace convergence
