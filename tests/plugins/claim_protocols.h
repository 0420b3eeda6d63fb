#pragma once

#include <string>
#include <vector>

#include <QtTest>

#include "core/experiment/verification.h"

namespace convergence {

/// Runs the full protocols of the named claims (all if empty) and expects each to hold.
inline void expectClaimsHold(const ExperimentType& type, std::vector<std::string> claims = {}) {
    for (const ClaimReport& report : verify(type, {.claims = std::move(claims)}, StopToken()))
        QVERIFY2(report.ok, (report.claim + ": " + report.judgement.explanation).c_str());
}

/// Runs every refutation of every claim and expects each to make its claim fail.
inline void expectRefutationsFail(const ExperimentType& type) {
    for (const ClaimReport& report : verify(type, {.refute = true}, StopToken()))
        QVERIFY2(report.ok, (report.claim + ", broken by: " + report.refutation + ": " +
                             report.judgement.explanation)
                                .c_str());
}

} // namespace convergence
