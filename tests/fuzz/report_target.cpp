// A report that another is compared with. What was read is written and read again: the same.

#include "app/report/report.h"
#include "tests/fuzz/fuzz_target.h"

using namespace convergence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Report report;
    if (!fuzz::survives([&] { report = parseReport(fuzz::textOf(data, size), "The report"); }))
        return 0;
    const std::string text = reportText(report);
    if (reportText(parseReport(text, "The report as written")) != text)
        fuzz::fail("A report changes when it is written and read.");
    return 0;
}
