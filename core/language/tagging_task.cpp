#include "core/language/tagging_task.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/random.h"

namespace convergence::language {

TaggingTask::TaggingTask(const TaggedText& text, const Draw& draw) {
    RandomStream stream({.seed = draw.seed, .purpose = "sentences", .replicate = draw.replicate});
    const std::vector<std::uint32_t> order = stream.permutation(text.sentences());
    // Where the test set begins and ends among them.
    std::size_t begin = 0, end = 0;
    for (std::size_t fold = 0; fold <= draw.fold; ++fold) {
        begin = end;
        for (std::size_t words = 0; words < draw.testWords && end < order.size(); ++end)
            words += text.sentence(order[end]).size();
    }
    if (begin == end || end - begin == order.size())
        throw InputError(fmt::format("{}: {} words cannot be set apart {} times to test on; "
                                     "expected a longer text, fewer test words or fewer folds.",
                                     text.source, draw.testWords, draw.fold + 1));
    for (std::size_t i = begin; i < end; ++i)
        test.add(text.sentence(order[i]));
    std::vector<std::uint32_t> rest(order.begin() + static_cast<std::ptrdiff_t>(end), order.end());
    rest.insert(rest.end(), order.begin(), order.begin() + static_cast<std::ptrdiff_t>(begin));
    if (draw.inOrder)
        std::sort(rest.begin(), rest.end());
    for (const std::uint32_t sentence : rest) {
        if (draw.mostWords > 0 && training.tokens.size() >= draw.mostWords)
            break;
        training.add(text.sentence(sentence));
    }
}

namespace {

/// Draws indices with given weights: a uniform number looked up in their running sums.
class Lottery {
public:
    explicit Lottery(const std::vector<double>& weights) : sums_(weights.size()) {
        std::partial_sum(weights.begin(), weights.end(), sums_.begin());
    }
    std::size_t draw(RandomStream& stream) const {
        const double at = stream.uniform(0.0, sums_.back());
        const auto found = std::upper_bound(sums_.begin(), sums_.end(), at);
        return std::min<std::size_t>(static_cast<std::size_t>(found - sums_.begin()),
                                     sums_.size() - 1);
    }

private:
    std::vector<double> sums_;
};

} // namespace

TaggedText madeUpTaggedText(std::size_t words, std::uint64_t seed) {
    constexpr std::size_t tags = 12, types = 20'000, endings = 20, letters = 26;
    constexpr std::size_t shortest = 8, longest = 32; // sentences
    constexpr double concentration = 0.3, zipf = 1.1;
    TaggedText text;
    RandomStream stream({.seed = seed, .purpose = "made-up text"});
    const std::vector<double> alike(tags, concentration);
    std::vector<Lottery> chain;
    for (std::size_t t = 0; t <= tags; ++t) // the last row is the beginning
        chain.emplace_back(stream.dirichlet(alike));
    const auto letter = [&] { return static_cast<char>('a' + stream.integer(letters)); };
    const auto threeLetters = [&] { return std::string{letter(), letter(), letter()}; };
    std::vector<std::string> ending;
    for (std::size_t i = 0; i < tags * endings; ++i)
        ending.push_back(threeLetters());
    // Each tag's words, by number, with their frequencies.
    std::vector<std::vector<std::uint32_t>> wordsOf(tags);
    std::vector<std::vector<double>> frequency(tags);
    for (std::uint32_t w = 0; w < types; ++w) {
        // Each tag has common words: the first ones go round.
        const std::size_t first = w < tags ? w : stream.integer(tags), more = stream.integer(3);
        text.words.push_back(
            fmt::format("{}{}", w, ending[first * endings + stream.integer(endings)]));
        double share = std::pow(w + 1.0, -zipf);
        for (std::size_t i = 0; i <= more; ++i) {
            const std::size_t tag = i == 0 ? first : stream.integer(tags);
            wordsOf[tag].push_back(w);
            frequency[tag].push_back(share);
            share *= stream.uniform();
        }
    }
    std::vector<Lottery> ofTag(frequency.begin(), frequency.end());
    for (std::size_t t = 0; t < tags; ++t)
        text.tags.push_back(fmt::format("T{}", t + 1));
    while (text.tokens.size() < words) {
        std::size_t tag = tags;
        const std::size_t length = shortest + stream.integer(longest - shortest + 1);
        for (std::size_t i = 0; i < length; ++i) {
            tag = chain[tag].draw(stream);
            text.tokens.push_back(
                {wordsOf[tag][ofTag[tag].draw(stream)], static_cast<std::uint32_t>(tag)});
        }
        text.begins.push_back(text.tokens.size());
    }
    text.source = fmt::format("a made-up text of {} words", text.tokens.size());
    return text;
}

} // namespace convergence::language
