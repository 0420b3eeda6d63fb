#pragma once

#include <string>

#include "core/radiance/scene_files.h"

namespace convergence::radiance {

/// What the readers of both kinds of folders share.

/// The whole text of a file of at most 64 MB. Throws InputError.
std::string textOf(const std::filesystem::path& path);

/// Whether a file's name ends as those of pictures that are read: .png, .jpg, .jpeg in either case.
bool isPictureName(const std::filesystem::path& path);

/// The farthest point of a scene is as far as two training cameras are from each other at most, the
/// nearest a twentieth of it; where all cameras are in one place, nothing changes.
void setDepthFromCameras(PosedFiles& files);

/// Throws InputError unless the 4 × 4 matrix, row by row, is a rotation (to within 1e-3) with a
/// position and the last row 0 0 0 1. `place` says where it stands: "frame 3 of a.json".
Eigen::Matrix<double, 3, 4> rigidPose(const std::vector<double>& matrix, const std::string& place);

/// Chooses what is held out if nothing is, and thins out the lists as the options say. Throws
/// InputError if there is nothing to train on or to measure with.
void selectPictures(PosedFiles& files, const SceneOptions& options,
                    const std::filesystem::path& folder);

} // namespace convergence::radiance
