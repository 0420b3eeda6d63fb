// The judges of rex-schedule on constructed recordings: errors as a prototype of the experiment
// measured them, on which every claim holds, and changes of them under which it must not.

#include <cmath>
#include <functional>
#include <map>

#include <QtTest>

#include "core/experiment/verification.h"
#include "core/optim/schedule.h"
#include "plugins/schedules/rex-schedule/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Strings = std::vector<std::string>;
using Numbers = std::vector<double>;
using Errors = std::map<std::string, std::map<double, double>>; ///< arm, budget in % → error in %

constexpr double bestRate = 0.1;

/// Mean test errors of SGD with momentum at the best rate.
Errors sgdErrors() {
    return {{"rex", {{5, 20.82}, {10, 18.21}, {25, 16.47}, {50, 16.21}, {100, 16.46}}},
            {"linear", {{5, 21.41}, {10, 18.41}, {25, 16.53}, {50, 16.23}, {100, 16.48}}},
            {"cosine", {{5, 22.45}, {10, 18.57}, {25, 16.71}, {50, 16.21}, {100, 16.38}}},
            {"delayed_25", {{5, 21.28}, {10, 18.72}, {25, 16.39}, {50, 16.11}, {100, 16.38}}},
            {"delayed_50", {{5, 21.73}, {10, 18.78}, {25, 16.50}, {50, 16.09}, {100, 16.39}}},
            {"delayed_75", {{5, 22.46}, {10, 19.01}, {25, 16.62}, {50, 16.25}, {100, 16.39}}},
            {"one_cycle", {{5, 24.22}, {10, 19.23}, {25, 16.97}, {50, 16.13}, {100, 16.30}}},
            {"step_30_60_90", {{5, 24.43}, {10, 20.40}, {25, 17.65}, {50, 16.73}, {100, 16.18}}},
            {"step_50_75", {{5, 22.76}, {10, 19.72}, {25, 17.19}, {50, 16.49}, {100, 16.19}}},
            {"exponential", {{5, 22.23}, {10, 19.88}, {25, 17.65}, {50, 16.64}, {100, 16.24}}},
            {"plateau", {{5, 22.24}, {10, 19.74}, {25, 17.56}, {50, 16.31}, {100, 16.27}}},
            {"constant", {{5, 22.20}, {10, 19.95}, {25, 18.07}, {50, 17.16}, {100, 17.51}}}};
}

Errors gridErrors() {
    return {{"grid_rex_50_75", {{5, 21.48}, {10, 19.42}}},
            {"grid_rex_every_iteration", {{5, 20.50}, {10, 18.09}}}};
}

Errors adamErrors() {
    return {{"rex", {{5, 21.54}, {25, 16.61}}},
            {"linear", {{5, 22.18}, {25, 16.91}}},
            {"delayed_50", {{5, 20.99}, {25, 16.37}}},
            {"constant", {{5, 22.90}, {25, 18.20}}}};
}

Errors errorsFor(const std::string& claim) {
    return claim == "sampling_rate" ? gridErrors() : claim == "adam" ? adamErrors() : sgdErrors();
}

/// How one trial ends.
struct Outcome {
    double test = 0.0;
    double validation = 0.0;
    TrialStatus status = TrialStatus::finished;
};

/// A last word on a trial before it is recorded.
using Change = std::function<void(const TrialPlan&, Outcome&)>;

/// How the recording is laid out.
struct Layout {
    Numbers rates = {0.03, bestRate, 0.3};
    int seeds = 20;
    Strings optimizers = {"momentum"};
};

