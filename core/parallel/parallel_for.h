#pragma once

#include <cstddef>

#ifdef __SANITIZE_THREAD__
#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>
#endif

#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>

namespace convergence {

/// Calls work(0), ..., work(count − 1) in the current oneTBB arena, in any order and possibly at
/// once, and returns when all are done. `work` must not throw.
///
/// The thread sanitizer cannot look into oneTBB's library, and takes every hand-over between its
/// threads for a race; under it, plain threads do the work.
template <typename Work>
void parallelFor(std::size_t count, const Work& work) {
#ifdef __SANITIZE_THREAD__
    std::atomic<std::size_t> next{0};
    const auto takeAll = [&] {
        for (std::size_t i = next++; i < count; i = next++)
            work(i);
    };
    const auto limit = static_cast<std::size_t>(tbb::this_task_arena::max_concurrency());
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(limit, count); ++i)
        threads.emplace_back(takeAll);
    takeAll();
#else
    tbb::parallel_for(std::size_t{0}, count, work, tbb::simple_partitioner());
#endif
}

} // namespace convergence
