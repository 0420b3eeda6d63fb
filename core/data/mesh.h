#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

namespace convergence {

/// A surface of polygons, as mesh files hold it.
///
/// What a reader below returns: at least one face; each face with 3 to mostCorners corners; every
/// corner the index of a point; all coordinates finite.
struct Mesh {
    std::vector<Eigen::Vector3f> points;
    std::vector<std::array<std::uint8_t, 3>> colors; ///< of the points (sRGB), or empty
    std::vector<std::uint32_t> corners;              ///< indices of points, face after face
    std::vector<std::size_t> faceEnds;               ///< where in `corners` each face ends

    [[nodiscard]] std::size_t faceCount() const { return faceEnds.size(); }
    [[nodiscard]] std::span<const std::uint32_t> face(std::size_t index) const {
        const std::size_t begin = index == 0 ? 0 : faceEnds[index - 1];
        return std::span(corners).subspan(begin, faceEnds[index] - begin);
    }
};

/// Faces are cut into triangles by methods whose time grows faster than the number of corners.
inline constexpr std::size_t mostCorners = 1000;

/// Reads a mesh from a file, plain or compressed by gzip, of the format that its name ends in:
/// .ply, .stl or .obj (in either case). Throws InputError naming the file if it cannot be read, is
/// larger than 2 GiB, has another ending, or as the reader of its format does.
Mesh readMesh(const std::filesystem::path& path);

/// The readers of one format each. `content` is all of the file, `name` says in messages whose it
/// is. What a file declares is compared with its length before anything is allocated for it, and an
/// index with the number of points before it is accepted. They throw InputError naming the file,
/// the place and what was expected: for content of another format, one that ends early or goes on,
/// a face of fewer than 3 or more than mostCorners corners or with a corner that is no point of the
/// file, a coordinate that is not a finite number in single precision, no faces.

/// PLY 1.0 (Turk 1994), text or binary in either byte order. Of the element `vertex` x, y, z and,
/// where they are bytes, red, green, blue are read; of the element `face` the list vertex_indices
/// (or vertex_index). Other elements and properties are passed over.
Mesh parsePly(std::string_view content, const std::string& name);

/// STL, text or binary; told apart by length and content, since binary files may begin with "solid"
/// as well. Corners at the same place become one point; triangles that thereby lose a corner have
/// no area and are left out. Normals and attribute bytes are not used.
Mesh parseStl(std::string_view content, const std::string& name);

/// Wavefront OBJ: v and f, with indices from 1 or, negative, from the latest point backwards; what
/// follows a slash, further numbers of v and all other statements are passed over.
Mesh parseObj(std::string_view content, const std::string& name);

} // namespace convergence
