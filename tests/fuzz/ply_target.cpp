#include "tests/fuzz/fuzz_mesh.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    convergence::fuzz::checkMesh(convergence::parsePly, data, size);
    return 0;
}
