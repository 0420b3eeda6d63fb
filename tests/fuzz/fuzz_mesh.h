#pragma once

#include "core/data/mesh.h"
#include "tests/fuzz/fuzz_target.h"

namespace convergence::fuzz {

/// What a reader of meshes returns keeps what Mesh promises.
inline void checkMesh(Mesh (*parse)(std::string_view, const std::string&), const std::uint8_t* data,
                      std::size_t size) {
    Mesh mesh;
    if (!survives([&] { mesh = parse(textOf(data, size), "The mesh"); }))
        return;
    if (mesh.faceCount() == 0 || mesh.faceEnds.back() != mesh.corners.size())
        fail("The faces are not those of the corners.");
    for (std::size_t i = 0; i < mesh.faceCount(); ++i)
        if (mesh.face(i).size() < 3 || mesh.face(i).size() > mostCorners)
            fail("A face has too few or too many corners.");
    for (const std::uint32_t corner : mesh.corners)
        if (corner >= mesh.points.size())
            fail("A corner is no point.");
    for (const Eigen::Vector3f& point : mesh.points)
        if (!point.allFinite())
            fail("A point is not finite.");
    if (!mesh.colors.empty() && mesh.colors.size() != mesh.points.size())
        fail("Some points have no color.");
}

} // namespace convergence::fuzz
