#pragma once

#include <map>

#include <QPointer>

#include "widgets/charts/trial_selection.h"
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
    void setArmLook(const ArmLook& look) override;
    void setWaitsFor(const QString& sentence) override;
    [[nodiscard]] QWidget* headLine() const override { return headLine_; }
    void addToHeadLine(QWidget* widget) override;
    void setNamed(bool named) override;
    void pairWith(ViewWidget& partner) override;
    void lookLike(const ViewWidget& other) override;
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
    [[nodiscard]] const ArmLook& armLook() const { return armLook_; }
    [[nodiscard]] const QString& waitsFor() const { return waitsFor_; }
    /// Of an arm, by its place in the description; fainter while another one is lifted.
    [[nodiscard]] QColor armColor(const std::string& arm) const;

    /// The present run's recording; null before the first run.
    [[nodiscard]] std::shared_ptr<const Recording> recording() const;
    /// The frame of a view's id: of a trial if it has one, else of the problem; null if neither.
    [[nodiscard]] const Frame* findFrame(std::size_t trial, const std::string& id) const;

    /// The view beside this one that is drawn to the same scale; null if there is none.
    template <typename Kind>
    [[nodiscard]] Kind* partner() const {
        return dynamic_cast<Kind*>(partner_.data());
    }

    /// paintPlot() for a file, where nothing beside the drawing helps.
    void paintForFile(QPainter& painter, const QRectF& area);
    [[nodiscard]] bool isForFile() const { return isForFile_; }
    /// Whether legends name arms: not on a screen where chips do.
    [[nodiscard]] bool namesArms() const { return isForFile_ || !armLook_.isNamedElsewhere; }
    /// Fills the area with the surface's color, writes the title, returns what is left.
    QRectF paintTitle(QPainter& painter, const QRectF& area) const;

    void setCanvas(QWidget* canvas);
    [[nodiscard]] QWidget* canvas() const { return canvas_; }
    void addToBar(QWidget* widget);
    QAction* addMenuAction(const QString& name, const QString& text, const QString& tip);
    /// Shows a combo box for every selector that has something to choose.
    void showSelectors(const std::vector<TrialSelector>& selectors);
    /// The viewer chose an option of the selector of that index.
    virtual void selected(std::size_t /*selector*/, std::size_t /*option*/) {}

    /// Says that what is drawn has to be made anew at the next refresh().
    void invalidate() { dirty_ = true; }
    [[nodiscard]] bool isDirty() const { return dirty_; }
    /// Takes up new data; true if the picture changed. Called by refresh().
    virtual bool takeUp() = 0;
    /// Draws everything below the title into a rectangle.
    virtual void paintPlot(QPainter& painter, const QRectF& area) = 0;
    /// Called after the theme changed.
    virtual void themeChanged() {}
    /// Called after pairWith().
    virtual void paired() {}
    /// Called when runs, frames, fits, the play-head, the look of arms or what play waits for were
    /// set.
    virtual void inputChanged() {}

    void contextMenuEvent(QContextMenuEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

    [[nodiscard]] QFont plotFont() const;

private:
    void makeRoomForName();
    void copyPicture();
    void copyData();
    void copyLatex();

    std::shared_ptr<const Description> description_;
    Theme theme_;
    std::vector<ShownRun> runs_;
    std::shared_ptr<const Frames> frames_;
    std::vector<FitOverlay> fits_;
    std::optional<std::int64_t> playHead_;
    ArmLook armLook_;
    QString waitsFor_;
    bool dirty_ = true;
    bool isForFile_ = false;
    QPointer<PlotView> partner_;
    QVBoxLayout* layout_ = nullptr;
    QPointer<QWidget> headLine_; ///< may be in another's hands
    QHBoxLayout* bar_ = nullptr; ///< of it
    QLabel* titleLabel_ = nullptr;
    QMenu* menu_ = nullptr;
    QWidget* canvas_ = nullptr;
    int barWidgets_ = 0;
    struct SelectorBox {
        QLabel* label;
        QComboBox* box;
    };
    SelectorBox& selectorBox(const TrialSelector& selector);
    void chooseOption(const std::string& column, int option);
    void followPartner(const std::string& column, const QString& option);
    std::map<std::string, SelectorBox> selectorBoxes_; ///< by column
    std::vector<std::string> shownSelectors_;          ///< columns, by index
};

} // namespace convergence
