#pragma once

// Expectations that say what was wrong: numbers with both values, verdicts with the judge's
// sentence, refusals with their text. Each fails at the caller's line and leaves the test function,
// as QVERIFY does.

#include <cmath>
#include <concepts>
#include <limits>
#include <ranges>
#include <source_location>
#include <string>
#include <vector>

#include <Eigen/Core>
#include <QtTest>
#include <fmt/format.h>

#include "core/error.h"

namespace convergence::testing {

/// |found − expected|; 0 where both are the same number, also the same infinity; infinite where
/// either is NaN.
inline double distanceBetween(double found, double expected) {
    if (found == expected)
        return 0.0;
    const double distance = std::abs(found - expected);
    return std::isnan(distance) ? std::numeric_limits<double>::infinity() : distance;
}

// What is wrong where found is not expected ± tolerance; empty where nothing is. Of several numbers
// the Euclidean norm of the difference is compared, and the worst entry is named.

template <class Found, class Expected>
requires std::is_arithmetic_v<Found> && std::is_arithmetic_v<Expected> std::string
farness(Found found, Expected expected, double tolerance) {
    const double distance =
        distanceBetween(static_cast<double>(found), static_cast<double>(expected));
    if (distance <= tolerance)
        return {};
    return fmt::format("{} is not {} ± {}, but {:.3g} off", found, expected, tolerance, distance);
}

/// Of entries found(k) and expected(k), k < count; nameOfEntry(k) is "[3]", "(1, 2)".
std::string farnessOfEntries(std::integral auto count, const auto& found, const auto& expected,
                             double tolerance, const auto& nameOfEntry) {
    double squares = 0.0;
    double largest = -1.0;
    decltype(count) worst = 0;
    for (decltype(count) k = 0; k < count; ++k) {
        const double distance = distanceBetween(found(k), expected(k));
        squares += distance * distance;
        if (distance > largest) {
            largest = distance;
            worst = k;
        }
    }
    if (std::sqrt(squares) <= tolerance)
        return {};
    return fmt::format("{} is {}, not {} (the worst of {} entries; off by {:.3g}, all together by "
                       "{:.3g}, allowed is {})",
                       nameOfEntry(worst), found(worst), expected(worst), count, largest,
                       std::sqrt(squares), tolerance);
}

template <class Found, class Expected>
std::string farness(const Eigen::DenseBase<Found>& foundEntries,
                    const Eigen::DenseBase<Expected>& expectedEntries, double tolerance) {
    const auto found = foundEntries.derived().eval();
    const auto expected = expectedEntries.derived().eval();
    if (found.rows() != expected.rows() || found.cols() != expected.cols())
        return fmt::format("{}×{} entries, not {}×{}", found.rows(), found.cols(), expected.rows(),
                           expected.cols());
    const Eigen::Index rows = found.rows();
    return farnessOfEntries(
        found.size(),
        [&](Eigen::Index k) { return static_cast<double>(found.coeff(k % rows, k / rows)); },
        [&](Eigen::Index k) { return static_cast<double>(expected.coeff(k % rows, k / rows)); },
        tolerance,
        [&](Eigen::Index k) {
            return found.cols() == 1 ? fmt::format("[{}]", k)
                                     : fmt::format("({}, {})", k % rows, k / rows);
        });
}

/// Vectors, arrays and spans of numbers.
template <class T>
concept Numbers = std::ranges::random_access_range<T> && std::ranges::sized_range<T> &&
    std::is_arithmetic_v<std::ranges::range_value_t<T>> &&
    !std::derived_from<std::remove_cvref_t<T>, Eigen::EigenBase<std::remove_cvref_t<T>>>;

std::string farness(const Numbers auto& found, const Numbers auto& expected, double tolerance) {
    if (std::ranges::size(found) != std::ranges::size(expected))
        return fmt::format("{} entries, not {}", std::ranges::size(found),
                           std::ranges::size(expected));
    const auto entryOf = [](const auto& numbers) {
        return [&numbers](std::ptrdiff_t k) {
            return static_cast<double>(std::ranges::begin(numbers)[k]);
        };
    };
    return farnessOfEntries(std::ranges::ssize(found), entryOf(found), entryOf(expected), tolerance,
                            [](std::ptrdiff_t k) { return fmt::format("[{}]", k); });
}

inline std::string textOf(const char* text) {
    return text;
}
inline std::string textOf(const std::string& text) {
    return text;
}
inline std::string textOf(const QString& text) {
    return text.toStdString();
}
inline std::string textOf(const QByteArray& text) {
    return text.toStdString();
}

/// With what the test wants said besides: the case of a loop, a seed.
std::string farness(const auto& found, const auto& expected, double tolerance,
                    const auto& context) {
    const std::string wrong = farness(found, expected, tolerance);
    return wrong.empty() ? wrong : fmt::format("{} ({})", wrong, textOf(context));
}

/// What is wrong where the judge did not give the expected verdict, in the judge's words.
template <class Judgement, class Verdict>
std::string verdictComplaint(const Judgement& judgement, Verdict expected) {
    if (judgement.verdict == expected)
        return {};
    return fmt::format("'{}', not '{}': {} (measured {}, threshold: {})", nameOf(judgement.verdict),
                       nameOf(expected), judgement.explanation, judgement.measured,
                       judgement.threshold);
}

/// With what the test wants said besides.
std::string verdictComplaint(const auto& judgement, auto expected, const auto& context) {
    const std::string wrong = verdictComplaint(judgement, expected);
    return wrong.empty() ? wrong : fmt::format("{} ({})", wrong, textOf(context));
}

/// The sentence of the InputError that the call throws. Where it throws none the test has failed at
/// the caller's line, and the sentence is empty.
QString refusalOf(const std::invocable auto& call,
                  const std::source_location& caller = std::source_location::current()) {
    try {
        static_cast<void>(call());
    } catch (const InputError& error) {
        return QString::fromUtf8(error.what());
    }
    QTest::qFail("nothing was refused", caller.file_name(), static_cast<int>(caller.line()));
    return {};
}

/// What is wrong where the call is not refused with a sentence that has each of the parts.
std::string refusalComplaint(const std::invocable auto& call, const auto&... parts) {
    try {
        static_cast<void>(call());
    } catch (const InputError& error) {
        const std::string sentence = error.what();
        std::string missing;
        for (const std::string& part : std::vector<std::string>{textOf(parts)...})
            if (sentence.find(part) == std::string::npos)
                missing += fmt::format(" \"{}\"", part);
        return missing.empty() ? "" : fmt::format("\"{}\" lacks{}", sentence, missing);
    }
    return "nothing was refused";
}

} // namespace convergence::testing

