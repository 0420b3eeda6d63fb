// The taggers that multiply probabilities: of single words, and of words and their neighbors.

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Core>

#include "core/language/lexical_model.h"

namespace convergence::language {

namespace {

/// Words of the test set, each once, and which of them each word of the text is.
struct TestWords {
    TestWords(const TestSet& test, std::size_t words) : place(words, 0) {
        std::vector<bool> seen(words, false);
        for (const Token& token : test.tokens)
            if (!seen[token.word]) {
                seen[token.word] = true;
                place[token.word] = static_cast<std::uint32_t>(list.size());
                list.push_back(token.word);
            }
    }
    std::vector<std::uint32_t> list, place;
};

class UnigramTagger final : public Tagger {
public:
    UnigramTagger(std::shared_ptr<const TaggerWords> words, const TestSet& test)
        : model_(words), test_(test, words->words), prior_(words->tags), ofWord_(words->tags),
          best_(test_.list.size()) {}

    void learn(std::span<const Token> sentence) override {
        for (const Token& token : sentence)
            model_.learn(token);
    }
    void prepare() override {
        model_.prior(prior_);
        for (std::size_t i = 0; i < test_.list.size(); ++i) {
            model_.ofWord(test_.list[i], prior_, ofWord_);
            best_[i] = static_cast<std::uint32_t>(std::max_element(ofWord_.begin(), ofWord_.end()) -
                                                  ofWord_.begin());
        }
    }
    void tag(std::span<const Token> sentence, std::span<std::uint32_t> tags) override {
        for (std::size_t i = 0; i < sentence.size(); ++i)
            tags[i] = best_[test_.place[sentence[i].word]];
    }

private:
    LexicalModel model_;
    TestWords test_;
    std::vector<double> prior_, ofWord_;
    std::vector<std::uint32_t> best_;
};

/// Bigram hidden Markov model in the manner of TnT (Brants 2000):
///
///   p(t|t′) = (C(t′, t) + 8 p(t)) / (C(t′) + 8),     t′ also the beginning of a sentence
///   score of tags = Σ ln p(t_i|t_{i−1}) + ln(p(t_i|w_i)/p(t_i))
///
/// The best tags are found by Viterbi's algorithm: δ_i(t) = max_s (δ_{i−1}(s) + ln p(t|s)) + …, for
/// all t of a row at once in lanes of eight, rows being padded to whole lanes with −∞. Which s it
/// was is looked for only on the best path: the sums are the same numbers again, so the first that
/// equals δ is it.
class HmmTagger final : public Tagger {
public:
    HmmTagger(std::shared_ptr<const TaggerWords> words, const TestSet& test,
              Transitions transitions)
        : model_(words), test_(test, words->words), transitions_(transitions), tags_(words->tags),
          width_((tags_ + lanes - 1) / lanes * lanes), prior_(tags_), ofWord_(tags_),
          follows_((tags_ + 1) * tags_), from_(tags_ + 1),
          logTransition_(Eigen::ArrayXf::Constant(Eigen::Index((tags_ + 1) * width_), never)),
          logWord_(Eigen::ArrayXf::Constant(Eigen::Index(test_.list.size() * width_), never)) {
        std::size_t longest = 1;
        for (std::size_t i = 0; i < test.count(); ++i)
            longest = std::max(longest, test.sentence(i).size());
        delta_ = Eigen::ArrayXf::Constant(Eigen::Index(longest * width_), never);
    }

    void learn(std::span<const Token> sentence) override {
        std::size_t before = tags_; // the beginning
        for (const Token& token : sentence) {
            model_.learn(token);
            follows_[before * tags_ + token.tag] += 1.0;
            from_[before] += 1.0;
            before = token.tag;
        }
    }

    void prepare() override {
        constexpr double weight = 8.0;
        model_.prior(prior_);
        for (std::size_t s = 0; s <= tags_; ++s)
            for (std::size_t t = 0; t < width_; ++t)
                logTransition_[Eigen::Index(s * width_ + t)] =
                    t >= tags_ ? 0.0F
                    : transitions_ == Transitions::uniform
                        ? 1.0F
                        : float((follows_[s * tags_ + t] + weight * prior_[t]) /
                                (from_[s] + weight));
        for (std::size_t i = 0; i < test_.list.size(); ++i) {
            model_.ofWord(test_.list[i], prior_, ofWord_);
            float* row = logWord_.data() + i * width_;
            for (std::size_t t = 0; t < width_; ++t)
                row[t] = t < tags_ ? float(ofWord_[t] / prior_[t]) : 0.0F;
        }
        logTransition_ = logTransition_.log();
        logWord_ = logWord_.log();
    }

