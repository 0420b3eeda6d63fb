// Pictures of a crowd as a method sees it.

#include "plugins/statistics/top-two-crowdsourcing/frames.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include <fmt/format.h>

namespace convergence::top_two {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using statistics::CrowdEstimate;

VectorXd clarityOf(const Asked& asked, statistics::CrowdMethod& method) {
    const CrowdEstimate& found = method.estimate();
    if (found.clarity.size() > 0)
        return found.clarity;
    const VectorXd ones = VectorXd::Ones(asked.table->workers());
    VectorXd clarity(asked.table->tasks());
    for (Index j = 0; j < clarity.size(); ++j) {
        const VectorXd count = statistics::votes(*asked.table, j, ones);
        const AnswerPair& pair = found.pairs[static_cast<std::size_t>(j)];
        const double both = count[pair.first] + count[pair.second];
        clarity[j] = both > 0.0 ? count[pair.first] / both : 0.5;
    }
    return clarity;
}

VectorXd skillOf(const Asked& asked, statistics::CrowdMethod& method) {
    const CrowdEstimate& found = method.estimate();
    if (found.reliability.size() > 0)
        return found.reliability;
    VectorXd hits = VectorXd::Zero(asked.table->workers()), answers = hits;
    for (Index j = 0; j < asked.table->tasks(); ++j)
        for (const auto& answer : asked.table->of(j)) {
            const AnswerPair& pair = found.pairs[static_cast<std::size_t>(j)];
            answers[answer.worker] += 1.0;
            hits[answer.worker] += answer.choice == pair.first || answer.choice == pair.second;
        }
    return hits.cwiseQuotient(answers.cwiseMax(1.0));
}

namespace {

constexpr std::size_t mostRows = 200, mostColumns = 400, deltaTasks = 60, listed = 30;

/// Indices by rising value.
std::vector<Index> byRising(const VectorXd& value) {
    std::vector<Index> order(static_cast<std::size_t>(value.size()));
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](Index a, Index b) { return value[a] < value[b]; });
    return order;
}

/// At most so many, evenly picked, the first and the last among them.
std::vector<Index> thinned(const std::vector<Index>& all, std::size_t most) {
    if (all.size() <= most)
        return all;
    std::vector<Index> some;
    for (std::size_t i = 0; i < most; ++i)
        some.push_back(all[i * (all.size() - 1) / (most - 1)]);
    return some;
}

/// What a method says, and the order in which it sees workers and tasks.
struct Seen {
    explicit Seen(const Shown& of)
        : shown(of), table(*of.asked.table), found(of.method.estimate()),
          skill(skillOf(of.asked, of.method)), clarity(clarityOf(of.asked, of.method)),
          tasks(byRising(unclipped())) {}

    [[nodiscard]] const AnswerPair& pair(Index task) const {
        return found.pairs[static_cast<std::size_t>(task)];
    }
    /// In the order of the clarity, and of those that are clipped to one value, too.
    [[nodiscard]] VectorXd unclipped() const {
        if (const auto* topTwo = dynamic_cast<const statistics::TopTwo*>(&shown.method))
            return -topTwo->delta().colwise().minCoeff().transpose();
        return clarity;
    }
    [[nodiscard]] std::string taskName(Index task) const {
        return std::to_string(
            shown.setting.numberOf(shown.asked.tasks[static_cast<std::size_t>(task)]));
    }
    [[nodiscard]] std::string choiceName(Index choice) const {
        static constexpr const char* clothes[] = {"T-shirt", "trouser", "pullover", "dress",
                                                  "coat",    "sandal",  "shirt",    "sneaker",
                                                  "bag",     "boot"};
        const Setting& setting = shown.setting;
        if (setting.images && !setting.images->standIn &&
            setting.values.text("data_folder").empty())
            return clothes[choice];
        // As files and the paper count.
        return std::to_string(choice + (setting.file ? static_cast<Index>(firstOfFile()) : 1));
    }
    [[nodiscard]] std::uint32_t firstOfFile() const {
        return traitsOf(firstNumberChoices, shown.setting.values.text("first_number")).first;
    }
    [[nodiscard]] std::string truthOf(Index task) const {
        const auto& known = shown.asked.known;
        const auto& first = known.first[static_cast<std::size_t>(task)];
        const auto& second = known.second[static_cast<std::size_t>(task)];
        if (!first)
            return "not known";
        return second ? fmt::format("{}, then {}", choiceName(*first), choiceName(*second))
                      : choiceName(*first);
    }
    /// Of the parameter: 0 is the hardest, j the task of that number, or the next one that was
    /// answered.
    [[nodiscard]] Index underTheLoupe() const {
        const auto& answered = shown.asked.tasks;
        const auto at = std::ranges::lower_bound(answered, shown.task, {}, [&](std::uint32_t task) {
            return std::int64_t{shown.setting.numberOf(task)};
        });
        if (shown.task > 0 && at != answered.end())
            return at - answered.begin();
        return tasks.front();
    }

