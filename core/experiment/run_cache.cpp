#include "core/experiment/run_cache.h"

#include <algorithm>
#include <exception>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/data/input_file.h"
#include "core/data/output_file.h"
#include "core/experiment/build_fingerprint.h"
#include "core/experiment/recording_outline.h"

namespace convergence {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".run";

/// Where a run is looked for: the name is a hash, the file begins with the whole key.
struct Place {
    fs::path file;
    std::string key;
};

std::uint64_t hashOf(std::string_view text) { // FNV-1a
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char byte : text)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    return hash;
}

bool readsFiles(const ParameterValues& values, const ExperimentType& type) {
    return std::any_of(type.description.parameters.begin(), type.description.parameters.end(),
                       [&](const Parameter& parameter) {
                           return parameter.kind == ParameterKind::file &&
                                  !values.text(parameter.name).empty();
                       });
}

/// Empty for what is not kept.
Place placeOf(const fs::path& folder, const ExperimentType& type, const ParameterValues& values) {
    const std::string build = buildFingerprint(type);
    if (!sameBuild(build, build) || readsFiles(values, type))
        return {};
    std::string key = fmt::format("{} {} {}\n", build, type.description.id, resolvedKey(values));
    return {folder / fmt::format("{:016x}{}", hashOf(key), ending), std::move(key)};
}

} // namespace

std::string resolvedKey(const ParameterValues& values) {
    nlohmann::json key;
    for (const auto& [name, value] : values.all())
        key[name] = toJson(value);
    return key.dump();
}

RunCache::RunCache(fs::path folder, std::uintmax_t mostBytes)
    : folder_(std::move(folder)), mostBytes_(mostBytes) {}

std::shared_ptr<const Recording> RunCache::find(const ExperimentType& type,
                                                const ParameterValues& values) const {
    const Place place = placeOf(folder_, type, values);
    std::error_code none;
    if (place.key.empty() || !fs::exists(place.file, none))
        return nullptr;
    try {
        const std::string content = readContent(place.file, mostBytes_, "a kept run");
        if (!content.starts_with(place.key))
            return nullptr;
        auto recording = unpackRecording(std::string_view(content).substr(place.key.size()),
                                         type.description.parameters);
        fs::last_write_time(place.file, fs::file_time_type::clock::now(), none);
        return recording;
    } catch (const std::exception&) {
        return nullptr;
    }
}

void RunCache::keep(const ExperimentType& type, const ParameterValues& values,
                    const Recording& recording) const {
    const Place place = placeOf(folder_, type, values);
    if (place.key.empty() || recording.provenance().standIn)
        return;
    try {
        fs::create_directories(folder_);
        writeWholeFile(place.file, place.key + packRecording(recording));
    } catch (const std::exception&) { // a full disk, a folder of someone else's
    }
}

void RunCache::prune() const {
    struct Kept {
        fs::file_time_type used;
        std::uintmax_t bytes;
        fs::path file;
    };
    std::vector<Kept> all;
    std::uintmax_t bytes = 0;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder_, none)) {
        if (entry.path().extension() != ending)
            continue;
        all.push_back({entry.last_write_time(none), entry.file_size(none), entry.path()});
        bytes += all.back().bytes;
    }
    std::sort(all.begin(), all.end(), [](const Kept& a, const Kept& b) { return a.used < b.used; });
    for (const Kept& kept : all) {
        if (bytes <= mostBytes_)
            return;
        fs::remove(kept.file, none);
        bytes -= kept.bytes;
    }
}

} // namespace convergence
