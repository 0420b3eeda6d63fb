// A picture: PNG or JPEG, by its content.

#include "core/data/rgba_image.h"
#include "tests/fuzz/fuzz_file.h"

using namespace convergence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::FuzzFile file(data, size);
    ImageSize header;
    const bool hasHeader = fuzz::survives([&] { header = readImageSize(file.path()); });
    fuzz::survives([&] {
        const RgbaImage image = readImage(file.path());
        if (image.rgba.size() != 4 * std::size_t(image.width) * std::size_t(image.height))
            fuzz::fail("A picture has another size than its numbers.");
        if (!hasHeader || header != ImageSize{image.width, image.height})
            fuzz::fail("A picture has another size than its header.");
    });
    return 0;
}
