#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <QMainWindow>
#include <QPointer>
#include <QTimer>

#include "app/window/arrangement.h"
#include "app/window/view_dock.h"
#include "core/experiment/description.h"
#include "widgets/theme.h"
#include "widgets/view_widget.h"
#include "widgets/views/refresh_scheduler.h"

class QAction;

namespace convergence {

/// The views of one experiment, each in a dock, until a person arranges them: the main views have
/// most of the room, the first of them the most, others are tabs in a cell beside; without main
/// views they are two by two, further ones as tabs in these cells. Where two runs are compared a
/// dock holds its view twice, side by side and zoomed together.
///
/// Makes the views, repaints them in turn and exports them; what they draw is handed to them by
/// whoever has the runs.
class ViewArea : public QMainWindow {
    Q_OBJECT

public:
    /// How often a dock holds its view.
    enum class Columns { one = 1, two = 2 };
    enum Column { left = 0, right = 1 };

    explicit ViewArea(const Theme& theme, QWidget* parent = nullptr);

    /// Replaces the views by those of an experiment, and arranges those that apply at its values.
    /// Pointers to the views before are no longer valid.
    void open(std::shared_ptr<const Description> description, Columns columns,
              const ParameterValues& values);
    /// Views that were put aside, with all that a person has made of them. They are deleted with it
    /// unless they come back.
    class Aside {
    public:
        Aside() = default;
        Aside(Aside&& other) noexcept = default;
        Aside& operator=(Aside&& other) noexcept = default;
        ~Aside();

    private:
        friend class ViewArea;
        std::shared_ptr<const Description> description;
        std::array<std::vector<ViewWidget*>, 2> views;
        std::vector<QPointer<ViewDock>> docks;
        std::vector<ViewDock*> applicable;
        QByteArray state;
        QString theme;
        bool arrangedByHand = false;
    };
    /// Leaves the area empty. Not while views are in two columns, which are not kept: nothing then.
    Aside putAside();
    /// In place of the views before, as open() does.
    void takeUp(Aside aside, const ParameterValues& values);
    /// In the order of the description; the right column is empty unless there are two.
    [[nodiscard]] const std::vector<ViewWidget*>& views(Column column = left) const;
    /// Throws InputError for an unknown view.
    [[nodiscard]] ViewWidget& view(const QString& id) const;
    /// The same view of the right column. Throws InputError for an unknown view or one column.
    [[nodiscard]] ViewWidget& viewBeside(const QString& id) const;
    /// The view that has the focus, or the first that can be seen; null if there is none.
    [[nodiscard]] ViewWidget* current() const;

    /// The values decide which views have something to show; others are neither shown nor offered.
    /// Arranges anew if they are not those that were shown before.
    void setValues(const ParameterValues& values);
    void setTheme(const Theme& theme);
    /// In cells again, whatever a person has made of them.
    void arrange();
    /// The current view alone, or all again.
    void maximize();
    /// The current view alone on the screen; Esc or the same again brings it back.
    void toggleFullScreen();
    /// Brings a view to the front; false if there is none of that id.
    bool reveal(const std::string& id);
    /// The same, and its line says that it is to be looked at, until pointNowhere().
    bool pointAt(const std::string& id);
    void pointNowhere();
    /// The keyboard goes to the first main view.
    void focusMain();
    /// Hides a view, and tells by closed(); does nothing if there is none of that id.
    void close(const std::string& id);
    void closeCurrent();
    /// The same without telling.
    void hideView(const std::string& id);
    /// Which arms all views draw, and how; those of views to come too.
    void setArmLook(const ArmLook& look);
    /// These views alone, beside each other, until endShowingOnly().
    void showOnly(const std::vector<std::string>& ids);
    /// Those that showOnly() hid are where they can be shown again: by arrange(), or by
    /// restoreArrangement() and hideOnly().
    void endShowingOnly() { showsOnly_ = false; }
    /// Ids of the views that have something to show, in the order of the description.
    [[nodiscard]] std::vector<std::string> offeredViews() const;
    void exportCurrent();
    /// Of the current view; filmWanted() tells.
    void filmCurrent();

    /// Where the docks are, as text that restoreArrangement() takes; empty or other text changes
    /// nothing.
    [[nodiscard]] std::string arrangement() const;
    void restoreArrangement(const std::string& arrangement);
    /// Ids of the views that are not shown.
    [[nodiscard]] std::vector<std::string> hiddenViews() const;
    void hideOnly(const std::vector<std::string>& ids);
    /// Show or hide a view, one action a view.
    [[nodiscard]] QList<QAction*> showActions() const;

Q_SIGNALS:
    /// open() made other views.
    void opened();
    void told(const QString& sentence);
    void troubled(const QString& sentence);
    /// The person asked for a film of a view.
    void filmWanted(convergence::ViewWidget* view);
    /// The person closed a view; reveal() brings it back.
    void closed(const QString& id, const QString& title);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    using Docks = std::vector<ViewDock*>;
    void clear();
    ViewWidget* makeView(const View& spec, QWidget* parent);
    ViewDock* makeDock(const View& spec);
    void prepareTabs();
    void nameViews();
    [[nodiscard]] const View& viewOf(const QDockWidget* dock) const;
    void fit();
    [[nodiscard]] Cells roomyCells() const;
    [[nodiscard]] Docks applicable(const ParameterValues& values) const;
    /// Index of a view of either column; none: −1.
    [[nodiscard]] int indexOf(const ViewWidget* view) const;
    void exportView(ViewWidget& view);

    Theme theme_;
    std::shared_ptr<const Description> description_;
    Columns columns_ = Columns::one;
    std::array<std::vector<ViewWidget*>, 2> views_; ///< by column
    Docks docks_;                                   ///< one a view
    Docks applicable_;                              ///< those of views that apply
    Cells cells_;                                   ///< that they are arranged in
    bool arranging_ = false;
    bool arrangedByHand_ = false;
    QPointer<ViewDock> fullScreen_;
    QTimer naming_; ///< after docks have moved
    ArmLook armLook_;
    bool showsOnly_ = false; ///< what somebody wants alone, whatever room there is
    RefreshScheduler refresher_;
};

} // namespace convergence
