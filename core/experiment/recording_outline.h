#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/experiment/recording.h"

namespace convergence {

/// What a recording is before its first step (columns, arms, trials, provenance), as JSON.
nlohmann::json outlineJson(const Recording& recording);

/// An empty recording of that outline. Throws InputError if it is not one.
std::shared_ptr<Recording> recordingFromOutline(const nlohmann::json& outline);

/// Live events in their order; the inverse needs the parameters that they set, checks their values,
/// and throws InputError for what does not fit.
nlohmann::json toJson(const LiveEvent& event);
LiveEvent eventFromJson(const nlohmann::json& json, std::span<const Parameter> parameters);

/// A whole recording in one piece of bytes, as a file of a bundle holds it.
std::string packRecording(const Recording& recording);
/// The inverse; bit for bit the same tables, states and events. Throws InputError.
std::shared_ptr<Recording> unpackRecording(std::string_view packed,
                                           std::span<const Parameter> parameters);

/// Empty if both hold the same traces, bit for bit, statuses and final metrics; else one sentence
/// that says where they differ first. Timing is no part of it.
std::string firstDifference(const Recording& a, const Recording& b);

} // namespace convergence
