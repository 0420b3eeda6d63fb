#include "core/language/lexical_model.h"

#include <algorithm>

namespace convergence::language {

LexicalModel::LexicalModel(std::shared_ptr<const TaggerWords> words) : words_(std::move(words)) {
    const std::size_t tags = words_->tags;
    wordCounts_.resize(words_->words * tags);
    ofWord_.resize(words_->words);
    tagCounts_.resize(tags);
    for (std::size_t f = 0; f < features; ++f) {
        const std::size_t values = f == 0 ? 2 : words_->shapes.suffixes[f - 1];
        counts_[f].byTag.resize(values * tags);
        counts_[f].all.resize(values);
    }
}

void LexicalModel::learn(Token token) {
    const std::size_t tags = words_->tags;
    if (ofWord_[token.word] == 0.0)
        for (std::size_t f = 0; f < features; ++f) {
            const std::uint32_t value = valueOf(f, token.word);
            counts_[f].byTag[value * tags + token.tag] += 1.0F;
            counts_[f].all[value] += 1.0;
        }
    ++wordCounts_[token.word * tags + token.tag];
    ofWord_[token.word] += 1.0;
    tagCounts_[token.tag] += 1.0;
    tokens_ += 1.0;
}

void LexicalModel::prior(std::span<double> out) const {
    const double all = tokens_ + tagPrior * static_cast<double>(tags());
    for (std::size_t t = 0; t < tags(); ++t)
        out[t] = (tagCounts_[t] + tagPrior) / all;
}

void LexicalModel::ofWord(std::uint32_t word, std::span<const double> prior,
                          std::span<double> out) const {
    const std::size_t tags = words_->tags;
    if (ofWord_[word] > 0.0) {
        const std::uint32_t* counts = wordCounts_.data() + word * tags;
        for (std::size_t t = 0; t < tags; ++t)
            out[t] = (counts[t] + smoothing * prior[t]) / (ofWord_[word] + smoothing);
        return;
    }
    std::copy(prior.begin(), prior.end(), out.begin());
    for (std::size_t f = 0; f < features; ++f) {
        const std::uint32_t value = valueOf(f, word);
        const float* counts = counts_[f].byTag.data() + value * tags;
        const double all = counts_[f].all[value] + suffixPrior;
        for (std::size_t t = 0; t < tags; ++t)
            out[t] = (double(counts[t]) + suffixPrior * out[t]) / all;
    }
}

} // namespace convergence::language
