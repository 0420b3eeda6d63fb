#include "core/data/crowd_answers.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/data/input_file.h"
#include "core/data/text_tokens.h"
#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

namespace {

constexpr std::size_t mostBytes = 64'000'000;
constexpr std::uint32_t numbersBelow = 10'000'000;
constexpr std::uint32_t mostChoices = 255;

/// Calls take(numbers, line) for each line of a file that is not empty. Numbers count from 0; the
/// last of a line is a choice.
template <std::size_t count, typename Take>
void forLines(const std::filesystem::path& path, const CrowdFiles& files, const Take& take) {
    const std::string content =
        readContent(path, mostBytes, "lines of answers, at most 64 MB of them");
    std::size_t line = 0;
    for (TextTokens lines(content); !lines.atEnd();) {
        TextTokens words(lines.line());
        ++line;
        std::array<std::uint32_t, count> numbers{};
        std::size_t read = 0;
        for (std::string_view word = words.word(); !word.empty(); word = words.word(), ++read) {
            if (read == count)
                throw InputError(fmt::format("The file {}, line {}, goes on with '{}'; expected {} "
                                             "whole numbers.",
                                             path.string(), line, printable(word, 40), count));
            const bool isChoice = read + 1 == count;
            const std::uint32_t most = isChoice
                                           ? (files.choices > 0 ? files.choices : mostChoices) - 1
                                           : numbersBelow - 1 - files.first;
            const auto number = numberOf<std::uint32_t>(word);
            if (!number || *number < files.first || *number - files.first > most)
                throw InputError(fmt::format("The file {}, line {}, has the {} '{}'; expected a "
                                             "whole number from {} to {}.",
                                             path.string(), line, isChoice ? "choice" : "number",
                                             printable(word, 40), files.first, most + files.first));
            numbers[read] = *number - files.first;
        }
        if (read == 0)
            continue;
        if (read < count)
            throw InputError(fmt::format("The file {}, line {}, has {} numbers; expected {}.",
                                         path.string(), line, read, count));
        take(numbers, line);
    }
}

/// What the sorted numbers are called without gaps.
std::optional<std::uint32_t> placeOf(const std::vector<std::uint32_t>& sorted,
                                     std::uint32_t number) {
    const auto found = std::lower_bound(sorted.begin(), sorted.end(), number);
    if (found == sorted.end() || *found != number)
        return {};
    return static_cast<std::uint32_t>(found - sorted.begin());
}

std::vector<std::uint32_t> distinct(std::vector<std::uint32_t> numbers) {
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
}

/// Reads answers as the file numbers them (from 0), the last of each pair alone.
void readAnswers(const CrowdFiles& files, CrowdAnswers& crowd) {
    auto& answers = crowd.answers;
    const bool taskFirst = files.order == CrowdFiles::Order::taskFirst;
    forLines<3>(files.answers, files, [&](const auto& numbers, std::size_t) {
        answers.push_back({.task = numbers[taskFirst ? 0 : 1],
                           .worker = numbers[taskFirst ? 1 : 0],
                           .choice = static_cast<std::uint8_t>(numbers[2])});
    });
    if (answers.empty())
        throw InputError(fmt::format("The file {} holds no answers; expected lines of three whole "
                                     "numbers.",
                                     files.answers.string()));
    const auto pairOf = [](const CrowdAnswers::Answer& answer) {
        return std::pair(answer.task, answer.worker);
    };
    std::stable_sort(answers.begin(), answers.end(),
                     [&](const auto& a, const auto& b) { return pairOf(a) < pairOf(b); });
    std::vector<CrowdAnswers::Answer> last;
    for (const auto& answer : answers) {
        if (!last.empty() && pairOf(last.back()) == pairOf(answer)) {
            ++crowd.repeated;
            last.back() = answer;
        } else {
            last.push_back(answer);
        }
    }
    answers = std::move(last);
}

/// One choice a task, by its place among those that have answers; returns the tasks of the file
/// that have none. The largest choice goes into crowd.choices.
std::vector<std::uint32_t> readChoices(const std::filesystem::path& path, const CrowdFiles& files,
                                       CrowdAnswers& crowd,
                                       std::vector<std::optional<std::uint8_t>>& choices) {
    choices.assign(crowd.tasks(), std::nullopt);
    std::vector<std::uint32_t> without;
    if (path.empty())
        return without;
    forLines<2>(path, files, [&](const auto& numbers, std::size_t line) {
        crowd.choices = std::max(crowd.choices, numbers[1] + 1);
        const auto task = placeOf(crowd.taskNumbers, numbers[0]);
        if (!task) {
            without.push_back(numbers[0]);
            return;
        }
        auto& choice = choices[*task];
        if (choice && *choice != numbers[1])
            throw InputError(fmt::format("The file {}, line {}, gives task {} the choice {} after "
                                         "{}; expected one for each task.",
                                         path.string(), line, numbers[0] + files.first,
                                         numbers[1] + files.first, *choice + files.first));
        choice = static_cast<std::uint8_t>(numbers[1]);
    });
    return without;
}

} // namespace

CrowdAnswers readCrowdAnswers(const CrowdFiles& files) {
    if (files.first > 1)
        throw InputError(fmt::format("Answers numbered from {} are not accepted; expected 0 or 1.",
                                     files.first));
    if (files.choices == 1 || files.choices > mostChoices)
        throw InputError(fmt::format("{} choices are not accepted; expected from 2 to {}, or 0 for "
                                     "as many as the files have.",
                                     files.choices, mostChoices));
    CrowdAnswers crowd;
    readAnswers(files, crowd);
    std::vector<std::uint32_t> tasks, workers;
    for (const auto& answer : crowd.answers) {
        tasks.push_back(answer.task);
        workers.push_back(answer.worker);
        crowd.choices = std::max<std::uint32_t>(crowd.choices, answer.choice + 1U);
    }
    crowd.taskNumbers = distinct(std::move(tasks));
    crowd.workerNumbers = distinct(std::move(workers));
    for (auto& answer : crowd.answers) {
        answer.task = *placeOf(crowd.taskNumbers, answer.task);
        answer.worker = *placeOf(crowd.workerNumbers, answer.worker);
    }
    auto without = readChoices(files.truth, files, crowd, crowd.truth);
    const auto more = readChoices(files.second, files, crowd, crowd.second);
    without.insert(without.end(), more.begin(), more.end());
    without = distinct(std::move(without));

    // Numbers below the largest that occur nowhere, and tasks beyond it that have a truth alone.
    const std::uint32_t lastTask = crowd.taskNumbers.back();
    crowd.removedTasks =
        lastTask + 1U - crowd.tasks() +
        static_cast<std::size_t>(without.end() -
                                 std::upper_bound(without.begin(), without.end(), lastTask));
    crowd.removedWorkers = crowd.workerNumbers.back() + 1U - crowd.workers();
    if (files.choices > 0)
        crowd.choices = files.choices;
    for (auto* numbers : {&crowd.taskNumbers, &crowd.workerNumbers})
        for (std::uint32_t& number : *numbers)
            number += files.first;
    return crowd;
}

} // namespace convergence