namespace convergence {
using testing::refusalOf;
}

#define CONVERGENCE_EXPECT(complaint, expectation)                                                 \
    do {                                                                                           \
        if (const std::string wrong = complaint; !wrong.empty()) {                                 \
            QTest::qFail((std::string(expectation ": ") + wrong).c_str(), __FILE__, __LINE__);     \
            return;                                                                                \
        }                                                                                          \
    } while (false)

/// expectNear(found, expected, tolerance) or (…, context): |found − expected| ≤ tolerance; of
/// matrices, arrays, vectors and spans the Euclidean norm of the difference. NaN fails.
#define expectNear(...)                                                                            \
    CONVERGENCE_EXPECT(convergence::testing::farness(__VA_ARGS__), "expectNear(" #__VA_ARGS__ ")")

/// expectVerdict(judgement, Verdict::holds) or (…, context).
#define expectVerdict(...)                                                                         \
    CONVERGENCE_EXPECT(convergence::testing::verdictComplaint(__VA_ARGS__),                        \
                       "expectVerdict(" #__VA_ARGS__ ")")

/// expectRefusal(call, "'factor_rank'", "at most 3"): the call throws an InputError whose sentence
/// has each of the parts.
#define expectRefusal(...)                                                                         \
    CONVERGENCE_EXPECT(convergence::testing::refusalComplaint(__VA_ARGS__),                        \
                       "expectRefusal(" #__VA_ARGS__ ")")