    const Shown& shown;
    const CrowdTable& table;
    const CrowdEstimate& found;
    VectorXd skill, clarity;
    std::vector<Index> tasks; ///< the hardest first
};

// ---- The crowd -----------------------------------------------------------------------------

/// Workers by falling skill, tasks by falling clarity; 2 where an answer is the first of the pair
/// that was found, 1 where it is the second, 0 for any other, nothing where none was asked.
MatrixFrame answersOf(const Seen& seen) {
    std::vector<Index> workers = byRising(seen.skill);
    std::reverse(workers.begin(), workers.end());
    workers = thinned(workers, mostRows);
    std::vector<Index> tasks(seen.tasks.rbegin(), seen.tasks.rend());
    tasks = thinned(tasks, mostColumns);
    std::vector<std::size_t> rowOf(static_cast<std::size_t>(seen.table.workers()), mostRows);
    MatrixFrame frame{.title = "answers: 2 the first found, 1 the second, 0 another",
                      .rows = workers.size(),
                      .columns = tasks.size(),
                      .values = std::vector<float>(workers.size() * tasks.size(),
                                                   std::numeric_limits<float>::quiet_NaN())};
    for (std::size_t row = 0; row < workers.size(); ++row) {
        rowOf[static_cast<std::size_t>(workers[row])] = row;
        frame.rowLabels.push_back(fmt::format("{:.2f}", seen.skill[workers[row]]));
    }
    for (std::size_t column = 0; column < tasks.size(); ++column) {
        frame.columnLabels.push_back(fmt::format("{:.2f}", seen.clarity[tasks[column]]));
        const AnswerPair& pair = seen.pair(tasks[column]);
        for (const auto& answer : seen.table.of(tasks[column]))
            if (const std::size_t row = rowOf[answer.worker]; row < mostRows)
                frame.values[row * tasks.size() + column] = answer.choice == pair.first    ? 2.0F
                                                            : answer.choice == pair.second ? 1.0F
                                                                                           : 0.0F;
    }
    return frame;
}

/// Δ of some tasks, the hardest first, and below it the two that were found.
void drawDelta(const Seen& seen, const MatrixXd& delta, FrameMap& frames) {
    const std::vector<Index> tasks = thinned(seen.tasks, deltaTasks);
    const auto K = static_cast<std::size_t>(seen.table.choices());
    MatrixFrame frame{.title = "Δ", .rows = K, .columns = tasks.size(), .symmetricScale = true};
    MatrixFrame pairs{
        .title = "2 the first found, 1 the second", .rows = K, .columns = tasks.size()};
    for (std::size_t k = 0; k < K; ++k) {
        frame.rowLabels.push_back(seen.choiceName(static_cast<Index>(k)));
        for (const Index task : tasks) {
            const AnswerPair& pair = seen.pair(task);
            frame.values.push_back(static_cast<float>(delta(static_cast<Index>(k), task)));
            pairs.values.push_back(pair.first == k ? 2.0F : pair.second == k ? 1.0F : 0.0F);
        }
    }
    for (const Index task : tasks)
        frame.columnLabels.push_back(seen.taskName(task));
    pairs.rowLabels = frame.rowLabels;
    pairs.columnLabels = frame.columnLabels;
    frames["delta"] = std::move(frame);
    frames["found"] = std::move(pairs);
}

