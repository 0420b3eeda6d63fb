#include "app/window/command_palette.h"

#include <algorithm>

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QPointer>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "app/window/dialogs.h"

namespace convergence {

namespace {

QString plainText(const QAction& action) {
    QString text = action.text();
    return text.remove('&').remove(u'…').trimmed();
}

/// All commands of a menu and its submenus, with the path to them.
void collect(const QMenu& menu, const QString& path, std::vector<Command>& commands) {
    for (QAction* action : menu.actions()) {
        if (action->isSeparator())
            continue;
        const QString here = path + plainText(*action);
        if (action->menu())
            collect(*action->menu(), here + " › ", commands);
        else
            commands.push_back({here, action});
    }
}

/// Hands the arrow keys of a search box on to the list below it.
class ListKeys final : public QObject {
public:
    ListKeys(QListWidget& list, QObject* parent) : QObject(parent), list_(list) {}
    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() != QEvent::KeyPress)
            return false;
        const int key = static_cast<QKeyEvent*>(event)->key();
        const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
        for (int row = list_.currentRow() + step; step != 0 && row >= 0 && row < list_.count();
             row += step)
            if (!list_.item(row)->isHidden()) {
                list_.setCurrentRow(row);
                break;
            }
        return step != 0;
    }

private:
    QListWidget& list_;
};

/// Shows the rows that have every word somewhere, and chooses the first.
void filter(QListWidget& list, const QString& text) {
    const QStringList words = text.split(' ', Qt::SkipEmptyParts);
    int first = -1;
    for (int row = 0; row < list.count(); ++row) {
        const bool matches = std::all_of(words.begin(), words.end(), [&](const QString& word) {
            return list.item(row)->text().contains(word, Qt::CaseInsensitive);
        });
        list.item(row)->setHidden(!matches);
        if (matches && first < 0)
            first = row;
    }
    list.setCurrentRow(first);
}

struct CommandPalette {
    Q_DECLARE_TR_FUNCTIONS(CommandPalette)
};

struct KeySheet {
    Q_DECLARE_TR_FUNCTIONS(KeySheet)
};

} // namespace

std::vector<Command> commandsOf(const QMenuBar& menus) {
    std::vector<Command> all;
    for (QAction* action : menus.actions())
        if (action->menu() && !action->property("isRecord").toBool())
            collect(*action->menu(), plainText(*action) + " › ", all);
    return all;
}

std::vector<PaletteEntry> paletteEntries(const std::vector<Command>& commands) {
    std::vector<PaletteEntry> entries;
    for (const Command& command : commands) {
        if (!command.action->isEnabled())
            continue;
        const QString keys = command.action->shortcut().toString(QKeySequence::NativeText);
        entries.push_back({.text = keys.isEmpty() ? command.path : command.path + "    " + keys,
                           .run = [action = QPointer(command.action)] {
                               if (action)
                                   action->trigger();
                           }});
    }
    return entries;
}

void showPalette(QWidget* parent, const std::vector<PaletteEntry>& entries) {
    QDialog* dialog = modelessDialog(parent, CommandPalette::tr("Commands"), {460, 360});
    dialog->setObjectName("commandPalette");
    auto* layout = new QVBoxLayout(dialog);
    auto* search = new QLineEdit(dialog);
    search->setPlaceholderText(CommandPalette::tr("Type a part of a command or an experiment"));
    search->setAccessibleName(CommandPalette::tr("Search commands"));
    auto* list = new QListWidget(dialog);
    list->setAccessibleName(CommandPalette::tr("Commands"));
    layout->addWidget(search);
    layout->addWidget(list);
    for (const PaletteEntry& entry : entries)
        list->addItem(entry.text);
    list->setCurrentRow(0);

    const auto run = [dialog, list, entries] {
        const QListWidgetItem* item = list->currentItem();
        if (!item || item->isHidden())
            return;
        const auto command = entries[static_cast<std::size_t>(list->currentRow())].run;
        dialog->close();
        command();
    };
    QObject::connect(search, &QLineEdit::textChanged, dialog,
                     [list](const QString& text) { filter(*list, text); });
    QObject::connect(search, &QLineEdit::returnPressed, dialog, run);
    QObject::connect(list, &QListWidget::itemActivated, dialog, run);
    search->installEventFilter(new ListKeys(*list, dialog));
    dialog->show();
    search->setFocus();
}

void showKeys(QWidget* parent, const std::vector<Command>& commands) {
    QDialog* dialog = modelessDialog(parent, KeySheet::tr("Keys"), {520, 560});
    dialog->setObjectName("keys");
    QString html = "<table cellspacing=5>";
    const auto row = [&](const QString& keys, const QString& what) {
        html += QString("<tr><td><b>%1</b></td><td>%2</td></tr>")
                    .arg(keys.toHtmlEscaped(), what.toHtmlEscaped());
    };
    for (const Command& command : commands)
        if (!command.action->shortcut().isEmpty())
            row(command.action->shortcut().toString(QKeySequence::NativeText), command.path);
    row(KeySheet::tr("Esc"), KeySheet::tr("leave the full screen"));
    row("F1, ?", KeySheet::tr("this page"));
    row(KeySheet::tr("Digits, ← →, Page Up, Page Down, B"),
        KeySheet::tr("on stage: views, steps, a black screen; ? lists all there"));
    row("X, Y", KeySheet::tr("in the chart below the pointer: linear or logarithmic axis"));
    row("← → ↑ ↓", KeySheet::tr("in a chart: move the data cursor"));
    row("+, −", KeySheet::tr("in a chart: zoom"));
    row(KeySheet::tr("Home"), KeySheet::tr("in a chart: all data"));
    row("[, ]", KeySheet::tr("in a chart: choose a legend entry; Space switches it"));
    row(KeySheet::tr("Ctrl+C"),
        KeySheet::tr("in a view: copy the picture; with Shift: the numbers"));
    row(KeySheet::tr("P, D, Del"), KeySheet::tr("in the list of runs: pin, differences, delete"));
    html += "</table>";
    auto* text = new QTextBrowser(dialog);
    text->setAccessibleName(KeySheet::tr("Keys"));
    text->setHtml(html);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(text);
    layout->addWidget(buttons);
    dialog->show();
}

} // namespace convergence
