#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/experiment/description.h"
#include "core/experiment/recording.h"
#include "core/math/statistics.h"
#include "widgets/charts/arm_look.h"
#include "widgets/charts/series_pyramid.h"
#include "widgets/charts/ticks.h"
#include "widgets/charts/trial_selection.h"

namespace convergence {

struct ChartRun {
    std::string name; ///< empty for the present run
    std::shared_ptr<const Recording> recording;
    /// Color of all its curves; arms are told apart by dashes then.
    std::optional<int> color;
};

enum class StrokeStyle { solid, dashed, dashDotted, dotted };

/// What one legend entry stands for: curves with one look.
struct ChartGroup {
    std::string label;
    std::string arm;  ///< whose curves they are; empty: of several
    std::string rest; ///< of the label, without the arm
    int color = 0;    ///< index for Theme::seriesColor; −1: the color of text
    StrokeStyle stroke = StrokeStyle::solid;
    bool isPrediction = false;
    bool isEarlierRun = false;
    bool hasMarkers = false;
    bool isHidden = false;
};

struct ChartCurve {
    std::size_t group = 0;
    int color = 0; ///< as ChartGroup::color; predictions of several arms share a group
    /// Group of the measured curve that a prediction belongs to; it is hidden with it.
    std::optional<std::size_t> follows;
    std::size_t run = 0;   ///< index into the runs
    std::size_t trial = 0; ///< of the recording; the first one where several are joined
    std::string arm;
    std::string column;                                  ///< of y
    std::vector<std::pair<std::string, double>> factors; ///< that tell it from others
    SeriesPyramid data;
    /// Lower and upper quartile over replicates at the same rows, where aggregated.
    std::optional<SeriesPyramid> low, high;
    std::shared_ptr<const Table> ownTable; ///< of joined data; null: columns of the recording
    LineFit fit;                           ///< not valid where the view has no fit
    double joinedProgress = 0.0;           ///< grows with the rows that were joined
    std::vector<bool> lostRows;            ///< of the trials table: all trials there have diverged
};

/// Which curves a line chart has, and their data, from the view's description and the recordings.
/// Knows nothing of pixels, colors or windows.
///
/// Traces give one curve per trial and column, joined over replicates where the view aggregates.
/// The trials table gives one curve per arm, factors that are neither x nor tuned, and column.
class ChartModel {
public:
    ChartModel(View view, std::shared_ptr<const Description> description);

    /// Keeps what the viewer chose and hid, by name.
    void setRuns(std::vector<ChartRun> runs);
    void setArmLook(const ArmLook& look);
    [[nodiscard]] const ArmLook& armLook() const { return armLook_; }
    /// Chooses an option of a selector.
    void select(std::size_t selector, std::size_t option);
    void setHidden(std::size_t group, bool hidden);
    /// A line on other axes is another law: the fits follow the axes (log–log, log–linear, none).
    /// Without effect on views that have no fit.
    void setFitKind(FitKind kind);
    [[nodiscard]] FitKind fitKind() const { return fitKind_; }
    /// Window of the fits, in units of x; maximum 0: to the end.
    void setFitWindow(double minimum, double maximum);
    /// Takes up new rows; true if anything that is drawn changed.
    bool update();

    [[nodiscard]] const View& view() const { return view_; }
    [[nodiscard]] const std::vector<ChartRun>& runs() const { return runs_; }
    [[nodiscard]] const std::vector<TrialSelector>& selectors() const { return selectors_; }
    [[nodiscard]] const std::vector<ChartGroup>& groups() const { return groups_; }
    [[nodiscard]] const std::vector<ChartCurve>& curves() const { return curves_; }
    [[nodiscard]] bool isVisible(const ChartCurve& curve) const {
        return !groups_[curve.group].isHidden &&
               !(curve.follows && groups_[*curve.follows].isHidden) &&
               !(showsArms() && armLook_.isHidden(curve.arm));
    }
    /// Whether arms are told apart here, by colors; otherwise columns of one arm are.
    [[nodiscard]] bool showsArms() const { return !oneArm_; }
    /// Whether the trials of a trace have diverged.
    [[nodiscard]] bool isLost(const ChartCurve& curve) const;
    /// Whether its data have a say in the scale: not if it is lost, unless all are.
    [[nodiscard]] bool setsScale(const ChartCurve& curve) const;
    /// Whether any of a group's curves has a number to show.
    [[nodiscard]] bool hasData(std::size_t group) const;
    [[nodiscard]] std::size_t visibleCurves() const;
    [[nodiscard]] AxisRange fitWindow() const { return fitWindow_; }
    /// Range of the visible curves' data; minimum > maximum where there are none. With a
    /// logarithmic scale only positive values count.
    [[nodiscard]] AxisRange xData(Scale scale) const;
    [[nodiscard]] AxisRange yData(Scale scale) const;
    /// Place on the x axis of an iteration of the present run.
    [[nodiscard]] std::optional<double> xOfIteration(std::int64_t iteration) const;
    [[nodiscard]] const Description& description() const { return *description_; }

    /// The data of the visible curves with xMinimum ≤ x ≤ xMaximum, one row a point.
    [[nodiscard]] std::string csv(AxisRange x) const;

private:
    struct Measured { ///< a column of y and the entry of View::series that asks for it
        std::string column;
        std::size_t spec = 0;
    };
    struct TrialsKey;

    void rebuild();
    void addTraceCurves(std::size_t run);
    void addTrialsCurves(std::size_t run);
    void joinReplicates();
    void finishGroups();
    bool joinNewRows();
    void updateFits();
    [[nodiscard]] std::vector<Measured> measuredColumns(const Table& table) const;
    std::size_t groupFor(std::size_t run, const std::string& arm, const Measured& measured,
                         const std::vector<std::pair<std::string, double>>& factors,
                         const Table& table);
    [[nodiscard]] std::vector<std::string> varyingFactors(std::size_t run) const;

    View view_;
    std::shared_ptr<const Description> description_;
    std::vector<ChartRun> runs_;
    std::vector<TrialSelector> selectors_;
    std::vector<ChartGroup> groups_;
    std::vector<ChartCurve> curves_;
    std::set<std::string> hidden_; ///< labels of hidden groups
    ArmLook armLook_;
    FitKind fitKind_ = FitKind::none;
    AxisRange fitWindow_;
    bool oneArm_ = false; ///< colors tell columns apart, not arms
    /// Trials whose replicates are joined into curve i (traces), by curve.
    std::vector<std::vector<std::size_t>> joined_;
    std::vector<std::size_t> rowsSeen_; ///< by run, of the trials table
    std::size_t lostSeen_ = 0;          ///< curves whose trials had diverged
    bool changed_ = true;
};

} // namespace convergence
