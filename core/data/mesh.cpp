#include "core/data/mesh.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "core/data/input_file.h"
#include "core/error.h"

namespace convergence {

Mesh readMesh(const std::filesystem::path& path) {
    constexpr std::size_t mostBytes = std::size_t{1} << 31;
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    const auto parse = ending == ".ply"   ? parsePly
                       : ending == ".stl" ? parseStl
                       : ending == ".obj" ? parseObj
                                          : nullptr;
    if (!parse)
        throw InputError(fmt::format("The mesh {} cannot be read: its name has to end in .ply, "
                                     ".stl or .obj.",
                                     path.string()));
    return parse(readContent(path, mostBytes, "a mesh of at most 2147 MB"), path.string());
}

} // namespace convergence
