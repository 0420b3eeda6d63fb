#include "core/experiment/packed_bytes.h"

#include <stdexcept>

#include <fmt/format.h>
#include <zlib.h>

#include "core/error.h"
#include "core/experiment/bytes.h"

namespace convergence {

namespace {
/// The best that deflate can do.
constexpr std::size_t largestRatio = 1032;
} // namespace

std::string packBytes(std::string_view bytes, int level) {
    ByteWriter size;
    size.put(static_cast<std::uint64_t>(bytes.size()));
    std::string packed = size.take();
    const std::size_t head = packed.size();
    uLongf room = compressBound(bytes.size());
    packed.resize(head + room);
    if (compress2(reinterpret_cast<Bytef*>(packed.data() + head), &room,
                  reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), level) != Z_OK)
        throw std::bad_alloc();
    packed.resize(head + room);
    return packed;
}

std::uint64_t unpackedSize(std::string_view packed, const std::string& what) {
    return ByteReader(packed, what).get<std::uint64_t>();
}

std::string unpackBytes(std::string_view packed, const std::string& what, std::size_t limit) {
    std::string bytes;
    unpackBytes(packed, what, bytes, limit);
    return bytes;
}

void unpackBytes(std::string_view packed, const std::string& what, std::string& bytes,
                 std::size_t limit) {
    ByteReader reader(packed, what);
    const auto size = reader.get<std::uint64_t>();
    if (size > limit)
        reader.refuse(fmt::format("claims to hold {} bytes, at most {} are accepted", size, limit));
    packed.remove_prefix(sizeof size);
    if (size > largestRatio * (packed.size() + 1))
        reader.refuse("is shorter than what it claims to hold could be");
    bytes.resize(static_cast<std::size_t>(size));
    uLongf written = bytes.size();
    if (uncompress(reinterpret_cast<Bytef*>(bytes.data()), &written,
                   reinterpret_cast<const Bytef*>(packed.data()), packed.size()) != Z_OK ||
        written != bytes.size())
        reader.refuse("does not decompress to what it claims to hold");
}

} // namespace convergence
