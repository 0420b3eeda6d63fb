// Answers of a crowd, with the same file as truths: numbers without gaps, one answer a pair.

#include "core/data/crowd_answers.h"
#include "tests/fuzz/fuzz_file.h"

using namespace convergence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::FuzzFile file(data, size);
    for (const auto order : {CrowdFiles::Order::taskFirst, CrowdFiles::Order::workerFirst})
        fuzz::survives([&] {
            const CrowdAnswers crowd =
                readCrowdAnswers({.answers = file.path(), .order = order, .first = 0});
            const CrowdAnswers::Answer* before = nullptr;
            for (const auto& answer : crowd.answers) {
                if (answer.task >= crowd.tasks() || answer.worker >= crowd.workers() ||
                    answer.choice >= crowd.choices)
                    fuzz::fail("An answer names what is not there.");
                if (before && std::pair(before->task, before->worker) >=
                                  std::pair(answer.task, answer.worker))
                    fuzz::fail("Answers are not in order, one a pair.");
                before = &answer;
            }
            if (crowd.truth.size() != crowd.tasks() || crowd.second.size() != crowd.tasks())
                fuzz::fail("Truths do not fit the tasks.");
        });
    const fuzz::FuzzFile answers(reinterpret_cast<const std::uint8_t*>("1 1 1\n"), 6);
    fuzz::survives(
        [&] { (void)readCrowdAnswers({.answers = answers.path(), .truth = file.path()}); });
    return 0;
}
