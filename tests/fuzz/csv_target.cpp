// A table of numbers and, since it takes any text, of cells. Written and read again: the same.

#include <cmath>

#include "core/data/csv.h"
#include "tests/fuzz/fuzz_file.h"

using namespace convergence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::FuzzFile file(data, size);
    fuzz::survives([&] {
        CsvReader reader(file.path());
        std::vector<std::string> cells;
        while (reader.next(cells))
            if (cells.size() != reader.columns().size())
                fuzz::fail("A record has another number of cells than there are columns.");
    });
    NumericTable table;
    if (!fuzz::survives([&] { table = readCsv(file.path()); }))
        return 0;
    const std::string text = toCsv(table);
    const fuzz::FuzzFile written(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    NumericTable back;
    if (!fuzz::survives([&] { back = readCsv(written.path()); }))
        fuzz::fail("A table that was read and written cannot be read.");
    bool same = back.names == table.names && back.rows() == table.rows();
    for (std::size_t i = 0; same && i < table.columns.size(); ++i)
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const double a = table.columns[i][row], b = back.columns[i][row];
            same = same && (a == b || (std::isnan(a) && std::isnan(b)));
        }
    if (!same)
        fuzz::fail("A table changes when it is written and read.");
    return 0;
}
