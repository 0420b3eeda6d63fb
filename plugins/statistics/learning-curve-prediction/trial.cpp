// One learner, a level at a time.

#include "plugins/statistics/learning-curve-prediction/trial.h"

#include <algorithm>
#include <cmath>

#include "core/math/random.h"
#include "plugins/statistics/learning-curve-prediction/frames.h"

namespace convergence::learning_curve {

using language::TaggingTask;

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

} // namespace

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<CurveSolver>(std::move(setting), plan);
}

} // namespace convergence::learning_curve
