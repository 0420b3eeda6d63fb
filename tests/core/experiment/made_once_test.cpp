// What trials share: made once, by whoever asks first.

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include <QtTest>

#include "core/experiment/made_once.h"
#include "tests/registered_test.h"

using namespace convergence;

class MadeOnceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whoComesLaterGetsWhatTheFirstMade() {
        MadeOnce<int, int> values;
        const auto first = values.get(3, [] { return std::make_shared<const int>(9); });
        const auto later = values.get(3, [] { return std::make_shared<const int>(10); });
        QCOMPARE(later, first);
        QCOMPARE(*later, 9);
        QCOMPARE(*values.get(4, [] { return std::make_shared<const int>(16); }), 16);
    }

    void othersWaitForTheOneThatMakes() {
        MadeOnce<int, int> values;
        std::atomic<int> made = 0;
        std::vector<std::shared_ptr<const int>> found(8);
        {
            std::vector<std::jthread> threads;
            for (auto& own : found)
                threads.emplace_back([&] {
                    own = values.get(0, [&] {
                        std::this_thread::sleep_for(std::chrono::milliseconds(50));
                        return std::make_shared<const int>(++made);
                    });
                });
        }
        QCOMPARE(made.load(), 1);
        for (const auto& own : found)
            QCOMPARE(own, found.front());
    }

    /// Of a chain of values each needs the one before.
    void aValueMayNeedAnother() {
        MadeOnce<int, int> values;
        const auto second = values.get(2, [&] {
            const auto first = values.get(1, [] { return std::make_shared<const int>(5); });
            return std::make_shared<const int>(*first + 1);
        });
        QCOMPARE(*second, 6);
    }

    void whoWasStoppedOrThrewLeavesItToTheNext() {
        MadeOnce<int, int> values;
        QVERIFY(!values.get(0, [] { return std::shared_ptr<const int>(); }));
        QVERIFY_EXCEPTION_THROWN(
            values.get(
                0, []() -> std::shared_ptr<const int> { throw std::runtime_error("diverged"); }),
            std::runtime_error);
        QCOMPARE(*values.get(0, [] { return std::make_shared<const int>(7); }), 7);
    }
};

REGISTER_TEST(MadeOnceTest)
#include "made_once_test.moc"
