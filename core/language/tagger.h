#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/data/tagged_text.h"
#include "core/language/word_shapes.h"

namespace convergence::language {

using Token = TaggedText::Token;

/// What taggers of one text share: its words and tags.
struct TaggerWords {
    explicit TaggerWords(const TaggedText& text)
        : shapes(text.words), words(text.words.size()), tags(text.tags.size()) {}
    WordShapes shapes;
    std::size_t words, tags;
};

/// Sentences with their tags, one after another.
struct TaggedSentences {
    std::vector<Token> tokens;
    std::vector<std::size_t> begins = {0}; ///< of each sentence, and the end of the last

    [[nodiscard]] std::size_t count() const { return begins.size() - 1; }
    [[nodiscard]] std::span<const Token> sentence(std::size_t i) const {
        return std::span(tokens).subspan(begins[i], begins[i + 1] - begins[i]);
    }
    void add(std::span<const Token> sentence) {
        tokens.insert(tokens.end(), sentence.begin(), sentence.end());
        begins.push_back(tokens.size());
    }
};

/// A part-of-speech tagger that learns a sentence at a time, and can be asked in between.
class Tagger {
public:
    virtual ~Tagger() = default;

    virtual void learn(std::span<const Token> sentence) = 0;
    /// Makes ready for tag(), after learning.
    virtual void prepare() = 0;
    /// Tags of a sentence of the test set by what was learned before prepare(); the tags in it are
    /// not looked at. `tags` has one entry a token.
    virtual void tag(std::span<const Token> sentence, std::span<std::uint32_t> tags) = 0;
};

/// Taggers are made for a test set, whose words are looked up once. It must outlive the tagger.
using TestSet = TaggedSentences;

/// arg max_t p(t|w), and of words not read that of their suffixes (LexicalModel).
std::unique_ptr<Tagger> unigramTagger(std::shared_ptr<const TaggerWords> words,
                                      const TestSet& test);

/// Bigram hidden Markov model, tagged by Viterbi's algorithm (HmmTagger).
enum class Transitions { learned, uniform /* a control: no word knows its neighbors */ };
std::unique_ptr<Tagger> hmmTagger(std::shared_ptr<const TaggerWords> words, const TestSet& test,
                                  Transitions transitions = Transitions::learned);

/// Greedy averaged perceptron, one pass (PerceptronTagger).
std::unique_ptr<Tagger> perceptronTagger(std::shared_ptr<const TaggerWords> words);

/// Tags all sentences, `tags` one a token; the share of those that are right, in percent.
double tagAll(Tagger& tagger, const TestSet& test, std::span<std::uint32_t> tags);

} // namespace convergence::language
