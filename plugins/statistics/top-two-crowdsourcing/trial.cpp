// One method under way on one crowd, and the crowds.

#include "plugins/statistics/top-two-crowdsourcing/trial.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/data/fashion_mnist.h"
#include "core/error.h"
#include "core/memory.h"
#include "core/statistics/dawid_skene.h"
#include "core/statistics/soft_labels.h"
#include "core/statistics/weak_image_crowd.h"
#include "core/statistics/worker_skills.h"
#include "plugins/statistics/top-two-crowdsourcing/experiment.h"
#include "plugins/statistics/top-two-crowdsourcing/frames.h"

namespace convergence::top_two {

using Eigen::VectorXd;

const Columns<State>& traceTable() {
    static const Columns<State> table{
        {"pair_error", "wrong pairs", [](const State& s) { return s.pairError; }},
        {"first_error", "wrong first answers", [](const State& s) { return s.firstError; }},
        {"second_error", "wrong second answers", [](const State& s) { return s.secondError; }},
        {"reliability_error", "mean |p̂ − p|", [](const State& s) { return s.reliabilityError; }},
        {"clarity_error", "mean |q̂ − q|", [](const State& s) { return s.clarityError; }}};
    return table;
}

const Columns<State>& finalTable() {
    static const Columns<State> table{
        {"pair_error", "wrong pairs", [](const State& s) { return s.pairError; }},
        {"first_error", "wrong first answers", [](const State& s) { return s.firstError; }},
        {"second_error", "wrong second answers", [](const State& s) { return s.secondError; }},
        {"reliability_error", "mean |p̂ − p|", [](const State& s) { return s.reliabilityError; }},
        {"clarity_error", "mean |q̂ − q|", [](const State& s) { return s.clarityError; }},
        {"clarity_deviation", "root mean square of q̂ − q",
         [](const State& s) { return s.clarityDeviation; }},
        {"rank_correlation", "rank correlation of q̂ and q",
         [](const State& s) { return s.rankCorrelation; }},
        {"hard_error", "wrong first answers, quarter of least q̂",
         [](const State& s) { return s.hardError; }},
        {"clear_error", "wrong first answers, quarter of greatest q̂",
         [](const State& s) { return s.clearError; }},
        {"bound", "bound on wrong pairs", [](const State& s) { return s.bound; }},
        {"answers_per_task", "answers per task", [](const State& s) { return s.answersPerTask; }},
        {"silent_workers", "workers without an answer",
         [](const State& s) { return s.silentWorkers; }},
        {"silent_tasks", "tasks without an answer", [](const State& s) { return s.silentTasks; }},
        {"sign_is_unclear", "sign of u unclear", [](const State& s) { return s.signIsUnclear; }},
        {"hard_accuracy", "accuracy, trained on first answers",
         [](const State& s) { return s.hardAccuracy; }},
        {"pair_accuracy", "accuracy, trained on both answers",
         [](const State& s) { return s.pairAccuracy; }},
        {"vote_accuracy", "accuracy, trained on shares of votes",
         [](const State& s) { return s.voteAccuracy; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"sampling", "share of answered pairs s"}},
            .finals = finalTable().patterns(),
            .frames = {"answers", "delta", "found", "votes", "pairs", "picture", "task", "hardest",
                       "reliability", "clarity"}};
}

// ---- Crowds --------------------------------------------------------------------------------

statistics::TopTwoDesign designOf(const ParameterValues& values) {
    const ScenarioChoice& scenario = traitsOf(scenarioChoices, values.text("scenario"));
    const auto or_ = [&](const char* name, double usual) {
        return values.isKeyword(name) ? usual : values.real(name);
    };
    const Index workers = values.integer("workers");
    const double share = or_("expert_share", scenario.expertShare);
    return {.workers = workers,
            .tasks = values.integer("tasks"),
            .choices = values.integer("choices"),
            .reliability = {or_("reliability_low", scenario.reliability.low),
                            or_("reliability_high", scenario.reliability.high)},
            .clarity = {or_("clarity_low", scenario.clarity.low),
                        or_("clarity_high", scenario.clarity.high)},
            .experts = std::llround(share * static_cast<double>(workers)),
            .expertReliability = expertReliability};
}

namespace {

std::optional<ImageDataset> imagesFor(const ScenarioChoice& scenario,
                                      const ParameterValues& values) {
    if (scenario.source != Source::pictures)
        return std::nullopt;
    ImageDataset images = findFashionMnist(values.text("data_folder"));
    if (const Index most = statistics::mostPictureTasks(images.train);
        values.integer("tasks") > most)
        throw InputError(fmt::format("Parameter 'tasks': {} is not accepted with {} pictures, of "
                                     "which a sixth are tasks; expected at most {}.",
                                     values.integer("tasks"), images.train.count(), most));
    return images;
}

std::optional<CrowdAnswers> fileFor(const ScenarioChoice& scenario, const ParameterValues& values) {
    if (scenario.source != Source::file)
        return std::nullopt;
    CrowdAnswers crowd = readCrowdAnswers(
        {.answers = values.text("answers_file"),
         .truth = values.text("truth_file"),
         .second = values.text("second_file"),
         .order = traitsOf(orderChoices, values.text("file_order")).order,
         .first = traitsOf(firstNumberChoices, values.text("first_number")).first});
    if (crowd.choices < 3)
        throw InputError(fmt::format("The file {} has {} choices; expected at least 3: with two "
                                     "every answer is one of the pair.",
                                     values.text("answers_file"), crowd.choices));
    const auto n = static_cast<double>(crowd.workers()), m = static_cast<double>(crowd.tasks());
    const auto K = static_cast<double>(crowd.choices);
    if (n > mostWorkers || n * n * m > mostWork || n * K * K > mostConfusions)
        throw InputError(fmt::format("The file {} has {} workers, {} tasks and {} choices; "
                                     "expected at most {} workers, workers² · tasks up to {:.0e} "
                                     "and workers · choices² up to {:.0e}, since every two workers "
                                     "are compared.",
                                     values.text("answers_file"), crowd.workers(), crowd.tasks(),
                                     crowd.choices, mostWorkers, mostWork, mostConfusions));
    requireMemory(bytesOfCrowds(values, {.workers = n,
                                         .tasks = m,
                                         .answers = static_cast<double>(crowd.answers.size())}),
                  fmt::format("A crowd of {} workers and {} tasks at these shares", crowd.workers(),
                              crowd.tasks()),
                  "use fewer repetitions, shares or methods");
    return crowd;
}

} // namespace

double bytesOfCrowds(const ParameterValues& values, const CrowdSize& size) {
    constexpr double bytesOfAnswer = 8.0, bytesOfTask = 200.0, bytesOfPair = 40.0;
    double shares = 1.0; // the whole crowd, and what was asked of it
    for (const double share : values.numbers("sampling"))
        shares += share;
    const auto trials =
        static_cast<double>(values.numbers("sampling").size() * values.choices("arms").size());
    return static_cast<double>(values.integer("repetitions")) *
           (shares * bytesOfAnswer * size.answers +
            trials * (bytesOfTask * size.tasks + bytesOfPair * size.workers * size.workers));
}

Setting::Setting(const ParameterValues& given)
    : values(given), scenario(traitsOf(scenarioChoices, given.text("scenario"))),
      seed(static_cast<std::uint64_t>(given.integer("seed"))), images(imagesFor(scenario, given)),
      file(fileFor(scenario, given)), traceRow(traceTable().at(parameters(), given)),
      finalRow(finalTable().at(parameters(), given)), choices_(given.integer("choices")) {
    constexpr Index classes = 10;
    if (images)
        choices_ = classes;
    if (file)
        choices_ = static_cast<Index>(file->choices);
}

std::int64_t Setting::roundsOf(const MethodArm& arm) const {
    switch (arm.roundsFrom) {
    case Rounds::chosen:
        return values.integer("em_rounds");
    case Rounds::choices: // a cut each, and stage 2
        return choices() - (arm.stages == statistics::TopTwo::Stages::two ? 0 : 1);
    case Rounds::fixed:
        break;
    }
    return arm.rounds;
}

std::uint32_t Setting::numberOf(std::uint32_t task) const {
    return file ? file->taskNumbers[task] : task + 1;
}

std::shared_ptr<const Crowd> Setting::crowd(std::uint64_t replicate) const {
    return crowds_.get(replicate, [&] { return draw(replicate); });
}

std::shared_ptr<const Asked> Setting::asked(std::uint64_t replicate, double share) const {
    return asked_.get({replicate, share}, [&] { return ask(replicate, share); });
}

std::shared_ptr<const Crowd> Setting::draw(std::uint64_t replicate) const {
    std::shared_ptr<Crowd> crowd;
    if (file) {
        crowd = std::make_shared<Crowd>(
            Crowd{CrowdTable(*file), {file->truth, file->second}, {}, {}, {}});
    } else if (images) {
        auto weak = statistics::drawWeakCrowd(
            images->train, {.workers = values.integer("workers"), .tasks = values.integer("tasks")},
            seed, replicate);
        crowd = std::make_shared<Crowd>(Crowd{std::move(weak.answers), {}, {}, {}, weak.pictures});
        for (const std::uint32_t picture : crowd->pictures) {
            crowd->known.first.emplace_back(images->train.labels[picture]);
            crowd->known.second.emplace_back(std::nullopt);
        }
    } else {
        const auto model = statistics::drawCrowd(designOf(values), seed, replicate);
        crowd = std::make_shared<Crowd>(Crowd{statistics::drawAnswers(model, seed, replicate),
                                              statistics::knownAnswers(model.truth),
                                              model.reliability,
                                              model.clarity,
                                              {}});
    }
    switch (traitsOf(dealingChoices, values.text("dealing")).dealt) {
    case Dealt::amongWorkers:
        crowd->answers = statistics::dealtAmongWorkers(crowd->answers, {seed, "dealt", replicate});
        break;
    case Dealt::amongTasks:
        crowd->answers = statistics::dealtAmongTasks(crowd->answers, {seed, "dealt", replicate});
        break;
    case Dealt::asGiven:
        break;
    }
    return crowd;
}

std::shared_ptr<const Asked> Setting::ask(std::uint64_t replicate, double share) const {
    const auto crowd = this->crowd(replicate);
    auto answered = statistics::withoutSilent(
        statistics::sampled(crowd->answers, share, {seed, "asked", replicate}));
    auto asked = std::make_shared<Asked>();
    asked->silentWorkers = static_cast<double>(crowd->answers.workers() - answered.table.workers());
    asked->silentTasks = static_cast<double>(crowd->answers.tasks() - answered.table.tasks());
    asked->table = std::make_shared<const CrowdTable>(std::move(answered.table));
    for (const std::uint32_t task : answered.tasks) {
        asked->known.first.push_back(crowd->known.first[task]);
        asked->known.second.push_back(crowd->known.second[task]);
        if (!crowd->pictures.empty())
            asked->pictures.push_back(crowd->pictures[task]);
    }
    const auto only = [](const VectorXd& all, const std::vector<std::uint32_t>& which) {
        return all.size() == 0 ? all : VectorXd(all(which));
    };
    asked->reliability = only(crowd->reliability, answered.workers);
    asked->clarity = only(crowd->clarity, answered.tasks);
    asked->tasks = std::move(answered.tasks);
    if (values.boolean("split")) {
        auto halves = statistics::halved(*asked->table, {seed, "halves", replicate});
        asked->stageOne = std::make_shared<const CrowdTable>(std::move(halves.first));
        asked->stageTwo = std::make_shared<const CrowdTable>(std::move(halves.second));
    }
    return asked;
}

// ---- The solver ----------------------------------------------------------------------------

namespace {

std::unique_ptr<statistics::CrowdMethod> makeMethod(const Setting& setting, const Asked& asked,
                                                    const MethodArm& arm, std::uint64_t replicate) {
    switch (arm.method) {
    case Method::topTwo:
        return std::make_unique<statistics::TopTwo>(
            asked.stageOne ? asked.stageOne : asked.table,
            statistics::TopTwo::Options{
                arm.stages, traitsOf(skillsChoices, setting.values.text("stage_two_skills")).taken,
                asked.stageTwo});
    case Method::oracle:
        return statistics::pairOracle(asked.table, asked.reliability, asked.clarity);
    case Method::majority:
        return statistics::majorityVote(asked.table);
    case Method::dawidSkene:
        return std::make_unique<statistics::DawidSkene>(asked.table);
    case Method::projected:
        return statistics::projectedSkills(asked.table, stepsPerRound);
    case Method::robust:
        return statistics::robustSkills(asked.table, setting.seed + replicate);
    }
    throw std::logic_error("this method is not made");
}

class CrowdSolver final : public Solver {
public:
    CrowdSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), arm_(traitsOf(methodArms, plan.arm)), plan_(plan),
          asked_(setting_->asked(plan.replicate, plan.factors.at("sampling"))),
          method_(makeMethod(*setting_, *asked_, arm_, plan.replicate)),
          shownTask_(setting_->values.integer("shown_task")),
          shownShare_(setting_->values.real("shown_share")) {}

