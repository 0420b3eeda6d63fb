#pragma once

#include <functional>
#include <vector>

#include <QDockWidget>
#include <QLabel>

class QToolButton;

namespace convergence {

class ViewWidget;

/// The dock of one view, or of a pair of them. Its title bar is the view's own line: the name once
/// (the tab says it where there are tabs), choices, axes and menu, and at the right end other views
/// of the cell and a button that closes. A double click, or the menu, makes it a window of its own.
class ViewDock final : public QDockWidget {
    Q_OBJECT

public:
    ViewDock(const QString& title, QWidget* parent);

    /// Shows one view, or two beside each other; it owns them.
    void setViews(const std::vector<ViewWidget*>& views);
    /// Whether tabs say the name; others are those behind the same tabs.
    void setTabs(const QList<QDockWidget*>& others);
    /// Says in its line that a lesson wants it to be looked at.
    void setPointedAt(bool pointedAt) { pointer_->setVisible(pointedAt); }

Q_SIGNALS:
    /// The person wants the view to go.
    void closeWanted();

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    QToolButton* makeButton(const QString& text, const QString& tip, const char* name);

    std::vector<ViewWidget*> views_;
    QList<QDockWidget*> others_;
    QWidget* line_ = nullptr; ///< of a pair
    QLabel* pointer_;         ///< hidden unless a lesson points here
    QToolButton* list_;
    QAction* float_;
    QToolButton* close_;
};

} // namespace convergence
