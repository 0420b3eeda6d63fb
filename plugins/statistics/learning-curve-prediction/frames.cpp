// Pictures of a learning curve and of those it is predicted by.

#include "plugins/statistics/learning-curve-prediction/frames.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "core/experiment/not_applicable.h"
#include "plugins/statistics/learning-curve-prediction/arms.h"

namespace convergence::learning_curve {

using statistics::LearningTrend, statistics::TraceLevels;
using Curve = CurvesFrame::Curve;

namespace {

constexpr double farthest = 2.0; ///< to which trends are drawn, in sizes of the whole base
constexpr std::size_t earlierTrends = 16;

Curve drawn(std::string label, const LearningTrend& trend, double from, double to,
            double shift = 0.0) {
    constexpr int marks = 160;
    Curve curve{.label = std::move(label), .x = {}, .y = {}};
    for (int i = 0; i <= marks; ++i) {
        const double words = from * std::pow(to / from, double(i) / marks);
        curve.x.push_back(words);
        curve.y.push_back(trend.at(words) + shift);
    }
    return curve;
}

/// Levels of trends that are drawn faintly: at most so many, closer to each other early.
std::set<std::size_t> earlierLevels(std::size_t now) {
    std::set<std::size_t> levels;
    const double first = LearningTrace::firstLevel + 1, last = static_cast<double>(now) - 1.0;
    for (std::size_t i = 0; i < earlierTrends && last >= first; ++i)
        levels.insert(static_cast<std::size_t>(
            std::lround(first * std::pow(last / first, double(i) / double(earlierTrends - 1)))));
    return levels;
}

CurvesFrame fanOf(const LearningTrace& trace, double end) {
    CurvesFrame frame;
    const std::size_t now = trace.levels();
    const double from = trace.words().front(), to = farthest * end;
    for (const std::size_t level : earlierLevels(now))
        frame.curves.push_back(drawn("earlier trends", trace.trend(level), from, to));
    Curve observed{.label = "measured", .x = {}, .y = {}, .markers = true};
    observed.x.assign(trace.words().begin(), trace.words().end());
    observed.y.assign(trace.accuracies().begin(), trace.accuracies().end());
    frame.curves.push_back(std::move(observed));
    if (now < LearningTrace::firstLevel)
        return frame;
    frame.curves.push_back(drawn("trend now", trace.trend(now), from, to));
    if (trace.anchored(now).valid())
        frame.curves.push_back(drawn("anchored trend", trace.anchored(now), from, to));
    const TraceLevels& levels = trace.reference();
    if (levels.convergence) {
        const LearningTrend& believed = trace.trend(*levels.convergence);
        const double since = trace.words()[*levels.convergence - 1];
        const double tau = trace.options().threshold;
        for (const double shift : {tau, -tau})
            frame.curves.push_back(
                drawn("±τ about the trend that was believed", believed, since, to, shift));
    }
    // Short lines below the curve and above it, since these levels may be one.
    const auto mark = [&](const char* label, std::optional<std::size_t> level, double low,
                          double high) {
        if (!level)
            return;
        const double words = trace.words()[*level - 1], at = trace.accuracies()[*level - 1];
        const double tau = trace.options().threshold;
        frame.curves.push_back(
            {.label = label, .x = {words, words}, .y = {at + low * tau, at + high * tau}});
    };
    mark("working level", levels.working, -1.6, -1.1);
    mark("prediction level", levels.prediction, -0.7, -0.2);
    mark("convergence", levels.convergence, 0.2, 0.7);
    return frame;
}

/// The distances of the measured values from the asymptote, and the line that they should be on.
CurvesFrame powerOf(const LearningTrace& trace) {
    const LearningTrend& trend = trace.trend(trace.levels());
    Curve line{.label = fmt::format("slope −b = −{:.3f}", trend.exponent), .x = {}, .y = {}};
    Curve measured{.label = "c − measured", .x = {}, .y = {}, .markers = true};
    for (std::size_t l = 1; l <= trace.levels(); ++l) {
        const double words = trace.words()[l - 1];
        line.x.push_back(words);
        line.y.push_back(trend.asymptote - trend.at(words));
        if (const double gap = trend.asymptote - trace.accuracies()[l - 1]; gap > 0.0) {
            measured.x.push_back(words);
            measured.y.push_back(gap);
        }
    }
    return {{std::move(line), std::move(measured)}};
}

CurvesFrame residualsOf(const LearningTrace& trace) {
    const LearningTrend& trend = trace.trend(trace.levels());
    Curve zero{.label = "the trend now", .x = {}, .y = {}};
    zero.x = {trace.words().front(), trace.words().back()};
    zero.y = {0.0, 0.0};
    Curve residuals{.label = "measured − trend", .x = {}, .y = {}, .markers = true};
    for (std::size_t l = 1; l <= trace.levels(); ++l) {
        residuals.x.push_back(trace.words()[l - 1]);
        residuals.y.push_back(trace.accuracies()[l - 1] - trend.at(trace.words()[l - 1]));
    }
    return {{std::move(zero), std::move(residuals)}};
}

std::string wordsText(double words) {
    std::string digits = fmt::format("{:.0f}", words);
    for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

std::string levelText(const LearningTrace& trace, std::optional<std::size_t> level) {
    return level ? fmt::format("level {} ({} words)", *level, wordsText(trace.words()[*level - 1]))
                 : "not yet";
}

/// What more of the corpus would bring, by a trend.
std::string gainsText(const LearningTrend& trend, double words) {
    const double now = trend.at(words), gap = trend.asymptote - now;
    std::string text =
        fmt::format("  twice as many words    {:+.2f} points\n", trend.at(2 * words) - now);
    for (const double points : {0.5, 1.0})
        text += gap > points
                    ? fmt::format("  {:.1f} points more        {} words\n", points,
                                  wordsText(trend.wordsWithin(gap - points) - words))
                    : fmt::format("  {:.1f} points more        never: {:.2f} are left to the "
                                  "asymptote\n",
                                  points, gap);
    return text;
}

std::string reportOf(const LearningTrace& trace, double end) {
    const std::size_t now = trace.levels();
    const LearningTrend& trend = trace.trend(now);
    const TraceLevels &levels = trace.reference(), &anchored = trace.ofAnchored();
    const double words = trace.words().back();
    std::string text = fmt::format(
        "Now: level {}, {} words, {:.2f} %\n\n"
        "Trend      {:.2f} − {:.3g} · words^−{:.3f}{}\n"
        "Asymptote  {:.2f} %{}\nLayer χ    {:.2f} points, threshold τ = {:g}\n\n",
        now, wordsText(words), trace.accuracies().back(), trend.asymptote, trend.scale(),
        trend.exponent, trend.isAtBound ? "  (the exponent is at the end of its range)" : "",
        trend.asymptote,
        trend.asymptote > 100.0 ? "  (no accuracy: the prediction level is not reached)" : "",
        trace.layer(now), trace.options().threshold);
    text += fmt::format("Working level     {}\nPrediction level  {}\nConvergence       {}\n",
                        levelText(trace, levels.working), levelText(trace, levels.prediction),
                        levelText(trace, levels.convergence));
    text += fmt::format("Known             {}\nAnchored          {}\n\n",
                        levelText(trace, levels.known), levelText(trace, anchored.convergence));
    if (levels.known) {
        const double read = trace.words()[*levels.known - 1];
        const LearningTrend& believed = trace.trend(*levels.convergence);
        text += fmt::format("One could have stopped after {} of {} words: {:.0f} % saved.\n"
                            "Predicted at the end: {:.2f} % ± {:g}\n\n",
                            wordsText(read), wordsText(end), 100.0 * (1.0 - read / end),
                            believed.at(end), trace.options().threshold);
    }
    return text + "From here on, by the trend now:\n" + gainsText(trend, words);
}

} // namespace

void drawTraceFrames(const LearningTrace& trace, double end, FrameMap& frames) {
    if (trace.levels() == 0)
        return;
    frames["fan"] = fanOf(trace, end);
    if (trace.levels() < LearningTrace::firstLevel)
        return;
    frames["power"] = powerOf(trace);
    frames["residuals"] = residualsOf(trace);
    frames["report"] = TextFrame{reportOf(trace, end)};
}

// ---- Tags ----------------------------------------------------------------------------------

namespace {

/// Where a sentence's tokens are in the test set.
struct Place {
    std::size_t begin, end;
};

TableFrame sentenceOf(const ShownTagging& shown, Place place) {
    TableFrame table{.rowTitle = "word", .rows = {}, .columns = {}};
    TableFrame::Column truth{.label = "tag", .unit = {}, .values = {}};
    for (std::size_t i = place.begin; i < place.end; ++i) {
        table.rows.push_back(shown.text.words[shown.test.tokens[i].word]);
        truth.texts.push_back(shown.text.tags[shown.test.tokens[i].tag]);
    }
    table.columns.push_back(std::move(truth));
    const std::size_t now = shown.history.levels();
    const std::size_t middle = shown.trace.reference().convergence.value_or((now + 1) / 2);
    for (const std::size_t level : std::set<std::size_t>{1, middle, now}) {
        TableFrame::Column column{
            .label = fmt::format("after {}", wordsText(shown.trace.words()[level - 1])),
            .unit = {},
            .values = {}};
        for (std::size_t i = place.begin; i < place.end; ++i) {
            const std::size_t tag = shown.history.tag(level, i);
            column.texts.push_back(tag == shown.test.tokens[i].tag ? shown.text.tags[tag]
                                                                   : "✗ " + shown.text.tags[tag]);
        }
        table.columns.push_back(std::move(column));
    }
    return table;
}

MatrixFrame mistakesOf(const ShownTagging& shown, Place place) {
    constexpr std::size_t mostRows = 60;
    const std::size_t now = shown.history.levels(), rows = std::min(mostRows, now);
    MatrixFrame frame{.title = "1: wrong",
                      .rows = rows,
                      .columns = place.end - place.begin,
                      .values = {},
                      .rowLabels = {},
                      .columnLabels = {}};
    for (std::size_t i = place.begin; i < place.end; ++i)
        frame.columnLabels.push_back(shown.text.words[shown.test.tokens[i].word]);
    for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t level = rows == 1 ? now : 1 + row * (now - 1) / (rows - 1);
        frame.rowLabels.push_back(wordsText(shown.trace.words()[level - 1]));
        for (std::size_t i = place.begin; i < place.end; ++i)
            frame.values.push_back(shown.history.tag(level, i) == shown.test.tokens[i].tag ? 0.0F
                                                                                           : 1.0F);
    }
    return frame;
}

TableFrame confusionsOf(const ShownTagging& shown) {
    const std::size_t tags = shown.text.tags.size(), tokens = shown.test.tokens.size();
    std::vector<std::uint32_t> count(tags * tags, 0);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < tokens; ++i) {
        const std::size_t truth = shown.test.tokens[i].tag;
        if (shown.tags[i] == truth)
            continue;
        ++count[truth * tags + shown.tags[i]];
        ++wrong;
    }
    std::vector<std::size_t> order;
    for (std::size_t pair = 0; pair < count.size(); ++pair)
        if (count[pair] > 0)
            order.push_back(pair);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return count[a] > count[b]; });
    constexpr std::size_t most = 15;
    order.resize(std::min(most, order.size()));
    TableFrame table{.rowTitle = "tag, and what was said", .rows = {}, .columns = {}};
    TableFrame::Column times{
        .label = "times", .unit = {}, .values = {}, .texts = {}, .hasBars = true};
    TableFrame::Column share{.label = "share of mistakes", .unit = "%", .values = {}, .digits = 3};
    for (const std::size_t pair : order) {
        table.rows.push_back(shown.text.tags[pair / tags] + " → " + shown.text.tags[pair % tags]);
        times.values.push_back(count[pair]);
        share.values.push_back(100.0 * count[pair] / static_cast<double>(wrong));
    }
    table.columns = {std::move(times), std::move(share)};
    return table;
}

} // namespace