    void tag(std::span<const Token> sentence, std::span<std::uint32_t> tags) override {
        if (sentence.empty())
            return;
        for (std::size_t i = 0; i < sentence.size(); ++i)
            advance(i, sentence[i].word);
        const std::size_t last = sentence.size() - 1;
        std::size_t best = 0;
        for (std::size_t t = 1; t < tags_; ++t)
            if (delta(last)[t] > delta(last)[best])
                best = t;
        for (std::size_t i = last; i > 0; --i) {
            tags[i] = static_cast<std::uint32_t>(best);
            best = cameFrom(i, best, wordRow(sentence[i].word)[best]);
        }
        tags[0] = static_cast<std::uint32_t>(best);
    }

private:
    static constexpr std::size_t lanes = 8;
    static constexpr float never = -std::numeric_limits<float>::infinity();
    using Lanes = Eigen::Array<float, int(lanes), 1>;
    using ReadLanes = Eigen::Map<const Lanes>;

    float* delta(std::size_t i) { return delta_.data() + i * width_; }
    [[nodiscard]] const float* transitionRow(std::size_t s) const {
        return logTransition_.data() + s * width_;
    }
    [[nodiscard]] const float* wordRow(std::uint32_t word) const {
        return logWord_.data() + test_.place[word] * width_;
    }

    /// `count` lanes from column `first` on of row i.
    template <int count>
    void advanceLanes(std::size_t i, std::size_t first, const float* word) {
        const float* before = delta(i - 1);
        Lanes best[count];
        for (Lanes& lane : best)
            lane.setConstant(never);
        for (std::size_t s = 0; s < tags_; ++s) {
            const float* row = transitionRow(s) + first;
            for (int k = 0; k < count; ++k)
                best[k] = best[k].max(ReadLanes(row + std::size_t(k) * lanes) + before[s]);
        }
        for (int k = 0; k < count; ++k)
            Eigen::Map<Lanes>(delta(i) + first + std::size_t(k) * lanes) =
                best[k] + ReadLanes(word + first + std::size_t(k) * lanes);
    }

    void advance(std::size_t i, std::uint32_t word) {
        const float* ofWord = wordRow(word);
        if (i == 0) {
            const float* row = transitionRow(tags_);
            for (std::size_t t = 0; t < width_; ++t)
                delta(0)[t] = row[t] + ofWord[t];
            return;
        }
        constexpr std::size_t most = 6; // that stay in registers, with what they are compared to
        std::size_t first = 0;
        for (; width_ - first >= most * lanes; first += most * lanes)
            advanceLanes<most>(i, first, ofWord);
        switch ((width_ - first) / lanes) {
        case 1:
            return advanceLanes<1>(i, first, ofWord);
        case 2:
            return advanceLanes<2>(i, first, ofWord);
        case 3:
            return advanceLanes<3>(i, first, ofWord);
        case 4:
            return advanceLanes<4>(i, first, ofWord);
        case 5:
            return advanceLanes<5>(i, first, ofWord);
        default:
            return;
        }
    }

    std::size_t cameFrom(std::size_t i, std::size_t tag, float ofWord) {
        const float* before = delta(i - 1);
        const float reached = delta(i)[tag];
        for (std::size_t s = 0; s < tags_; ++s)
            if ((before[s] + transitionRow(s)[tag]) + ofWord == reached)
                return s;
        return 0; // not reached: one of them is the greatest
    }

    LexicalModel model_;
    TestWords test_;
    Transitions transitions_;
    std::size_t tags_, width_;
    std::vector<double> prior_, ofWord_;
    std::vector<double> follows_, from_; ///< C(t′, t), C(t′); the last row the beginning
    Eigen::ArrayXf logTransition_, logWord_, delta_;
};

} // namespace

std::unique_ptr<Tagger> unigramTagger(std::shared_ptr<const TaggerWords> words,
                                      const TestSet& test) {
    return std::make_unique<UnigramTagger>(std::move(words), test);
}

std::unique_ptr<Tagger> hmmTagger(std::shared_ptr<const TaggerWords> words, const TestSet& test,
                                  Transitions transitions) {
    return std::make_unique<HmmTagger>(std::move(words), test, transitions);
}

double tagAll(Tagger& tagger, const TestSet& test, std::span<std::uint32_t> tags) {
    std::size_t right = 0;
    for (std::size_t i = 0; i < test.count(); ++i) {
        const auto sentence = test.sentence(i);
        const auto found = tags.subspan(test.begins[i], sentence.size());
        tagger.tag(sentence, found);
        for (std::size_t k = 0; k < sentence.size(); ++k)
            right += found[k] == sentence[k].tag ? 1 : 0;
    }
    return 100.0 * static_cast<double>(right) / static_cast<double>(test.tokens.size());
}

} // namespace convergence::language
