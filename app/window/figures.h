#pragma once

#include <optional>

#include <QObject>
#include <QTimer>

#include "app/figures/figure_run.h"
#include "app/window/sides.h"

class QMenu;

namespace convergence {

class ViewArea;

/// Figures of what a window shows: the dialog that makes them, and the last one again.
class Figures : public QObject {
    Q_OBJECT

public:
    /// All outlive this.
    Figures(Sides& sides, ViewArea& views, QWidget* parent);

    /// From now on the style of the last figure is kept from one start to the next.
    void remember();
    /// Opens the dialog on the current view.
    void ask();
    /// The current view like the last figure that was saved, to the same file. Asks where there
    /// was none.
    void repeat();
    void addCommands(QMenu& file);
    /// Plays the run of a figure that was opened as far as the figure shows it, says whether the
    /// tables are the same, and opens the dialog on that figure.
    void follow(const Figure& figure);

Q_SIGNALS:
    void playWanted();
    void told(const QString& sentence);
    void troubled(const QString& sentence);

private:
    struct Material {
        MadeRun run;
        std::vector<FigureView> offered;
        Figure start; ///< of the current view, in the style of the last figure
    };
    [[nodiscard]] std::optional<Material> material();
    void show(Material material, const Figure& start);
    void lookAfterFollowed();
    void compare(const Figure& followed);
    void keep(const QString& path, const Figure& figure);

    Sides& sides_;
    ViewArea& views_;
    QString lastPath_;
    std::optional<FigureStyle> lastStyle_;
    bool remembers_ = false;
    std::optional<Figure> followed_; ///< whose run is made now
    bool isPlaying_ = false;         ///< that run
    QTimer followTimer_;
};

} // namespace convergence
