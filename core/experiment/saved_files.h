#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace convergence {

/// What saving what the trials made came to.
struct SavedFiles {
    std::vector<std::filesystem::path> files; ///< relative to the folder that was given
    std::vector<std::string> troubles;        ///< a sentence for each trial that was not saved
};

/// "grid/held_out_0.png, grid/held_out_1.png, grid/held_out_2.png and 9 more"
std::string namesInWords(const std::vector<std::filesystem::path>& files);

/// Calls `write` with an empty folder and moves what it writes there into `folder/name`, over what
/// is there. Returns what that was, relative to `folder`, in order of the names. Where nothing was
/// written no folder is left, where `write` throws nothing at all. Throws InputError naming what
/// cannot be made.
std::vector<std::filesystem::path>
saveInto(const std::filesystem::path& folder, const std::string& name,
         const std::function<void(const std::filesystem::path&)>& write);

} // namespace convergence
