// A report as a value and as JSON.

#include <nlohmann/json.hpp>

#include "app/report/report.h"
#include "tests/app/report/claiming_experiment.h"
#include "tests/app/report/report_values.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

Report parsed(const nlohmann::json& document) {
    return parseReport(document.dump(), "old.json");
}

/// Every way to a value of the document.
void addPointers(const nlohmann::json& value, const nlohmann::json::json_pointer& at,
                 std::vector<nlohmann::json::json_pointer>& pointers) {
    if (value.is_object())
        for (const auto& entry : value.items()) {
            const auto inside = at / entry.key();
            pointers.push_back(inside);
            addPointers(entry.value(), inside, pointers);
        }
    else if (value.is_array())
        for (std::size_t i = 0; i < value.size(); ++i) {
            const auto inside = at / i;
            pointers.push_back(inside);
            addPointers(value[i], inside, pointers);
        }
}

} // namespace

class ReportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itTellsWhatVerificationFound() {
        const auto type = claimingExperiment();
        const auto reported = reportedExperiment(type, verify(type, {}, StopToken()),
                                                 verify(type, {.refute = true}, StopToken()));
        QCOMPARE(reported.claims.size(), std::size_t{1});
        const ReportedClaim& claim = reported.claims[0];
        QCOMPARE(claim.own.verdict, Verdict::holds);
        expectNear(claim.own.measured, std::pow(0.9, 100), 1e-15);
        QCOMPARE(claim.own.cost.runs, std::size_t{2});
        QCOMPARE(claim.own.cost.seeds, std::size_t{2});
        QVERIFY(claim.own.cost.isComplete && claim.own.cost.seconds > 0.0);
        QCOMPARE(claim.own.command,
                 std::string("convergence-lab verify claiming --claim small --fresh"));
        QCOMPARE(claim.threshold, std::string("|x| < 0.0001"));
        QCOMPARE(claim.runs.size(), std::size_t{1}); // the seeds do not make two of it
        QCOMPARE(claim.runs[0].seeds, (std::vector<std::uint64_t>{0, 1}));
        QCOMPARE(claim.runs[0].command,
                 std::string("convergence-lab run claiming --set iterations=100"));
        QCOMPARE(claim.refutations.size(), std::size_t{2});
        QVERIFY(claim.refutations[0].ok && claim.refutations[1].ok);
        QCOMPARE(claim.refutations[1].broken, std::string("half the rate in its place"));
        expectNear(claim.refutations[1].measured, std::pow(0.95, 100), 1e-13);
    }

    void parametersTellWhichValuesTheClaimsTake() {
        const auto type = claimingExperiment();
        const auto reported = reportedExperiment(type, verify(type, {}, StopToken()), {});
        for (const ReportedParameter& parameter : reported.parameters)
            if (parameter.name == "iterations") {
                QCOMPARE(parameter.defaultValue, std::string("1000"));
                QCOMPARE(parameter.values, std::vector<std::string>{"100"});
            } else {
                QVERIFY2(parameter.values.empty(), parameter.name.c_str());
            }
        QCOMPARE(reported.parameters.size(), type.description.parameters.size());
    }

    void whatIsWrittenReadsBack() {
        const std::string text = reportText(sampleReport());
        const Report report = parseReport(text, "report.json");
        QCOMPARE(reportText(report), text);
        QCOMPARE(report.experiments.size(), std::size_t{2});
        const ReportedClaim& claim = report.experiments[0].claims[0];
        QCOMPARE(claim.own.measured, -1.97);
        QVERIFY(std::isinf(claim.refutations[0].measured));
        QVERIFY(std::isnan(claim.refutations[0].low));
        QCOMPARE(claim.origin.kind, OriginKind::theorem);
        QCOMPARE(claim.runs[0].seeds, (std::vector<std::uint64_t>{0, 1}));
    }

    /// Without a part, and with one of another type: refused in one sentence, or read, never more.
    void whatIsDamagedIsRefused() {
        const auto document = nlohmann::json::parse(reportText(sampleReport()));
        std::vector<nlohmann::json::json_pointer> pointers;
        addPointers(document, nlohmann::json::json_pointer(), pointers);
        QVERIFY(pointers.size() > 100);
        int refused = 0;
        for (const auto& pointer : pointers) {
            auto without = document;
            const bool isEntry = without.at(pointer.parent_pointer()).is_object();
            if (isEntry) {
                without.at(pointer.parent_pointer()).erase(pointer.back());
                expectRefusal([&] { return parsed(without); }, "old.json",
                              pointer.back() == "format" ? "report" : pointer.back());
            }
            for (const nlohmann::json& other :
                 {nlohmann::json(-1.5), nlohmann::json("?"), nlohmann::json::object({{"x", 1}})}) {
                auto changed = document;
                changed.at(pointer) = other;
                try {
                    parsed(changed);
                } catch (const InputError& error) {
                    ++refused;
                    QVERIFY2(QString(error.what()).startsWith("old.json"), error.what());
                    QVERIFY2(QString(error.what()).endsWith('.'), error.what());
                }
            }
        }
        QVERIFY(refused >= 2 * int(pointers.size()));
    }

    void whatIsNoReportIsRefused() {
        for (const char* text : {"", "[]", "{}", "{\"format\": 3}", "no JSON",
                                 "{\"format\": \"convergence-lab session\", \"version\": 1}"})
            expectRefusal([&] { return parseReport(text, "old.json"); }, "old.json",
                          "not a report");
        expectRefusal([] { return parseReport(std::string(1000, '['), "old.json"); }, "old.json");
        auto later = nlohmann::json::parse(reportText(sampleReport()));
        later["version"] = 2;
        expectRefusal([&] { return parsed(later); }, "version 2", "newer program", "version 1");
    }

    void aFolderMeansItsReport() {
        const QTemporaryDir folder;
        expectRefusal([&] { return readReport(folder.path().toStdString()); }, "report.json");
        QFile file(folder.filePath("report.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(reportText(sampleReport())));
        file.close();
        for (const QString& path : {folder.path(), file.fileName()})
            QCOMPARE(readReport(path.toStdString()).version, std::string("1.2.3"));
    }
};

REGISTER_TEST(ReportTest)
#include "report_test.moc"
