#include "widgets/charts/named_arm.h"

namespace convergence {

std::string namedArm(const Description& description, std::string_view text) {
    const auto begins = [&](const std::string& name) {
        if (name.empty() || !text.starts_with(name))
            return false;
        const std::string_view rest = text.substr(name.size());
        return rest.empty() || rest.starts_with(",") || rest.starts_with(":") ||
               rest.starts_with(" (") || rest.starts_with(" ·");
    };
    std::string found;
    std::size_t longest = 0;
    for (const Arm& arm : description.arms)
        for (const std::string& name : {arm.label, arm.id})
            if (begins(name) && name.size() > longest) {
                longest = name.size();
                found = arm.id;
            }
    return found;
}

} // namespace convergence
