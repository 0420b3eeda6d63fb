#include "core/experiment/saved_files.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, const std::error_code& error) {
    throw InputError(fmt::format("{} cannot be made ({}); choose a place that is writable.",
                                 path.string(), error.message()));
}

void makeFolder(const fs::path& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error)
        refuse(path, error);
}

/// A folder that goes with all that is in it.
class PassingFolder {
public:
    explicit PassingFolder(fs::path path) : path_(std::move(path)) {
        std::error_code ignored; // what an earlier program left when it was killed
        fs::remove_all(path_, ignored);
        makeFolder(path_);
    }
    ~PassingFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    PassingFolder(const PassingFolder&) = delete;
    PassingFolder& operator=(const PassingFolder&) = delete;

    [[nodiscard]] const fs::path& path() const { return path_; }
    /// What is in it, relative to it.
    [[nodiscard]] std::vector<fs::path> files() const {
        std::vector<fs::path> files;
        for (const auto& entry : fs::recursive_directory_iterator(path_))
            if (!entry.is_directory())
                files.push_back(fs::relative(entry.path(), path_));
        std::sort(files.begin(), files.end());
        return files;
    }

private:
    fs::path path_;
};

/// A person knows the folder by the name that it will have.
std::string replaced(std::string text, const std::string& passing, const std::string& lasting) {
    for (auto at = text.find(passing); at != std::string::npos;
         at = text.find(passing, at + lasting.size()))
        text.replace(at, passing.size(), lasting);
    return text;
}

} // namespace

std::string namesInWords(const std::vector<fs::path>& files) {
    constexpr std::size_t named = 3;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(files.size(), named); ++i)
        names.push_back(files[i].string());
    const std::string words = fmt::format("{}", fmt::join(names, ", "));
    return files.size() > named ? fmt::format("{} and {} more", words, files.size() - named)
                                : words;
}

std::vector<fs::path> saveInto(const fs::path& folder, const std::string& name,
                               const std::function<void(const fs::path&)>& write) {
    makeFolder(folder); // where that fails it is this folder that is named
    const PassingFolder fresh(folder / (name + ".part"));
    try {
        write(fresh.path());
    } catch (const InputError& error) {
        throw InputError(replaced(error.what(), fresh.path().string(), (folder / name).string()));
    }
    std::vector<fs::path> files;
    for (const fs::path& file : fresh.files()) {
        const fs::path relative = name / file;
        const fs::path target = folder / relative;
        makeFolder(target.parent_path());
        std::error_code error;
        fs::rename(fresh.path() / file, target, error);
        if (error)
            refuse(target, error);
        files.push_back(relative);
    }
    return files;
}

} // namespace convergence
