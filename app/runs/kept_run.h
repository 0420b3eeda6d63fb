#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/experiment/description.h"
#include "core/experiment/frames.h"
#include "core/experiment/recording.h"

namespace convergence {

/// A kept run as the list shows it.
struct KeptRun {
    QString key; ///< unique among all runs of all people
    QString experiment;
    QString name; ///< given by a person; may be empty
    QString notes;
    QStringList tags;
    bool isPinned = false;
    qint64 created = 0; ///< milliseconds since 1970, UTC
    QString version;
    QString fingerprint; ///< see buildFingerprint()
    QString state;       ///< running, finished, stopped, diverged, failed or interrupted
    QString origin;      ///< "branch of … at iteration …"; may be empty
    qint64 stepsDone = 0;
    qint64 stepsPlanned = 0;
    std::string parameters; ///< JSON object of all values it started with
    std::string claims;     ///< JSON array, as judged last; empty in lists
    std::vector<float> sparkline;
};

/// A run with all that it recorded.
struct LoadedRun {
    KeptRun run;
    std::shared_ptr<const Recording> recording;
    std::vector<std::shared_ptr<const Frames>> keyFrames; ///< oldest first
};

/// All values as a JSON object, and back as overrides. Throws InputError for what does not fit.
std::string valuesToJson(const ParameterValues& values);
Overrides overridesFromJson(const Description& description, const std::string& json);

/// Throws InputError for live events that the experiment does not know: another action, a parameter
/// that cannot change while it runs, a value out of its range.
void checkEvents(const Description& description, const std::vector<LiveEvent>& events);

} // namespace convergence
