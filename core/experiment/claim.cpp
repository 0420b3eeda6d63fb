#include "core/experiment/claim.h"

#include <array>

namespace convergence {

std::string_view nameOf(Verdict verdict) {
    constexpr std::array names = {"holds", "fails", "not enough data", "observed"};
    return names[static_cast<int>(verdict)];
}

std::string_view nameOf(ClaimKind kind) {
    constexpr std::array names = {"run", "self-check", "observation"};
    return names[static_cast<int>(kind)];
}

std::vector<std::size_t> Evidence::trialsOf(const EvidenceRun& run, const std::string& arm) const {
    const auto replaced = replacedArms.find(arm);
    const auto all =
        run.recording->trialsOf(replaced == replacedArms.end() ? arm : replaced->second);
    if (drawn.empty())
        return all;
    std::map<std::uint64_t, std::vector<std::size_t>> byReplicate;
    for (const std::size_t trial : all)
        byReplicate[run.recording->plans()[trial].replicate].push_back(trial);
    std::vector<std::size_t> trials;
    for (const std::uint64_t replicate : drawn)
        if (const auto found = byReplicate.find(replicate); found != byReplicate.end())
            trials.insert(trials.end(), found->second.begin(), found->second.end());
    return trials;
}

std::vector<const EvidenceRun*> Evidence::labelled(const std::string& label) const {
    std::vector<const EvidenceRun*> result;
    for (const EvidenceRun& run : runs)
        if (run.label == label)
            result.push_back(&run);
    return result;
}

std::string Claim::expected() const {
    std::string text = threshold.text();
    for (const Threshold& further : also)
        text += ", " + further.text();
    return hold == Hold::onAverage ? text + "; on average over seeds" : text;
}

Verdict Claim::knownVerdict() const {
    return kind == ClaimKind::observation ? Verdict::observed : known.verdict;
}

} // namespace convergence
