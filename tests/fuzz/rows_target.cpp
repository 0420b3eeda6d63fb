// Chunks of recorded rows: as they come, and built around arbitrary planes so that the reader gets
// past checksum and compression.

#include <zlib.h>

#include "core/experiment/bytes.h"
#include "core/experiment/packed_bytes.h"
#include "core/experiment/packed_rows.h"
#include "tests/fuzz/fuzz_target.h"

using namespace convergence;

namespace {

std::string chunkFrom(std::string_view input, std::size_t columns) {
    ByteReader in(input, "The input");
    const auto size = in.get<std::uint16_t>();
    std::vector<std::uint8_t> noisy(columns);
    for (std::uint8_t& mask : noisy)
        mask = in.get<std::uint8_t>();
    const auto packed = in.get<std::uint16_t>();
    const std::string_view rest = input.substr(sizeof size + columns + sizeof packed);
    const std::string_view noise = rest.substr(std::min<std::size_t>(packed, rest.size()));
    ByteWriter out;
    out.put(static_cast<std::uint64_t>(size));
    out.put(std::uint8_t{1});
    out.put(noisy);
    out.put(std::string_view(packBytes(rest.substr(0, packed))));
    out.put(static_cast<std::uint32_t>(
        adler32_z(1, reinterpret_cast<const Bytef*>(noise.data()), noise.size())));
    out.put(noise);
    return out.take();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const std::size_t columns = data[0] % 4;
    const std::string_view rest = fuzz::textOf(data + 1, size - 1);
    const auto check = [&](std::string_view chunk) {
        if (unpackRows(chunk, columns).size() % columns != 0)
            fuzz::fail("A column has fewer rows than another.");
    };
    fuzz::survives([&] { check(rest); });
    fuzz::survives([&] { check(chunkFrom(rest, columns)); });
    return 0;
}
