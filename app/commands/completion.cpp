// Completion of commands, options and names in a shell, written from the commands themselves.

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/commands/command_line.h"

namespace convergence {

namespace {

/// What a shell offers in a place.
enum class Offer { nothing, files, experiments, presets, parameters };

struct OptionWord {
    std::string name; ///< with its dashes
    std::string help;
    bool takesValue = false;
    Offer offer = Offer::nothing;
};

struct CommandWord {
    std::string name;
    std::string help;
    std::vector<OptionWord> options;
    std::vector<Offer> arguments; ///< in order
};

Offer offerFor(const std::string& name) {
    if (name == "ID")
        return Offer::experiments;
    if (name == "--preset")
        return Offer::presets;
    if (name == "--set" || name == "--vary" || name == "--beside")
        return Offer::parameters;
    if (name == "--out" || name == "--write" || name == "--against" || name == "FILE" ||
        name == "--figure")
        return Offer::files;
    return Offer::nothing;
}

CommandWord wordFor(const CLI::App& command) {
    CommandWord word{.name = command.get_name(), .help = command.get_description()};
    for (const CLI::Option* option : command.get_options()) {
        if (option->get_positional()) {
            const std::string& name = option->get_name();
            word.arguments.push_back(name == "ID_OR_FILE" ? Offer::experiments : offerFor(name));
            continue;
        }
        for (const std::string& name : option->get_lnames())
            word.options.push_back({.name = "--" + name,
                                    .help = option->get_description(),
                                    .takesValue = option->get_items_expected_max() > 0,
                                    .offer = offerFor("--" + name)});
    }
    return word;
}

/// The commands that are for people.
std::vector<CommandWord> wordsOf(const CLI::App& app) {
    std::vector<CommandWord> words;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        if (!command->get_group().empty())
            words.push_back(wordFor(*command));
    return words;
}

std::string namesOf(const std::vector<CommandWord>& commands) {
    std::string names;
    for (const CommandWord& command : commands)
        names += (names.empty() ? "" : " ") + command.name;
    return names;
}

/// As the content of a string in single quotes.
std::string quoted(std::string text, const std::string& quote) {
    for (std::size_t at = 0; (at = text.find('\'', at)) != std::string::npos; at += quote.size())
        text.replace(at, 1, quote);
    return text;
}

constexpr const char* bashBegin =
    R"bash(# bash completion of convergence-lab, written by `convergence-lab completion bash`.

# These two see the variables of _convergence_lab.
_convergence_lab_offer() { mapfile -t COMPREPLY < <(compgen "$@" -- "$current"); }
_convergence_lab_names() { "$program" "$@" 2> /dev/null; }

_convergence_lab() {
    local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]}
    local previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command= experiment= options= values= i word
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        if [[ -z $command ]]; then
            [[ $word == -* ]] || command=$word
        elif [[ $word == -* ]]; then
            # The value of an option is no experiment.
            _convergence_lab_takes_value "$command" "$word" && ((++i))
        elif [[ -z $experiment ]]; then
            experiment=$word
        fi
    done
)bash";

constexpr const char* bashEnd =
    R"bash(    if [[ -z $command ]]; then
        _convergence_lab_offer -f -W "$commands"
    elif [[ $previous == -* ]] && _convergence_lab_takes_value "$command" "$previous"; then
        case $previous in
        --preset) _convergence_lab_offer -W "$(_convergence_lab_names describe "$experiment" --presets)" ;;
        --set | --vary | --beside)
            compopt -o nospace
            _convergence_lab_offer -S = -W "$(_convergence_lab_names describe "$experiment" --parameters)"
            ;;
        --out | --write) _convergence_lab_offer -f ;;
        esac
    elif [[ $current == -* ]]; then
        _convergence_lab_offer -W "$options"
    elif [[ $values == experiments && $command == sweep ]]; then
        _convergence_lab_offer -f -W "$(_convergence_lab_names list --ids)"
    elif [[ $values == experiments ]]; then
        _convergence_lab_offer -W "$(_convergence_lab_names list --ids)"
    else
        _convergence_lab_offer -W "$values"
    fi
}

complete -o filenames -F _convergence_lab convergence-lab
)bash";

std::string bashScript(const std::vector<CommandWord>& commands) {
    std::string options;
    std::string takers;
    for (const CommandWord& command : commands) {
        std::string names;
        std::string withValues;
        for (const OptionWord& option : command.options) {
            names += (names.empty() ? "" : " ") + option.name;
            if (option.takesValue)
                withValues += (withValues.empty() ? "" : " | ") + option.name;
        }
        std::string values;
        if (command.name == "completion")
            values = "bash zsh fish";
        else if (!command.arguments.empty() && command.arguments.front() == Offer::experiments)
            values = "experiments";
        options +=
            fmt::format("    {}) options='{}' values='{}' ;;\n", command.name, names, values);
        if (!withValues.empty())
            takers += fmt::format("    {}) case $2 in {}) return 0 ;; esac ;;\n", command.name,
                                  withValues);
    }
    return fmt::format("{}    local commands='{}'\n    case $command in\n{}    esac\n{}\n"
                       "_convergence_lab_takes_value() {{\n    case $1 in\n{}    esac\n"
                       "    return 1\n}}\n",
                       bashBegin, namesOf(commands), options, bashEnd, takers);
}

