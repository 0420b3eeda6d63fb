// What a description must have, and that its words are known; see Registry::add.

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/nearest_name.h"
#include "core/experiment/registry.h"
#include "core/math/expression.h"

namespace convergence {

namespace {

using Words = std::vector<std::string>;

bool isIdentifier(const std::string& id, char separator) {
    if (id.empty())
        return false;
    for (const char c : id)
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == separator))
            return false;
    return true;
}

template <typename T, typename Id>
void requireUnique(const std::vector<T>& list, Id id, std::string_view what) {
    std::set<std::string> seen;
    for (const T& item : list)
        if (id(item).empty() || !seen.insert(id(item)).second)
            throw InputError(fmt::format("the {} id '{}' is empty or used twice", what, id(item)));
}

template <typename T>
Words idsOf(const std::vector<T>& list) {
    Words ids;
    for (const T& item : list)
        ids.push_back(item.id);
    return ids;
}

Words parameterNames(const Description& description) {
    Words names;
    for (const Parameter& parameter : description.parameters)
        names.push_back(parameter.name);
    return names;
}

void requireKnown(const std::string& user, std::string_view what, const std::string& word,
                  const Words& known) {
    if (std::find(known.begin(), known.end(), word) == known.end())
        throw InputError(fmt::format("{} names the {} '{}', which there is not{}", user, what, word,
                                     suggestion(word, known)));
}

// ---- Words of views ------------------------------------------------------------------------

Words viewNames(const std::vector<ColumnPattern>& patterns) {
    Words names;
    for (const ColumnPattern& pattern : patterns)
        names.push_back(pattern.viewName());
    return names;
}

/// Columns that a chart can take from traces (with the clocks that the runner adds).
Words traceWords(const Records& records) {
    Words words = viewNames(records.trace);
    words.insert(words.end(), {"iteration", "seconds"});
    return words;
}

Words trialWords(const Records& records) {
    Words words = viewNames(records.factors);
    const Words finals = viewNames(records.finals);
    words.insert(words.end(), finals.begin(), finals.end());
    words.insert(words.end(), {"trial", "arm", "replicate", "status", "iterations"});
    return words;
}

Words selectorWords(const Records& records) {
    Words words = viewNames(records.factors);
    words.insert(words.end(), {"arm", "replicate"});
    return words;
}

/// A view's word may name one column of a series, or several series by a wider pattern.
bool isColumn(const std::string& word, const Words& known,
              const std::vector<ColumnPattern>& patterns) {
    if (std::find(known.begin(), known.end(), word) != known.end())
        return true;
    const std::size_t star = word.find('*');
    if (star == std::string::npos)
        return std::any_of(patterns.begin(), patterns.end(), [&](const ColumnPattern& pattern) {
            return pattern.isSeries() && pattern.matches(word);
        });
    const std::string_view before = std::string_view(word).substr(0, star);
    const std::string_view after = std::string_view(word).substr(star + 1);
    return std::any_of(known.begin(), known.end(), [&](const std::string& name) {
        return name.starts_with(before) && name.ends_with(after);
    });
}

class ViewWords {
public:
    explicit ViewWords(const Description& description)
        : description_(description), trace_(traceWords(description.records)),
          trials_(trialWords(description.records)), selectors_(selectorWords(description.records)) {
    }

