#include "app/report/report.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/data/input_file.h"
#include "core/data/json_nesting.h"
#include "core/error.h"

namespace convergence {

namespace {

using nlohmann::json;

constexpr const char* formatName = "convergence-lab report";
constexpr int currentVersion = 1;
constexpr std::size_t largestText = std::size_t{64} << 20;

// ---- Writing ---------------------------------------------------------------------------------

json numberJson(double value) {
    if (std::isnan(value))
        return nullptr;
    if (std::isinf(value))
        return value > 0.0 ? "infinity" : "-infinity";
    return value;
}

json verdictJson(const ReportedVerdict& verdict) {
    json result{{"verdict", nameOf(verdict.verdict)},
                {"measured", numberJson(verdict.measured)},
                {"interval", {numberJson(verdict.low), numberJson(verdict.high)}},
                {"explanation", verdict.explanation},
                {"ok", verdict.ok},
                {"stand_in", verdict.standIn},
                {"runs", verdict.cost.runs},
                {"seeds", verdict.cost.seeds},
                {"seconds", verdict.cost.seconds},
                {"seconds_complete", verdict.cost.isComplete},
                {"command", verdict.command}};
    if (!verdict.broken.empty())
        result["refutation"] = verdict.broken;
    return result;
}

json claimJson(const ReportedClaim& claim) {
    json result = verdictJson(claim.own);
    result["id"] = claim.id;
    result["kind"] = nameOf(claim.kind);
    result["statement"] = claim.statement;
    result["threshold"] = claim.threshold;
    result["origin"] = {{"kind", nameOf(claim.origin.kind)}, {"text", claim.origin.text}};
    result["known_verdict"] = nameOf(claim.known.verdict);
    result["known_reason"] = claim.known.reason;
    result["protocol"] = json::array();
    for (const ReportedRuns& runs : claim.runs)
        result["protocol"].push_back(
            {{"label", runs.label}, {"seeds", runs.seeds}, {"command", runs.command}});
    result["refutations"] = json::array();
    for (const ReportedVerdict& refutation : claim.refutations)
        result["refutations"].push_back(verdictJson(refutation));
    return result;
}

json experimentJson(const ReportedExperiment& experiment) {
    const Paper& paper = experiment.paper;
    json result{{"id", experiment.id},
                {"title", experiment.title},
                {"paper",
                 {{"title", paper.title},
                  {"authors", paper.authors},
                  {"year", paper.year},
                  {"venue", paper.venue},
                  {"arxiv", paper.arxiv}}},
                {"question", experiment.question},
                {"summary", experiment.summary},
                {"data", experiment.data},
                {"build", experiment.build},
                {"parameters", json::array()},
                {"claims", json::array()}};
    for (const ReportedParameter& parameter : experiment.parameters)
        result["parameters"].push_back({{"name", parameter.name},
                                        {"symbol", parameter.symbol},
                                        {"label", parameter.label},
                                        {"unit", parameter.unit},
                                        {"default", parameter.defaultValue},
                                        {"values", parameter.values}});
    for (const ReportedClaim& claim : experiment.claims)
        result["claims"].push_back(claimJson(claim));
    return result;
}

// ---- Reading ---------------------------------------------------------------------------------

/// A part of the document, with the way to it for sentences.
class Part {
public:
    Part(const json& value, std::string place, const std::string& source)
        : value_(value), place_(std::move(place)), source_(source) {}

