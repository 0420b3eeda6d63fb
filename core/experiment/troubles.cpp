#include "core/experiment/troubles.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/experiment/progress.h"

namespace convergence {

namespace {

constexpr std::size_t mostNamed = 6;

struct Reason {
    TrialStatus status;
    std::string sentence;
    std::vector<std::size_t> trials;
};

std::vector<Reason> reasonsOf(const Recording& recording) {
    std::vector<Reason> reasons;
    for (std::size_t i = 0; i < recording.plans().size(); ++i) {
        const TrialStatus status = recording.status(i);
        if (status != TrialStatus::diverged && status != TrialStatus::failed)
            continue;
        const std::string sentence = recording.message(i);
        auto found = std::find_if(reasons.begin(), reasons.end(), [&](const Reason& reason) {
            return reason.status == status && reason.sentence == sentence;
        });
        if (found == reasons.end())
            found = reasons.insert(found, {status, sentence, {}});
        found->trials.push_back(i);
    }
    return reasons;
}

/// "a, b and c".
std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

} // namespace

std::string troublesByReason(const Recording& recording,
                             const std::function<std::string(const std::string& arm)>& label) {
    std::string text;
    for (const auto& [status, reason, trials] : reasonsOf(recording)) {
        std::vector<std::string> arms, iterations;
        for (const std::size_t trial : trials) {
            arms.push_back(label(recording.plans()[trial].arm));
            iterations.push_back(fmt::format("{}", recording.iterations(trial)));
        }
        if (!text.empty())
            text += ' ';
        if (trials.size() > mostNamed || recording.plans().size() > recording.arms().size()) {
            const auto first =
                std::min_element(trials.begin(), trials.end(), [&](std::size_t a, std::size_t b) {
                    return recording.iterations(a) < recording.iterations(b);
                });
            const auto at = static_cast<std::size_t>(first - trials.begin());
            text += fmt::format("{} of {} trials {}{} ({}) at iteration {}", trials.size(),
                                recording.plans().size(), nameOf(status),
                                trials.size() > 1 ? ", the first" : "", arms[at], iterations[at]);
        } else {
            text += fmt::format("{} {} at iteration{} {}", listed(arms), nameOf(status),
                                trials.size() > 1 ? "s" : "", listed(iterations));
        }
        text += fmt::format(": {}{}", reason, reason.ends_with('.') ? "" : ".");
    }
    return text;
}

} // namespace convergence
