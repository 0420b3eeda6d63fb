#pragma once

#include <functional>
#include <vector>

#include <QString>

class QAction;
class QMenuBar;
class QWidget;

namespace convergence {

/// A command of a menu.
struct Command {
    QString path; ///< "View › Theme › Dark"
    QAction* action = nullptr;
};

/// All commands of a menu bar, submenus included; but those of menus whose own action has the
/// property "isRecord", which say what was and do nothing.
[[nodiscard]] std::vector<Command> commandsOf(const QMenuBar& menus);

/// Something that the palette can do.
struct PaletteEntry {
    QString text;
    std::function<void()> run;
};

/// The commands that are enabled, with their keys.
[[nodiscard]] std::vector<PaletteEntry> paletteEntries(const std::vector<Command>& commands);

/// A box to type a few letters of what one wants into, by the name of "commandPalette". It holds
/// nothing up, and closes before it runs what was chosen.
void showPalette(QWidget* parent, const std::vector<PaletteEntry>& entries);

/// All keys: those of the commands, and those that views, lists and the full screen know. Made from
/// the menus, so that it is complete; by the name of "keys".
void showKeys(QWidget* parent, const std::vector<Command>& commands);

} // namespace convergence
