#pragma once

#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/verification.h"

namespace convergence {

/// What verifications of claims found, as a value: read from and written to report.json, compared
/// with an earlier one, written as pages. Knows nothing of windows, recordings or solvers, and says
/// nothing of who made it or where.

/// What a verdict took.
struct VerdictCost {
    std::size_t runs = 0;
    std::size_t seeds = 0; ///< distinct ones of all runs; 0 where nothing is random
    /// Of the steps of all trials that keep a trace, one after another; measuring and preparation
    /// are not among them.
    double seconds = 0.0;
    bool isComplete = true; ///< all trials were timed; otherwise it took longer
};

/// Runs of a protocol that differ in their seeds only.
struct ReportedRuns {
    std::string label;
    std::vector<std::uint64_t> seeds; ///< of the protocol
    std::string command;              ///< makes the first of them, for a POSIX shell
};

/// The outcome for a claim, or for one refutation of it.
struct ReportedVerdict {
    std::string broken; ///< what the refutation breaks; empty for the claim itself
    Verdict verdict = Verdict::notEnoughData;
    double measured = std::numeric_limits<double>::quiet_NaN();
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = std::numeric_limits<double>::quiet_NaN();
    std::string explanation;
    bool ok = false; ///< ClaimReport::ok
    bool standIn = false;
    VerdictCost cost;
    std::string command; ///< makes this number again, for a POSIX shell
};

struct ReportedClaim {
    std::string id;
    ClaimKind kind = ClaimKind::run;
    std::string statement;
    std::string threshold; ///< in words and numbers
    Origin origin;
    KnownVerdict known;
    ReportedVerdict own;
    std::vector<ReportedRuns> runs;
    std::vector<ReportedVerdict> refutations; ///< empty in a report without refutations
};

/// A parameter with all values that the runs of an experiment's claims have.
struct ReportedParameter {
    std::string name;
    std::string symbol;
    std::string label;
    std::string unit;
    std::string defaultValue;
    std::vector<std::string> values; ///< other than the default, in order of appearance
};

struct ReportedExperiment {
    std::string id;
    std::string title;
    Paper paper;
    std::string question;
    std::string summary;
    std::string data;  ///< where data came from; empty where the experiment makes its own
    std::string build; ///< buildFingerprint()
    std::vector<ReportedParameter> parameters;
    std::vector<ReportedClaim> claims;
};

/// What the numbers were made on.
struct Machine {
    std::string processor;
    int cores = 0;
    std::string system; ///< name and release
};

struct Report {
    std::string version; ///< of the program
    std::string day;     ///< "2026-11-29", UTC
    Machine machine;
    bool withRefutations = true;
    std::vector<ReportedExperiment> experiments;
};

/// What verify() found of one experiment's claims and of their refutations. Reads the evidence of
/// the reports and keeps none of it.
ReportedExperiment reportedExperiment(const ExperimentType& type,
                                      const std::vector<ClaimReport>& claims,
                                      const std::vector<ClaimReport>& refutations);

/// The content of report.json. Numbers read back exactly; NaN is written as null.
std::string reportText(const Report& report);

/// Throws InputError naming `source` for what is no report, is damaged, or was made by a later
/// version of the format.
Report parseReport(std::string_view text, const std::string& source);

/// Reads a report.json, or the one in a folder. Throws InputError as parseReport() does, and for
/// what cannot be read.
Report readReport(const std::filesystem::path& fileOrFolder);

} // namespace convergence
