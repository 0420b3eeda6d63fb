#include "core/experiment/claim.h"

#include <array>

namespace convergence {

std::string_view nameOf(Verdict verdict) {
    constexpr std::array names = {"holds", "fails", "not enough data"};
    return names[static_cast<int>(verdict)];
}

std::string_view nameOf(ClaimKind kind) {
    constexpr std::array names = {"run", "self-check", "observation"};
    return names[static_cast<int>(kind)];
}

std::vector<std::size_t> Evidence::trialsOf(const EvidenceRun& run, const std::string& arm) const {
    const auto replaced = replacedArms.find(arm);
    return run.recording->trialsOf(replaced == replacedArms.end() ? arm : replaced->second);
}

std::vector<const EvidenceRun*> Evidence::labelled(const std::string& label) const {
    std::vector<const EvidenceRun*> result;
    for (const EvidenceRun& run : runs)
        if (run.label == label)
            result.push_back(&run);
    return result;
}

} // namespace convergence