TableFrame hardestOf(const Seen& seen) {
    TableFrame table{.rowTitle = "task"};
    TableFrame::Column clarity{.label = "clarity", .hasBars = true, .digits = 3};
    TableFrame::Column truth{.label = "true q", .digits = 3}, answers{.label = "answers"};
    TableFrame::Column found{.label = "found"}, known{.label = "truth"};
    for (std::size_t i = 0; i < std::min(listed, seen.tasks.size()); ++i) {
        const Index task = seen.tasks[i];
        const AnswerPair& pair = seen.pair(task);
        table.rows.push_back(seen.taskName(task));
        clarity.values.push_back(seen.clarity[task]);
        truth.values.push_back(seen.shown.asked.clarity.size() > 0 ? seen.shown.asked.clarity[task]
                                                                   : notApplicable);
        answers.values.push_back(static_cast<double>(seen.table.of(task).size()));
        found.texts.push_back(
            fmt::format("{}, then {}", seen.choiceName(pair.first), seen.choiceName(pair.second)));
        known.texts.push_back(seen.truthOf(task));
    }
    table.columns = {std::move(clarity), std::move(truth), std::move(answers), std::move(found),
                     std::move(known)};
    return table;
}

/// An estimate against the truth, with the line on which they agree.
PointsFrame scatter(const VectorXd& truth, const VectorXd& estimate, double from) {
    PointsFrame frame;
    constexpr int marks = 120;
    frame.behind.label = "estimate = truth";
    for (int i = 0; i <= marks; ++i) {
        const double at = from + (1.0 - from) * i / marks;
        frame.behind.x.push_back(static_cast<float>(at));
        frame.behind.y.push_back(static_cast<float>(at));
    }
    for (Index i = 0; i < truth.size(); ++i) {
        frame.x.push_back(static_cast<float>(truth[i]));
        frame.y.push_back(static_cast<float>(estimate[i]));
    }
    return frame;
}

void drawScatters(const Seen& seen, FrameMap& frames) {
    const Asked& asked = seen.shown.asked;
    if (asked.reliability.size() == 0)
        return;
    PointsFrame workers = scatter(asked.reliability, seen.skill, 0.0);
    workers.label = "workers";
    frames["reliability"] = std::move(workers);
    PointsFrame tasks = scatter(asked.clarity, seen.clarity, 0.5);
    tasks.classLabels = {"pair found", "first alone", "first wrong"};
    for (Index j = 0; j < asked.clarity.size(); ++j) {
        const auto& first = asked.known.first[static_cast<std::size_t>(j)];
        const auto& second = asked.known.second[static_cast<std::size_t>(j)];
        const AnswerPair& pair = seen.pair(j);
        tasks.classes.push_back(pair.first != first ? 2 : pair.second != second ? 1 : 0);
        tasks.names.push_back("task " + seen.taskName(j));
    }
    frames["clarity"] = std::move(tasks);
}

// ---- One task ------------------------------------------------------------------------------

/// Skills for the likelihood of pairs: those of the method, below 1.
VectorXd usableSkill(const VectorXd& skill) {
    return skill.cwiseMax(0.001).cwiseMin(0.999);
}

BarsFrame votesOf(const Seen& seen, Index task) {
    const VectorXd count =
        statistics::votes(seen.table, task, VectorXd::Ones(seen.table.workers()));
    VectorXd weighted = statistics::votes(seen.table, task, seen.skill);
    if (weighted.sum() > 0.0)
        weighted *= count.sum() / weighted.sum();
    BarsFrame bars;
    for (Index k = 0; k < count.size(); ++k)
        bars.categories.push_back(seen.choiceName(k));
    bars.series = {{"votes", {count.begin(), count.end()}},
                   {"weighted by skill, same sum", {weighted.begin(), weighted.end()}}};
    return bars;
}

