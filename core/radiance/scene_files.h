#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/radiance/scene_source.h"

namespace convergence::radiance {

/// Folders of posed pictures, as the tools of the field write them.
///
/// **NeRF-synthetic** (Mildenhall et al. 2020): transforms_{train,val,test}.json with
/// camera_angle_x in radians and frames, each with file_path (with or without ".png", relative to
/// the folder) and transform_matrix (4 × 4, camera to world, OpenGL axes); PNG pictures, what is
/// transparent lies on white. Two more keys may be there, "near" and "far", and other tools ignore
/// them; without them the scene lies between 2 and 6.
///
/// **NSVF** (Liu et al. 2020): intrinsics.txt (first number: focal length in pixels), pose/*.txt
/// (4 × 4, camera to world, OpenCV axes: x right, y down, z forward), rgb/*.png; names start with
/// 0_ (training), 1_ (validation) or 2_ (test). The farthest point is as far as two training
/// cameras are from each other at most, the nearest a twentieth of it.
///
/// Held out are the test pictures, without any the validation pictures, without these every eighth
/// training picture, which is then not trained on. Training pictures beyond
/// SceneOptions::trainingViews are left out evenly.

/// A picture of a folder and how it was taken.
struct PosedFile {
    std::filesystem::path picture;
    std::filesystem::path described; ///< the file that holds the pose, for messages
    Eigen::Matrix<double, 3, 4> pose = Eigen::Matrix<double, 3, 4>::Zero(); ///< OpenGL axes
    double focalPerWidth = 0.0;
};

/// What a folder lists, before any picture is read.
struct PosedFiles {
    std::string name;
    std::vector<PosedFile> training;
    std::vector<PosedFile> heldOut;
    double nearest = 2.0;
    double farthest = 6.0;
};

bool isNerfSynthetic(const std::filesystem::path& folder);
bool isNsvf(const std::filesystem::path& folder);

/// Reads poses and looks for the pictures. Throws InputError naming the file and what is wrong: a
/// missing or malformed file, a missing picture, a pose that is not a rotation and a position, a
/// camera_angle_x that is not between 0 and π.
PosedFiles listNerfSynthetic(const std::filesystem::path& folder, const SceneOptions& options);
PosedFiles listNsvf(const std::filesystem::path& folder, const SceneOptions& options);

/// Bytes of reading them all. Reads the headers of all pictures. Throws InputError if a picture is
/// not a PNG or not of the size of the first one.
double memoryOf(const PosedFiles& files, const SceneOptions& options);

/// Reads all pictures, several at once. Throws InputError as memoryOf(), for damaged pictures, and
/// when `stop` is requested.
Scene loadPictures(const PosedFiles& files, const SceneOptions& options,
                   const SceneProgress& progress, const StopToken& stop);

/// Writes a scene as a NeRF-synthetic folder, which is made if need be: train/r_K.png and
/// test/r_K.png with transforms_{train,val,test}.json, where val names the test pictures, since
/// other tools insist on all three. Opened again it gives the same pictures and poses, bit for bit.
/// Throws InputError naming what cannot be written, or if cameras differ in focal length or size;
/// when `stop` is requested.
void exportNerfSynthetic(const Scene& scene, const std::filesystem::path& folder,
                         const SceneProgress& progress = {}, const StopToken& stop = {});

} // namespace convergence::radiance
