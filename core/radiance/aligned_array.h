#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>

#include "core/platform/machine.h"

namespace convergence::radiance {

/// A fixed number of plain values, zero at first, aligned for the widest vectors. Large arrays use
/// large pages where there are any, and take memory only where something was written.
template <typename Value>
class AlignedArray {
public:
    AlignedArray() = default;
    explicit AlignedArray(std::size_t size) : size_(size) {
        constexpr std::size_t alignment = 64;
        std::size_t bytes = size * sizeof(Value) + alignment;
        memory_.reset(std::calloc(bytes, 1));
        if (!memory_)
            throw std::bad_alloc();
        void* at = memory_.get();
        data_ = static_cast<Value*>(std::align(alignment, size * sizeof(Value), at, bytes));
        constexpr std::size_t largePage = 2U << 20;
        if (size * sizeof(Value) >= 2 * largePage)
            preferLargePages(data_, size * sizeof(Value));
    }
    AlignedArray(const AlignedArray& other) : AlignedArray(other.size_) {
        std::copy_n(other.data_, size_, data_);
    }
    AlignedArray(AlignedArray&& other) noexcept { swap(other); }
    AlignedArray& operator=(AlignedArray other) noexcept {
        swap(other);
        return *this;
    }
    ~AlignedArray() = default;

    void swap(AlignedArray& other) noexcept {
        std::swap(memory_, other.memory_);
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
    }
    /// Makes room for `size` values, keeping the first ones; new ones are zero. Never shrinks.
    void growTo(std::size_t size) {
        if (size <= size_)
            return;
        AlignedArray larger(std::max(size, size_ + size_ / 2));
        std::copy_n(data_, size_, larger.data_);
        swap(larger);
    }

    /// Makes room for `size` values; where there was less, all are new and zero. Never shrinks.
    void makeRoom(std::size_t size) {
        if (size > size_)
            *this = AlignedArray(size);
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] Value* data() { return data_; }
    [[nodiscard]] const Value* data() const { return data_; }
    Value& operator[](std::size_t i) { return data_[i]; }
    const Value& operator[](std::size_t i) const { return data_[i]; }
    [[nodiscard]] Value* begin() { return data_; }
    [[nodiscard]] Value* end() { return data_ + size_; }
    [[nodiscard]] const Value* begin() const { return data_; }
    [[nodiscard]] const Value* end() const { return data_ + size_; }
    void fill(Value value) { std::fill(begin(), end(), value); }

private:
    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };
    std::unique_ptr<void, Free> memory_;
    Value* data_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace convergence::radiance
