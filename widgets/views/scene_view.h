#pragma once

#include <memory>

#include <QImage>
#include <QTimer>

#include "widgets/charts/legend.h"
#include "widgets/views/episode_clock.h"
#include "widgets/views/frame_view.h"
#include "widgets/views/plane_control.h"

class QToolButton;

namespace convergence {

/// A SceneFrame of a chosen trial, or of the problem, played in a loop by a timer of its own, about
/// 60 times a second while it is visible, whatever the pace at which charts repaint; a FieldFrame
/// among the view's frames lies behind it. P plays and pauses, comma and period step by one pose.
/// Where the view has a gesture, a click sets its two parameters to the place.
class SceneView final : public FrameViewWidget {
    Q_OBJECT

public:
    SceneView(View view, std::shared_ptr<const Description> description, const Theme& theme,
              QWidget* parent);

    void lookLike(const ViewWidget& other) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

    /// Which of the episode is shown, from 0 to 1.
    [[nodiscard]] double share() const { return clock_->share(); }
    [[nodiscard]] bool isPlaying() const { return clock_->isPlaying(); }

protected:
    void paintPlot(QPainter& painter, const QRectF& area) override;
    [[nodiscard]] QString textAt(QPointF at, const QRectF& area) const override;
    void inputChanged() override;
    void selected(std::size_t selector, std::size_t option) override;
    void paired() override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    /// Poses of all bodies at one moment, between those that the frame has.
    struct Moment {
        double time = 0.0;
        std::size_t index = 0; ///< the last pose before
        std::vector<SceneFrame::Pose> poses;
    };
    struct Layout {
        PlotFrame frame;
        std::vector<LegendEntry> legend;
    };
    [[nodiscard]] const SceneFrame* scene() const;
    [[nodiscard]] const FieldFrame* field() const;
    [[nodiscard]] Moment momentOf(const SceneFrame& shown) const;
    [[nodiscard]] Layout layout(const SceneFrame* shown, const QRectF& area) const;
    [[nodiscard]] QColor colorOf(int color) const;
    [[nodiscard]] int bodyColor(const SceneFrame& shown, std::size_t body) const;
    /// Whose colors are those of an arm that is switched off.
    [[nodiscard]] bool isHidden(const SceneFrame& shown, std::size_t body) const;
    void takeData();
    void paintBackground(QPainter& painter, const PlotFrame& frame);
    void paintTrails(QPainter& painter, const SceneFrame& shown, const PlotFrame& frame,
                     const Moment& now) const;
    void paintShape(QPainter& painter, const SceneFrame& shown, const SceneFrame::Shape& shape,
                    const PlotFrame& frame, const Moment& now) const;
    void paintCaption(QPainter& painter, const SceneFrame& shown, const PlotFrame& frame,
                      const Moment& now) const;
    void togglePlaying();
    void step(int poses);
    void updateTimer();

    PlaneControl* control_;
    QToolButton* button_ = nullptr;
    std::shared_ptr<EpisodeClock> clock_ = std::make_shared<EpisodeClock>();
    QTimer timer_;
    bool wasPaused_ = false; ///< by the viewer
    Extent x_, y_;           ///< of all there ever is to see
    QImage background_;      ///< of the field, kept while nothing changes
    std::shared_ptr<const Frames> backgroundFrames_;
    PlaneControl::Ranges backgroundRanges_;
    QRectF backgroundPlot_;
    QString backgroundTheme_;
};

} // namespace convergence