    [[nodiscard]] Part at(const std::string& name) const {
        const std::string place = place_.empty() ? name : place_ + "." + name;
        if (!value_.is_object() || !value_.contains(name))
            refuse(place, "is missing");
        return {value_.at(name), place, source_};
    }
    [[nodiscard]] std::string text(const std::string& name) const {
        const Part part = at(name);
        if (!part.value_.is_string())
            part.refuse(part.place_, "has to be a text");
        return part.value_.get<std::string>();
    }
    [[nodiscard]] bool boolean(const std::string& name) const {
        const Part part = at(name);
        if (!part.value_.is_boolean())
            part.refuse(part.place_, "has to be true or false");
        return part.value_.get<bool>();
    }
    template <typename Integer>
    [[nodiscard]] Integer count(const std::string& name) const {
        return at(name).asCount<Integer>();
    }
    template <typename Integer>
    [[nodiscard]] Integer asCount() const {
        constexpr std::uint64_t most = std::uint64_t{1} << 53;
        constexpr std::uint64_t largest = std::numeric_limits<Integer>::max();
        if (!value_.is_number_unsigned() ||
            value_.get<std::uint64_t>() > std::min<std::uint64_t>(most, largest))
            refuse(place_, "has to be a whole number from 0 on");
        return value_.get<Integer>();
    }
    /// Any number; null is NaN.
    [[nodiscard]] double number() const {
        if (value_.is_null())
            return std::numeric_limits<double>::quiet_NaN();
        if (value_ == "infinity" || value_ == "-infinity")
            return (value_ == "infinity" ? 1.0 : -1.0) * std::numeric_limits<double>::infinity();
        if (!value_.is_number())
            refuse(place_, "has to be a number, \"infinity\", \"-infinity\" or null");
        return value_.get<double>();
    }
    [[nodiscard]] std::string asText() const {
        if (!value_.is_string())
            refuse(place_, "has to be a text");
        return value_.get<std::string>();
    }
    [[nodiscard]] std::vector<Part> list(const std::string& name) const {
        const Part part = at(name);
        if (!part.value_.is_array())
            part.refuse(part.place_, "has to be a list");
        std::vector<Part> parts;
        for (std::size_t i = 0; i < part.value_.size(); ++i)
            parts.emplace_back(part.value_[i], fmt::format("{}[{}]", part.place_, i), source_);
        return parts;
    }
    /// The enumerator, of those from 0 to `last`, with that name.
    template <typename Enum>
    [[nodiscard]] Enum named(const std::string& name, Enum last) const {
        const std::string text = this->text(name);
        std::string known;
        for (int i = 0; i <= static_cast<int>(last); ++i) {
            const auto value = static_cast<Enum>(i);
            if (nameOf(value) == text)
                return value;
            known += fmt::format("{}'{}'", i == 0 ? "" : ", ", nameOf(value));
        }
        refuse(place_ + "." + name, fmt::format("is '{}', but has to be one of {}", text, known));
    }
    [[noreturn]] void refuse(const std::string& place, const std::string& problem) const {
        throw InputError(fmt::format("{} is damaged: '{}' {}.", source_, place, problem));
    }

private:
    const json& value_;
    std::string place_;
    const std::string& source_;
};

ReportedVerdict verdictFrom(const Part& part) {
    ReportedVerdict verdict{.verdict = part.named("verdict", Verdict::observed),
                            .measured = part.at("measured").number(),
                            .explanation = part.text("explanation"),
                            .ok = part.boolean("ok"),
                            .standIn = part.boolean("stand_in"),
                            .cost = {.runs = part.count<std::size_t>("runs"),
                                     .seeds = part.count<std::size_t>("seeds"),
                                     .seconds = part.at("seconds").number(),
                                     .isComplete = part.boolean("seconds_complete")},
                            .command = part.text("command")};
    const auto interval = part.list("interval");
    if (interval.size() != 2)
        part.refuse("interval", "has to have two ends");
    verdict.low = interval[0].number();
    verdict.high = interval[1].number();
    return verdict;
}

ReportedClaim claimFrom(const Part& part) {
    ReportedClaim claim{.id = part.text("id"),
                        .kind = part.named("kind", ClaimKind::observation),
                        .statement = part.text("statement"),
                        .threshold = part.text("threshold"),
                        .origin = {.kind = part.at("origin").named("kind", OriginKind::ours),
                                   .text = part.at("origin").text("text")},
                        .known = {.verdict = part.named("known_verdict", Verdict::observed),
                                  .reason = part.text("known_reason")},
                        .own = verdictFrom(part)};
    for (const Part& runs : part.list("protocol")) {
        ReportedRuns& group = claim.runs.emplace_back(ReportedRuns{
            .label = runs.text("label"), .seeds = {}, .command = runs.text("command")});
        for (const Part& seed : runs.list("seeds"))
            group.seeds.push_back(seed.asCount<std::uint64_t>());
    }
    for (const Part& refutation : part.list("refutations")) {
        claim.refutations.push_back(verdictFrom(refutation));
        claim.refutations.back().broken = refutation.text("refutation");
    }
    return claim;
}

ReportedExperiment experimentFrom(const Part& part) {
    const Part paper = part.at("paper");
    ReportedExperiment experiment{.id = part.text("id"),
                                  .title = part.text("title"),
                                  .paper = {.title = paper.text("title"),
                                            .authors = paper.text("authors"),
                                            .year = paper.count<int>("year"),
                                            .venue = paper.text("venue"),
                                            .arxiv = paper.text("arxiv")},
                                  .question = part.text("question"),
                                  .summary = part.text("summary"),
                                  .data = part.text("data"),
                                  .build = part.text("build")};
    for (const Part& parameter : part.list("parameters")) {
        ReportedParameter& reported = experiment.parameters.emplace_back(
            ReportedParameter{.name = parameter.text("name"),
                              .symbol = parameter.text("symbol"),
                              .label = parameter.text("label"),
                              .unit = parameter.text("unit"),
                              .defaultValue = parameter.text("default"),
                              .values = {}});
        for (const Part& value : parameter.list("values"))
            reported.values.push_back(value.asText());
    }
    for (const Part& claim : part.list("claims"))
        experiment.claims.push_back(claimFrom(claim));
    return experiment;
}

} // namespace

std::string reportText(const Report& report) {
    json document{{"format", formatName},
                  {"version", currentVersion},
                  {"program_version", report.version},
                  {"day", report.day},
                  {"machine",
                   {{"processor", report.machine.processor},
                    {"cores", report.machine.cores},
                    {"system", report.machine.system}}},
                  {"with_refutations", report.withRefutations},
                  {"experiments", json::array()}};
    for (const ReportedExperiment& experiment : report.experiments)
        document["experiments"].push_back(experimentJson(experiment));
    return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Report parseReport(std::string_view text, const std::string& source) {
    requireShallowJson(text, source);
    const json document = json::parse(text, nullptr, false);
    if (!document.is_object() || document.value("format", json()) != formatName)
        throw InputError(
            fmt::format("{} is not a report: it has to be a JSON object with \"format\": \"{}\".",
                        source, formatName));
    const json version = document.value("version", json());
    if (version.is_number_integer() && version > currentVersion)
        throw InputError(fmt::format("{} is a report of version {}, made by a newer program; this "
                                     "one reads up to version {}.",
                                     source, version.dump(), currentVersion));
    const Part whole(document, "", source);
    if (version != currentVersion)
        whole.refuse("version", fmt::format("has to be {}", currentVersion));
    Report report{.version = whole.text("program_version"),
                  .day = whole.text("day"),
                  .machine = {.processor = whole.at("machine").text("processor"),
                              .cores = whole.at("machine").count<int>("cores"),
                              .system = whole.at("machine").text("system")},
                  .withRefutations = whole.boolean("with_refutations"),
                  .experiments = {}};
    for (const Part& experiment : whole.list("experiments"))
        report.experiments.push_back(experimentFrom(experiment));
    return report;
}

Report readReport(const std::filesystem::path& fileOrFolder) {
    std::error_code none;
    const std::filesystem::path file = std::filesystem::is_directory(fileOrFolder, none)
                                           ? fileOrFolder / "report.json"
                                           : fileOrFolder;
    return parseReport(readContent(file, largestText, "a report of at most 64 MB"), file.string());
}

} // namespace convergence
