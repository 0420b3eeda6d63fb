#pragma once

#include "core/language/tagger.h"

namespace convergence::language {

/// What a word says of its tag:
///
///   p(t)   = (C(t) + 0.1) / Σ_t (C(t) + 0.1)
///   p(t|w) = (C(w, t) + 10⁻³ p(t)) / (C(w) + 10⁻³)               of words that were read
///
/// and of others, from p = p(t) on, p ← (C_f(t) + 2 p) / (C_f + 2) with the counts C_f of four
/// features one after the other: whether the first letter is upper, and the last 1, 2 and 3
/// letters. These are counted once a word, by the tag it had when it was first read.
class LexicalModel {
public:
    static constexpr double smoothing = 1e-3, suffixPrior = 2.0, tagPrior = 0.1;

    explicit LexicalModel(std::shared_ptr<const TaggerWords> words);

    void learn(Token token);
    /// p(t), as of now; tags() numbers.
    void prior(std::span<double> out) const;
    /// p(t|w), given p(t).
    void ofWord(std::uint32_t word, std::span<const double> prior, std::span<double> out) const;
    [[nodiscard]] std::size_t tags() const { return words_->tags; }
    [[nodiscard]] double count(std::uint32_t tag) const { return tagCounts_[tag]; }

private:
    static constexpr std::size_t features = 1 + WordShapes::longestSuffix;
    /// Counts of each tag by the value of a feature, and of all tags.
    struct FeatureCounts {
        std::vector<float> byTag;
        std::vector<double> all;
    };
    [[nodiscard]] std::uint32_t valueOf(std::size_t feature, std::uint32_t word) const {
        return feature == 0 ? words_->shapes.isUpper[word]
                            : words_->shapes.suffix[feature - 1][word];
    }

    std::shared_ptr<const TaggerWords> words_;
    std::vector<std::uint32_t> wordCounts_; ///< words × tags
    std::vector<double> ofWord_;            ///< C(w)
    std::vector<double> tagCounts_;         ///< C(t)
    double tokens_ = 0.0;
    std::array<FeatureCounts, features> counts_;
};

} // namespace convergence::language