    StepStatus step(const StopToken&) override {
        return method_->advance() ? StepStatus::running : StepStatus::finished;
    }

    void measure(std::span<double> metrics) override {
        refresh();
        setting_->traceRow.fill(state_, metrics);
    }

    void conclude(std::span<double> finals) override {
        refresh();
        concludeClarity();
        const CrowdTable& table = *asked_->table;
        state_.answersPerTask =
            static_cast<double>(table.count()) / static_cast<double>(table.tasks());
        state_.silentWorkers = asked_->silentWorkers;
        state_.silentTasks = asked_->silentTasks;
        if (arm_.method == Method::oracle)
            state_.bound = bound();
        if (setting_->images && setting_->values.boolean("train_classifier") &&
            arm_.roundsFrom == Rounds::choices && arm_.stages == statistics::TopTwo::Stages::two)
            train();
        if (const auto* topTwo = dynamic_cast<const statistics::TopTwo*>(method_.get()))
            state_.signIsUnclear = topTwo->signIsUnclear() ? 1.0 : 0.0;
        setting_->finalRow.fill(state_, finals);
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name == "shown_task")
            shownTask_ = std::get<std::int64_t>(value);
        else if (name == "shown_share")
            shownShare_ = std::get<double>(value);
    }

    void draw(const Recording&, FrameMap& frames) const override {
        if (plan_.replicate == 0 && isShown())
            drawCrowdFrames({*setting_, *asked_, *method_, shownTask_}, frames);
    }

private:
    /// Of the shares in the list the trial's is the nearest to the one that is to be seen.
    [[nodiscard]] bool isShown() const {
        const auto& shares = setting_->values.numbers("sampling");
        const double nearest = *std::ranges::min_element(
            shares, {}, [this](double share) { return std::abs(share - shownShare_); });
        return plan_.factors.at("sampling") == nearest;
    }
    void refresh() {
        const statistics::CrowdEstimate& found = method_->estimate();
        const auto errors = statistics::answerErrors(found.pairs, asked_->known);
        state_.firstError = errors.first.value_or(notApplicable);
        state_.secondError = errors.second.value_or(notApplicable);
        state_.pairError = errors.pair.value_or(notApplicable);
        if (found.reliability.size() > 0 && asked_->reliability.size() > 0)
            state_.reliabilityError =
                statistics::deviation(found.reliability, asked_->reliability).mean;
        if (found.clarity.size() > 0 && asked_->clarity.size() > 0)
            state_.clarityError = statistics::deviation(found.clarity, asked_->clarity).mean;
    }

