#include "core/data/idx.h"
#include "tests/fuzz/fuzz_file.h"

using namespace convergence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::FuzzFile file(data, size);
    fuzz::survives([&] {
        const IdxArray array = readIdx(file.path());
        std::size_t count = 1;
        for (const std::uint32_t dimension : array.dimensions)
            count *= dimension;
        if (count != array.values.size())
            fuzz::fail("An array has another size than its dimensions.");
    });
    return 0;
}
