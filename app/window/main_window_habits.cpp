// What one does without thinking: the command palette, keys, earlier messages, one view
// full-screen.

#include <algorithm>

#include <QDialog>
#include <QDialogButtonBox>
#include <QDockWidget>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QTextBrowser>
#include <QTime>
#include <QVBoxLayout>

#include "app/window/main_window.h"
#include "widgets/panels/parameter_form.h"

namespace convergence {

namespace {

QString plainText(const QAction& action) {
    QString text = action.text();
    return text.remove('&').remove(u'…').trimmed();
}

/// All commands of a menu and its submenus, with the path to them.
void collect(const QMenu& menu, const QString& path,
             std::vector<std::pair<QString, QAction*>>& commands) {
    for (QAction* action : menu.actions()) {
        if (action->isSeparator())
            continue;
        const QString here = path + plainText(*action);
        if (action->menu())
            collect(*action->menu(), here + " › ", commands);
        else
            commands.emplace_back(here, action);
    }
}

QDialog* modelessDialog(QWidget* parent, const QString& title, QSize size) {
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->resize(size);
    return dialog;
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

} // namespace

std::vector<std::pair<QString, QAction*>> MainWindow::commands() const {
    std::vector<std::pair<QString, QAction*>> all;
    for (QAction* action : menuBar()->actions())
        if (action->menu() && action->menu() != messageMenu_)
            collect(*action->menu(), plainText(*action) + " › ", all);
    return all;
}

void MainWindow::showPalette() {
    QDialog* dialog = modelessDialog(this, tr("Commands"), {460, 360});
    dialog->setObjectName("commandPalette");
    auto* layout = new QVBoxLayout(dialog);
    auto* search = new QLineEdit(dialog);
    search->setPlaceholderText(tr("Type a part of a command or an experiment"));
    search->setAccessibleName(tr("Search commands"));
    auto* list = new QListWidget(dialog);
    list->setAccessibleName(tr("Commands"));
    layout->addWidget(search);
    layout->addWidget(list);

    const auto add = [list](const QString& text, std::function<void()> run) {
        auto* item = new QListWidgetItem(text, list);
        item->setData(Qt::UserRole, QVariant::fromValue(std::move(run)));
    };
    for (const auto& [text, action] : commands())
        if (action->isEnabled()) {
            const QString keys = action->shortcut().toString(QKeySequence::NativeText);
            add(keys.isEmpty() ? text : text + "    " + keys, [action = QPointer(action)] {
                if (action)
                    action->trigger();
            });
        }
    for (const auto& type : registry_.all()) {
        const QString id = QString::fromStdString(type->description.id);
        const auto presets = type->description.presets;
        add(tr("Experiment › %1").arg(QString::fromStdString(type->description.title)),
            [this, id, presets] {
                openExperiment(id, presets.empty() ? Overrides{} : presets.front().overrides);
            });
    }
    list->setCurrentRow(0);

    const auto run = [dialog, list] {
        QListWidgetItem* item = list->currentItem();
        if (!item || item->isHidden())
            return;
        const auto command = item->data(Qt::UserRole).value<std::function<void()>>();
        dialog->close();
        command();
    };
    connect(search, &QLineEdit::textChanged, dialog, [list](const QString& text) {
        const QStringList words = text.split(' ', Qt::SkipEmptyParts);
        int first = -1;
        for (int row = 0; row < list->count(); ++row) {
            const bool matches = std::all_of(words.begin(), words.end(), [&](const QString& word) {
                return list->item(row)->text().contains(word, Qt::CaseInsensitive);
            });
            list->item(row)->setHidden(!matches);
            if (matches && first < 0)
                first = row;
        }
        list->setCurrentRow(first);
    });
    connect(search, &QLineEdit::returnPressed, dialog, run);
    connect(list, &QListWidget::itemActivated, dialog, run);
    search->installEventFilter(new ListKeys(*list, dialog));
    dialog->show();
    search->setFocus();
}

/// Made from the menus, so that it is complete.
void MainWindow::showShortcuts() {
    QDialog* dialog = modelessDialog(this, tr("Keys"), {520, 560});
    dialog->setObjectName("keys");
    QString html = "<table cellspacing=5>";
    const auto row = [&](const QString& keys, const QString& what) {
        html += QString("<tr><td><b>%1</b></td><td>%2</td></tr>")
                    .arg(keys.toHtmlEscaped(), what.toHtmlEscaped());
    };
    for (const auto& [text, action] : commands())
        if (!action->shortcut().isEmpty())
            row(action->shortcut().toString(QKeySequence::NativeText), text);
    row(tr("Esc"), tr("leave the full screen"));
    row("X, Y", tr("in a chart: linear or logarithmic axis"));
    row("← → ↑ ↓", tr("in a chart: move the data cursor"));
    row("+, −", tr("in a chart: zoom"));
    row(tr("Home"), tr("in a chart: all data"));
    row("[, ]", tr("in a chart: choose a legend entry; Space switches it"));
    row(tr("Ctrl+C"), tr("in a view: copy the picture; with Shift: the numbers"));
    row(tr("P, D, Del"), tr("in the list of runs: pin, differences, delete"));
    html += "</table>";
    auto* text = new QTextBrowser(dialog);
    text->setAccessibleName(tr("Keys"));
    text->setHtml(html);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(text);
    layout->addWidget(buttons);
    dialog->show();
}

void MainWindow::showMessages() {
    QDialog* dialog = modelessDialog(this, tr("Messages"), {560, 320});
    dialog->setObjectName("messages");
    auto* list = new QListWidget(dialog);
    list->setAccessibleName(tr("Messages of this session, the newest last"));
    list->setWordWrap(true);
    list->addItems(messages_.isEmpty() ? QStringList(tr("No messages yet")) : messages_);
    list->scrollToBottom();
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(list);
    dialog->show();
}

/// One view alone on the screen; Esc or the same key brings the window back.
void MainWindow::toggleFullScreen() {
    if (fullScreen_) {
        fullScreen_->setFloating(false);
        fullScreen_->setWindowState(Qt::WindowNoState);
        fullScreen_ = nullptr;
        return;
    }
    ViewWidget* view = currentView();
    const int index = indexOf(view);
    if (index < 0)
        return;
    fullScreen_ = viewDocks_[static_cast<std::size_t>(index)];
    fullScreen_->setFloating(true);
    fullScreen_->showFullScreen();
    view->setFocus();
}

} // namespace convergence

Q_DECLARE_METATYPE(std::function<void()>)
