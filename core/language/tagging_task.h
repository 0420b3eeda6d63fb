#pragma once

#include <cstdint>
#include <memory>

#include "core/language/tagger.h"

namespace convergence::language {

/// Sentences of a text in an order of chance, cut in two: some to test on, and the others to learn
/// from, one after another. Of a fold f the test set is the f-th piece of `testWords` words of that
/// order, and what is learned from are the sentences behind it, then those before it; so every fold
/// tests on sentences that it never learns from.
struct TaggingTask {
    struct Draw {
        std::size_t testWords = 8000; ///< at least; whole sentences
        std::uint64_t seed = 0, replicate = 0;
        std::size_t fold = 0;
        std::size_t mostWords = 0; ///< to learn from, at least if there are as many; 0: all
        bool inOrder = false;      ///< what is learned from comes in the order of the text
    };
    /// Throws InputError if the text has no sentence left to learn from.
    TaggingTask(const TaggedText& text, const Draw& draw);

    TestSet test;
    TaggedSentences training;
};

/// A made-up text in the place of one that is not there: tags follow each other by a Markov chain
/// with rows from Dirichlet(0.3) of 12 tags, and 20,000 words with Zipf's frequencies
/// (exponent 1.1) have one to three tags each and end in three letters, out of twenty endings of
/// their first tag.
TaggedText madeUpTaggedText(std::size_t words, std::uint64_t seed);

} // namespace convergence::language
