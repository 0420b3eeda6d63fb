#include <cmath>

#include <QtTest>

#include "core/experiment/parameter_builders.h"
#include "core/experiment/registry.h"
#include "plugins/statistics/frechet-sdr/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

Overrides briefly(const Overrides& further = {}) {
    return with({{"samples", Numbers{60}}, {"iterations", whole(12)}, {"width", whole(8)}},
                further);
}

} // namespace

class FrechetSdrTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(frechetSdr());
        QCOMPARE(registry.all().size(), std::size_t{1});
    }

    void everyResponseIsLearnedFrom() {
        for (const char* response : {"spd", "distribution", "sphere", "real", "images", "labels"}) {
            const auto recording =
                record(frechetSdr(), briefly({{"response", std::string(response)}}));
            QCOMPARE(recording->plans().size(), std::size_t{12});
            for (std::size_t trial = 0; trial < recording->plans().size(); ++trial) {
                QCOMPARE(recording->status(trial), TrialStatus::finished);
                const double quality = finalOf(*recording, trial, "quality");
                QVERIFY2(quality >= 0.0 && quality <= 1.0, response);
            }
        }
    }

    void recordingsDoNotDependOnThreads() {
        QCOMPARE(tables(*record(frechetSdr(), briefly(), {.threads = 1})),
                 tables(*record(frechetSdr(), briefly(), {.threads = 3})));
    }

    void theThreeFormsAreJudged() {
        const ExperimentType type = frechetSdr();
        const Claim& claim = claimNamed(type.description.claims, "three_forms");
        const auto verdictOf = [&](const Overrides& broken) {
            const Overrides overrides = with(claim.protocol.runs[0].overrides, broken);
            Evidence evidence;
            evidence.runs.push_back(
                {claim.protocol.runs[0].label, 0,
                 std::make_shared<const ParameterValues>(resolveValues(type, "", overrides)),
                 record(type, overrides)});
            return judgeClaim(claim, evidence);
        };
        expectVerdict(verdictOf({}), Verdict::holds, "three forms");
        expectVerdict(verdictOf(claim.refutations[0].overrides), Verdict::fails, "open balls");
    }

    void framesAreDrawnOfEveryResponse() {
        const std::pair<const char*, const char*> cases[] = {{"spd", "responses"},
                                                             {"distribution", "densities"},
                                                             {"sphere", "globe"},
                                                             {"images", "thumbnails"}};
        for (const auto& [response, frame] : cases) {
            const auto experiment = createExperiment(
                frechetSdr(), resolveValues(frechetSdr(), "",
                                            briefly({{"response", std::string(response)},
                                                     {"arms", Names{"fcc_linear"}},
                                                     {"outliers", Numbers{0.1}}})));
            const auto solver = experiment->start(experiment->trials()[0]);
            solver->step({});
            FrameMap frames, shared;
            const auto recording = makeRecording(*experiment);
            solver->draw(*recording, frames);
            experiment->draw(*recording, shared);
            for (const char* id : {frame, "by_first", "spectrum"})
                QVERIFY2(frames.contains(id), id);
            QVERIFY(shared.contains("bars"));
        }
    }

    void whatCannotWorkIsRefused() {
        expectRefusal(resolving(frechetSdr(), {{"samples", Numbers{60.5}}}), "'samples'", "60.5");
        expectRefusal(resolving(frechetSdr(), {{"dimension", whole(5)}, {"predictors", whole(4)}}),
                      "'dimension'", "5");
        expectRefusal(resolving(frechetSdr(), {{"outliers", Numbers{0.9}}}), "'outliers'", "0.9");
        expectRefusal(creating(frechetSdr(), {{"response", std::string("images")},
                                              {"data_folder", std::string("/nowhere")}}),
                      "nowhere");
    }
};

REGISTER_TEST(FrechetSdrTest)
#include "experiment_test.moc"
