// A round takes no memory from the heap once the first ones are over.

#include <cstddef>

#include <QtTest>

#include "core/federated/methods/fed_speed.h"
#include "core/federated/methods/local_momentum.h"
#include "core/federated/quadratics.h"
#include "core/federated/rounds.h"
#include "core/federated/synthetic_clients.h"
#include "tests/registered_test.h"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS
namespace {
thread_local long allocationsOfThread = 0;
}
// All of the program's memory, Eigen's too, comes from here.
extern "C" void* __libc_malloc(std::size_t size);
extern "C" void* malloc(std::size_t size) noexcept {
    ++allocationsOfThread;
    return __libc_malloc(size);
}
#endif

using namespace convergence;
using namespace convergence::federated;

namespace {

/// In two rounds, after two to warm up.
template <typename Scalar>
long allocationsOf(std::shared_ptr<const Problem<Scalar>> problem,
                   std::unique_ptr<Method<Scalar>> method, const LocalPlan& plan) {
#ifdef COUNTS_ALLOCATIONS
    Rounds<Scalar> run(std::move(problem), std::move(method), withoutReplacement(6, 4, {}),
                       {.plan = plan,
                        .localRate = 0.01,
                        .clip = 1.0,
                        .delays = {Delays::Kind::uniform, 2, {}},
                        .clock = ClockModel{.slowest = 3.0}});
    for (int round = 0; round < 2; ++round)
        run.step();
    const long before = allocationsOfThread;
    for (int round = 0; round < 2; ++round)
        run.step();
    return allocationsOfThread - before;
#else
    return 0;
#endif
}

std::vector<std::unique_ptr<Method<double>>> everyKind() {
    std::vector<std::unique_ptr<Method<double>>> methods;
    methods.push_back(std::make_unique<FedAvg<double>>());
    for (const bool reduces : {false, true})
        methods.push_back(std::make_unique<LocalMomentum<double>>(
            LocalMomentumOptions{.hasControls = true, .reducesVariance = reduces}));
    for (const auto server : {FedSpeedOptions::Server::all, FedSpeedOptions::Server::sampled})
        methods.push_back(std::make_unique<FedSpeed<double>>(
            FedSpeedOptions{.server = server, .ascent = {.step = 0.1}, .relaxedStart = 0.1}));
    return methods;
}

} // namespace

class RoundMemoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void roundsOnQuadraticsDoNotAllocate() {
        for (const bool rotated : {false, true}) {
            const auto problem = std::make_shared<Quadratics>(
                QuadraticsSetting{.clients = 6, .noise = 1.0, .rotated = rotated});
            for (auto& method : everyKind())
                QCOMPARE(allocationsOf<double>(problem, std::move(method), {}), 0L);
        }
    }
    void roundsOfClassifiersDoNotAllocate() {
        const auto problem = std::make_shared<ClassifierClients<double>>(
            std::make_shared<const ClassifierData<double>>(
                syntheticClients({.clients = 6, .inputs = 5, .samples = 30})),
            ClassifierSetting{.network = {.sizes = {5, 8, 10}}});
        for (const LocalPlan& plan :
             {LocalPlan{.batch = 0}, LocalPlan{.batch = 10}, LocalPlan{.epochs = 2, .batch = 7}})
            for (auto& method : everyKind())
                QCOMPARE(allocationsOf<double>(problem, std::move(method), plan), 0L);
    }
};

REGISTER_TEST(RoundMemoryTest)
#include "round_memory_test.moc"
