#pragma once

#include <array>
#include <memory>

#include <QObject>

#include "app/window/session_files.h"

namespace convergence {

class ExperimentPanel;
class KeptRuns;
class RunPlayer;
class RunSide;
class Sides;
class ViewArea;

/// Puts down as a document what the parts of a window show, and lets them show a document again.
class SessionDesk : public QObject, public SessionHost {
    Q_OBJECT

public:
    /// The parts, all of which outlive this.
    struct Parts {
        const Registry& registry;
        Sides& sides;
        RunPlayer& player;
        KeptRuns& runs;
        ViewArea& views;
        ExperimentPanel& panel;
    };
    explicit SessionDesk(const Parts& parts, QObject* parent = nullptr);

    /// The experiment that the parts have opened.
    void open(std::shared_ptr<const ExperimentType> type) { type_ = std::move(type); }
    void setTheme(const QString& id) { theme_ = id; }
    /// The command that makes the shown run without a window; empty without a run.
    [[nodiscard]] QString commandLine() const;
    /// Puts it onto the clipboard, which is told.
    void copyCommandLine();

    [[nodiscard]] SessionDocument session() const override;
    void openSession(const SessionDocument& session) override;
    void openBundle(const Bundle& bundle) override;
    void openCurves(const QString& path, std::function<void(bool isOpen)> done) override;
    /// A kept run of own curves, with its log where that is still there. Trouble is told.
    void openKeptCurves(const QString& key);
    void gatherBundle(std::function<void(const BundleToWrite&)> done) override;

Q_SIGNALS:
    /// Open this experiment now, before the signal returns; the values are valid.
    void experimentWanted(const std::shared_ptr<const convergence::ExperimentType>& type,
                          const convergence::Overrides& overrides);
    /// A theme that there is.
    void themeWanted(const QString& id);
    void told(const QString& sentence);
    void troubled(const QString& sentence);

private:
    using Events = std::vector<LiveEvent>;
    using Type = std::shared_ptr<const ExperimentType>;
    std::array<Events, 2> openFrame(const Type& type, const SessionDocument& session);
    void openSessionOf(const Type& type, const SessionDocument& session);
    void openOwnCurves(const SessionDocument& session);
    void openKeptOwnCurves(const SessionDocument& session, const QString& problem);
    void readLog(const std::string& path, std::function<void(const Type&)> take,
                 std::function<void(const QString&)> refuse);
    void openRun(RunSide& side, const std::string& key, const Events& events);
    [[nodiscard]] LoadedRun runOf(const RunSide& side) const;
    void drawPictures(const QString& folder);

    Parts parts_;
    std::shared_ptr<const ExperimentType> type_;
    QString theme_;
    int logsAskedFor_ = 0; ///< of several the last one is opened
};

} // namespace convergence
