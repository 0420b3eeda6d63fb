#include "core/data/input_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <zlib.h>

#include "core/error.h"

namespace convergence {

namespace {

struct Closer {
    void operator()(gzFile file) const { gzclose(file); }
};
using GzipFile = std::unique_ptr<std::remove_pointer_t<gzFile>, Closer>;

bool startsAsGzip(const std::filesystem::path& path) {
    std::array<char, 2> start{};
    std::ifstream(path, std::ios::binary).read(start.data(), start.size());
    return start[0] == '\x1f' && start[1] == '\x8b';
}

} // namespace

struct InputFile::State {
    std::filesystem::path path;
    GzipFile file;
    bool compressed = false;
    std::uint64_t size = 0; ///< on disk
};

InputFile::InputFile(const std::filesystem::path& path) : state_(std::make_unique<State>()) {
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        throw InputError(
            fmt::format("The file {} does not exist; give one that does.", path.string()));
    if (!std::filesystem::is_regular_file(path, error))
        throw InputError(
            fmt::format("{} is not a file; the path of a file is expected.", path.string()));
    errno = 0;
    state_->path = path;
    state_->size = std::filesystem::file_size(path, error);
    state_->compressed = startsAsGzip(path);
    state_->file.reset(gzopen(path.c_str(), "rb"));
    if (error || !state_->file)
        throw InputError(
            fmt::format("The file {} cannot be opened ({}); give one that can be read.",
                        path.string(), std::strerror(errno)));
    constexpr unsigned bufferBytes = 1U << 18;
    gzbuffer(state_->file.get(), bufferBytes);
}

InputFile::~InputFile() = default;
InputFile::InputFile(InputFile&&) noexcept = default;
InputFile& InputFile::operator=(InputFile&&) noexcept = default;

std::size_t InputFile::read(std::span<std::byte> out) {
    constexpr std::size_t largestRequest = 1U << 30; // gzread counts in int
    std::size_t total = 0;
    while (total < out.size()) {
        const auto request = static_cast<unsigned>(std::min(out.size() - total, largestRequest));
        const int got = gzread(state_->file.get(), out.data() + total, request);
        int code = Z_OK;
        const char* reason = gzerror(state_->file.get(), &code);
        if (got < 0 || code == Z_BUF_ERROR)
            throw InputError(fmt::format("The file {} is damaged ({}); a complete file{} is "
                                         "expected.",
                                         state_->path.string(),
                                         code == Z_BUF_ERROR ? "it ends early"
                                         : code == Z_ERRNO   ? std::strerror(errno)
                                                             : reason,
                                         state_->compressed ? ", compressed by gzip," : ""));
        total += static_cast<std::size_t>(got);
        if (static_cast<unsigned>(got) < request)
            break;
    }
    return total;
}

const std::filesystem::path& InputFile::path() const {
    return state_->path;
}

bool InputFile::compressed() const {
    return state_->compressed;
}

std::uint64_t InputFile::largestContent() const {
    constexpr std::uint64_t bestRatio = 1032;
    return state_->compressed ? state_->size * bestRatio : state_->size;
}

std::string readContent(const std::filesystem::path& path, std::size_t mostBytes,
                        const std::string& expected) {
    constexpr std::size_t firstStep = std::size_t{1} << 20;
    InputFile file(path);
    const auto refuseLength = [&] {
        throw InputError(fmt::format("The file {} holds more than {} MB; expected {}.",
                                     path.string(), mostBytes / 1'000'000, expected));
    };
    if (!file.compressed() && file.largestContent() > mostBytes)
        refuseLength();
    std::string content;
    for (;;) {
        const std::size_t before = content.size();
        // A plain file's size is known; a byte more tells whether it has grown since.
        const std::size_t step =
            file.compressed() ? std::max(firstStep, before) : file.largestContent() + 1;
        content.resize(before + std::min(step, mostBytes + 1 - before));
        const std::size_t got =
            file.read(std::as_writable_bytes(std::span(content).subspan(before)));
        const bool full = before + got == content.size();
        content.resize(before + got);
        if (content.size() > mostBytes)
            refuseLength();
        if (!full)
            return content;
    }
}

} // namespace convergence
