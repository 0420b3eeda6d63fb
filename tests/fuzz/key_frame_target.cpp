// A key frame, unpacked: what was read is packed and read again: the same.

#include "core/experiment/packed_bytes.h"
#include "core/experiment/packed_frames.h"
#include "tests/fuzz/fuzz_target.h"

using namespace convergence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string packed = packBytes(fuzz::textOf(data, size));
    std::shared_ptr<const Frames> frames;
    if (!fuzz::survives([&] { frames = unpackFrames(packed); }))
        return 0;
    const std::string once = packFrames(*frames);
    if (packFrames(*unpackFrames(once)) != once)
        fuzz::fail("A key frame changes when it is kept and read.");
    return 0;
}
