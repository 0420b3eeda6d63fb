// What a run and processes beside each other may take of the machine's memory.

#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include <QtTest>

#include "core/memory.h"
#include "core/platform/machine.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// What `ask` says of a share of the memory that is available, at a moment at which that hardly
/// changes; nothing where it never rests or nobody knows it.
template <typename Answer>
std::optional<Answer> whileItRests(double share, const std::function<Answer(double)>& ask) {
    for (int attempt = 0; attempt < 100; ++attempt) {
        const double before = availableMemory();
        const Answer answer = ask(share * before);
        if (before > 0.0 && std::abs(availableMemory() - before) < 0.01 * before)
            return answer;
    }
    return std::nullopt;
}

} // namespace

class MemoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTenthIsLeftToTheMachine() {
        const auto fits = [](double bytes) {
            try {
                requireMemory(bytes, "A run", "choose a smaller problem");
            } catch (const InputError&) {
                return false;
            }
            return true;
        };
        if (availableMemory() == 0.0)
            QSKIP("nobody knows what is available");
        QCOMPARE(whileItRests<bool>(0.85, fits).value_or(true), true);
        QCOMPARE(whileItRests<bool>(0.95, fits).value_or(false), false);
        expectRefusal([] { requireMemory(1e18, "A run", "choose a smaller problem"); },
                      "A run needs 1000000000.0 GB", "choose a smaller problem.");
    }

    void processesShareFourFifths() {
        const auto processes = [](double bytes) { return processesThatFit(bytes, 8); };
        if (availableMemory() == 0.0)
            QSKIP("nobody knows what is available");
        QCOMPARE(whileItRests<int>(1.0 / 4.4, processes).value_or(3), 3);
        QCOMPARE(processesThatFit(1.0, 8), 8);
        QCOMPARE(processesThatFit(1e-300, 8), 8);
    }

    /// The one that does not fit is refused by itself.
    void oneProcessAlwaysFits() {
        QCOMPARE(processesThatFit(1e18, 8), 1);
        QCOMPARE(processesThatFit(std::numeric_limits<double>::infinity(), 8), 1);
    }

    void whatTakesNothingKnownIsNotBounded() {
        QCOMPARE(processesThatFit(0.0, 8), 8);
        QCOMPARE(processesThatFit(std::numeric_limits<double>::quiet_NaN(), 8), 8);
    }
};

REGISTER_TEST(MemoryTest)
#include "memory_test.moc"
