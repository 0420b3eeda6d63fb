// What the panel says of claims besides the verdict on the run.

#include <QLabel>
#include <QtTest>

#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/registered_test.h"
#include "widgets/panels/claims_panel.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

std::shared_ptr<const ExperimentType> withClaim() {
    ExperimentType type = quadratic();
    type.description.claims = {{.id = "small", .statement = "x goes to zero"}};
    return std::make_shared<const ExperimentType>(type);
}

} // namespace

class ClaimsPanelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void withoutAReleaseNothingIsSaidOfOne() {
        ClaimsPanel panel(withClaim(), Theme::load("light"));
        panel.setRepeated("small", Verdict::holds);
        QVERIFY(releaseOf(panel).isHidden());
    }

    void theReleaseAndThisBuildAreToldApart() {
        ClaimsPanel panel(withClaim(), Theme::load("light"));
        panel.setRelease("small", Verdict::holds, 12);
        panel.setRelease("unknown", Verdict::holds, 12);
        const QLabel& label = releaseOf(panel);
        QVERIFY(!label.isHidden());
        QVERIFY2(label.text().contains("Verified for this release:</b> ✔ holds, 12 seeds"),
                 qPrintable(label.text()));
        QVERIFY(label.text().contains("Not yet repeated by this build."));
        panel.setRepeated("small", Verdict::fails);
        QVERIFY(label.text().contains("Repeated by this build:</b> ✘ fails"));
        panel.setRelease("small", Verdict::observed, 0);
        QVERIFY(label.text().contains("● observed<br/>"));
        // A run of the person's own is no repetition of the protocol, a protocol is.
        panel.setJudgement("small", {.verdict = Verdict::notEnoughData}, JudgedOn::run);
        QVERIFY(label.text().contains("Repeated by this build:</b> ✘ fails"));
        panel.setJudgement("small", {.verdict = Verdict::holds}, JudgedOn::protocol);
        QVERIFY(label.text().contains("Repeated by this build:</b> ✔ holds"));
    }

private:
    static QLabel& releaseOf(const ClaimsPanel& panel) {
        return *panel.findChild<QLabel*>("release");
    }
};

REGISTER_GUI_TEST(ClaimsPanelTest)
#include "claims_panel_test.moc"