MatrixFrame pairsOf(const Seen& seen, const MatrixXd& likelihoods) {
    const auto K = static_cast<std::size_t>(seen.table.choices());
    const double most = likelihoods.maxCoeff();
    MatrixFrame frame{
        .title = "ln likelihood of (row, then column), less the greatest", .rows = K, .columns = K};
    for (Index a = 0; a < likelihoods.rows(); ++a) {
        frame.rowLabels.push_back(seen.choiceName(a));
        for (Index b = 0; b < likelihoods.cols(); ++b)
            frame.values.push_back(a == b ? std::numeric_limits<float>::quiet_NaN()
                                          : static_cast<float>(likelihoods(a, b) - most));
    }
    frame.columnLabels = frame.rowLabels;
    return frame;
}

PicturesFrame pictureOf(const LabelledImages& images, std::uint32_t which, std::string title) {
    constexpr std::size_t side = 28;
    PicturesFrame::Picture picture{.title = std::move(title), .width = side, .height = side};
    for (const float pixel : images.images.col(static_cast<Index>(which)))
        picture.rgb.insert(picture.rgb.end(), 3,
                           static_cast<std::uint8_t>(std::lround(255.0F * pixel)));
    return {{std::move(picture)}};
}

std::string wordsOn(const Seen& seen, Index task, const MatrixXd& likelihoods) {
    const Asked& asked = seen.shown.asked;
    const AnswerPair& pair = seen.pair(task);
    std::string text =
        fmt::format("Task {}: {} answers\n\nFound   {}, then {}; clarity {:.3f}\nTruth   {}",
                    seen.taskName(task), seen.table.of(task).size(), seen.choiceName(pair.first),
                    seen.choiceName(pair.second), seen.clarity[task], seen.truthOf(task));
    if (asked.clarity.size() > 0)
        text += fmt::format("; q = {:.3f}", asked.clarity[task]);
    text += "\n\nLikeliest pairs, with these skills and this clarity:\n";
    const Index K = likelihoods.rows();
    std::vector<std::pair<double, Index>> all;
    for (Index at = 0; at < K * K; ++at)
        if (at / K != at % K)
            all.emplace_back(-likelihoods(at / K, at % K), at);
    std::sort(all.begin(), all.end());
    for (std::size_t i = 0; i < std::min<std::size_t>(5, all.size()); ++i)
        text += fmt::format("{:+9.3f}  {}, then {}\n", all.front().first - all[i].first,
                            seen.choiceName(all[i].second / K), seen.choiceName(all[i].second % K));
    text += "\nWho answered, best first (skill: answer):\n";
    auto answers = std::vector(seen.table.of(task).begin(), seen.table.of(task).end());
    std::stable_sort(answers.begin(), answers.end(), [&](const auto& a, const auto& b) {
        return seen.skill[a.worker] > seen.skill[b.worker];
    });
    constexpr std::size_t best = 12;
    for (std::size_t i = 0; i < std::min(best, answers.size()); ++i)
        text += fmt::format("{:9.3f}: {}\n", seen.skill[answers[i].worker],
                            seen.choiceName(answers[i].choice));
    return text;
}

} // namespace

void drawCrowdFrames(const Shown& shown, FrameMap& frames) {
    const Seen seen(shown);
    frames["answers"] = answersOf(seen);
    frames["hardest"] = hardestOf(seen);
    if (const auto* topTwo = dynamic_cast<const statistics::TopTwo*>(&shown.method))
        drawDelta(seen, topTwo->delta(), frames);
    drawScatters(seen, frames);
    const Index task = seen.underTheLoupe();
    const MatrixXd likelihoods = statistics::pairLikelihoods(
        seen.table, task, usableSkill(seen.skill), std::clamp(seen.clarity[task], 0.501, 0.999));
    frames["votes"] = votesOf(seen, task);
    frames["pairs"] = pairsOf(seen, likelihoods);
    frames["task"] = TextFrame{wordsOn(seen, task, likelihoods)};
    if (!shown.asked.pictures.empty())
        frames["picture"] = pictureOf(
            shown.setting.images->train, shown.asked.pictures[static_cast<std::size_t>(task)],
            fmt::format("task {}: {}", seen.taskName(task), seen.truthOf(task)));
}

} // namespace convergence::top_two
