#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/error.h"

namespace convergence {

/// Appends plain values, texts and vectors to a string of bytes, little-endian.
class ByteWriter {
public:
    template <typename Number>
    requires std::is_arithmetic_v<Number>
    void put(Number number) {
        bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    void put(std::string_view text) {
        put(static_cast<std::uint64_t>(text.size()));
        bytes_.append(text);
    }
    template <typename Number>
    requires std::is_arithmetic_v<Number>
    void put(const std::vector<Number>& numbers) {
        put(static_cast<std::uint64_t>(numbers.size()));
        bytes_.append(reinterpret_cast<const char*>(numbers.data()),
                      numbers.size() * sizeof(Number));
    }
    [[nodiscard]] std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

/// Reads what a ByteWriter wrote. Trusts nothing: every get() throws InputError where the bytes end
/// early, before anything of the size that they claim is allocated.
class ByteReader {
public:
    /// `what` names the source in the sentence of the error: "The key frame".
    ByteReader(std::string_view bytes, std::string what) : rest_(bytes), what_(std::move(what)) {}

    template <typename Number>
    requires std::is_arithmetic_v<Number>
    [[nodiscard]] Number get() {
        Number number{};
        std::memcpy(&number, advance(1, sizeof number), sizeof number);
        return number;
    }
    [[nodiscard]] bool flag() { return get<std::uint8_t>() != 0; }
    [[nodiscard]] std::string text() { return std::string(view()); }
    /// The same without a copy; as long as the bytes.
    [[nodiscard]] std::string_view view() {
        const std::uint64_t size = get<std::uint64_t>();
        return {advance(size, 1), static_cast<std::size_t>(size)};
    }
    template <typename Number>
    requires std::is_arithmetic_v<Number>
    [[nodiscard]] std::vector<Number> numbers() {
        const std::uint64_t count = get<std::uint64_t>();
        const char* source = advance(count, sizeof(Number));
        std::vector<Number> result(static_cast<std::size_t>(count));
        if (count > 0)
            std::memcpy(result.data(), source, result.size() * sizeof(Number));
        return result;
    }
    /// A count of things that take at least `leastBytes` each.
    [[nodiscard]] std::size_t count(std::size_t leastBytes) {
        const std::uint64_t wanted = get<std::uint64_t>();
        if (wanted > rest_.size() / leastBytes)
            refuse("ends early");
        return static_cast<std::size_t>(wanted);
    }
    [[nodiscard]] bool atEnd() const { return rest_.empty(); }
    [[noreturn]] void refuse(const std::string& why) const {
        throw InputError(what_ + " is damaged: it " + why + ".");
    }

private:
    const char* advance(std::uint64_t count, std::size_t size) {
        if (count > rest_.size() / size)
            refuse("ends early");
        const char* place = rest_.data();
        rest_.remove_prefix(static_cast<std::size_t>(count) * size);
        return place;
    }

    std::string_view rest_;
    std::string what_;
};

inline void putSize(ByteWriter& out, std::size_t size) {
    out.put(static_cast<std::uint64_t>(size));
}
inline std::size_t getSize(ByteReader& in) {
    return static_cast<std::size_t>(in.get<std::uint64_t>());
}

} // namespace convergence
