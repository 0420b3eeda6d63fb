#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace convergence {

/// Answers of a crowd to tasks of several choices. Tasks, workers and choices are numbered from 0
/// without gaps; tasks and workers that gave or got no answer are left out.
struct CrowdAnswers {
    struct Answer {
        std::uint32_t task = 0;
        std::uint32_t worker = 0;
        std::uint8_t choice = 0;
        friend bool operator==(const Answer&, const Answer&) = default;
    };
    std::vector<Answer> answers;              ///< by task, then worker: one for each pair
    std::vector<std::uint32_t> taskNumbers;   ///< what each task is called in the file, rising
    std::vector<std::uint32_t> workerNumbers; ///< likewise
    std::uint32_t choices = 0;                ///< K
    std::vector<std::optional<std::uint8_t>> truth;  ///< of each task, where it is known
    std::vector<std::optional<std::uint8_t>> second; ///< the most confusing answer, likewise
    std::size_t repeated = 0;       ///< answers to which the same worker gave another one later
    std::size_t removedTasks = 0;   ///< numbers below the largest, or with a truth, but no answer
    std::size_t removedWorkers = 0; ///< numbers below the largest without an answer

    [[nodiscard]] std::size_t tasks() const { return taskNumbers.size(); }
    [[nodiscard]] std::size_t workers() const { return workerNumbers.size(); }
};

/// Files of answers are lines of three whole numbers between blanks or tabs; files of truths and
/// of second answers are lines "task choice". Empty lines are skipped.
struct CrowdFiles {
    std::filesystem::path answers;
    std::filesystem::path truth = {};  ///< empty: not known
    std::filesystem::path second = {}; ///< empty: not known

    /// "task worker choice" or "worker task choice": both are in use.
    enum class Order { taskFirst, workerFirst };
    Order order = Order::taskFirst;
    std::uint32_t first = 1;   ///< 0 or 1: the lowest number of tasks, workers and choices
    std::uint32_t choices = 0; ///< K, 2–255; 0: as many as the largest choice in the files says
};

/// Reads answers. Of several answers of one worker to one task the last counts. Files hold up to
/// 64 MB, numbers are below 10,000,000.
///
/// Throws InputError naming file, line, value and what was expected: for a line that is not of
/// whole numbers, a number out of its range, a choice beyond K, a second truth of one task, or if
/// there are no answers.
CrowdAnswers readCrowdAnswers(const CrowdFiles& files);

} // namespace convergence
