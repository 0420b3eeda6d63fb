#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace convergence {

/// What File > Save keeps: one JSON document that says what a window shows. It is data only;
/// nothing in it is ever executed.
struct SessionDocument {
    std::string experiment;
    nlohmann::json parameters = nlohmann::json::object(); ///< start values, seed included
    std::vector<nlohmann::json> events;    ///< live changes of the shown run (LiveEvent)
    std::optional<std::int64_t> iteration; ///< the moment gone back to; none: the present
    std::string run;                       ///< key of the shown run; may be empty
    /// A second parameter set beside the first, in lock step with it.
    struct Beside {
        nlohmann::json parameters = nlohmann::json::object();
        std::vector<nlohmann::json> events;
        std::string run;
    };
    std::optional<Beside> beside;
    std::vector<std::string> overlays; ///< keys of runs drawn over it
    std::string notes;
    std::string theme;                    ///< empty: as the program has it
    std::vector<std::string> hiddenViews; ///< ids
    std::string arrangement;              ///< of the views, base64; empty: the usual one
};

/// The document as text, indented.
std::string toText(const SessionDocument& session);

/// Reads a document. Throws InputError, one sentence that names `source` and the place, for text
/// that is no JSON, another format, a newer version, a key that is unknown, missing or of the wrong
/// type. Whether the experiment exists and its values are valid is not looked at.
SessionDocument parseSession(std::string_view text, const std::string& source);

} // namespace convergence
