#include "app/commands/command_line.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include "core/error.h"
#include "core/platform/process.h"

namespace convergence {

const Registry& CommandContext::registry() {
    if (!registry_) {
        registry_.emplace();
        for (const std::string& problem : load_(*registry_))
            fmt::print(stderr, "{}\n", problem);
    }
    return *registry_;
}

void ValueOptions::addTo(CLI::App& command) {
    command.add_option("--preset", preset, "Start from this preset's values")->type_name("NAME");
    command.add_option("--set", settings, "Set a parameter; may be given several times")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    command.add_option("--seed", seed, "Seed of all random numbers (a non-negative integer)")
        ->type_name("INTEGER");
}

Overrides ValueOptions::overrides(const Description& description) const {
    Overrides result;
    for (const std::string& setting : settings) {
        const std::size_t equals = setting.find('=');
        if (equals == std::string::npos || equals == 0)
            throw InputError(fmt::format(
                "--set {}: expected NAME=VALUE, for example learning_rate=0.1.", setting));
        const Parameter& parameter =
            findParameter(description.parameters, std::string_view(setting).substr(0, equals));
        result.insert_or_assign(
            parameter.name, parseValue(parameter, std::string_view(setting).substr(equals + 1)));
    }
    if (!seed)
        return result;
    const Parameter parameter{.name = "seed", .kind = ParameterKind::seed};
    const Value value = parseValue(parameter, *seed);
    validateValue(parameter, value, {});
    return withSeed(description, std::move(result),
                    static_cast<std::uint64_t>(std::get<std::int64_t>(value)));
}

ParameterValues ValueOptions::resolve(const ExperimentType& type) const {
    return resolveValues(type, preset, overrides(type.description));
}

void ProgressLine::show(double fraction, const std::string& text) {
    static const bool isTerminal = standardErrorIsTerminal();
    if (!isTerminal)
        return;
    constexpr int width = 24;
    const int filled = static_cast<int>(std::lround(std::clamp(fraction, 0.0, 1.0) * width));
    fmt::print(stderr, "\r\x1b[K[{:=<{}}{: <{}}] {:3.0f} %  {}", "", filled, "", width - filled,
               100.0 * fraction, text);
    std::fflush(stderr);
    shown_ = true;
}

ProgressLine::~ProgressLine() {
    if (shown_)
        fmt::print(stderr, "\r\x1b[K");
}

std::string durationInWords(double seconds) {
    if (!std::isfinite(seconds))
        return "?";
    if (seconds < 0.1)
        return fmt::format("{:.2g} ms", 1000.0 * seconds);
    if (seconds < 10.0)
        return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<long>(std::lround(seconds));
    if (whole < 60)
        return fmt::format("{} s", whole);
    if (whole < 3600)
        return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

StopToken stopOnSignals() {
    static StopToken token;
    setOnInterrupt(*token.flag());
    return token;
}

} // namespace convergence
