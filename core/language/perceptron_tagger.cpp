#include <algorithm>
#include <array>
#include <unordered_map>

#include <Eigen/Core>

#include "core/language/tagger.h"

namespace convergence::language {

namespace {

/// Greedy averaged perceptron (Collins 2002), one pass over what is read. A token has twelve
/// features: none, the word, its first letter, its last 2 and its last 3 letters, the tag before,
/// the two tags before, the tag before with the word, the words beside it, and the last 3 letters
/// of these. Each has a weight for each tag, the largest sum is the tag; where that is wrong, the
/// weights of the right tag grow by 1 and those of the wrong one fall by 1. The tags before are
/// those it found, in learning too.
///
/// It is asked with averages over the tokens read: w − (Σ n Δ)/n, where Δ is what the n-th token
/// changed.
class PerceptronTagger final : public Tagger {
public:
    explicit PerceptronTagger(std::shared_ptr<const TaggerWords> words)
        : words_(std::move(words)), tags_(words_->tags),
          width_((tags_ + lanes - 1) / lanes * lanes), scores_(Eigen::Index(width_)) {
        const WordShapes& shapes = words_->shapes;
        const std::size_t W = words_->words, T = tags_ + 1;
        const std::array<std::size_t, dense> sizes{
            2, // none; and a row of zeros, for pairs that were never changed
            W,
            shapes.firstLetters,
            shapes.suffixes[1],
            shapes.suffixes[2],
            T,
            T * T,
            W + 1,
            W + 1,
            shapes.suffixes[2] + 1,
            shapes.suffixes[2] + 1};
        for (std::size_t f = 0; f < dense; ++f) {
            begin_[f] = rows_;
            rows_ += sizes[f];
        }
        resize();
    }

    void learn(std::span<const Token> sentence) override {
        std::size_t before = tags_, beforeThat = tags_;
        for (std::size_t i = 0; i < sentence.size(); ++i) {
            findRows(sentence, i, before, beforeThat);
            read_ += 1.0F;
            scores_.setZero();
            for (const std::size_t row : found_)
                scores_ += weights(row);
            const std::size_t guess = best();
            if (guess != sentence[i].tag)
                change(sentence[i].tag, guess, before, sentence[i].word);
            beforeThat = before;
            before = guess;
        }
    }
    void prepare() override {}
    void tag(std::span<const Token> sentence, std::span<std::uint32_t> tags) override {
        const float share = read_ > 0.0F ? 1.0F / read_ : 0.0F;
        std::size_t before = tags_, beforeThat = tags_;
        for (std::size_t i = 0; i < sentence.size(); ++i) {
            findRows(sentence, i, before, beforeThat);
            scores_.setZero();
            for (const std::size_t row : found_)
                scores_ += weights(row) - share * changes(row);
            beforeThat = before;
            before = best();
            tags[i] = static_cast<std::uint32_t>(before);
        }
    }

private:
    static constexpr std::size_t lanes = 8, dense = 11;
    static constexpr std::size_t noPair = 1; ///< a row of zeros
    using Row = Eigen::Map<Eigen::ArrayXf>;

    Row weights(std::size_t row) { return {weights_.data() + row * width_, Eigen::Index(width_)}; }
    Row changes(std::size_t row) { return {changes_.data() + row * width_, Eigen::Index(width_)}; }
    void resize() {
        weights_.resize(rows_ * width_);
        changes_.resize(rows_ * width_);
    }
    [[nodiscard]] std::uint64_t keyOf(std::size_t tag, std::uint32_t word) const {
        return std::uint64_t(tag) * words_->words + word;
    }

    void findRows(std::span<const Token> sentence, std::size_t i, std::size_t before,
                  std::size_t beforeThat) {
        const WordShapes& shapes = words_->shapes;
        const std::uint32_t word = sentence[i].word;
        const bool isFirst = i == 0, isLast = i + 1 == sentence.size();
        const std::size_t left = isFirst ? words_->words : sentence[i - 1].word;
        const std::size_t right = isLast ? words_->words : sentence[i + 1].word;
        const auto& suffix = shapes.suffix[2];
        const std::array<std::size_t, dense> values{0,
                                                    word,
                                                    shapes.firstLetter[word],
                                                    shapes.suffix[1][word],
                                                    suffix[word],
                                                    before,
                                                    before * (tags_ + 1) + beforeThat,
                                                    left,
                                                    right,
                                                    isFirst ? shapes.suffixes[2] : suffix[left],
                                                    isLast ? shapes.suffixes[2] : suffix[right]};
        for (std::size_t f = 0; f < dense; ++f)
            found_[f] = begin_[f] + values[f];
        const auto pair = pairs_.find(keyOf(before, word));
        found_[dense] = pair == pairs_.end() ? noPair : pair->second;
    }

    [[nodiscard]] std::size_t best() const {
        std::size_t best = 0;
        for (std::size_t t = 1; t < tags_; ++t)
            if (scores_[Eigen::Index(t)] > scores_[Eigen::Index(best)])
                best = t;
        return best;
    }

    void change(std::size_t right, std::size_t wrong, std::size_t before, std::uint32_t word) {
        if (found_[dense] == noPair) {
            found_[dense] = rows_++;
            pairs_.emplace(keyOf(before, word), found_[dense]);
            resize();
        }
        for (const std::size_t row : found_) {
            weights_[row * width_ + right] += 1.0F;
            weights_[row * width_ + wrong] -= 1.0F;
            changes_[row * width_ + right] += read_;
            changes_[row * width_ + wrong] -= read_;
        }
    }

    std::shared_ptr<const TaggerWords> words_;
    std::size_t tags_, width_;
    std::array<std::size_t, dense> begin_{};
    std::size_t rows_ = 0;
    std::unordered_map<std::uint64_t, std::size_t> pairs_; ///< of tag and word that were changed
    std::vector<float> weights_, changes_;                 ///< w and Σ n Δ
    float read_ = 0.0F;
    std::array<std::size_t, dense + 1> found_{}; ///< rows of the present token
    Eigen::ArrayXf scores_;
};

} // namespace

std::unique_ptr<Tagger> perceptronTagger(std::shared_ptr<const TaggerWords> words) {
    return std::make_unique<PerceptronTagger>(std::move(words));
}

} // namespace convergence::language
