#pragma once

#include <cmath>
#include <string>

#include <fmt/format.h>

#include "core/data/mesh.h"
#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

/// What the readers of all formats of meshes check, in the same words.
class MeshBuilder {
public:
    explicit MeshBuilder(std::string name) : name_(std::move(name)) {}

    [[noreturn]] void refuse(const std::string& found, const std::string& expected) const {
        throw InputError(fmt::format("The mesh {} {}; expected {}.", name_, found, expected));
    }
    [[noreturn]] void refuseAsOther(const char* format) const {
        throw InputError(fmt::format("The file {} cannot be read as a mesh: it is empty or not {} "
                                     "data.",
                                     name_, format));
    }

    void addPoint(const Eigen::Vector3d& point) {
        mesh.points.emplace_back(point.cast<float>());
        if (!mesh.points.back().allFinite())
            throw InputError(fmt::format("Point {} of the mesh {} has a coordinate that is not a "
                                         "finite number in single precision.",
                                         mesh.points.size(), name_));
        if (mesh.points.size() > UINT32_MAX)
            refuse("has more than 2^32 points", "fewer");
    }
    void addCorner(std::uint32_t index) { mesh.corners.push_back(index); }
    void endFace() {
        const std::size_t begin = mesh.faceEnds.empty() ? 0 : mesh.faceEnds.back();
        const std::size_t count = mesh.corners.size() - begin;
        if (count < 3 || count > mostCorners)
            refuse(fmt::format("has the face {} with {} corners", mesh.faceCount() + 1, count),
                   fmt::format("3 to {}", mostCorners));
        mesh.faceEnds.push_back(mesh.corners.size());
    }
    Mesh finished() {
        if (mesh.faceEnds.empty())
            throw InputError(fmt::format("The mesh {} has {} points but no faces; only surfaces "
                                         "can be drawn.",
                                         name_, mesh.points.size()));
        return std::move(mesh);
    }

    Mesh mesh;

private:
    std::string name_;
};

} // namespace convergence