void drawTaggingFrames(const ShownTagging& shown, FrameMap& frames) {
    if (shown.history.levels() == 0 || shown.history.sentences() == 0)
        return;
    const std::size_t sentence =
        std::clamp<std::size_t>(shown.sentence, 1, shown.history.sentences());
    const Place place{shown.test.begins[sentence - 1], shown.test.begins[sentence]};
    frames["sentence"] = sentenceOf(shown, place);
    frames["mistakes"] = mistakesOf(shown, place);
    frames["confusions"] = confusionsOf(shown);
}

// ---- All learners --------------------------------------------------------------------------

void drawSummary(const Recording& soFar, FrameMap& shared) {
    const auto& columns = soFar.trials().columns();
    BarsFrame bars;
    bars.series = {{.label = "read until convergence was known", .values = {}},
                   {.label = "saved", .values = {}}};
    TableFrame table{.rowTitle = "learner", .rows = {}, .columns = {}};
    struct Shown {
        const char *final, *label, *unit;
        int digits;
    };
    static constexpr Shown shown[] = {
        {"known_words", "words read", "", 7},
        {"final_error", "error", "points", 3},
        {"anchored_final_error", "anchored", "points", 3},
        {"mean_error", "mean", "%", 3},
        {"last_mean_error", "last value", "%", 3},
        {"accuracy", "at the end", "%", 4},
        {"asymptote", "asymptote", "%", 4},
        {"exponent", "b", "", 3},
    };
    for (const Shown& of : shown)
        table.columns.push_back(
            {.label = of.label, .unit = of.unit, .values = {}, .texts = {}, .digits = of.digits});
    for (const std::string& arm : soFar.arms()) {
        const std::size_t trial = soFar.trialsOf(arm).front();
        const auto finals = soFar.finals(trial);
        if (!finals)
            continue;
        const auto final = [&](const char* name) {
            return (*finals)[soFar.trials().columnIndex(name) - soFar.firstFinalColumn()];
        };
        const std::string label(traitsOf(learnerArms, arm).label);
        table.rows.push_back(label);
        for (std::size_t i = 0; i < std::size(shown); ++i)
            table.columns[i].values.push_back(final(shown[i].final));
        bars.categories.push_back(label);
        const double share = final("known_share");
        constexpr double percent = 100.0;
        bars.series[0].values.push_back(applies(share) ? percent * share : percent);
        bars.series[1].values.push_back(applies(share) ? percent * (1.0 - share) : 0.0);
    }
    if (table.rows.empty() || columns.empty())
        return;
    shared["saved"] = std::move(bars);
    shared["summary"] = std::move(table);
}

} // namespace convergence::learning_curve
