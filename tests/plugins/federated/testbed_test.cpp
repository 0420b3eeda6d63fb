// What both experiments of the family are made of: who takes part, how long clients work, how late
// they reply, what is set aside for choices, what is refused, and the pictures.

#include <algorithm>
#include <cmath>

#include <QtTest>

#include "core/data/fashion_mnist.h"
#include "core/experiment/not_applicable.h"
#include "core/experiment/parameter_builders.h"
#include "core/federated/methods/fed_speed.h"
#include "core/federated/methods/local_momentum.h"
#include "plugins/federated/fed-speed/experiment.h"
#include "plugins/federated/frames.h"
#include "plugins/federated/momentum-fl/experiment.h"
#include "plugins/federated/testbed.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::federated;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::string word(const char* text) {
    return text;
}

/// A few rounds of FedSpeed on synthetic clients of different sizes.
Overrides unequal(const Overrides& further = {}) {
    return with({{"problem", word("synthetic")},
                 {"arms", Names{"fedavg", "fedspeed"}},
                 {"inputs", whole(8)},
                 {"unequal_sizes", true},
                 {"clients", whole(6)},
                 {"sampled_clients", whole(3)},
                 {"local_steps", Numbers{3}},
                 {"local_rate", 0.05},
                 {"batch", whole(10)},
                 {"rounds", whole(6)}},
                further);
}
Overrides fewPictures(const Overrides& further = {}) {
    return with({{"problem", word("fashion")},
                 {"model", word("small")},
                 {"arms", Names{"fedspeed"}},
                 {"train_samples", whole(300)},
                 {"test_samples", whole(100)},
                 {"clients", whole(5)},
                 {"sampled_clients", whole(2)},
                 {"local_steps", Numbers{3}},
                 {"batch", whole(16)},
                 {"rounds", whole(4)}},
                further);
}
ParameterValues valuesOf(const Overrides& overrides) {
    return resolveValues(fedSpeed(), "", overrides);
}

/// Two-dimensional quadratics after some rounds.
struct InThePlane {
    std::shared_ptr<const Quadratics> problem =
        std::make_shared<Quadratics>(QuadraticsSetting{.clients = 5, .dimension = 2, .seed = 3});
    LocalPlan plan{.steps = 4, .batch = 0};
    Rounds<double> rounds;
    explicit InThePlane(std::unique_ptr<Method<double>> method)
        : rounds(problem, std::move(method), withoutReplacement(5, 3, {.seed = 1}),
                 {.plan = plan, .localRate = 0.2, .followPaths = true}) {
        for (int r = 0; r < 4; ++r)
            rounds.step();
    }
    [[nodiscard]] CurvesFrame::Curve curve(const std::string& label) const {
        FrameMap frames;
        drawFan({*problem, rounds, true}, frames);
        for (const auto& found : std::get<CurvesFrame>(frames.at("fan")).curves)
            if (found.label == label)
                return found;
        qFatal("there is no curve '%s'", label.c_str());
    }
};

} // namespace

class FederatedTestbedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // ---- Who takes part, and how late ------------------------------------------------------

    /// S on average; the first client as many times as often as the last as the spread says.
    void ratesAreSpreadFromTheFirstClientToTheLast() {
        constexpr int rounds = 20000;
        double sum = 0.0; // of the clients' weights 8^{−i/7}
        for (int i = 0; i < 8; ++i)
            sum += std::pow(8.0, -i / 7.0);
        for (const char* participation : {"bernoulli", "markov", "cyclic"}) {
            const Testbed testbed(valuesOf({{"clients", whole(8)},
                                            {"sampled_clients", whole(2)},
                                            {"participation", word(participation)},
                                            {"cycle", whole(1000)},
                                            {"comes_back", 0.2},
                                            {"rate_spread", 8.0}}));
            const auto drawn = testbed.participation(0);
            std::vector<ClientId> chosen;
            std::vector<double> share(8);
            double mean = 0.0;
            for (int r = 0; r < rounds; ++r) {
                drawn->choose(r, chosen);
                mean += static_cast<double>(chosen.size()) / rounds;
                for (const ClientId i : chosen)
                    share[i] += 1.0 / rounds;
            }
            // Empty rounds of the first are drawn again: more than S.
            double empty = 1.0;
            for (int i = 0; i < 8; ++i)
                empty *= 1.0 - 2.0 * std::pow(8.0, -i / 7.0) / sum;
            const bool again = std::string(participation) == "bernoulli";
            expectNear(mean, again ? 2.0 / (1.0 - empty) : 2.0, 0.06);
            expectNear(share[0] / share[7], 8.0, 1.0);
            QVERIFY(!testbed.everybodyTakesPart());
        }
    }
    void weightedClientsAreDrawnByTheirWeights() {
        const Testbed testbed(valuesOf({{"clients", whole(2)},
                                        {"sampled_clients", whole(1)},
                                        {"participation", word("weighted")},
                                        {"rate_spread", 3.0}}));
        const auto drawn = testbed.participation(0);
        std::vector<ClientId> chosen;
        double first = 0.0;
        for (int r = 0; r < 20000; ++r) {
            drawn->choose(r, chosen);
            QCOMPARE(chosen.size(), std::size_t{1});
            first += chosen.front() == 0 ? 1.0 : 0.0;
        }
        expectNear(first / 20000.0, 0.75, 0.02);
    }
    void theSameBitsOnAnyNumberOfThreads() {
        const Overrides kinds[] = {
            {{"participation", word("weighted")}, {"rate_spread", 5.0}},
            {{"participation", word("bernoulli")}, {"weighting", word("by_size")}},
            {{"participation", word("markov")}, {"delay", word("uniform")}},
            {{"participation", word("cyclic")}, {"cycle", whole(3)}},
            {{"local_work", word("epochs")}, {"local_epochs", whole(2)}, {"slowest", 10.0}},
            {{"delay", word("fixed")}, {"delay_rounds", whole(2)}, {"slowest", 10.0}}};
        const auto expectSameBits = [](const Overrides& overrides) {
            const auto experiment = createExperiment(fedSpeed(), valuesOf(overrides));
            QVERIFY(tables(*record(*experiment, 1)) == tables(*record(*experiment, 3)));
        };
        for (const Overrides& kind : kinds)
            expectSameBits(unequal(kind));
        expectSameBits(fewPictures({{"participation", word("bernoulli")},
                                    {"weighting", word("by_size")},
                                    {"partition", word("unequal")},
                                    {"delay", word("uniform")},
                                    {"local_work", word("epochs")},
                                    {"weight_decay", 1e-3}}));
    }
    void allMethodsMeetTheSameClientsAtTheSameTime() {
        const auto recording = record(
            fedSpeed(), unequal({{"participation", word("markov")}, {"ascent", Numbers{0}}}));
        QCOMPARE(recording->trace(0).column("samples"), recording->trace(1).column("samples"));
        QCOMPARE(recording->trace(0).column("seconds"), recording->trace(1).column("seconds"));
    }

    // ---- How long they work ----------------------------------------------------------------

    /// E passes of ⌊n_i/B⌋ batches.
    void passesGoOverTheClientsData() {
        const auto recording = record(fedSpeed(), fewPictures({{"arms", Names{"fedavg"}},
                                                               {"partition", word("iid")},
                                                               {"local_work", word("epochs")},
                                                               {"local_epochs", whole(2)}}));
        QCOMPARE(recording->trace(0).column("samples")[1], 2.0 * 2.0 * 48.0); // S·E·3 of 60/16
        QVERIFY(!recording->plans().front().factors.contains("local_steps"));
    }
    /// FedAvg of passes over one sample each is FedAvg of as many steps.
    void floorsOfPassesAreThoseOfAsManySteps() {
        const Overrides quadratic{{"arms", Names{"fedavg", "fedavg_m"}},
                                  {"momentum", Numbers{0.5}},
                                  {"local_rate", Numbers{0.1}},
                                  {"server_factor", 0.5},
                                  {"rounds", Numbers{1500}}};
        const auto passes =
            record(momentumFl(),
                   with(quadratic, {{"local_work", word("epochs")}, {"local_epochs", whole(10)}}));
        const auto steps = record(momentumFl(), quadratic);
        for (const std::size_t trial : {0, 1}) {
            QCOMPARE(finalOf(*passes, trial, "final_gap"), finalOf(*steps, trial, "final_gap"));
            QCOMPARE(finalOf(*passes, trial, "floor_gap"), finalOf(*steps, trial, "floor_gap"));
        }
    }
    /// γ is ηK times a factor, where K is the mean over clients: with 1 it is the plain mean of the
    /// other experiment's FedAvg.
    void theServersStepKnowsTheMeanOfUnequalWork() {
        const Overrides clients{
            {"problem", word("synthetic")}, {"arms", Names{"fedavg"}}, {"unequal_sizes", true},
            {"local_work", word("epochs")}, {"batch", whole(10)},      {"clients", whole(6)},
            {"sampled_clients", whole(4)},  {"inputs", whole(8)},      {"ridge", 1e-2}};
        const auto ours = record(momentumFl(), with(clients, {{"server_factor", 1.0},
                                                              {"local_rate", Numbers{0.02}},
                                                              {"rounds", Numbers{10}}}));
        const auto plain =
            record(fedSpeed(), with(clients, {{"local_rate", 0.02}, {"rounds", whole(10)}}));
        const double gap = finalOf(*plain, 0, "final_gap");
        expectNear(finalOf(*ours, 0, "final_gap"), gap, 1e-10 * gap);
        QVERIFY(gap < plain->trace(0).column("gap").front());
    }

    // ---- Virtual time ----------------------------------------------------------------------

    void slowClientsCostTimeAndNothingElse() {
        const auto even = record(fedSpeed(), unequal());
        const auto slow = record(fedSpeed(), unequal({{"slowest", 50.0}}));
        QCOMPARE(even->trace(1).column("gap"), slow->trace(1).column("gap"));
        const auto fast = even->trace(1).column("seconds"), late = slow->trace(1).column("seconds");
        for (std::size_t k = 1; k < fast.size(); ++k)
            QVERIFY(fast[k] > fast[k - 1] && late[k] > fast[k]);
    }
    void targetsAreReachedInRoundsBytesAndSeconds() {
        const auto recording =
            record(fedSpeed(), fewPictures({{"rounds", whole(12)}, {"target_accuracy", 0.0}}));
        // The mean of five evaluations, of rounds 0 to 4.
        QCOMPARE(finalOf(*recording, 0, "rounds_to_target"), 4.0);
        QCOMPARE(finalOf(*recording, 0, "seconds_to_target"),
                 recording->trace(0).column("seconds")[4]);
        const auto never = record(fedSpeed(), fewPictures({{"target_accuracy", 1.0}}));
        QVERIFY(!applies(finalOf(*never, 0, "rounds_to_target")));
    }

    // ---- What is set aside -----------------------------------------------------------------

    /// From the 50,000th picture on, or behind those that are trained on.
    void validationPicturesAreNeitherTrainedNorTestedOn() {
        const ImageDataset images = findFashionMnist();
        const auto samples = readSamples(valuesOf(fewPictures({{"model", word("mlp")}})));
        const Index all = images.train.count(), first = std::min<Index>(50'000, all - 2'000);
        QCOMPARE(samples.data.validationLabels.size(), std::size_t{2000});
        for (std::size_t k = 0; k < 2000; ++k)
            QCOMPARE(samples.data.validationLabels[k],
                     images.train.labels[static_cast<std::size_t>(first) + k]);
        expectNear(samples.data.validationInputs.col(7),
                   (images.train.images.col(first + 7).array() - 0.2860F) / 0.3530F, 1e-6);
        // Trained on nearly all: what is left.
        const auto nearly =
            readSamples(valuesOf(fewPictures({{"train_samples", whole(all - 30)}})));
        QCOMPARE(nearly.data.validationLabels.size(), std::size_t{30});
        for (std::size_t k = 0; k < 30; ++k)
            QCOMPARE(nearly.data.validationLabels[k],
                     images.train.labels[static_cast<std::size_t>(all) - 30 + k]);
        const auto recording = record(fedSpeed(), fewPictures());
        const auto accuracies = recording->trace(0).column("validation_accuracy");
        expectNear(finalOf(*recording, 0, "late_validation_error"), 1.0 - accuracies.back(), 1e-12);
    }

    // ---- What is refused, before anything is read or made ----------------------------------

    void combinationsThatCannotWorkAreRefused_data() {
        QTest::addColumn<QString>("found");
        QTest::addColumn<int>("which");
        const char* words[] = {
            "'sampled_clients'", "'shards': 7",    "α, such as 0.05", "N = 40", "'clients': 200",
            "'local_steps'",     "'local_epochs'", "'model'",         "memory", "'delay_rounds'",
            "'comes_back'",      "'cycle'"};
        for (int which = 0; which < int(std::size(words)); ++which)
            QTest::addRow("%d", which) << QString(words[which]) << which;
    }
    void combinationsThatCannotWorkAreRefused() {
        QFETCH(QString, found);
        QFETCH(int, which);
        const Overrides cases[] = {
            {{"clients", whole(10)}, {"sampled_clients", whole(11)}},
            fewPictures({{"partition", word("shards")}, {"shards", whole(7)}}),
            fewPictures(
                {{"partition", word("unequal")}, {"clients", whole(40)}, {"dirichlet", 0.05}}),
            fewPictures({{"partition", word("unequal")}, {"clients", whole(40)}}),
            fewPictures({{"train_samples", whole(100)}, {"clients", whole(200)}}),
            {{"local_steps", Numbers{0}}},
            {{"local_work", word("epochs")}, {"local_epochs", whole(0)}},
            {{"problem", word("table")}, {"model", word("lenet")}},
            fewPictures({{"model", word("lenet")},
                         {"train_samples", whole(1000)},
                         {"clients", whole(1000)},
                         {"replicates", whole(50)},
                         {"local_steps", Numbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
                         {"arms", Names{"fedspeed", "feddyn", "scaffold"}}}),
            {{"delay", word("fixed")}, {"delay_rounds", whole(0)}},
            {{"participation", word("markov")}, {"comes_back", 0.0}},
            {{"participation", word("cyclic")}, {"cycle", whole(1)}}};
        expectRefusal(resolving(fedSpeed(), cases[which]), found.toStdString());
    }
    /// α that no draw satisfies, though there would be samples enough.
    void clientsThatStarveAreRefused() {
        expectRefusal(creating(fedSpeed(), fewPictures({{"partition", word("unequal")},
                                                        {"clients", whole(20)},
                                                        {"dirichlet", 0.01}})),
                      "0.01");
    }
    void picturesOfOneClassAreRefused() {
        QTemporaryDir folder;
        const auto write = [&](const char* name, const QByteArray& bytes) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QFile::WriteOnly));
            file.write(bytes);
        };
        const auto big = [](std::uint32_t n) {
            return QByteArray{}
                .append(char(n >> 24))
                .append(char(n >> 16))
                .append(char(n >> 8))
                .append(char(n));
        };
        for (const char* part : {"train", "t10k"}) {
            const QByteArray images = big(0x803) + big(150) + big(28) + big(28);
            write((std::string(part) + "-images-idx3-ubyte").c_str(),
                  images + QByteArray(150 * 784, 'x'));
            write((std::string(part) + "-labels-idx1-ubyte").c_str(),
                  big(0x801) + big(150) + QByteArray(150, '\3'));
        }
        expectRefusal(
            creating(fedSpeed(), fewPictures({{"data_folder", folder.path().toStdString()},
                                              {"train_samples", whole(100)}})),
            "one class, 3");
    }

    // ---- Pictures --------------------------------------------------------------------------

    /// From the mean of where clients came to, to the server's x.
    void correctionsEndToEndLeadToTheServersModel() {
        const InThePlane plane(std::make_unique<FedSpeed<double>>(FedSpeedOptions{.weight = 0.5}));
        const auto chain = plane.curve("corrections, end to end");
        QCOMPARE(chain.x.size(), std::size_t{6});
        const auto& cohort = plane.rounds.work().cohort();
        const Eigen::Vector2d mean = cohort.x.leftCols(3).rowwise().mean();
        expectNear(chain.x.front(), mean[0], 1e-13);
        expectNear(chain.y.front(), mean[1], 1e-13);
        expectNear(chain.x.back(), plane.rounds.model()[0], 1e-13);
        expectNear(chain.y.back(), plane.rounds.model()[1], 1e-13);
    }
    void eachBallOfTheSpringTouchesWhereItsClientCameTo() {
        const InThePlane plane(std::make_unique<FedSpeed<double>>(FedSpeedOptions{.weight = 0.5}));
        const auto balls = plane.curve("balls of the spring");
        const auto& cohort = plane.rounds.work().cohort();
        const std::size_t each = balls.x.size() / 3;
        for (std::size_t j = 0; j < 3; ++j) {
            const auto column = static_cast<Index>(j);
            QVERIFY(std::isnan(balls.x[(j + 1) * each - 1]));
            for (std::size_t k = 0; k + 1 < each; ++k) {
                const Eigen::Vector2d at(balls.x[j * each + k], balls.y[j * each + k]);
                expectNear((at - cohort.start.col(column)).norm(),
                           (cohort.x.col(column) - cohort.start.col(column)).norm(), 1e-13);
            }
        }
    }
    void theArrowIsWhereKStepsAlongTheDirectionLead() {
        const InThePlane plane(
            std::make_unique<LocalMomentum<double>>(LocalMomentumOptions{.beta = 0.5}));
        const auto arrow = plane.curve("K steps along g");
        const Eigen::Vector2d tip =
            plane.rounds.model() - 0.2 * 4.0 * *plane.rounds.method().serverDirection();
        expectNear(arrow.x.front(), plane.rounds.model()[0], 1e-14);
        expectNear(arrow.x[1], tip[0], 1e-14);
        expectNear(arrow.y[1], tip[1], 1e-14);
    }
    /// Of a quadratic the trapezoidal rule is exact: f_i(x + sρg) − f_i(x).
    void theAscentSeesTheLossOfItsBatch() {
        const InThePlane plane(std::make_unique<FedAvg<double>>());
        for (const AscentRule rule : {AscentRule::plain, AscentRule::normalized}) {
            const AscentOptions ascent{.step = 0.4, .rule = rule};
            FrameMap frames;
            drawUphill(plane.rounds, plane.plan, ascent, frames);
            const auto& curves = std::get<CurvesFrame>(frames.at("uphill")).curves;
            QCOMPARE(curves.size(), std::size_t{3});
            const auto& cohort = plane.rounds.work().cohort();
            const auto evaluator = plane.problem->evaluator();
            Eigen::VectorXd gradient(2), unused(2);
            for (Index j = 0; j < 3; ++j) {
                const ClientId i = cohort.clients[static_cast<std::size_t>(j)];
                const Eigen::VectorXd x = cohort.start.col(j);
                const double loss = evaluator->gradient(i, x, gradient);
                const Eigen::VectorXd way =
                    (rule == AscentRule::plain ? 0.4 : 0.4 / gradient.norm()) * gradient;
                const auto& curve = curves[static_cast<std::size_t>(j)];
                for (std::size_t k = 0; k < curve.x.size(); ++k)
                    expectNear(curve.y[k],
                               evaluator->gradient(i, x + curve.x[k] * way, unused) - loss, 1e-6);
            }
        }
    }
    void updatesAreShownTheFarthestFirst() {
        const InThePlane plane(std::make_unique<FedAvg<double>>());
        FrameMap frames;
        drawUpdates(plane.rounds, frames);
        const auto& bars = std::get<BarsFrame>(frames.at("updates"));
        const auto& lengths = bars.series.front().values;
        QCOMPARE(lengths.size(), std::size_t{3});
        QVERIFY(std::is_sorted(lengths.rbegin(), lengths.rend()));
        double squares = 0.0;
        for (const double length : lengths)
            squares += length * length / 3.0;
        expectNear(squares, *plane.rounds.measures().drift, 1e-13);
    }
    void labelsLieEndToEnd() {
        const std::vector<std::uint8_t> labels{0, 0, 1, 2, 2, 2};
        const auto frame = labelBars({labels, 3}, {{0, 1, 2}, {3, 4, 5}});
        QCOMPARE(frame.lanes.size(), std::size_t{3});
        QCOMPARE(frame.lanes.front(), std::string("all, skew 0.50"));
        double ends[3] = {};
        for (const auto& part : frame.intervals) {
            QCOMPARE(part.start, ends[part.lane]);
            QCOMPARE(part.end - part.start, part.value);
            ends[part.lane] = part.end;
        }
        for (const double end : ends)
            QCOMPARE(end, 3.0);
    }
    void repliesOfTheLastRoundsAreShown() {
        PastRounds past;
        for (int round = 0; round < 20; ++round)
            past.add({round * 1.0, round + 1.0}, {{2, round * 1.0, round + 0.5}});
        const auto frame = past.timeline(3);
        QCOMPARE(frame.lanes.size(), std::size_t{4});
        QCOMPARE(frame.intervals.size(), std::size_t{12});
        double first = 100.0;
        for (const auto& part : frame.intervals) {
            QCOMPARE(part.lane, 3U);
            first = std::min(first, part.start);
        }
        QCOMPARE(first, 8.0);
    }
    void framesAreDrawnOfAllProblems() {
        for (const Overrides& overrides : {unequal(), fewPictures(), Overrides{}}) {
            const auto experiment = createExperiment(
                fedSpeed(), valuesOf(with(overrides, {{"arms", Names{"fedspeed"}}})));
            const auto recording = makeRecording(*experiment);
            FrameMap shared, frames;
            experiment->draw(*recording, shared);
            QCOMPARE(shared.contains("label_bars"), !overrides.empty());
            const auto solver = experiment->start(experiment->trials().front());
            solver->draw(*recording, frames);
            QVERIFY(frames.empty());
            QVERIFY(solver->step(StopToken()) == StepStatus::running);
            solver->draw(*recording, frames);
            for (const char* id : {"updates", "work", "uphill"})
                QVERIFY2(frames.contains(id), id);
            // What happens next does not depend on whether somebody looks.
            const auto unseen = experiment->start(experiment->trials().front());
            std::vector<double> seen(experiment->traceColumns().size()), blind(seen.size());
            for (int r = 0; r < 2; ++r)
                QVERIFY(unseen->step(StopToken()) == StepStatus::running);
            QVERIFY(solver->step(StopToken()) == StepStatus::running);
            solver->measure(seen);
            unseen->measure(blind);
            QVERIFY(std::equal(seen.begin(), seen.end(), blind.begin(), [](double a, double b) {
                return a == b || (!applies(a) && !applies(b));
            }));
        }
    }
};

REGISTER_TEST(FederatedTestbedTest)
#include "testbed_test.moc"
