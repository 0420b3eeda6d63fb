#include "core/statistics/crowd_table.h"

#include <fmt/format.h>

#include "core/error.h"

namespace convergence::statistics {

CrowdTable::CrowdTable(Index workers, Index choices) : workers_(workers), choices_(choices) {
    if (workers < 1 || choices < 2 || choices > mostChoices)
        throw InputError(fmt::format("A crowd of {} workers with {} choices is not accepted; "
                                     "expected at least 1 worker and 2 to {} choices.",
                                     workers, choices, mostChoices));
}

CrowdTable::CrowdTable(const CrowdAnswers& crowd)
    : CrowdTable(static_cast<Index>(crowd.workers()), static_cast<Index>(crowd.choices)) {
    std::vector<Answer> row;
    auto next = crowd.answers.begin();
    for (std::uint32_t task = 0; task < crowd.tasks(); ++task) {
        row.clear();
        for (; next != crowd.answers.end() && next->task == task; ++next)
            row.push_back({next->worker, next->choice});
        addTask(row);
    }
}

void CrowdTable::addTask(std::span<const Answer> answers) {
    for (std::size_t i = 0; i < answers.size(); ++i)
        if (answers[i].worker >= workers_ || answers[i].choice >= choices_ ||
            (i > 0 && answers[i].worker <= answers[i - 1].worker))
            throw InputError(fmt::format(
                "The answer {} of worker {} is not accepted as number {} of task {}; expected "
                "answers below {} of rising workers below {}.",
                answers[i].choice, answers[i].worker, i, tasks(), choices_, workers_));
    answers_.insert(answers_.end(), answers.begin(), answers.end());
    begins_.push_back(answers_.size());
}

double CrowdTable::density() const {
    return tasks() == 0 ? 0.0
                        : static_cast<double>(count()) /
                              (static_cast<double>(workers_) * static_cast<double>(tasks()));
}

namespace {

/// The stream of one task.
RandomStream streamOf(const StreamKey& key, Index task) {
    StreamKey own = key;
    own.index = static_cast<std::uint64_t>(task);
    return RandomStream(own);
}

} // namespace

CrowdTable sampled(const CrowdTable& all, double share, const StreamKey& key) {
    if (!(share > 0.0 && share <= 1.0))
        throw InputError(
            fmt::format("A share of {} is not accepted; expected more than 0, up to 1.", share));
    CrowdTable result(all.workers(), all.choices());
    std::vector<CrowdTable::Answer> row;
    for (Index j = 0; j < all.tasks(); ++j) {
        RandomStream stream = streamOf(key, j);
        row.clear();
        for (const CrowdTable::Answer& answer : all.of(j))
            if (stream.uniform() < share)
                row.push_back(answer);
        result.addTask(row);
    }
    return result;
}

CrowdTable dealtAmongWorkers(const CrowdTable& table, const StreamKey& key) {
    CrowdTable result(table.workers(), table.choices());
    std::vector<CrowdTable::Answer> row;
    for (Index j = 0; j < table.tasks(); ++j) {
        const auto answers = table.of(j);
        const auto order = streamOf(key, j).permutation(answers.size());
        row.assign(answers.begin(), answers.end());
        for (std::size_t i = 0; i < row.size(); ++i)
            row[i].choice = answers[order[i]].choice;
        result.addTask(row);
    }
    return result;
}

CrowdTable dealtAmongTasks(const CrowdTable& table, const StreamKey& key) {
    std::vector<std::vector<std::uint8_t>> said(static_cast<std::size_t>(table.workers()));
    for (Index j = 0; j < table.tasks(); ++j)
        for (const CrowdTable::Answer& answer : table.of(j))
            said[answer.worker].push_back(answer.choice);
    for (std::size_t i = 0; i < said.size(); ++i) {
        const auto order = streamOf(key, static_cast<Index>(i)).permutation(said[i].size());
        const std::vector<std::uint8_t> before = said[i];
        for (std::size_t k = 0; k < order.size(); ++k)
            said[i][k] = before[order[k]];
    }
    CrowdTable result(table.workers(), table.choices());
    std::vector<CrowdTable::Answer> row;
    for (Index j = 0; j < table.tasks(); ++j) {
        const auto answers = table.of(j);
        row.assign(answers.begin(), answers.end());
        for (CrowdTable::Answer& answer : row) {
            answer.choice = said[answer.worker].back();
            said[answer.worker].pop_back();
        }
        result.addTask(row);
    }
    return result;
}

Halves halved(const CrowdTable& table, const StreamKey& key) {
    Halves halves{CrowdTable(table.workers(), table.choices()),
                  CrowdTable(table.workers(), table.choices())};
    std::vector<CrowdTable::Answer> first, second;
    for (Index j = 0; j < table.tasks(); ++j) {
        RandomStream stream = streamOf(key, j);
        first.clear();
        second.clear();
        for (const CrowdTable::Answer& answer : table.of(j))
            (stream.uniform() < 0.5 ? first : second).push_back(answer);
        halves.first.addTask(first);
        halves.second.addTask(second);
    }
    return halves;
}

Answered withoutSilent(const CrowdTable& table) {
    if (table.count() == 0)
        throw InputError("There is not a single answer; expected more workers, more tasks or a "
                         "larger share of answered pairs.");
    constexpr std::uint32_t none = 0xFFFFFFFF;
    std::vector<std::uint32_t> place(static_cast<std::size_t>(table.workers()), none);
    for (Index j = 0; j < table.tasks(); ++j)
        for (const CrowdTable::Answer& answer : table.of(j))
            place[answer.worker] = 0;
    std::vector<std::uint32_t> workers;
    for (std::uint32_t i = 0; i < place.size(); ++i)
        if (place[i] != none) {
            place[i] = static_cast<std::uint32_t>(workers.size());
            workers.push_back(i);
        }
    Answered answered{
        CrowdTable(static_cast<Index>(workers.size()), table.choices()), std::move(workers), {}};
    std::vector<CrowdTable::Answer> row;
    for (Index j = 0; j < table.tasks(); ++j) {
        const auto answers = table.of(j);
        if (answers.empty())
            continue;
        row.assign(answers.begin(), answers.end());
        for (CrowdTable::Answer& answer : row)
            answer.worker = place[answer.worker];
        answered.table.addTask(row);
        answered.tasks.push_back(static_cast<std::uint32_t>(j));
    }
    return answered;
}

} // namespace convergence::statistics
