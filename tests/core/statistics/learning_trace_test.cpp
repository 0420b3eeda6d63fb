#include <cmath>
#include <optional>
#include <vector>

#include <QtTest>

#include "core/math/random.h"
#include "core/statistics/learning_trace.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::statistics;

namespace {

using Numbers = std::vector<double>;
using Anchoring = LearningTrace::Anchoring;

struct Observations {
    Numbers words, accuracies;
};

/// A curve with noise, and an irregular start.
Observations drawn(std::size_t levels, std::uint64_t seed) {
    RandomStream stream({.seed = seed, .purpose = "test"});
    Observations of;
    for (std::size_t i = 1; i <= levels; ++i) {
        const double words = 5000.0 * double(i);
        of.words.push_back(words);
        of.accuracies.push_back(97.0 - 9.0 * std::pow(double(i), -0.5) +
                                (i < 6 ? 0.6 : 0.06) * stream.normal());
    }
    return of;
}

LearningTrace traceOf(const Observations& of, const LearningTrace::Options& options) {
    LearningTrace trace(of.words.size(), options);
    for (std::size_t i = 0; i < of.words.size(); ++i)
        trace.add(of.words[i], of.accuracies[i]);
    return trace;
}

/// ω by the definition, of all asymptotes at once.
std::optional<std::size_t> workingLevel(const LearningTrace& trace,
                                        const LearningTrace::Options& options) {
    const double steepest =
        std::pow(options.verticality, 1.0 / options.slowdown) / (1.0 - options.verticality);
    const auto isFlat = [&](std::size_t j) {
        return std::abs(trace.trend(j + 1).asymptote - trace.trend(j).asymptote) /
                   (trace.words()[j] - trace.words()[j - 1]) <=
               steepest;
    };
    for (std::size_t level = 3; level + options.lookAhead + 1 <= trace.levels(); ++level) {
        bool all = true;
        for (std::size_t j = level; j <= level + options.lookAhead; ++j)
            all = all && isFlat(j);
        if (all)
            return level;
    }
    return std::nullopt;
}

void expectSame(const LearningTrace& a, const LearningTrace& b) {
    for (std::size_t l = 3; l <= a.levels(); ++l) {
        expectNear(a.trend(l).asymptote, b.trend(l).asymptote, 0.0);
        QCOMPARE(a.anchored(l).valid(), b.anchored(l).valid());
        if (a.anchored(l).valid())
            expectNear(a.anchored(l).asymptote, b.anchored(l).asymptote, 0.0);
    }
    QVERIFY(a.reference().convergence == b.reference().convergence);
    QVERIFY(a.ofAnchored().convergence == b.ofAnchored().convergence);
}

} // namespace

class LearningTraceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void levelsAreThoseOfTheDefinitions() {
        for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6})
            for (const double slowdown : {1.0, 1.2})
                for (const std::size_t lookAhead : {0, 2, 5}) {
                    const LearningTrace::Options options{.slowdown = slowdown,
                                                         .lookAhead = lookAhead};
                    const LearningTrace trace = traceOf(drawn(40, seed), options);
                    const auto omega = workingLevel(trace, options);
                    QVERIFY(trace.reference().working == omega);
                    if (!omega)
                        continue;
                    std::size_t l = *omega;
                    while (l <= 40 && trace.trend(l).asymptote > 100.0)
                        ++l;
                    QCOMPARE(trace.reference().prediction.value_or(41), l);
                    while (l <= 40 && trace.layer(l) > options.threshold)
                        ++l;
                    QCOMPARE(trace.reference().convergence.value_or(41), l);
                    if (l <= 40) {
                        QCOMPARE(trace.reference().known.value(),
                                 std::max(l, *omega + lookAhead + 1));
                        expectNear(trace.layer(l),
                                   trace.trend(l).asymptote - trace.trend(l).at(5000.0 * double(l)),
                                   0.0);
                    }
                }
    }

    // A run that has come to a level knows what a trace of so many levels knows.
    void nothingIsUsedBeforeItIsMeasured() {
        const Observations all = drawn(30, 11);
        const LearningTrace::Options options{.threshold = 3.0};
        LearningTrace growing(30, options);
        for (std::size_t l = 1; l <= 30; ++l) {
            growing.add(all.words[l - 1], all.accuracies[l - 1]);
            const Observations first{{all.words.begin(), all.words.begin() + long(l)},
                                     {all.accuracies.begin(), all.accuracies.begin() + long(l)}};
            expectSame(growing, traceOf(first, options));
            if (growing.reference().working)
                QVERIFY(*growing.reference().working + 6 <= l);
            if (growing.reference().known)
                QVERIFY(*growing.reference().known <= l);
        }
        QVERIFY(growing.reference().known);
    }

    void anchoredTrendsFollowTheirRecursion() {
        const Observations of = drawn(30, 3);
        for (const Anchoring anchoring : {Anchoring::previous, Anchoring::average}) {
            const LearningTrace::Options options{.anchoring = anchoring, .anchorWeight = 4.0};
            const LearningTrace trace = traceOf(of, options);
            const std::size_t omega = trace.reference().working.value();
            expectNear(trace.anchored(omega).asymptote, trace.trend(omega).asymptote, 0.0);
            QVERIFY(!trace.anchored(omega - 1).valid());
            double anchor = trace.trend(omega).asymptote;
            for (std::size_t l = omega + 1; l <= 30; ++l) {
                TrendFitter fitter(l);
                if (anchoring == Anchoring::average)
                    anchor = 0.5 * (anchor + trace.trend(l - 1).asymptote);
                anchor = fitter
                             .fit(std::span(of.words).first(l), std::span(of.accuracies).first(l),
                                  TrendAnchor{anchor, 4.0})
                             .asymptote;
                expectNear(trace.anchored(l).asymptote, anchor, 1e-12);
            }
        }
        QVERIFY(!traceOf(of, {.anchoring = Anchoring::none}).ofAnchored().working);
    }

    void aDipIsAsIfItHadAlwaysBeenThere() {
        Observations of = drawn(30, 3);
        LearningTrace trace = traceOf(of, {});
        for (const std::size_t level : {2, 14, 30}) {
            of.accuracies[level - 1] -= 1.0;
            trace.distort(level, of.accuracies[level - 1]);
            expectSame(trace, traceOf(of, {}));
        }
    }

    void optionsMayChangeOnTheWay() {
        const Observations of = drawn(30, 9);
        LearningTrace trace = traceOf(of, {});
        for (const LearningTrace::Options& options :
             {LearningTrace::Options{.verticality = 5e-5, .threshold = 1.0},
              LearningTrace::Options{.anchoring = Anchoring::average, .workingLevel = 12},
              LearningTrace::Options{.memory = 10}, LearningTrace::Options{}}) {
            trace.setOptions(options);
            expectSame(trace, traceOf(of, options));
        }
    }

    void controlsAreWhatTheySay() {
        const Observations of = drawn(30, 9);
        const LearningTrace flat = traceOf(of, {.pattern = LearningTrace::Pattern::lastValue});
        expectNear(flat.trend(20).at(1e9), of.accuracies[19], 0.0);
        expectNear(flat.layer(20), 0.0, 0.0);
        const LearningTrace short_ = traceOf(of, {.memory = 10});
        TrendFitter fitter(10);
        expectNear(
            short_.trend(25).asymptote,
            fitter
                .fit(std::span(of.words).subspan(15, 10), std::span(of.accuracies).subspan(15, 10))
                .asymptote,
            0.0);
        const LearningTrace fixed = traceOf(of, {.workingLevel = 16});
        QCOMPARE(fixed.reference().working.value(), std::size_t{16});
        QCOMPARE(fixed.reference().known.value(), fixed.reference().convergence.value());
    }

    void beyondItsRoomIsAMistake() {
        LearningTrace trace(1, {.workingLevel = 1});
        trace.add(5000.0, 90.0);
        QVERIFY(!trace.reference().working);
        QVERIFY_EXCEPTION_THROWN(trace.add(10000.0, 91.0), std::logic_error);
    }
};

REGISTER_TEST(LearningTraceTest)
#include "learning_trace_test.moc"
