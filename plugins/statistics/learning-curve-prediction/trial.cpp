// One learner, a level at a time.

#include "plugins/statistics/learning-curve-prediction/trial.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/data/king_james_tags.h"
#include "core/error.h"
#include "core/math/random.h"
#include "plugins/statistics/learning-curve-prediction/experiment.h"
#include "plugins/statistics/learning-curve-prediction/frames.h"

namespace convergence::learning_curve {

using language::TaggingTask;

const Columns<State>& traceTable() {
    static const Columns<State> table{
        Columns<State>::clock({"words", "words read", [](const State& s) { return s.words; }}),
        {"accuracy", "accuracy", "%", [](const State& s) { return s.accuracy; }},
        {"asymptote", "asymptote α", "%", [](const State& s) { return s.asymptote; }},
        {"anchored_asymptote", "anchored asymptote α̂", "%",
         [](const State& s) { return s.anchoredAsymptote; }},
        {"layer", "layer of convergence χ", "points", [](const State& s) { return s.layer; }},
        {"anchored_layer", "anchored layer χ̂", "points",
         [](const State& s) { return s.anchoredLayer; }},
        {"threshold", "threshold τ", "points", [](const State& s) { return s.threshold; }},
        {"exponent", "exponent b", [](const State& s) { return s.exponent; }},
        {"predicted", "predicted accuracy at the end", "%",
         [](const State& s) { return s.predicted; }},
        {"anchored_predicted", "so too, anchored", "%",
         [](const State& s) { return s.anchoredPredicted; }}};
    return table;
}

const Columns<Finals>& finalTable() {
    using F = Finals;
    static const Columns<Finals> table{
        {"accuracy", "accuracy at the end", "%", [](const F& f) { return f.accuracy; }},
        {"asymptote", "asymptote of the last trend", "%", [](const F& f) { return f.asymptote; }},
        {"exponent", "exponent of the last trend", [](const F& f) { return f.exponent; }},
        {"convergence_level", "convergence level", [](const F& f) { return f.convergenceLevel; }},
        {"known_level", "level at which it was known", [](const F& f) { return f.knownLevel; }},
        {"known_words", "words read until then", [](const F& f) { return f.knownWords; }},
        {"known_share", "share of all words read until then",
         [](const F& f) { return f.knownShare; }},
        {"proximity", "largest distance of its trend from the last one", "points",
         [](const F& f) { return f.proximity; }},
        {"anchored_proximity", "so too, anchored", "points",
         [](const F& f) { return f.anchoredProximity; }},
        {"mean_error", "mean relative error of its trend", "%",
         [](const F& f) { return f.meanError; }},
        {"last_mean_error", "so too, of the value at that level", "%",
         [](const F& f) { return f.lastMeanError; }},
        {"final_error", "error of its trend at the end", "points",
         [](const F& f) { return f.finalError; }},
        {"anchored_final_error", "so too, anchored", "points",
         [](const F& f) { return f.anchoredFinalError; }},
        {"fixed_error", "size of the error at the end of the trend at a fixed level", "points",
         [](const F& f) { return f.fixedError; }},
        {"fixed_last_error", "so too, of the value at that level", "points",
         [](const F& f) { return f.fixedLastError; }},
        {"falling_share", "share of steps in which the asymptote does not rise",
         [](const F& f) { return f.fallingShare; }},
        {"variation", "total variation of the asymptotes", "points",
         [](const F& f) { return f.variation; }},
        {"anchored_variation", "so too, anchored", "points",
         [](const F& f) { return f.anchoredVariation; }},
        {"predicted_asymptote", "c of the trend at convergence", "%",
         [](const F& f) { return f.predicted.valid() ? f.predicted.asymptote : notApplicable; }},
        {"predicted_gap", "its distance from the first observation", "points",
         [](const F& f) { return f.predicted.valid() ? f.predicted.gap : notApplicable; }},
        {"predicted_exponent", "its exponent b",
         [](const F& f) { return f.predicted.valid() ? f.predicted.exponent : notApplicable; }},
        {"predicted_unit", "words of the first observation",
         [](const F& f) { return f.predicted.valid() ? f.predicted.unit : notApplicable; }},
        {"recovery_error", "largest error of the made-up curve's c and b",
         [](const F& f) { return f.recoveryError; }},
        {"early_asymptote", "asymptote of the tenth trend", "%",
         [](const F& f) { return f.earlyAsymptote; }},
        {"predicted_spread", "deviation of the asymptote by theory", "points",
         [](const F& f) { return f.predictedSpread; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {},
            .finals = finalTable().patterns(),
            .frames = {"fan", "power", "residuals", "sentence", "mistakes", "confusions", "report",
                       "saved", "summary"}};
}

// ---- What trials share ---------------------------------------------------------------------

Setting::Setting(const ParameterValues& given)
    : values(given), control(traitsOf(controlChoices, given.text("control"))),
      seed(static_cast<std::uint64_t>(given.integer("seed"))),
      levels(1 + static_cast<std::size_t>((given.integer("max_words") - given.integer("kernel")) /
                                          given.integer("step"))),
      traceRow(traceTable().at(parameters(), given)),
      finalRow(finalTable().at(parameters(), given)) {
    for (const std::string& id : given.choices("arms"))
        if (traitsOf(learnerArms, id).learner != Learner::curve && !readsText())
            readText();
}

void Setting::readText() {
    const auto folds = static_cast<std::size_t>(values.integer("folds"));
    const auto testWords = static_cast<std::size_t>(values.integer("test_words"));
    const auto wanted = static_cast<std::size_t>(values.integer("max_words")) + folds * testWords;
    const auto makeUp = [&] {
        constexpr std::size_t spare = 2000; // sentences are whole
        text = language::madeUpTaggedText(wanted + spare, seed);
    };
    switch (traitsOf(corpusChoices, values.text("corpus")).source) {
    case Source::kingJames:
        if (const auto missing = whyNoKingJamesTags()) {
            makeUp();
            provenance = {fmt::format("{} In its place: {}.", *missing, text.source), true};
        } else {
            KingJamesTags tags = kingJamesTags();
            const auto why = whyNotDebian12(tags.fingerprint);
            text = std::move(tags.text);
            provenance = {"Tags are a machine's: how well they are learned says nothing about tags "
                          "of people. " +
                              tags.fingerprint.text() + (why ? ". " + *why : "."),
                          why.has_value()};
        }
        break;
    case Source::file:
        text = readTaggedText(values.text("tagged_file"),
                              traitsOf(formatChoices, values.text("file_format")).reading);
        provenance = {text.source + fmt::format(", {} tags.", text.tags.size()), false};
        break;
    case Source::madeUp:
        makeUp();
        provenance = {text.source + ".", false};
        break;
    }
    const double entries =
        static_cast<double>(text.words.size()) * static_cast<double>(text.tags.size());
    if (entries > mostEntries)
        throw InputError(
            fmt::format("{} has {} different words and {} tags; expected at most {:.0e} "
                        "pairs of them.",
                        text.source, text.words.size(), text.tags.size(), mostEntries));
    constexpr std::size_t fewestLevels = 10;
    const std::size_t least = folds * testWords + static_cast<std::size_t>(wordsOf(fewestLevels));
    if (text.tokens.size() < least)
        throw InputError(fmt::format("{}: with kernel = {}, step = {}, test_words = {} and folds = "
                                     "{} at least {} words are expected, for ten levels.",
                                     text.source, values.integer("kernel"), values.integer("step"),
                                     testWords, folds, least));
    const double available =
        static_cast<double>(text.tokens.size()) - static_cast<double>(folds * testWords);
    while (levels > fewestLevels && wordsOf(levels) > available)
        --levels;
    words = std::make_shared<const language::TaggerWords>(text);
}

double Setting::wordsOf(std::size_t level) const {
    return static_cast<double>(values.integer("kernel")) +
           static_cast<double>(level - 1) * static_cast<double>(values.integer("step"));
}

LearningTrace::Options Setting::options() const {
    const std::size_t chosen = static_cast<std::size_t>(values.integer("working_level"));
    return {.verticality = values.real("verticality"),
            .slowdown = values.real("slowdown"),
            .lookAhead = static_cast<std::size_t>(values.integer("look_ahead")),
            .threshold = values.real("threshold"),
            .anchoring = traitsOf(anchorChoices, values.text("anchor")).anchoring,
            .anchorWeight = values.real("anchor_weight"),
            .workingLevel = control.workingLevel > 0 ? control.workingLevel : chosen,
            .pattern = control.pattern,
            .memory = control.memory};
}

LearningTrend Setting::curve() const {
    return {.asymptote = values.real("curve_asymptote"),
            .gap = values.real("curve_gap"),
            .exponent = values.real("curve_exponent"),
            .unit = wordsOf(1)};
}

std::shared_ptr<const TaggingTask> Setting::task(std::uint64_t replicate, std::size_t fold) const {
    return tasks_.get({replicate, fold}, [&] {
        constexpr std::size_t spare = 1000; // the last sentence is whole
        return std::make_shared<const TaggingTask>(
            text,
            TaggingTask::Draw{.testWords = static_cast<std::size_t>(values.integer("test_words")),
                              .seed = seed,
                              .replicate = replicate,
                              .fold = fold,
                              .mostWords = static_cast<std::size_t>(wordsOf(levels)) + spare,
                              .inOrder = traitsOf(orderChoices, values.text("order")).inOrder});
    });
}

// ---- The solver ----------------------------------------------------------------------------

namespace {

/// A tagger of one fold, and how far it has read.
struct Reader {
    std::shared_ptr<const TaggingTask> task;
    std::unique_ptr<language::Tagger> tagger;
    std::vector<std::uint32_t> tags; ///< of the test set, as found
    std::size_t next = 0;            ///< sentence
    std::size_t words = 0;

    double readTo(double target) {
        while (static_cast<double>(words) < target && next < task->training.count()) {
            const auto sentence = task->training.sentence(next++);
            tagger->learn(sentence);
            words += sentence.size();
        }
        tagger->prepare();
        return language::tagAll(*tagger, task->test, tags);
    }
};

std::unique_ptr<language::Tagger> makeTagger(const Setting& setting, Learner learner,
                                             const TaggingTask& task) {
    switch (learner) {
    case Learner::unigram:
        return language::unigramTagger(setting.words, task.test);
    case Learner::markov:
        return language::hmmTagger(setting.words, task.test, setting.control.transitions);
    case Learner::perceptron:
        return language::perceptronTagger(setting.words);
    case Learner::curve:
        break;
    }
    throw std::logic_error("this learner is no tagger");
}

class CurveSolver final : public Solver {
public:
    CurveSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), learner_(traitsOf(learnerArms, plan.arm).learner),
          plan_(plan), noise_({.seed = setting_->seed,
                               .purpose = "noise of the curve",
                               .replicate = plan.replicate}),
          trace_(setting_->levels, setting_->options()), dips_(setting_->levels),
          shownSentence_(setting_->values.integer("shown_sentence")) {
        measured_.reserve(setting_->levels);
        drawDips();
        if (setting_->values.real("dip_words") > 0.0)
            dips_[levelAt(setting_->values.real("dip_words"))].to =
                setting_->values.real("dip_accuracy");
        if (learner_ == Learner::curve)
            return;
        for (std::int64_t fold = 0; fold < setting_->values.integer("folds"); ++fold) {
            Reader reader{.task = setting_->task(plan.replicate, static_cast<std::size_t>(fold)),
                          .tagger = nullptr,
                          .tags = {}};
            reader.tagger = makeTagger(*setting_, learner_, *reader.task);
            reader.tags.resize(reader.task->test.tokens.size());
            readers_.push_back(std::move(reader));
        }
        history_.emplace(*readers_.front().task, setting_->levels);
    }

    StepStatus step(const StopToken& stop) override {
        const std::size_t level = trace_.levels() + 1;
        double words = 0.0, accuracy = 0.0;
        if (learner_ == Learner::curve) {
            words = setting_->wordsOf(level);
            accuracy = setting_->curve().at(words) +
                       setting_->values.real("curve_noise") * noise_.normal();
        }
        const auto folds = static_cast<double>(readers_.size());
        for (Reader& reader : readers_) {
            if (stop.stopRequested())
                return StepStatus::interrupted;
            accuracy += reader.readTo(setting_->wordsOf(level)) / folds;
            words += static_cast<double>(reader.words) / folds;
        }
        if (history_)
            history_->add(readers_.front().tags);
        measured_.push_back(accuracy);
        trace_.add(words, dipped(level));
        refresh();
        return level < setting_->levels ? StepStatus::running : StepStatus::finished;
    }

    void measure(std::span<double> metrics) override { setting_->traceRow.fill(state_, metrics); }

    void conclude(std::span<double> finals) override {
        Finals found = finalsOf(trace_, measured_, *setting_);
        if (learner_ == Learner::curve)
            judgeByTheTruth(found);
        setting_->finalRow.fill(found, finals);
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name == "shown_sentence") {
            shownSentence_ = std::get<std::int64_t>(value);
        } else if (name == "dip_words") {
            dipWords_ = std::get<double>(value);
        } else if (name == "dip_accuracy") {
            if (dipWords_ > 0.0)
                addDip(levelAt(dipWords_), std::get<double>(value));
            dipWords_ = 0.0;
        } else {
            LearningTrace::Options options = trace_.options();
            if (name == "verticality")
                options.verticality = std::get<double>(value);
            else if (name == "slowdown")
                options.slowdown = std::get<double>(value);
            else if (name == "look_ahead")
                options.lookAhead = static_cast<std::size_t>(std::get<std::int64_t>(value));
            else if (name == "threshold")
                options.threshold = std::get<double>(value);
            else if (name == "anchor")
                options.anchoring = traitsOf(anchorChoices, std::get<std::string>(value)).anchoring;
            else if (name == "anchor_weight")
                options.anchorWeight = std::get<double>(value);
            trace_.setOptions(options);
            refresh();
        }
    }

    void draw(const Recording&, FrameMap& frames) const override {
        if (plan_.replicate > 0)
            return;
        const double end = setting_->wordsOf(setting_->levels);
        drawTraceFrames(trace_, end, frames);
        if (history_)
            drawTaggingFrames({.text = setting_->text,
                               .test = readers_.front().task->test,
                               .tags = readers_.front().tags,
                               .history = *history_,
                               .trace = trace_,
                               .sentence = static_cast<std::size_t>(shownSentence_)},
                              frames);
    }

private:
    /// What is taken from an observation, and what a person has it read.
    struct Dip {
        double by = 0.0;
        std::optional<double> to;
    };

    void drawDips() {
        constexpr std::uint64_t firstLevel = 20;
        const auto wanted = static_cast<std::size_t>(setting_->values.integer("distortion"));
        if (wanted == 0 || setting_->levels < firstLevel)
            return;
        RandomStream stream(
            {.seed = setting_->seed, .purpose = "dips", .replicate = plan_.replicate});
        const std::size_t places = setting_->levels - firstLevel + 1;
        for (const std::uint32_t place : stream.choice(places, std::min(wanted, places)))
            dips_[firstLevel - 1 + place].by = stream.uniform(0.5, 1.5);
    }

    /// The index of the level nearest to so many words.
    [[nodiscard]] std::size_t levelAt(double words) const {
        const double step = static_cast<double>(setting_->values.integer("step"));
        const double at = std::round((words - setting_->wordsOf(1)) / step);
        return static_cast<std::size_t>(
            std::clamp(at, 0.0, static_cast<double>(setting_->levels - 1)));
    }

    /// What the trends see of a level.
    [[nodiscard]] double dipped(std::size_t level) const {
        constexpr double near = 0.1, usual = 1.0;
        const Dip& dip = dips_[level - 1];
        const double observed = measured_[level - 1] - dip.by;
        if (!dip.to)
            return observed;
        return *dip.to < observed - near ? *dip.to : observed - usual;
    }

    void addDip(std::size_t index, double accuracy) {
        dips_[index].to = accuracy;
        if (index < trace_.levels()) {
            trace_.distort(index + 1, dipped(index + 1));
            refresh();
        }
    }

    void refresh() {
        const std::size_t level = trace_.levels();
        state_.threshold = trace_.options().threshold;
        if (level == 0)
            return;
        const double end = setting_->wordsOf(setting_->levels);
        const LearningTrend& trend = trace_.trend(level);
        const LearningTrend& anchored = trace_.anchored(level);
        const auto of = [](const LearningTrend& which, double value) {
            return which.valid() ? value : notApplicable;
        };
        state_.words = trace_.words().back();
        state_.accuracy = trace_.accuracies().back();
        state_.asymptote = of(trend, trend.asymptote);
        state_.exponent = of(trend, trend.exponent);
        state_.layer = of(trend, trace_.layer(level));
        state_.predicted = of(trend, trend.at(end));
        state_.anchoredAsymptote = of(anchored, anchored.asymptote);
        state_.anchoredLayer = of(anchored, trace_.anchoredLayer(level));
        state_.anchoredPredicted = of(anchored, anchored.at(end));
    }

    void judgeByTheTruth(Finals& found) const {
        const LearningTrend truth = setting_->curve();
        found.predictedSpread = statistics::asymptoteSpread(truth, trace_.words(),
                                                            setting_->values.real("curve_noise"));
        constexpr std::size_t early = 10;
        if (trace_.levels() >= early)
            found.earlyAsymptote = trace_.trend(early).asymptote;
        if (trace_.levels() >= LearningTrace::firstLevel) {
            const LearningTrend& last = trace_.trend(trace_.levels());
            found.recoveryError = std::max(std::abs(last.asymptote - truth.asymptote),
                                           std::abs(last.exponent - truth.exponent));
        }
    }

    std::shared_ptr<const Setting> setting_;
    Learner learner_;
    TrialPlan plan_;
    RandomStream noise_;
    std::vector<Reader> readers_; ///< one a fold
    LearningTrace trace_;
    std::vector<double> measured_; ///< without dips
    std::vector<Dip> dips_;        ///< of each level to come, too
    double dipWords_ = 0.0;        ///< of a dip of which the depth is to come
    std::optional<TagHistory> history_;
    std::int64_t shownSentence_;
    State state_;
};

/// Sum of |α_{ℓ+1} − α_ℓ| from a level on.
double variationOf(const LearningTrace& trace, std::size_t from,
                   const LearningTrend& (LearningTrace::*trend)(std::size_t) const) {
    double sum = 0.0;
    for (std::size_t l = from; l < trace.levels(); ++l)
        sum += std::abs((trace.*trend)(l + 1).asymptote - (trace.*trend)(l).asymptote);
    return sum;
}

/// The mean over the levels after C of |A(x) − A_C(x)|/A(x), in percent.
double meanErrorOf(const LearningTrend& trend, const LearningTrace& trace,
                   std::span<const double> measured, std::size_t after) {
    double sum = 0.0;
    for (std::size_t l = after + 1; l <= trace.levels(); ++l)
        sum += std::abs(trend.at(trace.words()[l - 1]) / measured[l - 1] - 1.0);
    constexpr double percent = 100.0;
    return after < trace.levels() ? percent * sum / static_cast<double>(trace.levels() - after)
                                  : notApplicable;
}

} // namespace

Finals finalsOf(const LearningTrace& trace, std::span<const double> measured,
                const Setting& setting) {
    Finals found;
    const std::size_t levels = trace.levels();
    if (levels < LearningTrace::firstLevel)
        return found;
    constexpr double farBeyond = 100.0;
    const double end = trace.words().back();
    const LearningTrend& last = trace.trend(levels);
    // What stands for the limit is a trend, also where another pattern is believed.
    const LearningTrend limit =
        trace.options().pattern == LearningTrace::Pattern::power
            ? last
            : statistics::TrendFitter(levels).fit(trace.words(), trace.accuracies());
    found.accuracy = measured.back();
    found.asymptote = last.asymptote;
    found.exponent = last.exponent;
    const auto& reference = trace.reference();
    if (reference.prediction) {
        double falling = 0.0;
        for (std::size_t l = *reference.prediction; l < levels; ++l)
            falling += trace.trend(l + 1).asymptote <= trace.trend(l).asymptote ? 1.0 : 0.0;
        if (*reference.prediction < levels)
            found.fallingShare = falling / static_cast<double>(levels - *reference.prediction);
    }
    if (reference.working) {
        found.variation = variationOf(trace, *reference.working, &LearningTrace::trend);
        if (trace.anchored(levels).valid())
            found.anchoredVariation =
                variationOf(trace, *reference.working, &LearningTrace::anchored);
    }
    if (reference.convergence) {
        const std::size_t at = *reference.convergence;
        found.predicted = trace.trend(at);
        const double words = trace.words()[at - 1], value = measured[at - 1];
        found.convergenceLevel = static_cast<double>(at);
        found.knownLevel = static_cast<double>(*reference.known);
        found.knownWords = trace.words()[*reference.known - 1];
        found.knownShare = found.knownWords / end;
        found.proximity = statistics::largestGap(found.predicted, limit, words, farBeyond * end);
        found.meanError = meanErrorOf(found.predicted, trace, measured, at);
        found.lastMeanError = meanErrorOf({.asymptote = value}, trace, measured, at);
        found.finalError = found.predicted.at(end) - measured.back();
    }
    if (const auto at = trace.ofAnchored().convergence) {
        found.anchoredProximity = statistics::largestGap(
            trace.anchored(*at), trace.anchored(levels), trace.words()[*at - 1], farBeyond * end);
        found.anchoredFinalError = trace.anchored(*at).at(end) - measured.back();
    }
    const auto fixed = static_cast<std::size_t>(setting.values.integer("fixed_level"));
    if (fixed >= LearningTrace::firstLevel && fixed < levels) {
        found.fixedError = std::abs(trace.trend(fixed).at(end) - measured.back());
        found.fixedLastError = std::abs(measured[fixed - 1] - measured.back());
    }
    return found;
}

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<CurveSolver>(std::move(setting), plan);
}

} // namespace convergence::learning_curve
