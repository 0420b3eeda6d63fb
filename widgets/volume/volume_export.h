#pragma once

#include <filesystem>

#include <QString>

#include "widgets/volume/volume_settings.h"

namespace convergence {

/// The points that the settings show (share of the range at least the threshold, and not 0), one a
/// line: x, y, z, opacity, colors if there are any, layers. RFC 4180.
QString volumeCsv(const VolumeFrame& frame, const VolumeSettings& settings);

/// VTK XML image data with the point arrays "opacity", "rgb" and one a layer, named by its label.
/// Throws InputError if the file cannot be written.
void writeVti(const VolumeFrame& frame, const std::filesystem::path& path);

/// Binary PLY with normals and colors. Throws InputError if there are no triangles or the file
/// cannot be written.
void writePly(const TriangleMesh& mesh, const std::filesystem::path& path);

} // namespace convergence
