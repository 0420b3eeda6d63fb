// A sweep file, and the tasks at its ends.

#include "core/sweep/sweep_plan.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/fuzz/fuzz_file.h"

using namespace convergence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Registry registry = [] {
        Registry made;
        made.add(testing::quadratic());
        return made;
    }();
    const fuzz::FuzzFile file(data, size);
    fuzz::survives([&] {
        const SweepPlan plan = SweepPlan::fromFile(file.path().string(), registry);
        for (const std::uint64_t task : {std::uint64_t{0}, plan.taskCount() - 1}) {
            if (plan.cells(task).size() != plan.columns().size())
                fuzz::fail("A task has another number of cells than there are columns.");
            static_cast<void>(resolveValues(plan.type(), plan.preset(), plan.overrides(task)));
        }
    });
    return 0;
}
