#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"
#include "core/experiment/verification.h"

namespace convergence {

/// What a run folder says about its run besides the tables.
struct RunRecord {
    const Description* description = nullptr;
    const ParameterValues* values = nullptr;
    std::string state; ///< finished, stopped, diverged or failed
    double wallSeconds = 0.0;
    std::vector<ClaimReport> claims;               ///< those that this one run suffices to judge
    std::vector<std::filesystem::path> files = {}; ///< that solvers wrote, relative to the folder
};

/// The content of run.json.
nlohmann::json runJson(const Recording& recording, const RunRecord& record);

/// Creates the folder if need be and makes sure that files can be written there.
/// Throws InputError naming the folder and the reason.
void prepareOutputFolder(const std::filesystem::path& folder);

/// Writes run.json, trials.csv, and for each arm `<arm>.csv` and `<arm>.timing.csv`: RFC 4180,
/// UTF-8, numbers in the shortest form that reads back exactly, an empty cell where a column does
/// not apply. Arms with several trials have the columns trial, factors and replicate in front. Each
/// file is complete or absent. Throws InputError naming the file that cannot be written.
void writeRunFolder(const std::filesystem::path& folder, const Recording& recording,
                    const RunRecord& record);

/// One table as CSV text.
std::string toCsv(const Table& table);

/// The program's version, e.g. "0.1.0".
std::string programVersion();

nlohmann::json toJson(const ClaimReport& report);

} // namespace convergence