/// Errors at `bestRate` are those given; elsewhere they are 3 points worse. Seeds scatter about
/// them by a few hundredths, differently for each arm, with mean zero over any five in a row.
std::shared_ptr<Recording> recordingOf(const Errors& errors, const Layout& layout = {},
                                       const Change& change = {}) {
    std::vector<TrialPlan> plans;
    Strings arms;
    for (const auto& [arm, budgets] : errors) {
        arms.push_back(arm);
        for (std::size_t o = 0; o < layout.optimizers.size(); ++o)
            for (const auto& [budget, error] : budgets)
                for (const double rate : layout.rates)
                    for (int seed = 0; seed < layout.seeds; ++seed)
                        plans.push_back({.arm = arm,
                                         .factors = {{"budget_percent", budget},
                                                     {"learning_rate", rate},
                                                     {"optimizer_index", static_cast<double>(o)}},
                                         .replicate = static_cast<std::uint64_t>(seed),
                                         .steps = 1});
    }
    auto recording = std::make_shared<Recording>(
        std::vector<Column>{{"iteration"}},
        std::vector<Column>{{"budget_percent"}, {"learning_rate"}, {"optimizer_index"}},
        std::vector<Column>{
            {"test_error"}, {"validation_error"}, {"validation_loss"}, {"last_batch_loss"}},
        arms, plans);
    for (std::size_t trial = 0; trial < plans.size(); ++trial) {
        const TrialPlan& plan = plans[trial];
        const auto arm = std::find(arms.begin(), arms.end(), plan.arm) - arms.begin();
        const int scatter = static_cast<int>(
            (static_cast<std::ptrdiff_t>(plan.replicate) * (1 + arm % 2) + arm) % 5 - 2);
        const double mean = errors.at(plan.arm).at(plan.factors.at("budget_percent"));
        Outcome outcome{.test = mean + 0.01 * scatter, .validation = mean + 1.0};
        if (plan.factors.at("learning_rate") != bestRate) {
            outcome.test += 3.0;
            outcome.validation += 3.0;
        }
        if (change)
            change(plan, outcome);
        recording->setStatus(trial, outcome.status);
        recording->conclude(trial, std::vector<double>{outcome.test, outcome.validation, 0.5, 0.4});
    }
    return recording;
}

const Claim& claimNamed(const std::string& id) {
    static const std::vector<Claim> claims = rex::claims();
    return claimNamed(claims, id);
}

/// On one run of the claim's protocol, with `overrides` on top.
Judgement judge(const std::string& claim, std::shared_ptr<const Recording> recording,
                const std::map<std::string, std::string>& replacedArms = {},
                Overrides overrides = {}) {
    const ProtocolRun& run = claimNamed(claim).protocol.runs.front();
    overrides.insert(run.overrides.begin(), run.overrides.end());
    Evidence evidence;
    evidence.replacedArms = replacedArms;
    evidence.runs.push_back({.label = run.label,
                             .values = std::make_shared<const ParameterValues>(
                                 resolveValues(rexSchedule(), "", overrides)),
                             .recording = std::move(recording)});
    return judgeClaim(claimNamed(claim), evidence);
}

Judgement judge(const std::string& claim, const Errors& errors) {
    return judge(claim, recordingOf(errors));
}

bool says(const Judgement& judgement, const char* words) {
    return QString::fromStdString(judgement.explanation).contains(words);
}

} // namespace

class RexScheduleClaimsTest : public QObject {
    Q_OBJECT

    static void addClaims() {
        QTest::addColumn<QString>("claim");
        for (const Claim& claim : rex::claims())
            if (claim.kind == ClaimKind::run)
                QTest::newRow(claim.id.c_str()) << QString::fromStdString(claim.id);
    }

private Q_SLOTS:
    void everyClaimHoldsOnTheErrorsOfThePrototype_data() { addClaims(); }
    void everyClaimHoldsOnTheErrorsOfThePrototype() {
        QFETCH(QString, claim);
        const std::string id = claim.toStdString();
        const Judgement judgement = judge(id, errorsFor(id));
        expectVerdict(judgement, Verdict::holds);
    }

    void measuredValuesAreThoseOfThePrototype() {
        // Means over 5, 10, 25 %: (0.59 + 0.20 + 0.06)/3.
        const double tolerance = 1e-9;
        expectNear(judge("low_budgets", sgdErrors()).measured, 0.85 / 3.0, tolerance);
        expectNear(judge("steps_lose_at_low_budgets", sgdErrors()).measured, 1.18, tolerance);
        expectNear(judge("high_budgets", sgdErrors()).measured, 0.28, tolerance);
        expectNear(judge("sampling_rate", gridErrors()).measured, 0.98, tolerance);
        expectNear(judge("adam", adamErrors()).measured, 0.47, tolerance);
    }

