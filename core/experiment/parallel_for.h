#pragma once

#include <atomic>
#include <cstddef>

#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>

namespace convergence {

/// Calls work(0), ..., work(count − 1) in the current oneTBB arena, in any order and possibly at
/// once, and returns when all are done. `work` must not throw.
///
/// What the caller wrote before is seen by the work, and what the work wrote by the caller
/// afterwards. oneTBB sees to that within its own library, where a thread sanitizer cannot look;
/// the atomic says it again where it can.
template <typename Work>
void parallelFor(std::size_t count, const Work& work) {
    std::atomic<std::size_t> handOver{0};
    handOver.store(1, std::memory_order_release);
    tbb::parallel_for(
        std::size_t{0}, count,
        [&](std::size_t i) {
            static_cast<void>(handOver.load(std::memory_order_acquire));
            work(i);
            handOver.fetch_add(1, std::memory_order_acq_rel);
        },
        tbb::simple_partitioner());
    static_cast<void>(handOver.load(std::memory_order_acquire));
}

} // namespace convergence
