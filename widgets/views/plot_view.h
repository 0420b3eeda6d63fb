#pragma once

#include "widgets/view_widget.h"

class QAction;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QMenu;
class QVBoxLayout;

namespace convergence {

/// What the widgets of all kinds of views share: a bar (title, what the kind adds, export menu)
/// above the drawing, a context menu, keyboard shortcuts, and the theme.
///
/// A kind adds its drawing widget with setCanvas() and its own controls with addToBar().
class PlotView : public ViewWidget {
    Q_OBJECT

public:
    void setRuns(std::vector<ShownRun> runs) override;
    void setFrames(std::shared_ptr<const Frames> frames) override;
    void setTheme(const Theme& theme) override;
    void setFits(std::vector<FitOverlay> fits) override;
    void setPlayHead(std::optional<std::int64_t> iteration) override;
    bool refresh() override;
    void render(QPainter& painter, const QRectF& area) override;

    /// The menu of the context button and the right mouse button, with stable action names.
    [[nodiscard]] QMenu* menu() const { return menu_; }

protected:
    PlotView(View view, std::shared_ptr<const Description> description, Theme theme,
             QWidget* parent);

    [[nodiscard]] const Theme& theme() const { return theme_; }
    [[nodiscard]] const Description& description() const { return *description_; }
    [[nodiscard]] const std::vector<ShownRun>& runs() const { return runs_; }
    [[nodiscard]] const std::shared_ptr<const Frames>& frames() const { return frames_; }
    [[nodiscard]] const std::vector<FitOverlay>& fits() const { return fits_; }
    [[nodiscard]] std::optional<std::int64_t> playHead() const { return playHead_; }

    /// The present run's recording; null before the first run.
    [[nodiscard]] std::shared_ptr<const Recording> recording() const;
    /// Label of an arm, or its id if the description does not know it.
    [[nodiscard]] QString armLabel(const std::string& arm) const;
    /// Color of an arm: by its place in the description, so that it is the same in every view.
    [[nodiscard]] int armIndex(const std::string& arm) const;
    /// The frame of a view's id: of a trial if it has one, else of the problem; null if neither.
    [[nodiscard]] const Frame* findFrame(std::size_t trial, const std::string& id) const;

    void setCanvas(QWidget* canvas);
    [[nodiscard]] QWidget* canvas() const { return canvas_; }
    void addToBar(QWidget* widget);
    QAction* addMenuAction(const QString& name, const QString& text, const QString& tip);
    /// A combo box in the bar with its label; it does not take the keyboard of the drawing.
    QComboBox* addSelector(const QString& label, const QString& name);

    /// Says that what is drawn has to be made anew at the next refresh().
    void invalidate() { dirty_ = true; }
    [[nodiscard]] bool isDirty() const { return dirty_; }
    /// Takes up new data; true if the picture changed. Called by refresh().
    virtual bool takeUp() = 0;
    /// Draws everything below the title into a rectangle.
    virtual void paintPlot(QPainter& painter, const QRectF& area) = 0;
    /// Called after the theme changed.
    virtual void themeChanged() {}
    /// Called when runs, frames, fits or the play-head were set.
    virtual void inputChanged() {}
    /// Back to showing everything; kinds without zoom ignore it.
    virtual void resetZoom() {}

    void contextMenuEvent(QContextMenuEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

    [[nodiscard]] QFont plotFont() const;

private:
    void copyPicture();
    void copyData();
    void copyLatex();
    void exportWithDialog();

    std::shared_ptr<const Description> description_;
    Theme theme_;
    std::vector<ShownRun> runs_;
    std::shared_ptr<const Frames> frames_;
    std::vector<FitOverlay> fits_;
    std::optional<std::int64_t> playHead_;
    bool dirty_ = true;
    QVBoxLayout* layout_ = nullptr;
    QHBoxLayout* bar_ = nullptr;
    QLabel* titleLabel_ = nullptr;
    QMenu* menu_ = nullptr;
    QWidget* canvas_ = nullptr;
    int barWidgets_ = 0;
};

/// A plain widget that lets its view draw it and hands the view its events.
class Canvas : public QWidget {
    Q_OBJECT

public:
    explicit Canvas(QWidget* parent);

Q_SIGNALS:
    void paintRequested(QPainter& painter, const QRectF& area);

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace convergence
