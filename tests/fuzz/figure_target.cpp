// A file that may carry a figure: PDF, SVG, PNG, LaTeX, Python or JSON, by its content. What was
// read is written and read again: the same.

#include "tests/fuzz/fuzz_file.h"
#include "widgets/figures/figure_reading.h"

using namespace convergence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::FuzzFile file(data, size);
    Figure figure;
    if (!fuzz::survives([&] { figure = figureIn(QString::fromStdString(file.path().string())); }))
        return 0;
    const std::string text = toText(figure);
    if (toText(parseFigure(text, "The figure as written")) != text)
        fuzz::fail("A figure changes when it is written and read.");
    return 0;
}