    void everyBaselineInAnArmsPlaceRefutesItsClaim_data() {
        QTest::addColumn<QString>("claim");
        QTest::addColumn<int>("refutation");
        for (const Claim& claim : rex::claims())
            for (std::size_t i = 0; i < claim.refutations.size(); ++i)
                if (!claim.refutations[i].replaceArms.empty())
                    QTest::addRow("%s: %s", claim.id.c_str(),
                                  claim.refutations[i].description.c_str())
                        << QString::fromStdString(claim.id) << static_cast<int>(i);
    }
    void everyBaselineInAnArmsPlaceRefutesItsClaim() {
        QFETCH(QString, claim);
        QFETCH(int, refutation);
        const std::string id = claim.toStdString();
        const auto& replaced =
            claimNamed(id).refutations[static_cast<std::size_t>(refutation)].replaceArms;
        const Judgement judgement = judge(id, recordingOf(errorsFor(id)), replaced);
        expectVerdict(judgement, Verdict::fails);
    }

    void withoutOneOfItsSchedulesAClaimHasNotEnoughData_data() { addClaims(); }
    void withoutOneOfItsSchedulesAClaimHasNotEnoughData() {
        QFETCH(QString, claim);
        const std::string id = claim.toStdString();
        const std::string needed = id == "sampling_rate" ? "grid_rex_50_75" : "rex";
        Errors errors = errorsFor(id);
        errors.erase(needed);
        expectVerdict(judge(id, errors), Verdict::notEnoughData);
    }

    void withoutOneOfItsBudgetsAClaimHasNotEnoughData_data() { addClaims(); }
    void withoutOneOfItsBudgetsAClaimHasNotEnoughData() {
        QFETCH(QString, claim);
        const std::string id = claim.toStdString();
        Errors errors = errorsFor(id);
        for (auto& [arm, budgets] : errors)
            budgets.erase(id == "high_budgets" ? 100 : 5);
        expectVerdict(judge(id, errors), Verdict::notEnoughData);
    }

    void standInImagesGiveNoVerdict_data() { addClaims(); }
    void standInImagesGiveNoVerdict() {
        QFETCH(QString, claim);
        const std::string id = claim.toStdString();
        const auto recording = recordingOf(errorsFor(id));
        recording->setProvenance({"Synthetic images.", true});
        expectVerdict(judge(id, recording), Verdict::notEnoughData);
    }

    // ---- Thresholds, each crossed by a hundredth of a point or so -----------------------------

    void anAdvantageWithinTheScatterOfSeedsIsNotEnoughData() {
        Errors errors = adamErrors();
        errors["linear"] = errors["rex"];
        // One seed at which linear looks worse by 20 points, one at which it looks better by 19.
        const Change outliers = [](const TrialPlan& plan, Outcome& outcome) {
            if (plan.arm == "linear")
                outcome.test += plan.replicate == 0 ? 20.0 : plan.replicate == 1 ? -19.0 : 0.0;
        };
        const Judgement judgement = judge("adam", recordingOf(errors, {}, outliers));
        QVERIFY(judgement.measured > 0.0);
        QVERIFY(judgement.low < 0.0);
        expectVerdict(judgement, Verdict::notEnoughData);
    }

    void betterSchedulesAreCountedAndNotJudged() {
        Errors errors = sgdErrors();
        const double before = judge("rank_at_low_budgets", errors).measured;
        errors["step_30_60_90"][10] = errors["step_50_75"][10] = errors["rex"][10] - 0.1;
        const Judgement judgement = judge("rank_at_low_budgets", errors);
        expectVerdict(judgement, Verdict::observed);
        expectNear(judgement.measured, before + 2.0 / 3.0, 1e-12); // two more at one of three
    }

    void oneSeedCannotSayWhoIsAmongTheBest() {
        const auto recording = recordingOf(adamErrors(), {.seeds = 1});
        expectVerdict(judge("adam", recording), Verdict::notEnoughData);
    }

    /// The gap must be a point at every low budget, a large one at 5 % does not make up.
    void stepsWithinAPointAtOneLowBudgetFail() {
        Errors errors = sgdErrors();
        errors["step_30_60_90"][5] = 40.0;
        errors["step_30_60_90"][25] = errors["rex"][25] + 0.99;
        expectVerdict(judge("steps_lose_at_low_budgets", errors), Verdict::fails);
        errors["step_30_60_90"][25] = errors["rex"][25] + 1.01;
        expectVerdict(judge("steps_lose_at_low_budgets", errors), Verdict::holds);
    }

