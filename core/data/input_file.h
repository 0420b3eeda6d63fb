#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace convergence {

/// A file read from front to back, plain or compressed by gzip (told apart by content).
class InputFile {
public:
    /// Throws InputError naming the path if it does not exist, is a folder or cannot be read.
    explicit InputFile(const std::filesystem::path& path);
    ~InputFile();
    InputFile(InputFile&&) noexcept;
    InputFile& operator=(InputFile&&) noexcept;

    /// Reads until `out` is full or the file ends; returns the number of bytes read.
    /// Throws InputError naming the file if its gzip stream is damaged or ends early.
    std::size_t read(std::span<std::byte> out);

    [[nodiscard]] const std::filesystem::path& path() const;
    /// True when the content is a gzip stream.
    [[nodiscard]] bool compressed() const;
    /// An upper bound of the bytes that the file can still have held when it was opened: its size,
    /// or what deflate can make of it at best (1032 : 1). Loaders compare sizes declared in a
    /// header with it before they allocate.
    [[nodiscard]] std::uint64_t largestContent() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// All of a file. Memory grows with what arrives, not with what a compressed file may become.
/// Throws InputError as InputFile does, and if it holds more than `mostBytes`; `expected` says in
/// that sentence what was to be read and how much: "a mesh of at most 2 GB".
std::string readContent(const std::filesystem::path& path, std::size_t mostBytes,
                        const std::string& expected);

} // namespace convergence
