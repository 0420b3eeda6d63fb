#pragma once

#include <filesystem>
#include <string_view>

namespace convergence {

/// Writes a file that is either complete or not there: the content goes to "<path>.part", which is
/// then renamed. Replaces an existing file. Throws InputError naming the file and the reason.
void writeWholeFile(const std::filesystem::path& path, std::string_view content);

} // namespace convergence
