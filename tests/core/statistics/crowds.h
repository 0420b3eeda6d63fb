#pragma once

#include <memory>
#include <vector>

#include "core/statistics/crowd_table.h"

namespace convergence::statistics {

/// Tasks as rows of answers, one a worker; −1: none.
inline std::shared_ptr<const CrowdTable> crowdOf(Index choices,
                                                 const std::vector<std::vector<int>>& tasks) {
    auto table = std::make_shared<CrowdTable>(static_cast<Index>(tasks.front().size()), choices);
    for (const std::vector<int>& task : tasks) {
        std::vector<CrowdTable::Answer> row;
        for (std::size_t i = 0; i < task.size(); ++i)
            if (task[i] >= 0)
                row.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint8_t>(task[i])});
        table->addTask(row);
    }
    return table;
}

} // namespace convergence::statistics
