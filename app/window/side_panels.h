#pragma once

#include <vector>

#include <QDockWidget>
#include <QPointer>

class QAction;
class QMainWindow;

namespace convergence {

/// The panels beside the views, in docks: experiments and kept runs as tabs on the left, the open
/// experiment on the right. On the left there is also place for panels that come later.
class SidePanels : public QObject {
    Q_OBJECT

public:
    /// What is in the docks, which take it over.
    struct Contents {
        QWidget* experiments;
        QWidget* runs;
        QWidget* experiment;
    };
    SidePanels(QMainWindow& window, const Contents& contents);

    /// Another panel, as a tab on the left that is as wide as it asks for.
    void addLeft(QDockWidget* panel, int width);
    void hideRuns();
    /// In a narrow window hides the panels on the left, until giveBack() shows them again.
    void makeRoom();
    void giveBack();
    /// Hides all panels, until takeBack() shows those again that were shown.
    void putAside();
    void takeBack();
    /// Titles do not follow the application's font by themselves; and panels hold their contents at
    /// any size of type.
    void setFont(const QFont& font);
    /// Show or hide each of the three panels.
    [[nodiscard]] QList<QAction*> showActions() const;

private:
    QDockWidget* addDock(const QString& title, const char* name, QWidget* content,
                         Qt::DockWidgetArea area);

    QMainWindow& window_;
    QDockWidget* experiments_;
    QDockWidget* runs_;
    QDockWidget* experiment_;
    std::vector<QPointer<QDockWidget>> later_;
    std::vector<QPointer<QDockWidget>> hidden_; ///< by makeRoom()
    QByteArray aside_;                          ///< the window's state before putAside()
};

} // namespace convergence
