#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/data/crowd_answers.h"
#include "core/math/random.h"

namespace convergence::statistics {

using Eigen::Index;

/// Who answered what: the answers to each task one after another, by rising worker, at most one of
/// each. Workers, tasks and choices are numbered from 0.
class CrowdTable {
public:
    struct Answer {
        std::uint32_t worker = 0;
        std::uint8_t choice = 0;
        friend bool operator==(const Answer&, const Answer&) = default;
    };

    static constexpr Index mostChoices = 255;

    /// Without tasks. Throws InputError unless there are workers and 2 to 255 choices.
    CrowdTable(Index workers, Index choices);
    /// Those of a file.
    explicit CrowdTable(const CrowdAnswers& crowd);

    /// Throws InputError for a worker or choice that is not there, or workers that do not rise.
    void addTask(std::span<const Answer> answers);

    [[nodiscard]] Index workers() const { return workers_; }
    [[nodiscard]] Index choices() const { return choices_; }
    [[nodiscard]] Index tasks() const { return static_cast<Index>(begins_.size()) - 1; }
    [[nodiscard]] Index count() const { return static_cast<Index>(answers_.size()); }
    [[nodiscard]] std::span<const Answer> of(Index task) const {
        const auto j = static_cast<std::size_t>(task);
        return std::span(answers_).subspan(begins_[j], begins_[j + 1] - begins_[j]);
    }
    /// Answers over workers times tasks; 0 without tasks.
    [[nodiscard]] double density() const;

private:
    Index workers_, choices_;
    std::vector<std::size_t> begins_{0}; ///< of each task, and the end
    std::vector<Answer> answers_;
};

/// Each answer is kept with this probability. What a smaller share keeps a larger one keeps too
/// (one uniform number for each worker and task), so that curves over the share are paired.
/// Throws InputError unless 0 < share ≤ 1.
CrowdTable sampled(const CrowdTable& all, double share, const StreamKey& key);

/// The answers to each task dealt anew to the workers who answered it: what the crowd says of a
/// task stays as it is, who is good at it is lost.
CrowdTable dealtAmongWorkers(const CrowdTable& table, const StreamKey& key);

/// The answers of each worker dealt anew to the tasks that he answered: how often he says what
/// stays as it is, what a task is about is lost.
CrowdTable dealtAmongTasks(const CrowdTable& table, const StreamKey& key);

/// Two halves: each answer goes to the one or the other by a toss.
struct Halves {
    CrowdTable first, second;
};
Halves halved(const CrowdTable& table, const StreamKey& key);

/// Without workers and tasks that have no answer; `workers` and `tasks` are the numbers of those
/// that are left.
struct Answered {
    CrowdTable table;
    std::vector<std::uint32_t> workers, tasks;
};
/// Throws InputError if there is no answer at all.
Answered withoutSilent(const CrowdTable& table);

} // namespace convergence::statistics
