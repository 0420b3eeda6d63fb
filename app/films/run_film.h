#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QPointer>
#include <QTimer>

#include "app/films/film_plan.h"
#include "core/experiment/runner.h"
#include "widgets/films/film_maker.h"
#include "widgets/view_widget.h"

namespace convergence {

class FilmWorker;
class PictureQueue;

/// A film of one view of a run: runs it again from its seed and draws the view at each moment.
///
/// The run steps on its runner's thread and the pictures are encoded on another; only drawing is
/// done on the thread of this object, one picture a turn of its event loop.
class RunFilm final : public FilmMaker {
    Q_OBJECT

public:
    /// What makes the run what it was.
    struct Run {
        std::shared_ptr<const ExperimentType> type;
        std::shared_ptr<const ParameterValues> values;
        std::vector<LiveEvent> events = {};
        std::string fingerprint = {}; ///< of the build that made it; empty: this one
    };
    /// `path` ends in .webm or .gif. `like`, which may be null, is a view of the same kind whose
    /// choices, axes and viewpoint the film has. Throws InputError for an unknown view and for what
    /// pictureCount() and checkFilm() refuse; a part that the run does not have is told in the end.
    RunFilm(Run run, const QString& view, FilmPlan plan, const QString& path,
            ViewWidget* like = nullptr);
    ~RunFilm() override;

    void start() override;
    void cancel() override;

    /// What could not be drawn, or why the run failed; empty: nothing.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }

private:
    void begin(const std::shared_ptr<const Experiment>& experiment);
    void turn();
    /// Whether the run is where the next picture shows it, and its frames are there.
    [[nodiscard]] bool arrive();
    void judge();
    void draw();
    void end(bool succeeded, const QString& sentence);

    Run run_;
    FilmPlan plan_;
    QString path_;
    const View* spec_;
    QPointer<ViewWidget> like_;
    std::unique_ptr<ViewWidget> view_;
    std::shared_ptr<Runner> runner_;
    std::shared_ptr<PictureQueue> queue_;
    std::unique_ptr<FilmWorker> worker_;
    std::vector<std::int64_t> moments_;
    std::size_t next_ = 0;                 ///< picture to draw
    bool playing_ = false;                 ///< towards it
    bool asked_ = false;                   ///< for its frames
    std::shared_ptr<const Frames> before_; ///< the newest frames when they were asked for
    QImage last_;
    std::string trouble_;
    bool ended_ = false;
    QTimer timer_;
};

} // namespace convergence
