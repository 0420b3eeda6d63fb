#include "core/data/npy.h"
#include "tests/fuzz/fuzz_file.h"

using namespace convergence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::FuzzFile file(data, size);
    fuzz::survives([&] {
        const NpyArray array = readNpy(file.path());
        std::size_t count = 1;
        for (const std::size_t extent : array.shape)
            count *= extent;
        if (count != array.values.size())
            fuzz::fail("An array has another size than its shape.");
    });
    return 0;
}
