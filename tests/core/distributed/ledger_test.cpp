#include <limits>

#include <QtTest>

#include "core/distributed/ledger.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

class LedgerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Federated averaging: 4P bytes each way a client and round, K·B samples a client.
    void federatedAveragingByItsFormula() {
        constexpr std::int64_t parameters = 50890, clients = 10, rounds = 20, steps = 5, batch = 32;
        Ledger ledger;
        for (std::int64_t r = 0; r < rounds; ++r) {
            ledger.countRounds();
            ledger.sendDown({.count = clients, .numbers = parameters});
            ledger.countSamples(clients * steps * batch);
            ledger.sendUp({.count = clients, .numbers = parameters});
        }
        const auto& totals = ledger.totals();
        QCOMPARE(totals.rounds, rounds);
        QCOMPARE(totals.samples, std::int64_t{32000});
        QCOMPARE(totals.bytesDown, std::int64_t{40712000});
        QCOMPARE(totals.bytesUp, totals.bytesDown);
        QCOMPARE(totals.bytes(), 2 * totals.bytesDown);
    }
    /// A ring of 16: 2 · 16 directed edges.
    void gossipGoesAcross() {
        Ledger ledger;
        ledger.sendAcross({.count = 2 * 16, .numbers = 100});
        ledger.sendBytesAcross(5);
        QCOMPARE(ledger.totals().bytesAcross, std::int64_t{12805});
        QCOMPARE(ledger.totals().bytes(), std::int64_t{12805});
    }
    void theClockOnlyGoesOn() {
        Ledger ledger;
        ledger.spend(1.5);
        ledger.advanceTo(4.0);
        ledger.advanceTo(4.0);
        expectNear(ledger.totals().seconds, 4.0, 0.0);
        for (const double bad : {-1.0, std::numeric_limits<double>::quiet_NaN(),
                                 std::numeric_limits<double>::infinity()}) {
            QVERIFY_THROWS_EXCEPTION(std::logic_error, ledger.spend(bad));
            QVERIFY_THROWS_EXCEPTION(std::logic_error, ledger.advanceTo(bad));
        }
        QVERIFY_THROWS_EXCEPTION(std::logic_error, ledger.advanceTo(3.9));
        expectNear(ledger.totals().seconds, 4.0, 0.0);
    }
    void differencesSinceATotal() {
        Ledger ledger;
        ledger.countRounds(3);
        ledger.spend(2.0);
        const auto before = ledger.totals();
        ledger.countRounds();
        ledger.sendBytesUp(7);
        ledger.spend(0.5);
        QVERIFY(ledger.since(before) ==
                (Ledger::Totals{.rounds = 1, .bytesUp = 7, .seconds = 0.5}));
    }
    void amountsThatAreNoneAreRefused() {
        Ledger ledger;
        constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
        QVERIFY_THROWS_EXCEPTION(std::logic_error, ledger.countSamples(-1));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, ledger.sendUp({.count = -1, .numbers = 1}));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, ledger.sendUp({.count = most, .numbers = 2}));
        ledger.countSamples(most);
        QVERIFY_THROWS_EXCEPTION(std::logic_error, ledger.countSamples(1));
        QCOMPARE(ledger.totals().samples, most);
        QCOMPARE(ledger.totals().bytesUp, std::int64_t{0});
    }
    /// 10 Gbit/s, 1 ms: a megabyte takes 1 + 0.8 ms; ten messages, 10 + 0.8.
    void linksHaveLatencyAndBandwidth() {
        const LinkModel link{.latency = 1e-3, .bandwidth = 1.25e9};
        expectNear(link.seconds(1'000'000), 1.8e-3, 1e-15);
        expectNear(link.seconds(1'000'000, 10), 10.8e-3, 1e-15);
        expectNear((LinkModel{.bandwidth = std::numeric_limits<double>::infinity()}).seconds(5),
                   0.0, 0.0);
        expectRefusal([] { (void)LinkModel{.bandwidth = 0.0}.seconds(1); }, "bandwidth of 0");
        expectRefusal([] { (void)LinkModel{.latency = -1.0}.seconds(1); }, "latency of -1");
    }
};

REGISTER_TEST(LedgerTest)
#include "ledger_test.moc"
