// A lesson as the reader of lessons reads it.

#include "tests/fuzz/fuzz_target.h"
#include "widgets/lessons/lesson.h"

using namespace convergence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::survives([&] {
        const Lesson lesson =
            parseLesson("fuzz", QString::fromUtf8(reinterpret_cast<const char*>(data),
                                                  static_cast<qsizetype>(size)));
        if (lesson.title.isEmpty() || lesson.steps.empty())
            fuzz::fail("A lesson without title or steps was accepted.");
    });
    return 0;
}
