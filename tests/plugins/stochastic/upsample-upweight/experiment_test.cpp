#include <cmath>
#include <fstream>
#include <numeric>

#include <QTemporaryDir>
#include <QtTest>

#include "core/data/text.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/registry.h"
#include "plugins/stochastic/upsample-upweight/experiment.h"
#include "plugins/stochastic/upsample-upweight/trial.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

const Names everyMethod{"ts",     "s",      "cooldown",      "increasing", "linear",
                        "cosine", "unimax", "largest_first", "doremi"};

/// A folder with three made-up languages.
class OwnTexts {
public:
    OwnTexts() {
        write("a.txt", 60'000, 1);
        write("b.txt", 30'000, 2);
        write("c.txt", 12'000, 3);
    }
    void write(const char* name, std::size_t bytes, std::uint64_t seed) const {
        std::ofstream(folder_.filePath(name).toStdString()) << inventedText(bytes, seed);
    }
    [[nodiscard]] std::string path() const { return folder_.path().toStdString(); }
    [[nodiscard]] Overrides small(const Overrides& further = {}) const {
        return with({{"problem", std::string("own")},
                     {"own_texts", path()},
                     {"caps", Numbers{40'000, 10'000, 2'000}},
                     {"hash_bits", whole(8)},
                     {"iterations", whole(60)},
                     {"batch_size", whole(4)},
                     {"proxy_iterations", whole(10)},
                     {"record_every", whole(20)}},
                    further);
    }

private:
    QTemporaryDir folder_;
};

Overrides softmax(const Overrides& further = {}) {
    return with({{"problem", std::string("convex")},
                 {"arms", Names{"ts", "s"}},
                 {"domain_sizes", Numbers{200, 40, 6}},
                 {"iterations", whole(400)},
                 {"batch_size", whole(8)},
                 {"record_every", whole(50)}},
                further);
}

double lastOf(const Recording& recording, std::size_t trial, const char* column) {
    return recording.trace(trial).column(column).back();
}

} // namespace

class UpsampleUpweightTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(upsampleUpweight());
        QCOMPARE(registry.all().size(), std::size_t{1});
        for (const Preset& preset : upsampleUpweight().description.presets)
            static_cast<void>(resolveValues(upsampleUpweight(), preset.id, {}));
    }

    void recordingsDoNotDependOnThreads() {
        const OwnTexts own;
        const auto run = [&](int threads) {
            return tables(*record(upsampleUpweight(), own.small({{"arms", everyMethod}}),
                                  {.threads = threads}));
        };
        QCOMPARE(run(1), run(3));
    }

    void domainsOfEqualSizeNeedNoBalance() {
        const OwnTexts own;
        const auto recording =
            record(upsampleUpweight(),
                   own.small({{"arms", Names{"ts", "s"}}, {"caps", Numbers{3000, 3000, 3000}}}));
        QCOMPARE(toCsv(recording->trace(0)), toCsv(recording->trace(1)));
    }

    void neverHotIsProportional() {
        const OwnTexts own;
        const auto recording =
            record(upsampleUpweight(), own.small({{"arms", Names{"ts", "cooldown"}},
                                                  {"temperatures", Numbers{1}},
                                                  {"switch_at", 0.0}}));
        for (const char* column :
             {"domain_loss_1", "domain_loss_3", "repetitions_3", "gradient_norm"})
            QCOMPARE(lastOf(*recording, 0, column), lastOf(*recording, 1, column));
    }

    void repetitionsAreCountedExactly() {
        const OwnTexts own;
        const auto recording = record(upsampleUpweight(), own.small({{"arms", Names{"ts"}}}));
        // 40,000, 10,000 and 2,000 bytes are 615, 153 and 30 chunks of 65.
        const double drawn = 615 * lastOf(*recording, 0, "repetitions_1") +
                             153 * lastOf(*recording, 0, "repetitions_2") +
                             30 * lastOf(*recording, 0, "repetitions_3");
        expectNear(drawn, 240.0, 1e-9);
        QCOMPARE(lastOf(*recording, 0, "examples"), 240.0);
    }

    void proxiesFindSharesAndCapsHold() {
        const OwnTexts own;
        const auto recording =
            record(upsampleUpweight(), own.small({{"arms", Names{"doremi", "unimax"}},
                                                  {"iterations", whole(150)},
                                                  {"repeat_cap", 2.0}}));
        double sum = 0.0;
        for (const char* column : {"share_1", "share_2", "share_3"})
            sum += lastOf(*recording, 0, column);
        expectNear(sum, 1.0, 1e-12);
        QVERIFY(lastOf(*recording, 0, "share_3") > 0.0);
        // Uniform, 200 examples would fall to the smallest domain of 30; the cap stops it at 2
        // repetitions, which the batch that reaches it may exceed.
        QVERIFY(lastOf(*recording, 1, "repetitions_3") >= 2.0);
        QVERIFY(lastOf(*recording, 1, "repetitions_3") <= 2.0 + 4.0 / 30.0);
        QVERIFY(!applies(lastOf(*recording, 1, "temperature_now")));
    }

    void schedulesMoveTheTemperature() {
        const OwnTexts own;
        const auto recording =
            record(upsampleUpweight(),
                   own.small({{"arms", Names{"cooldown", "increasing", "linear", "cosine"}}}));
        const auto at = [&](std::size_t trial, std::size_t row) {
            return recording->trace(trial).column("temperature_now")[row];
        };
        // Rows at iterations 0, 20, 40, 60 of 60.
        QCOMPARE(at(0, 1), 5.0);
        QCOMPARE(at(0, 2), 1.0);
        QCOMPARE(at(1, 1), 1.0);
        QCOMPARE(at(1, 2), 5.0);
        expectNear(at(2, 1), 5.0 - 4.0 / 3.0, 1e-12);
        expectNear(at(3, 1), 1.0 + 2.0 * (1.0 + std::cos(M_PI / 3.0)), 1e-12);
    }

    void aLiveTemperatureCountsFromTheNextStep() {
        const auto recording = record(
            upsampleUpweight(), softmax({{"arms", Names{"ts"}}}),
            {.events = {{.trial = 0, .iteration = 200, .name = "temperature", .value = 2.0}}});
        const auto temperatures = recording->trace(0).column("temperature_now");
        QCOMPARE(temperatures[4], 5.0);
        QCOMPARE(temperatures.back(), 2.0);
        expectNear(lastOf(*recording, 0, "share_1"),
                   std::sqrt(200.0) / (std::sqrt(200.0) + std::sqrt(40.0) + std::sqrt(6.0)), 1e-12);
    }

    void theGapIsNeverNegative() {
        const auto recording = record(upsampleUpweight(), softmax());
        for (const std::size_t trial : {0U, 1U}) {
            for (const double gap : recording->trace(trial).column("gap"))
                QVERIFY(gap > 0.0);
            QVERIFY(finalOf(*recording, trial, "identity_error") < 1e-12);
            QVERIFY(finalOf(*recording, trial, "floor_gap") > 0.0);
        }
    }

    void identitiesAreJudged() {
        const ExperimentType type = upsampleUpweight();
        const auto verdictOf = [&](const char* claim, const Overrides& overrides) {
            return judged(type, claim, overrides, record(type, overrides));
        };
        const Overrides full = softmax({{"arms", Names{"full_ts", "full_s"}}, {"sgd_rate", 0.5}});
        expectVerdict(verdictOf("full_gradients_agree", full), Verdict::holds);
        expectVerdict(
            verdictOf("full_gradients_agree", with(full, {{"control", std::string("rescaled")}})),
            Verdict::fails);
        expectVerdict(verdictOf("variances_are_exact", softmax()), Verdict::holds);
        expectVerdict(verdictOf("variances_are_exact",
                                softmax({{"control", std::string("batch_normalized")}})),
                      Verdict::fails);
        expectVerdict(verdictOf("excess_rises", softmax()), Verdict::holds);
        expectVerdict(verdictOf("excess_rises", softmax({{"control", std::string("reversed")}})),
                      Verdict::fails);
    }

    void aDecoderLearnsToo() {
        const OwnTexts own;
        const auto recording =
            record(upsampleUpweight(), own.small({{"arms", Names{"ts", "s", "doremi"}},
                                                  {"model", std::string("decoder")},
                                                  {"width", whole(8)},
                                                  {"layers", whole(1)},
                                                  {"learning_rate", 3e-3},
                                                  {"record_every", whole(30)}}));
        for (const std::size_t trial : {0U, 1U, 2U}) {
            const auto losses = recording->trace(trial).column("domain_loss_1");
            QVERIFY(losses.back() < losses.front());
        }
    }

    /// Σ p_i(w_i − 1)m_i = V_S − V_TS.
    void theTermsAddUpToTheExcess() {
        const auto experiment =
            createExperiment(upsampleUpweight(), resolveValues(upsampleUpweight(), "",
                                                               softmax({{"arms", Names{"s"}}})));
        const auto solver = experiment->start(experiment->trials().front());
        for (int t = 0; t < 50; ++t)
            QCOMPARE(solver->step(StopToken()), StepStatus::running);
        const auto columns = experiment->traceColumns();
        Numbers row(columns.size());
        solver->measure(row);
        const auto at = [&](const char* name) {
            return row[std::size_t(std::ranges::find(columns, name, &Column::name) -
                                   columns.begin())];
        };
        FrameMap frames;
        solver->draw(*makeRecording(*experiment), frames);
        const auto& terms = std::get<BarsFrame>(frames.at("terms")).series.front().values;
        expectNear(std::accumulate(terms.begin(), terms.end(), 0.0),
                   at("weighted_noise") - at("sampled_noise"), 1e-12);
        QCOMPARE(std::get<PathFrame>(frames.at("path")).x.size(), std::size_t{1});
        QVERIFY(std::get<CurvesFrame>(frames.at("excess")).curves.size() >= 5);
    }

    void textsAreCutAsTheyShould() {
        const OwnTexts own;
        const auto texts =
            upsample::loadDomainTexts(resolveValues(upsampleUpweight(), "", own.small()));
        QCOMPARE(texts.names, (Names{"a.txt", "b.txt", "c.txt"}));
        QCOMPARE(texts.sizes, (std::vector<std::uint32_t>{615, 153, 30}));
        const auto fewer = upsample::loadDomainTexts(resolveValues(
            upsampleUpweight(), "", own.small({{"caps", Numbers{4000, 4000, 1000}}})));
        for (std::size_t domain = 0; domain < 3; ++domain) {
            const auto at = texts.validation(domain).back();
            const auto there = fewer.validation(domain).back();
            QCOMPARE(texts.chunks->decode(texts.chunks->chunk(at)),
                     fewer.chunks->decode(fewer.chunks->chunk(there)));
        }
    }

    /// The sizes that the experiment's defaults have on Debian 12.
    void manualPagesHaveTheSizesThatTheirPageTells() {
        const auto texts = upsample::loadDomainTexts(resolveValues(upsampleUpweight(), "", {}));
        if (texts.provenance.standIn)
            QSKIP(texts.provenance.data.c_str());
        QCOMPARE(texts.names, (Names{"de", "id", "mk"}));
        QCOMPARE(texts.sizes[0], 61538U);
        QCOMPARE(texts.sizes[1], 1538U);
        QCOMPARE(texts.sizes[2], 184U);
        QCOMPARE(texts.chunks->vocabulary(), 184); // of 185 bytes in all pages
    }

    void whatCannotWorkIsRefused() {
        const ExperimentType type = upsampleUpweight();
        const OwnTexts own;
        expectRefusal(resolving(type, {{"caps", Numbers{4000, 4000}}}), "caps");
        expectRefusal(resolving(type, {{"arms", Names{"full_ts"}}}), "full_ts");
        expectRefusal(resolving(type, {{"model", std::string("decoder")}, {"width", whole(9)}}),
                      "width");
        expectRefusal(resolving(type, softmax({{"domain_scale", Numbers{1, 1}}})), "domain_scale");
        expectRefusal(resolving(type, softmax({{"domain_sizes", Numbers{10, 5.5, 2}}})), "5.5");
        expectRefusal(creating(type, own.small({{"own_texts", std::string()}})), "own_texts");
        expectRefusal(creating(type, own.small({{"own_texts", std::string("/nowhere")}})),
                      "/nowhere");
        expectRefusal(creating(type, own.small({{"caps", Numbers{4000, 4000}}})), "caps");
        own.write("d.txt", 5000, 4);
        expectRefusal(creating(type, own.small({{"caps", Numbers{4000, 4000, 4000, 4000}}})),
                      "d.txt");
    }
};

REGISTER_TEST(UpsampleUpweightTest)
#include "experiment_test.moc"