    void rexHalfAPointBehindTheBestAtFiftyPercentFails() {
        Errors errors = sgdErrors();
        errors["rex"][50] = errors["delayed_50"][50] + 0.51;
        expectVerdict(judge("high_budgets", errors), Verdict::fails);
        errors["rex"][50] = errors["delayed_50"][50] + 0.49;
        expectVerdict(judge("high_budgets", errors), Verdict::holds);
    }

    void eitherStepScheduleBehindLinearAtTheFullBudgetFails_data() {
        QTest::addColumn<QString>("step");
        QTest::newRow("30-60-90") << "step_30_60_90";
        QTest::newRow("50-75") << "step_50_75";
    }
    void eitherStepScheduleBehindLinearAtTheFullBudgetFails() {
        QFETCH(QString, step);
        Errors errors = sgdErrors();
        errors[step.toStdString()][100] = errors["linear"][100] + 0.01;
        expectVerdict(judge("high_budgets", errors), Verdict::fails);
    }

    void highBudgetsSaysThatRexDoesNotExceedAll() {
        const Judgement judgement = judge("high_budgets", sgdErrors());
        QVERIFY2(says(judgement, "exceeds all others at high budgets does not hold"),
                 judgement.explanation.c_str());
    }

    void aGainBelowHalfAPointAtOneBudgetFailsTheSamplingRate() {
        for (const double budget : {5.0, 10.0}) {
            Errors errors = gridErrors();
            errors["grid_rex_50_75"][budget] = errors["grid_rex_every_iteration"][budget] + 0.49;
            expectVerdict(judge("sampling_rate", errors), Verdict::fails);
        }
    }

    void aLinearScheduleBetterThanRexFailsAdam() {
        Errors errors = adamErrors();
        for (const double budget : {5.0, 25.0})
            errors["linear"][budget] = errors["rex"][budget] - 0.19;
        expectVerdict(judge("adam", errors), Verdict::fails);
    }

    /// Of any arm, at any budget, in one seed: no claim that reads it holds.
    void aTestErrorThatIsNaNFailsEveryClaimThatReadsIt() {
        const auto judgedWithNan = [](const std::string& id, const std::string& arm,
                                      double budget) {
            const Change lost = [=](const TrialPlan& plan, Outcome& outcome) {
                if (plan.arm == arm && plan.factors.at("budget_percent") == budget &&
                    plan.replicate == 3)
                    outcome.test = NAN;
            };
            return judge(id, recordingOf(errorsFor(id), {}, lost));
        };
        const auto expectFailure = [&](const char* id, const char* arm, double budget) {
            expectVerdict(judgedWithNan(id, arm, budget), Verdict::fails,
                          fmt::format("{}: {} at {} %", id, arm, budget));
        };
        for (const double budget : {5.0, 10.0, 25.0}) {
            expectFailure("steps_lose_at_low_budgets", "rex", budget);
            expectFailure("steps_lose_at_low_budgets", "step_30_60_90", budget);
        }
        for (const double budget : {50.0, 100.0})
            for (const auto& [arm, errors] : sgdErrors())
                expectFailure("high_budgets", arm.c_str(), budget);
        for (const double budget : {5.0, 10.0})
            for (const auto& [arm, errors] : gridErrors())
                expectFailure("sampling_rate", arm.c_str(), budget);
        for (const double budget : {5.0, 25.0})
            for (const char* arm : {"rex", "linear"})
                expectFailure("adam", arm, budget);
    }

    // ---- Tuning -------------------------------------------------------------------------------

    /// A rate that does wonders on the test set, which validation cannot know.
    void theBaseRateIsNeverChosenByTestError() {
        const Change temptation = [](const TrialPlan& plan, Outcome& outcome) {
            if (plan.arm == "linear" && plan.factors.at("learning_rate") == 0.3)
                outcome.test = 1.0;
        };
        const Judgement judgement = judge("low_budgets", recordingOf(sgdErrors(), {}, temptation));
        expectNear(judgement.measured, 0.85 / 3.0, 1e-9);
    }

