#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/experiment/frames.h"
#include "core/experiment/recording.h"
#include "core/language/tagging_task.h"
#include "core/statistics/learning_trace.h"

namespace convergence::learning_curve {

/// What a tagger said of the first sentences of its test set, level by level.
class TagHistory {
public:
    static constexpr std::size_t mostSentences = 40;

    TagHistory(const language::TaggingTask& task, std::size_t levels)
        : sentences_(std::min(mostSentences, task.test.count())),
          tokens_(task.test.begins[sentences_]) {
        tags_.reserve(levels * tokens_);
    }
    void add(std::span<const std::uint32_t> tags) {
        for (const std::uint32_t tag : tags.first(tokens_))
            tags_.push_back(static_cast<std::uint16_t>(tag)); // a text has at most 1000
    }
    [[nodiscard]] std::size_t sentences() const { return sentences_; }
    [[nodiscard]] std::size_t levels() const { return tokens_ > 0 ? tags_.size() / tokens_ : 0; }
    /// Of a level from 1 on and a token of the test set.
    [[nodiscard]] std::size_t tag(std::size_t level, std::size_t token) const {
        return tags_[(level - 1) * tokens_ + token];
    }

private:
    std::size_t sentences_, tokens_;
    std::vector<std::uint16_t> tags_;
};

/// The fan of trends, their power laws and residuals, and what they say in words; `end` is the
/// size of the whole base in words.
void drawTraceFrames(const statistics::LearningTrace& trace, double end, FrameMap& frames);

struct ShownTagging {
    const TaggedText& text;
    const language::TestSet& test;
    std::span<const std::uint32_t> tags; ///< as found now, of the whole test set
    const TagHistory& history;
    const statistics::LearningTrace& trace;
    std::size_t sentence; ///< from 1 on
};
/// A sentence's tags as the corpus grows, and what is confused most.
void drawTaggingFrames(const ShownTagging& shown, FrameMap& frames);

/// Of the trials that ended: words read and words saved, and what was predicted then.
void drawSummary(const Recording& soFar, FrameMap& shared);

} // namespace convergence::learning_curve
