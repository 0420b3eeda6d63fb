#include <cmath>
#include <numeric>

#include <QtTest>
#include <tbb/task_arena.h>

#include "core/federated/methods/central.h"
#include "core/federated/rounds.h"
#include "core/federated/synthetic_clients.h"
#include "core/nn/mlp_classifier.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::federated;

namespace {

std::shared_ptr<ClassifierClients<double>> clients(SyntheticSetting setting, double ridge = 1e-2) {
    ClassifierSetting classifier{.network = {.sizes = {setting.inputs, setting.classes}},
                                 .ridge = ridge,
                                 .seed = setting.seed,
                                 .evaluated = std::numeric_limits<Index>::max()};
    return std::make_shared<ClassifierClients<double>>(
        std::make_shared<const ClassifierData<double>>(syntheticClients(setting)), classifier);
}
const SyntheticSetting small{.clients = 5, .inputs = 6, .classes = 3, .samples = 20, .seed = 1};

} // namespace

class ClassifierClientsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Against the classifier alone on the client's samples, with the ridge by hand.
    void aFullBatchIsTheClientsOwnLoss() {
        const auto problem = clients(small, 0.3);
        const auto batches = problem->batches(2, {.batch = 0});
        const Visit visits[] = {{4, 0}, {1, 0}};
        batches->begin(visits);
        batches->next(0, 2);
        const Eigen::MatrixXd x = Eigen::MatrixXd::Random(problem->dimension(), 2);
        Eigen::MatrixXd gradients(x.rows(), 2);
        batches->evaluate(0, x, gradients);
        MlpClassifier<double> alone({6, 3}, 20);
        Eigen::VectorXd gradient(x.rows()), exact(x.rows());
        const auto evaluator = problem->evaluator();
        for (Index j = 0; j < 2; ++j) {
            const auto client = visits[j].client;
            const auto first = static_cast<Index>(problem->data().partition[client].front());
            const double loss = alone.lossAndGradient(
                x.col(j), problem->data().inputs.middleCols(first, 20),
                std::span(problem->data().labels).subspan(static_cast<std::size_t>(first), 20),
                gradient);
            gradient += 0.3 * x.col(j);
            expectNear(gradients.col(j), gradient, 1e-12);
            expectNear(evaluator->gradient(client, x.col(j), exact),
                       loss + 0.15 * x.col(j).squaredNorm(), 1e-12);
            expectNear(exact, gradient, 1e-12);
            QCOMPARE(batches->samples(j, 1), std::int64_t{20});
        }
    }
    /// No derivative is left, and whatever is near is higher.
    void theOptimumIsOne() {
        const auto problem = clients(small);
        problem->findOptimum();
        const auto evaluator = problem->evaluator();
        const Measured at = evaluator->at(*problem->optimum());
        QVERIFY(at.gradientSquare < 1e-16); // gap ≤ ‖∇f‖²/2l2 < 1e−14
        expectNear(*at.gap, 0.0, 1e-14);
        const Eigen::VectorXd off = Eigen::VectorXd::Random(problem->dimension());
        QVERIFY(*evaluator->at(*problem->optimum() + 1e-3 * off).gap > 0.0);
    }
    /// Both halves of a cohort larger than one call: the same as each client alone.
    void manyClientsAreComputedInGroups() {
        const auto problem = clients({.clients = 21, .inputs = 4, .classes = 3, .samples = 7});
        const auto all = problem->batches(21, {.batch = 5}),
                   one = problem->batches(1, {.batch = 5});
        std::vector<Visit> visits;
        for (ClientId i = 0; i < 21; ++i)
            visits.push_back({i, 3});
        all->begin(visits);
        all->next(0, 21);
        const Eigen::MatrixXd x = Eigen::MatrixXd::Random(problem->dimension(), 21);
        Eigen::MatrixXd gradients(x.rows(), 21), alone(x.rows(), 1);
        all->evaluate(0, x, gradients);
        for (Index i = 0; i < 21; ++i) {
            one->begin(std::span(visits).subspan(static_cast<std::size_t>(i), 1));
            one->next(0, 1);
            one->evaluate(0, x.col(i), alone);
            expectNear(gradients.col(i), alone.col(0), 1e-13);
        }
    }
    /// One client after another, however many threads: what steps by hand give. Those who see each
    /// other's gradients step side by side all the same.
    void clientsOfLargeNetworksStepOneByOne() {
        auto data = std::make_shared<ClassifierData<double>>(syntheticClients(
            {.clients = 3, .inputs = 60, .classes = 10, .samples = 20, .seed = 2}));
        data->partition[1].resize(9); // makes fewer steps
        const auto problem = std::make_shared<ClassifierClients<double>>(
            data, ClassifierSetting{.network = {.sizes = {60, 1000, 10}}, .seed = 2});
        const LocalPlan plan{.epochs = 2, .batch = 4};
        QCOMPARE(problem->batches(3, plan)->columnsAtOnce(), Index{1});
        Eigen::VectorXd start(problem->dimension()), mean = Eigen::VectorXd::Zero(start.size());
        problem->start(start);
        std::int64_t samples = 0;
        for (ClientId client = 0; client < 3; ++client) {
            const auto batches = problem->batches(1, plan);
            const Visit visit{client, 0};
            batches->begin({&visit, 1});
            Eigen::MatrixXd x = start, gradient(start.size(), 1);
            for (Index k = 0; k < problem->steps(client, plan); ++k) {
                batches->next(0, 1);
                batches->evaluate(0, x, gradient);
                x -= 0.05 * gradient;
                samples += batches->samples(0, 1);
            }
            mean += x.col(0) / 3.0;
        }
        Eigen::VectorXd models[2];
        for (const int threads : {1, 3}) {
            tbb::task_arena arena(threads);
            arena.execute([&] {
                Rounds<double> run(problem, std::make_unique<FedAvg<double>>(),
                                   withoutReplacement(3, 3, {}), {.plan = plan, .localRate = 0.05});
                run.step();
                QCOMPARE(run.totals().samples, samples);
                models[threads == 1 ? 0 : 1] = run.model();
                Rounds<double> central(problem, std::make_unique<Central<double>>(),
                                       withoutReplacement(3, 3, {}),
                                       {.plan = {.steps = 3, .batch = 4}, .localRate = 0.05});
                central.step();
                expectNear(*central.measures().consensus, 0.0, 1e-20);
            });
        }
        expectNear(models[0], mean, 1e-13);
        QVERIFY(models[0] == models[1]);
    }
    /// E shuffled passes of whole batches: each sample at most once a pass.
    void epochsAreShuffledPasses() {
        const auto problem = clients(small);
        const LocalPlan plan{.epochs = 3, .batch = 6};
        QCOMPARE(problem->steps(0, plan), Index{9}); // ⌊20/6⌋ batches a pass
        const auto batches = problem->batches(1, plan);
        const Visit visit{2, 0};
        batches->begin({&visit, 1});
        std::int64_t samples = 0;
        for (int step = 0; step < 12; ++step) {
            batches->next(0, 1);
            samples += batches->samples(0, 1);
        }
        QCOMPARE(samples, std::int64_t{54});
    }
    void fedAvgLearnsTheSameOnAnyNumberOfThreads() {
        Eigen::VectorXd models[2];
        for (const int threads : {1, 3}) {
            tbb::task_arena arena(threads);
            arena.execute([&] {
                const auto problem = clients(small);
                Rounds<double> run(problem, std::make_unique<FedAvg<double>>(),
                                   withoutReplacement(5, 3, {.seed = 1}),
                                   {.plan = {.steps = 4, .batch = 5}, .localRate = 0.1});
                const double before = run.evaluator().at(run.model()).loss;
                for (int r = 0; r < 30; ++r)
                    run.step();
                const Measured after = run.evaluator().at(run.model());
                QVERIFY(after.loss<before&& * after.testAccuracy> 0.4);
                QVERIFY(*after.leastAccuracy <= *after.medianAccuracy);
                models[threads == 1 ? 0 : 1] = run.model();
            });
        }
        QVERIFY(models[0] == models[1]);
    }

    /// What choices are made by is measured as the test is, and no part of it.
    void validationIsMeasuredBesideTheTest() {
        auto data = std::make_shared<ClassifierData<double>>(syntheticClients(small));
        const ClassifierSetting setting{.network = {.sizes = {6, 3}}};
        QVERIFY(!ClassifierClients<double>(data, setting)
                     .evaluator()
                     ->at(Eigen::VectorXd::Zero(21))
                     .validationAccuracy);
        data->validationInputs = data->testInputs;
        data->validationLabels = data->testLabels;
        for (std::uint8_t& label : data->testLabels)
            label = static_cast<std::uint8_t>((label + 1) % 3);
        const ClassifierClients<double> problem(data, setting);
        const Eigen::VectorXd x = Eigen::VectorXd::Random(21);
        const Measured measured = problem.evaluator()->at(x);
        data->testLabels = data->validationLabels;
        expectNear(*measured.validationAccuracy,
                   *ClassifierClients<double>(data, setting).evaluator()->at(x).testAccuracy, 0.0);
        QVERIFY(*measured.validationAccuracy != *measured.testAccuracy);
    }

    void alikeClientsHaveOneModel() {
        const auto alike = syntheticClients({.clients = 4, .samples = 400, .sameClients = true}),
                   different = syntheticClients({.clients = 4, .samples = 400});
        const auto skew = [](const ClassifierData<double>& data) {
            return labelSkew({data.labels, 10}, data.partition);
        };
        QVERIFY(skew(alike) < 0.1);
        QVERIFY(skew(different) > 0.3);
        QCOMPARE(different.testLabels.size(), std::size_t{80});
    }
    void whatDoesNotFitIsRefused() {
        expectRefusal([] { syntheticClients({.classes = 1}); }, "classes = 1");
        auto data = std::make_shared<ClassifierData<double>>(syntheticClients(small));
        expectRefusal(
            [&] {
                ClassifierClients<double>(data, {.network = {.sizes = {7, 3}}});
            },
            "takes 7");
        expectRefusal(
            [&] {
                ClassifierClients<double>(data, {.network = {.sizes = {6, 2}}});
            },
            "classes 0 to 1");
        auto starved = std::make_shared<ClassifierData<double>>(*data);
        starved->partition[1].clear();
        expectRefusal(
            [&] {
                ClassifierClients<double>(starved, {.network = {.sizes = {6, 3}}});
            },
            "Client 2 has no samples");
    }
};

REGISTER_TEST(ClassifierClientsTest)
#include "classifier_clients_test.moc"
