#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/radiance/scene_source.h"

namespace convergence::radiance {

/// Folders of posed pictures, as the tools of the field write them. Pictures are PNG or JPEG, and
/// may differ in size; what is transparent lies on white.
///
/// **NeRF-synthetic** (Mildenhall et al. 2020): transforms_{train,val,test}.json with
/// camera_angle_x in radians and frames, each with file_path (with or without ending, relative to
/// the folder; slashes either way) and transform_matrix (3 × 4 or 4 × 4, camera to world, OpenGL
/// axes). Two more keys may be there, "near" and "far", and other tools ignore them; without them
/// the scene lies between 2 and 6.
///
/// **transforms.json**, as instant-ngp and nerfstudio write it: one file for all pictures, frames
/// as above. For all, or in a frame for that one: fl_x, fl_y, cx, cy, w, h in pixels of the picture
/// as it was taken, or camera_angle_x; without fl_y pixels are square, without cx, cy the principal
/// point is the middle, without w, h the picture's size counts. The lens: k1, k2, p1, p2 (OPENCV);
/// rays are undistorted, pictures are not. Poses are used as they stand: neither scaled nor
/// centered; applied_transform, which they contain already, and aabb_scale are not used, and
/// Scene::notes says so. Without "near" and "far" the depth is that of NSVF. Fisheye lenses,
/// k3, k4 and coefficients that fold the picture over are refused.
///
/// **NSVF** (Liu et al. 2020): intrinsics.txt (first number: focal length in pixels), pose/*.txt
/// (4 × 4, camera to world, OpenCV axes: x right, y down, z forward), rgb/*; names start with
/// 0_ (training), 1_ (validation) or 2_ (test). The farthest point is as far as two training
/// cameras are from each other at most, the nearest a twentieth of it.
///
/// Held out are the test pictures, without any the validation pictures, without these every eighth
/// training picture, which is then not trained on. Training pictures beyond
/// SceneOptions::trainingViews are left out evenly.

/// How pictures were taken, whatever size they are averaged down to.
struct Intrinsics {
    double focalPerWidth = 0.0;
    /// Focal length along the height, over the height; 0: pixels are square.
    double focalPerHeight = 0.0;
    /// Principal point as fractions of width and height, from the middle to the right and down.
    Eigen::Vector2d center = Eigen::Vector2d::Zero();
    LensDistortion distortion = {};

    /// The camera of a picture of that size.
    [[nodiscard]] Camera camera(int width, int height,
                                const Eigen::Matrix<double, 3, 4>& pose) const;
};

/// A picture of a folder and how it was taken.
struct PosedFile {
    std::filesystem::path picture;
    std::filesystem::path described; ///< the file that holds the pose, for messages
    Eigen::Matrix<double, 3, 4> pose = Eigen::Matrix<double, 3, 4>::Zero(); ///< OpenGL axes
    Intrinsics intrinsics;
};

/// What a folder lists, before any picture is read.
struct PosedFiles {
    std::string name;
    std::vector<PosedFile> training;
    std::vector<PosedFile> heldOut;
    double nearest = 2.0;
    double farthest = 6.0;
    std::vector<std::string> notes; ///< as Scene::notes
};

bool isNerfSynthetic(const std::filesystem::path& folder);
bool isTransforms(const std::filesystem::path& folder);
bool isNsvf(const std::filesystem::path& folder);

/// Reads poses and looks for the pictures. Throws InputError naming the file and what is wrong: a
/// missing or malformed file, a missing picture, a pose that is not a rotation and a position, a
/// camera_angle_x that is not between 0 and π, a focal length that is not positive, a lens that is
/// not understood.
PosedFiles listNerfSynthetic(const std::filesystem::path& folder, const SceneOptions& options);
PosedFiles listTransforms(const std::filesystem::path& folder, const SceneOptions& options);
PosedFiles listNsvf(const std::filesystem::path& folder, const SceneOptions& options);

/// Bytes of reading them all. Reads the headers of all pictures. Throws InputError if a picture is
/// neither PNG nor JPEG.
double memoryOf(const PosedFiles& files, const SceneOptions& options);

/// Reads all pictures, several at once. Throws InputError as memoryOf(), for damaged pictures, and
/// when `stop` is requested.
Scene loadPictures(const PosedFiles& files, const SceneOptions& options,
                   const SceneProgress& progress, const StopToken& stop);

/// Writes a scene as a NeRF-synthetic folder, which is made if need be: train/r_K.png and
/// test/r_K.png with transforms_{train,val,test}.json, where val names the test pictures, since
/// other tools insist on all three. Opened again it gives the same pictures and poses, bit for bit.
/// Throws InputError naming what cannot be written, or if cameras differ in focal length or size or
/// are not plain; when `stop` is requested.
void exportNerfSynthetic(const Scene& scene, const std::filesystem::path& folder,
                         const SceneProgress& progress = {}, const StopToken& stop = {});

} // namespace convergence::radiance
