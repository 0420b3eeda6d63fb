#include <algorithm>
#include <limits>
#include <tuple>

#include <QtTest>

#include "core/distributed/event_queue.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

class EventQueueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void earlierEventsComeFirst() {
        EventQueue<char> queue;
        queue.schedule(3.0, 'c');
        queue.schedule(1.0, 'a');
        queue.schedule(2.0, 'b');
        QCOMPARE(queue.size(), std::size_t{3});
        QCOMPARE(queue.next().what, 'a');
        for (const char expected : {'a', 'b', 'c'}) {
            const auto event = queue.pop();
            QCOMPARE(event.what, expected);
            expectNear(queue.now(), event.seconds, 0.0);
        }
        QVERIFY(queue.empty());
    }
    /// Arrivals before timers, earlier dispatches first.
    void tiesAreInOrderOfRankThenOfScheduling() {
        EventQueue<std::string> queue;
        queue.schedule(1.0, "timer", 1);
        queue.schedule(1.0, "first arrival", 0);
        queue.schedule(1.0, "second arrival", 0);
        queue.schedule(0.5, "early timer", 1);
        for (const char* expected : {"early timer", "first arrival", "second arrival", "timer"})
            QCOMPARE(queue.pop().what, expected);
    }
    /// Against a sorted list, with many ties, while more is scheduled.
    void manyEventsComeInTheOrderOfASort() {
        constexpr std::uint64_t seed = 4;
        RandomStream stream({.seed = seed, .purpose = "events"});
        EventQueue<int> queue;
        std::vector<std::tuple<double, std::int64_t, int>> expected;
        int number = 0;
        const auto schedule = [&](double from) {
            const double seconds = from + static_cast<double>(stream.integer(10));
            const auto rank = static_cast<std::int64_t>(stream.integer(3));
            queue.schedule(seconds, number, rank);
            expected.emplace_back(seconds, rank, number++);
        };
        for (int i = 0; i < 300; ++i)
            schedule(0.0);
        while (!queue.empty()) {
            const auto event = queue.pop();
            const auto first = std::min_element(expected.begin(), expected.end());
            QCOMPARE(event.what, std::get<2>(*first));
            expected.erase(first);
            if (number < 600)
                schedule(queue.now());
        }
        QVERIFY(expected.empty());
    }
    void thePastIsRefused() {
        EventQueue<int> queue;
        queue.schedule(2.0, 1);
        (void)queue.pop();
        QVERIFY_THROWS_EXCEPTION(std::logic_error, queue.schedule(1.9, 1));
        QVERIFY_THROWS_EXCEPTION(std::logic_error,
                                 queue.schedule(std::numeric_limits<double>::infinity(), 1));
        QVERIFY_THROWS_EXCEPTION(std::logic_error,
                                 queue.schedule(std::numeric_limits<double>::quiet_NaN(), 1));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, (void)queue.pop());
        QVERIFY_THROWS_EXCEPTION(std::logic_error, (void)queue.next());
        queue.schedule(2.0, 1); // now is not the past
    }
};

REGISTER_TEST(EventQueueTest)
#include "event_queue_test.moc"
