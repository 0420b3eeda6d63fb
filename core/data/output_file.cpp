#include "core/data/output_file.h"

#include <fstream>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

void writeWholeFile(const std::filesystem::path& path, std::string_view content) {
    std::filesystem::path partial = path;
    partial += ".part";
    std::error_code error;
    {
        std::ofstream file(partial, std::ios::binary);
        file.write(content.data(), static_cast<std::streamsize>(content.size()));
        file.flush();
        if (!file) {
            file.close();
            std::filesystem::remove(partial, error);
            throw InputError(fmt::format("The file {} cannot be written; choose a folder that is "
                                         "writable and has room.",
                                         path.string()));
        }
    }
    std::filesystem::rename(partial, path, error);
    if (error) {
        const std::string reason = error.message();
        std::filesystem::remove(partial, error);
        throw InputError(fmt::format("The file {} cannot be written ({}); choose another name.",
                                     path.string(), reason));
    }
}

} // namespace convergence