std::string zshAction(Offer offer) {
    switch (offer) {
    case Offer::files:
        return "_files";
    case Offer::experiments:
        return "{compadd -- ${(f)\"$(convergence-lab list --ids 2> /dev/null)\"}}";
    case Offer::presets:
        return "{compadd -- ${(f)\"$(convergence-lab describe $line[1] --presets 2> /dev/null)\"}}";
    case Offer::parameters:
        return "{compadd -S = -- ${(f)\"$(convergence-lab describe $line[1] --parameters 2> "
               "/dev/null)\"}}";
    default:
        return " ";
    }
}

/// Within a specification of _arguments.
std::string zshText(std::string text) {
    for (std::size_t at = 0; (at = text.find_first_of("[]:\\", at)) != std::string::npos; at += 2)
        text.insert(at, 1, '\\');
    return quoted(std::move(text), "'\\''");
}

std::string zshScript(const std::vector<CommandWord>& commands) {
    std::string names;
    std::string cases;
    for (const CommandWord& command : commands) {
        names += fmt::format("    '{}:{}'\n", command.name, zshText(command.help));
        cases += fmt::format("  {})\n    _arguments", command.name);
        for (const OptionWord& option : command.options)
            cases += fmt::format(" \\\n      '*{}[{}]{}'", option.name, zshText(option.help),
                                 option.takesValue ? ":value:" + zshAction(option.offer) : "");
        if (command.name == "completion")
            cases += " \\\n      '1:shell:(bash zsh fish)'";
        for (std::size_t i = 0; i < command.arguments.size() && command.name != "completion"; ++i)
            cases +=
                fmt::format(" \\\n      '{}:argument:{}'", i + 1, zshAction(command.arguments[i]));
        cases += "\n    ;;\n";
    }
    return fmt::format(
        "#compdef convergence-lab\n# Written by `convergence-lab completion zsh`.\n\n"
        "local context state line\nlocal -a commands=(\n{})\n"
        "_arguments -C '1:command:->command' '*::argument:->argument'\n"
        "case $state in\ncommand)\n  _describe command commands\n  _files\n  ;;\n"
        "argument)\n  case $words[1] in\n{}  esac\n  ;;\nesac\n",
        names, cases);
}

std::string fishArguments(Offer offer) {
    // The experiment is the first word after the command.
    constexpr const char* experiment = "(commandline -opc)[3]";
    switch (offer) {
    case Offer::files:
        return " -r -F";
    case Offer::experiments:
        return " -x -a '(convergence-lab list --ids 2> /dev/null)'";
    case Offer::presets:
        return fmt::format(" -x -a '(convergence-lab describe {} --presets 2> /dev/null)'",
                           experiment);
    case Offer::parameters:
        return fmt::format(" -x -a '(convergence-lab describe {} --parameters 2> /dev/null)='",
                           experiment);
    default:
        return " -x";
    }
}

std::string fishScript(const std::vector<CommandWord>& commands) {
    std::string script = "# fish completion of convergence-lab, written by "
                         "`convergence-lab completion fish`.\n";
    for (const CommandWord& command : commands)
        script +=
            fmt::format("complete -c convergence-lab -n __fish_use_subcommand -a {} -d '{}'\n",
                        command.name, quoted(command.help, "\\'"));
    for (const CommandWord& command : commands) {
        const std::string begin = fmt::format(
            "complete -c convergence-lab -n '__fish_seen_subcommand_from {}'", command.name);
        for (const OptionWord& option : command.options)
            script += fmt::format("{} -l {} -d '{}'{}\n", begin, option.name.substr(2),
                                  quoted(option.help, "\\'"),
                                  option.takesValue ? fishArguments(option.offer) : "");
        if (command.name == "completion")
            script += begin + " -x -a 'bash zsh fish'\n";
        else if (!command.arguments.empty() && command.arguments.front() == Offer::experiments)
            script += begin + fishArguments(Offer::experiments) + "\n";
    }
    return script;
}

} // namespace

void addCompletionCommand(CLI::App& app) {
    auto shell = std::make_shared<std::string>();
    auto* command = app.add_subcommand(
        "completion", "Print what completes commands, options and names in a shell");
    command->add_option("SHELL", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>{"bash", "zsh", "fish"}));
    command->callback([&app, shell] {
        const std::vector<CommandWord> commands = wordsOf(app);
        fmt::print("{}", *shell == "bash"  ? bashScript(commands)
                         : *shell == "zsh" ? zshScript(commands)
                                           : fishScript(commands));
    });
}

} // namespace convergence
