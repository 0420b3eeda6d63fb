// The poses of a folder of pictures, as NeRF-synthetic writes them (transforms_train.json) and, for
// the same bytes, as instant-ngp and nerfstudio do (transforms.json) and NSVF (intrinsics.txt and
// pose/0_0.txt).

#include <fstream>

#include "core/data/png_image.h"
#include "core/radiance/scene_files.h"
#include "tests/fuzz/fuzz_target.h"

using namespace convergence;
namespace fs = std::filesystem;

namespace {

/// Folders with a picture each, removed at the end.
class Scenes {
public:
    Scenes() {
        std::string name = (fs::temp_directory_path() / "fuzz-scene-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            fuzz::fail("No folder can be made for the scene.");
        folder = name;
        const std::vector<std::uint8_t> pixels(12, 128);
        for (const char* part : {"nerf", "one"})
            fs::create_directories(folder / part);
        for (const char* part : {"pose", "rgb"})
            fs::create_directories(folder / "nsvf" / part);
        for (const char* picture :
             {"nerf/r_0.png", "one/r_0.png", "nsvf/rgb/0_0.png", "nsvf/rgb/2_0.png"})
            writePng(folder / picture, 2, 2, 3, pixels);
    }
    ~Scenes() {
        std::error_code error;
        fs::remove_all(folder, error);
    }
    Scenes(const Scenes&) = delete;
    Scenes& operator=(const Scenes&) = delete;
    void write(const char* name, std::string_view text) const {
        std::ofstream file(folder / name, std::ios::binary | std::ios::trunc);
        file << text;
    }
    fs::path folder;
};

void check(const radiance::PosedFiles& files) {
    for (const auto* list : {&files.training, &files.heldOut})
        for (const radiance::PosedFile& file : *list)
            if (const radiance::Camera camera = file.intrinsics.camera(2, 2, file.pose);
                !camera.direction(0, 1).allFinite() || !file.pose.allFinite() ||
                !(file.intrinsics.focalPerWidth > 0.0))
                fuzz::fail("A camera without a place or a focal length was accepted.");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Scenes scenes;
    const std::string_view text = fuzz::textOf(data, size);
    radiance::SceneOptions options;
    scenes.write("nerf/transforms_train.json", text);
    fuzz::survives([&] { check(radiance::listNerfSynthetic(scenes.folder / "nerf", options)); });
    scenes.write("one/transforms.json", text);
    fuzz::survives([&] { check(radiance::listTransforms(scenes.folder / "one", options)); });
    for (const char* name : {"nsvf/intrinsics.txt", "nsvf/pose/0_0.txt", "nsvf/pose/2_0.txt"})
        scenes.write(name, text);
    fuzz::survives([&] { check(radiance::listNsvf(scenes.folder / "nsvf", options)); });
    return 0;
}
