#include "plugins/matrix/fed-pca/participation.h"

#include <cmath>

#include "core/experiment/frame_check.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using federated_pca::participationOf;

class ParticipationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void clientsComputeWhereTheyWereDrawnAndWaitElsewhere() {
        const TimelineFrame timeline = participationOf({{0.5F, NAN}, {NAN, 0.25F}}, 11);
        QCOMPARE(frameTrouble(timeline), std::string());
        QCOMPARE(timeline.lanes, (std::vector<std::string>{"server", "client 1", "client 2"}));
        double computed = 0.0, averaged = 0.0;
        for (const auto& part : timeline.intervals)
            (part.kind == 0 ? computed : averaged) += part.end - part.start;
        QCOMPARE(computed, 1.5); // two rounds, three quarters each
        QCOMPARE(averaged, 0.5);
        QCOMPARE(timeline.arrows.size(), std::size_t{2});
        QCOMPARE(timeline.arrows[1].from, std::uint32_t{2});
        QCOMPARE(timeline.arrows[1].to, std::uint32_t{0});
        QCOMPARE(timeline.arrows[1].start, 12.75);
        QCOMPARE(timeline.intervals[1].value, 0.5);
    }

    void onlyTheNewestRoundsHaveMessages() {
        const TimelineFrame timeline =
            participationOf(std::vector<std::vector<float>>(30, {1.0F, 1.0F}), 1);
        QCOMPARE(timeline.arrows.size(), std::size_t{10});
        QCOMPARE(timeline.arrows.front().start, 26.75);
        QVERIFY(participationOf({}, 1).intervals.empty());
    }
};

REGISTER_TEST(ParticipationTest)
#include "participation_test.moc"