    void check(const View& view) const {
        const std::string user = "view '" + view.id + "'";
        const Words parameters = parameterNames(description_);
        if (view.kind == ViewKind::lineChart || view.kind == ViewKind::parallelCoordinates) {
            const bool trials = view.fromTrials || view.kind != ViewKind::lineChart;
            for (const std::string& column : {view.x.column, view.y.column})
                if (!column.empty())
                    requireColumn(user, column, trials);
            for (const SeriesSpec& series : view.series)
                requireColumn(user, series.column, trials);
        }
        if (view.pivot)
            for (const std::string& column :
                 {view.pivot->rowFactor, view.pivot->columnFactor, view.pivot->value,
                  view.pivot->tunedFactor, view.pivot->tunedBy})
                if (!column.empty())
                    requireColumn(user, column, true);
        for (const SelectorSpec& selector : view.selectors)
            requireKnown(user, "factor", selector.column, selectors_);
        for (const std::string& frame : view.frames)
            requireKnown(user, "frame", frame, description_.records.frames);
        if (view.gesture)
            for (const std::string& name : {view.gesture->xParameter, view.gesture->yParameter})
                requireKnown(user, "parameter", name, parameters);
    }

private:
    void requireColumn(const std::string& user, const std::string& column, bool trials) const {
        const Records& records = description_.records;
        std::vector<ColumnPattern> patterns = trials ? records.finals : records.trace;
        if (trials)
            patterns.insert(patterns.end(), records.factors.begin(), records.factors.end());
        const Words& known = trials ? trials_ : trace_;
        if (!isColumn(column, known, patterns))
            requireKnown(user, "column", column, known);
    }

    const Description& description_;
    Words trace_, trials_, selectors_;
};

// ---- Claims --------------------------------------------------------------------------------

void checkRefutation(const Description& description, const Claim& claim,
                     const Refutation& refutation) {
    for (const ProtocolRun& run : claim.protocol.runs) {
        Overrides merged = run.overrides;
        for (const auto& [name, value] : refutation.overrides)
            merged.insert_or_assign(name, value);
        ParameterValues(description.parameters, merged);
    }
    for (const auto& [arm, replacement] : refutation.replaceArms)
        if (!description.findArm(arm) || !description.findArm(replacement))
            throw InputError(fmt::format("a refutation of claim '{}' puts '{}' in the place of "
                                         "'{}', but not both are arms",
                                         claim.id, replacement, arm));
}

void checkOrigins(const Claim& claim) {
    const auto check = [&](const Threshold& threshold) {
        if (threshold.origin().text.empty())
            throw InputError(fmt::format("claim '{}' does not say where its threshold '{}' comes "
                                         "from",
                                         claim.id, threshold.text()));
    };
    check(claim.threshold);
    std::for_each(claim.also.begin(), claim.also.end(), check);
}

void checkClaim(const Description& description, const Claim& claim) {
    if (!claim.judge)
        throw InputError(fmt::format("claim '{}' has no judge", claim.id));
    if (claim.kind == ClaimKind::run && claim.protocol.runs.empty())
        throw InputError(fmt::format("claim '{}' has no protocol", claim.id));
    if (claim.kind == ClaimKind::run && claim.refutations.empty())
        throw InputError(fmt::format(
            "claim '{}' has no refutation; a claim that nothing refutes shows nothing", claim.id));
    if (claim.known.verdict != Verdict::holds && claim.known.reason.empty())
        throw InputError(fmt::format("claim '{}' is known to end with '{}', without a reason",
                                     claim.id, nameOf(claim.known.verdict)));
    if (claim.kind != ClaimKind::observation)
        checkOrigins(claim);
    for (const ProtocolRun& run : claim.protocol.runs)
        ParameterValues(description.parameters, run.overrides);
    for (const Refutation& refutation : claim.refutations)
        checkRefutation(description, claim, refutation);
}

// ---- The whole -----------------------------------------------------------------------------

/// There are main views, of which not more than two apply at a time.
void checkMainViews(const Description& description) {
    const auto& views = description.views;
    const auto countAt = [&](const Overrides& overrides) {
        const auto context =
            ParameterValues(description.parameters, overrides).numericView(description.parameters);
        return std::count_if(views.begin(), views.end(), [&](const View& view) {
            return view.isMain &&
                   (view.appliesIf.empty() || evaluateExpression(view.appliesIf, context) != 0.0);
        });
    };
    const bool some =
        std::any_of(views.begin(), views.end(), [](const View& view) { return view.isMain; });
    auto largest = countAt({});
    for (const Preset& preset : description.presets)
        largest = std::max(largest, countAt(preset.overrides));
    if ((!some && !views.empty()) || largest > 2)
        throw InputError(fmt::format("it has {} main views, expected one or two", largest));
}

