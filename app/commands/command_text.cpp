#include "app/commands/command_text.h"

namespace convergence {

std::string shellWord(const std::string& text) {
    static const std::string plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        "_-+=.,:/@%";
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos)
        return text;
    std::string quoted = "'";
    for (const char c : text)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

std::string commandText(const Description& description, const ParameterValues& values) {
    const ParameterValues defaults(description.parameters, {});
    std::string command = "convergence-lab run " + shellWord(description.id);
    for (const Parameter& parameter : description.parameters)
        if (const Value& value = values.value(parameter.name);
            value != defaults.value(parameter.name))
            command += " --set " + shellWord(parameter.name + "=" + formatValue(value));
    return command;
}

} // namespace convergence
