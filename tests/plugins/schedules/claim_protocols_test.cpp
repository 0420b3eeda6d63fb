// The full protocols of all claims of the family and their refutations: minutes.

#include "tests/plugins/claim_protocols.h"

#include "plugins/schedules/rex-schedule/experiment.h"
#include "plugins/schedules/schedule-refinement/experiment.h"
#include "tests/registered_test.h"

using namespace convergence;

class ScheduleClaimProtocolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theClaimsOfRexScheduleHold() { expectClaimsHold(rexSchedule()); }
    void everyRefutationOfRexScheduleFails() { expectRefutationsFail(rexSchedule()); }

    void theClaimsOfScheduleRefinementHold() { expectClaimsHold(scheduleRefinement()); }
    void everyRefutationOfScheduleRefinementFails() { expectRefutationsFail(scheduleRefinement()); }
};

REGISTER_TEST(ScheduleClaimProtocolsTest)
#include "claim_protocols_test.moc"