/// What a window shows first: the question, one or two views, some parameters, some presets.
void checkFirstSight(const Description& description) {
    if (description.question.empty())
        throw InputError("it does not say what it asks (question)");
    checkMainViews(description);
    const std::size_t count = description.mainParameters.size();
    const std::size_t least = std::min<std::size_t>(3, description.parameters.size());
    if (count < least || count > 8)
        throw InputError(fmt::format(
            "it has {} parameters of first rank, expected three to eight (all, where there are "
            "fewer)",
            count));
    const std::set<std::string> distinct(description.mainParameters.begin(),
                                         description.mainParameters.end());
    if (distinct.size() != count)
        throw InputError("it names a parameter of first rank twice");
    for (const std::string& name : description.mainParameters)
        requireKnown("the list of first rank", "parameter", name, parameterNames(description));
    requireUnique(
        description.topics, [](const std::string& topic) { return topic; }, "topic");
    for (const Preset& preset : description.presets)
        if (preset.shows.empty())
            throw InputError(fmt::format("the preset '{}' does not say what it shows", preset.id));
}

void checkRecords(const Records& records) {
    for (const auto* patterns : {&records.trace, &records.factors, &records.finals})
        requireUnique(
            *patterns, [](const ColumnPattern& p) { return p.id; }, "column");
    requireUnique(
        records.frames, [](const std::string& frame) { return frame; }, "frame");
}

void checkParts(const Description& description) {
    const auto byId = [](const auto& item) { return item.id; };
    if (!isIdentifier(description.id, '-'))
        throw InputError("its id must consist of lower-case letters, digits and hyphens");
    requireUnique(
        description.parameters, [](const Parameter& p) { return p.name; }, "parameter");
    for (const Parameter& parameter : description.parameters)
        if (!isIdentifier(parameter.name, '_'))
            throw InputError(fmt::format("the parameter name '{}' must consist of lower-case "
                                         "letters, digits and underscores",
                                         parameter.name));
    requireUnique(description.presets, byId, "preset");
    requireUnique(description.arms, byId, "arm");
    requireUnique(description.views, byId, "view");
    requireUnique(description.claims, byId, "claim");
    requireUnique(description.actions, byId, "action");
    ParameterValues(description.parameters, {});
    for (const Preset& preset : description.presets)
        ParameterValues(description.parameters, preset.overrides);
    for (const Claim& claim : description.claims)
        checkClaim(description, claim);
    checkFirstSight(description);
    checkRecords(description.records);
    const ViewWords words(description);
    for (const View& view : description.views)
        words.check(view);
}

} // namespace

void checkDescription(const Description& description) {
    try {
        checkParts(description);
    } catch (const InputError& error) {
        throw InputError(fmt::format("The experiment '{}' contradicts itself: {}", description.id,
                                     error.what()));
    }
}

void completeDescription(Description& description) {
    const Records& records = description.records;
    const auto complete = [](AxisSpec& axis, const std::string& column,
                             const std::vector<ColumnPattern>& patterns) {
        for (const ColumnPattern& pattern : patterns)
            if (pattern.id == column) {
                if (axis.label.empty()) {
                    axis.label = pattern.label;
                    axis.unit = pattern.unit;
                }
                return;
            }
    };
    for (View& view : description.views) {
        if (view.kind != ViewKind::lineChart)
            continue;
        const std::vector<ColumnPattern> patterns =
            view.fromTrials ? joined({records.factors, records.finals}) : records.trace;
        if (view.x.column == "iteration" && view.x.label.empty())
            view.x.label = "iteration t";
        complete(view.x, view.x.column, patterns);
        if (!view.series.empty())
            complete(view.y, view.series.front().column, patterns);
    }
}

} // namespace convergence