    /// How well the method tells hard tasks: by its q̂, or by the share that the first of its two
    /// answers has of their scores, where these are votes.
    void concludeClarity() {
        const statistics::CrowdEstimate& found = method_->estimate();
        const auto clarity = clarityOf(*asked_, *method_);
        if (clarity.size() == 0)
            return;
        if (const auto quarters = statistics::quarterErrors(found.pairs, asked_->known, clarity)) {
            state_.hardError = quarters->least;
            state_.clearError = quarters->greatest;
        }
        if (asked_->clarity.size() == 0)
            return;
        state_.rankCorrelation =
            statistics::rankCorrelation(clarity, asked_->clarity).value_or(notApplicable);
        if (found.clarity.size() > 0)
            state_.clarityDeviation =
                statistics::deviation(found.clarity, asked_->clarity).rootMeanSquare;
    }

    void train() {
        const ImageDataset& images = *setting_->images;
        const Eigen::MatrixXf inputs = images.train.images(Eigen::all, asked_->pictures);
        const auto accuracy = [&](const Eigen::MatrixXf& targets) {
            return statistics::SoftmaxRegression(inputs, targets,
                                                 {.seed = setting_->seed + plan_.replicate})
                .accuracy(images.test.images, images.test.labels);
        };
        const statistics::CrowdEstimate& found = method_->estimate();
        state_.hardAccuracy = accuracy(statistics::hardTargets(found, setting_->choices()));
        state_.pairAccuracy = accuracy(statistics::pairTargets(found, setting_->choices()));
        state_.voteAccuracy = accuracy(statistics::voteTargets(*asked_->table));
    }

    /// Of who knows all p and q, over the tasks; where many have the same q it is computed once.
    [[nodiscard]] double bound() const {
        const auto crowd = setting_->crowd(plan_.replicate);
        const double share = plan_.factors.at("sampling");
        double sum = 0.0, q = 0.0, ofTask = 0.0;
        for (const double clarity : crowd->clarity) {
            if (clarity != q)
                ofTask = statistics::pairErrorBound(crowd->reliability, clarity,
                                                    setting_->choices(), share);
            q = clarity;
            sum += ofTask;
        }
        return sum / static_cast<double>(crowd->clarity.size());
    }

    std::shared_ptr<const Setting> setting_;
    const MethodArm& arm_;
    TrialPlan plan_;
    std::shared_ptr<const Asked> asked_;
    std::unique_ptr<statistics::CrowdMethod> method_;
    std::int64_t shownTask_;
    double shownShare_;
    State state_;
};

} // namespace

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<CrowdSolver>(std::move(setting), plan);
}

} // namespace convergence::top_two
