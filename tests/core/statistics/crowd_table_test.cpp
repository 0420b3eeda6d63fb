// Tables of answers, what is taken from them, how wrong an estimate is, and the crowd of pictures.

#include <algorithm>
#include <cmath>
#include <set>

#include <QtTest>

#include "core/data/fashion_mnist.h"
#include "core/error.h"
#include "core/statistics/crowd_errors.h"
#include "core/statistics/weak_image_crowd.h"
#include "tests/core/statistics/crowds.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::statistics;
using Eigen::VectorXd;

namespace {

CrowdTable fullTable(Index workers, Index tasks, Index choices) {
    return drawAnswers(drawCrowd({.workers = workers, .tasks = tasks, .choices = choices}, 7, 0), 7,
                       0);
}

bool holds(const CrowdTable& table, Index task, const CrowdTable::Answer& answer) {
    const auto answers = table.of(task);
    return std::find(answers.begin(), answers.end(), answer) != answers.end();
}

} // namespace

class CrowdTableTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void answersOfAFileArriveByTask() {
        const CrowdAnswers file{.answers = {{0, 1, 2}, {1, 0, 0}, {1, 1, 1}},
                                .taskNumbers = {3, 8},
                                .workerNumbers = {1, 2},
                                .choices = 3};
        const CrowdTable table(file);
        QCOMPARE(table.tasks(), Index{2});
        QCOMPARE(table.count(), Index{3});
        QVERIFY((table.of(0)[0] == CrowdTable::Answer{1, 2}));
        QVERIFY((table.of(1)[1] == CrowdTable::Answer{1, 1}));
        expectNear(table.density(), 0.75, 0.0);
    }

    void badAnswersAreRefused() {
        CrowdTable table(3, 4);
        const auto adding = [&](std::vector<CrowdTable::Answer> row) {
            return [&table, row = std::move(row)] {
                table.addTask(row);
                return 0;
            };
        };
        expectRefusal(adding({{3, 0}}), "worker 3");
        expectRefusal(adding({{0, 4}}), "answer 4");
        expectRefusal(adding({{1, 0}, {1, 2}}), "rising");
        expectRefusal([] { return CrowdTable(0, 4); }, "0 workers");
        expectRefusal([] { return CrowdTable(3, 1); }, "1 choices");
        expectRefusal([&] { return withoutSilent(CrowdTable(3, 4)); }, "not a single answer");
        expectRefusal([&] { return sampled(table, 0.0, {}); }, "share of 0");
        expectRefusal([&] { return sampled(table, NAN, {}); }, "share of nan");
    }

    void smallerSamplesLieInLargerOnes() {
        const CrowdTable all = fullTable(20, 200, 4);
        const StreamKey key{.seed = 1, .purpose = "asked"};
        const CrowdTable some = sampled(all, 0.3, key), more = sampled(all, 0.6, key);
        expectNear(some.density(), 0.3, 4.5 * std::sqrt(0.21 / 4000.0), "seed 1");
        for (Index j = 0; j < all.tasks(); ++j)
            for (const auto& answer : some.of(j))
                QVERIFY(holds(more, j, answer));
        QCOMPARE(sampled(all, 1.0, key).count(), all.count());
    }

    void dealingAnewKeepsWhatATaskWasTold() {
        const CrowdTable all = fullTable(20, 50, 4);
        const CrowdTable dealt = dealtAmongWorkers(all, {.seed = 2, .purpose = "dealt"});
        bool moved = false;
        for (Index j = 0; j < all.tasks(); ++j) {
            expectNear(votes(dealt, j, VectorXd::Ones(20)), votes(all, j, VectorXd::Ones(20)), 0.0);
            for (std::size_t i = 0; i < 20; ++i) {
                QCOMPARE(dealt.of(j)[i].worker, all.of(j)[i].worker);
                moved |= dealt.of(j)[i].choice != all.of(j)[i].choice;
            }
        }
        QVERIFY(moved);
    }

    void dealingAmongTasksKeepsWhatAWorkerSays() {
        const CrowdTable all = sampled(fullTable(6, 300, 4), 0.5, {.seed = 3, .purpose = "asked"});
        const CrowdTable dealt = dealtAmongTasks(all, {.seed = 3, .purpose = "dealt"});
        Eigen::MatrixXd before = Eigen::MatrixXd::Zero(6, 4), after = before;
        double moved = 0.0;
        for (Index j = 0; j < all.tasks(); ++j)
            for (std::size_t i = 0; i < all.of(j).size(); ++i) {
                const auto was = all.of(j)[i], is = dealt.of(j)[i];
                QCOMPARE(is.worker, was.worker);
                before(was.worker, was.choice) += 1.0;
                after(is.worker, is.choice) += 1.0;
                moved += is.choice != was.choice;
            }
        expectNear(after, before, 0.0);
        QVERIFY(moved > 0.5 * static_cast<double>(all.count()));
    }

    void whoSaysNothingIsLeftOut() {
        const Answered left =
            withoutSilent(*crowdOf(3, {{-1, 0, -1, 1}, {-1, -1, -1, -1}, {-1, 2, -1, -1}}));
        QVERIFY((left.workers == std::vector<std::uint32_t>{1, 3}));
        QVERIFY((left.tasks == std::vector<std::uint32_t>{0, 2}));
        QCOMPARE(left.table.workers(), Index{2});
        QVERIFY((left.table.of(0)[1] == CrowdTable::Answer{1, 1}));
        QVERIFY((left.table.of(1)[0] == CrowdTable::Answer{0, 2}));
    }

    void errorsCountWhatIsKnown() {
        const std::vector<AnswerPair> found{{0, 1}, {1, 0}, {2, 0}, {2, 1}};
        KnownAnswers known{{0, 0, 2, std::nullopt}, {1, 1, 1, std::nullopt}};
        const AnswerErrors errors = answerErrors(found, known);
        expectNear(*errors.first, 1.0 / 3.0, 1e-15);
        expectNear(*errors.second, 2.0 / 3.0, 1e-15);
        expectNear(*errors.pair, 2.0 / 3.0, 1e-15);
        known.second.assign(4, std::nullopt);
        QVERIFY(!answerErrors(found, known).second && !answerErrors(found, known).pair);
        // By value: tasks 1 (wrong) and 0, 2, 3 of the tasks with a truth.
        known.first = {0, 0, 2, 2};
        const auto quarters = quarterErrors(found, known, Eigen::Vector4d(0.6, 0.5, 0.7, 0.9));
        expectNear(quarters->least, 1.0, 0.0);
        expectNear(quarters->greatest, 0.0, 0.0);
        known.first[0] = std::nullopt;
        QVERIFY(!quarterErrors(found, known, Eigen::Vector4d::Ones()));
    }

    void deviationsAndRanksByHand() {
        const Deviation of = deviation(Eigen::Vector2d(1.0, 5.0), Eigen::Vector2d(0.0, 2.0));
        expectNear(of.mean, 2.0, 1e-15);
        expectNear(of.rootMeanSquare, std::sqrt(5.0), 1e-15);
        expectNear(*rankCorrelation(Eigen::Vector3d(1, 2, 30), Eigen::Vector3d(-5, 0, 1)), 1.0,
                   1e-15);
        expectNear(*rankCorrelation(Eigen::Vector3d(1, 2, 3), Eigen::Vector3d(2, 3, 1)), -0.5,
                   1e-15);
        QVERIFY(!rankCorrelation(Eigen::Vector3d(1, 1, 1), Eigen::Vector3d(2, 3, 1)));
    }

    void weakWorkersKnowSomething() {
        const ImageDataset images = standInImages(1200, 10, 3);
        const WeakCrowdDesign design{.workers = 8, .tasks = 150};
        const WeakImageCrowd crowd = drawWeakCrowd(images.train, design, 4, 0);
        QCOMPARE(crowd.answers.tasks(), Index{150});
        QCOMPARE(crowd.answers.count(), Index{1200});
        QCOMPARE(std::set<std::uint32_t>(crowd.pictures.begin(), crowd.pictures.end()).size(),
                 std::size_t{150});
        QVERIFY(*std::min_element(crowd.pictures.begin(), crowd.pictures.end()) >= 1000);
        double right = 0.0;
        for (Index j = 0; j < 150; ++j)
            for (const auto& answer : crowd.answers.of(j))
                right += answer.choice ==
                         images.train.labels[crowd.pictures[static_cast<std::size_t>(j)]];
        QVERIFY2(right / 1200.0 > 0.15 && right / 1200.0 < 0.9, fmt::format("{}", right).c_str());
        // The same again, and another crowd in another repetition.
        QCOMPARE(drawWeakCrowd(images.train, design, 4, 0).answers.of(0)[0].choice,
                 crowd.answers.of(0)[0].choice);
        QVERIFY(drawWeakCrowd(images.train, design, 4, 1).pictures != crowd.pictures);
        expectRefusal([&] { return drawWeakCrowd(images.train, {.tasks = 201}, 0, 0); },
                      "201 tasks");
    }
};

REGISTER_TEST(CrowdTableTest)
#include "crowd_table_test.moc"