    void theTestErrorOfTheRateThatValidationPrefersIsCompared() {
        const Change preferred = [](const TrialPlan& plan, Outcome& outcome) {
            if (plan.arm == "linear" && plan.factors.at("learning_rate") == 0.3)
                outcome.validation = 1.0;
        };
        const Judgement judgement = judge("low_budgets", recordingOf(sgdErrors(), {}, preferred));
        expectNear(judgement.measured, 0.85 / 3.0 + 3.0, 1e-9);
    }

    void aRateThatDivergesIsNotTheBest() {
        const Change diverges = [](const TrialPlan& plan, Outcome& outcome) {
            if (plan.arm == "rex" && plan.factors.at("learning_rate") == 0.3)
                outcome = {90.0, 0.0, TrialStatus::diverged};
        };
        const Judgement judgement = judge("low_budgets", recordingOf(sgdErrors(), {}, diverges));
        expectNear(judgement.measured, 0.85 / 3.0, 1e-9);
    }

    void aBestRateAtTheEdgeOfTheGridIsNamed() {
        QVERIFY(!says(judge("steps_lose_at_low_budgets", sgdErrors()), "edge"));
        const auto narrow = recordingOf(sgdErrors(), {.rates = {bestRate, 0.3}});
        const Judgement judgement = judge("steps_lose_at_low_budgets", narrow);
        QVERIFY2(says(judgement, "learning_rate of step_30_60_90 is at the edge"),
                 judgement.explanation.c_str());
    }

    /// The preset "full" trains with SGD and with Adam in one run; the claims on SGD must not tune
    /// across both.
    void claimsOnSgdLeaveTrialsOfAdamOut() {
        const Layout both{.optimizers = {"momentum", "adam"}};
        const Change adamLikesLinear = [](const TrialPlan& plan, Outcome& outcome) {
            if (plan.factors.at("optimizer_index") == 1.0)
                outcome.test = outcome.validation = plan.arm == "linear" ? 1.0 : 2.0;
        };
        const Judgement judgement =
            judge("low_budgets", recordingOf(sgdErrors(), both, adamLikesLinear), {},
                  {{"optimizer", both.optimizers}});
        expectNear(judgement.measured, 0.85 / 3.0, 1e-9); // Adam's would be below zero
    }

    // ---- Identities ---------------------------------------------------------------------------

    void identitiesHoldForThePapersRex() {
        const Judgement judgement = judge("identities", recordingOf(sgdErrors()));
        expectVerdict(judgement, Verdict::holds);
        QVERIFY(judgement.measured < 1e-12);
    }

    void anotherShapeOfRexFailsTheIdentities() {
        for (const auto& [alpha, beta] : {std::pair{0.1, 0.9}, {0.5, 0.501}, {1.0, 0.0}}) {
            const Overrides shape{{"rex_alpha", alpha}, {"rex_beta", beta}};
            const Judgement judgement = judge("identities", recordingOf(sgdErrors()), {}, shape);
            expectVerdict(judgement, Verdict::fails);
        }
    }

    // ---- Protocols ----------------------------------------------------------------------------

    void everyProtocolAndRefutationIsAcceptedByTheExperiment() {
        for (const Claim& claim : rex::claims())
            for (const ProtocolRun& run : claim.protocol.runs) {
                static_cast<void>(resolveValues(rexSchedule(), "", run.overrides));
                for (const Refutation& refutation : claim.refutations) {
                    QVERIFY(!refutation.overrides.empty() || !refutation.replaceArms.empty());
                    Overrides broken = run.overrides;
                    for (const auto& [name, value] : refutation.overrides)
                        broken.insert_or_assign(name, value);
                    static_cast<void>(resolveValues(rexSchedule(), "", broken));
                }
            }
    }

    void schedulesAreComparedOnTwentySeedsOrMore() {
        for (const Claim& claim : rex::claims())
            if (claim.kind == ClaimKind::run) {
                const auto& seeds = claim.protocol.runs.front().overrides.at("seeds");
                QVERIFY(std::get<Numbers>(seeds).size() >= std::size_t{20});
            }
    }
};

REGISTER_TEST(RexScheduleClaimsTest)
#include "rex-schedule/claims_test.moc"
