#pragma once

#include <algorithm>
#include <initializer_list>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/experiment/column_pattern.h"
#include "core/experiment/not_applicable.h"

namespace convergence {

/// What a solver records is said once, in a table of columns: id, label, unit and how the number
/// comes out of the solver's state. Rows are filled from the table, and the experiment's
/// description takes its words from it, so that nothing is matched by position.
///
///     struct State { double error; double rate; std::vector<double> sigma; };
///     const Columns<State> trace{
///         {"error", "error ‖· − M*‖", [](const State& s) { return s.error; }},
///         {"rate", "rate of ln e", "1/iteration", [](const State& s) { return s.rate; }},
///         {"sigma_{}", "σ{_} of F", [](const State& s) { return std::span(s.sigma); }, "rank"}};
///
///     description.records.trace = trace.patterns();           // once
///     const RowFiller<State> row = trace.at(parameters, values); // when the experiment is made
///     row.fill(state_, metrics);                               // at each recorded iteration
///
/// An experiment with several kinds of solvers lists the patterns alone, and each kind of solver
/// binds getters to those it has (RowFiller's constructor); what it does not bind is not
/// applicable to it.

/// How one column, or one series of columns, comes out of a state.
template <typename State>
struct ColumnGetter {
    using Number = double (*)(const State&);
    /// At most as many numbers as the series has columns; the columns beyond are not applicable.
    using Series = std::span<const double> (*)(const State&);

    ColumnGetter(std::string columnId, Number get) : id(std::move(columnId)), number(get) {}
    ColumnGetter(std::string columnId, Series get) : id(std::move(columnId)), series(get) {}

    std::string id;
    Number number = nullptr;
    Series series = nullptr;
};

/// Fills the rows of a layout from states of one kind.
template <typename State>
class RowFiller {
public:
    /// Throws std::logic_error for a getter whose id the layout does not have, or has had already.
    RowFiller(const ColumnLayout& layout, std::span<const ColumnGetter<State>> getters)
        : size_(layout.size()) {
        std::set<std::string> bound;
        for (const ColumnGetter<State>& getter : getters) {
            if (!bound.insert(getter.id).second)
                throw std::logic_error("the column '" + getter.id + "' is bound twice");
            parts_.push_back({layout.place(getter.id), getter.number, getter.series});
        }
    }
    RowFiller(const ColumnLayout& layout, std::initializer_list<ColumnGetter<State>> getters)
        : RowFiller(layout, std::span(getters.begin(), getters.size())) {}

    /// Without allocation. Throws std::logic_error if the row has not one entry a column, or a
    /// series has more numbers than columns.
    void fill(const State& state, std::span<double> row) const {
        if (row.size() != size_)
            throw std::logic_error("a row has not as many entries as there are columns");
        std::fill(row.begin(), row.end(), notApplicable);
        for (const Part& part : parts_) {
            const std::span<double> target = row.subspan(part.place.first, part.place.count);
            if (part.number) {
                std::fill(target.begin(), target.end(), part.number(state));
                continue;
            }
            const std::span<const double> numbers = part.series(state);
            if (numbers.size() > target.size())
                throw std::logic_error("a series has more numbers than columns");
            std::copy(numbers.begin(), numbers.end(), target.begin());
        }
    }

private:
    struct Part {
        ColumnLayout::Place place;
        typename ColumnGetter<State>::Number number;
        typename ColumnGetter<State>::Series series;
    };
    std::size_t size_;
    std::vector<Part> parts_;
};

/// A table of columns for one kind of state.
template <typename State>
class Columns {
public:
    using Number = typename ColumnGetter<State>::Number;
    using Series = typename ColumnGetter<State>::Series;

    /// One line of the table. A count makes it a series, or a column that is not always there.
    struct Line {
        Line(std::string id, std::string label, Number get)
            : pattern{std::move(id), std::move(label), {}, {}, {}}, getter(pattern.id, get) {}
        Line(std::string id, std::string label, std::string unit, Number get)
            : pattern{std::move(id), std::move(label), std::move(unit), {}, {}},
              getter(pattern.id, get) {}
        Line(std::string id, std::string label, Series get, std::string count)
            : pattern{std::move(id), std::move(label), {}, std::move(count), {}},
              getter(pattern.id, get) {}
        Line(std::string id, std::string label, std::string unit, Series get, std::string count)
            : pattern{std::move(id), std::move(label), std::move(unit), std::move(count), {}},
              getter(pattern.id, get) {}

        ColumnPattern pattern;
        ColumnGetter<State> getter;
    };

    /// The same line for what goes on a horizontal axis:
    ///     Columns<State>::clock({"samples", "samples seen", [](const State& s) { return s.n; }})
    static Line clock(Line line) {
        line.pattern.isClock = true;
        return line;
    }

    Columns(std::initializer_list<Line> lines) {
        for (const Line& line : lines) {
            patterns_.push_back(line.pattern);
            getters_.push_back(line.getter);
        }
    }

    [[nodiscard]] const std::vector<ColumnPattern>& patterns() const { return patterns_; }
    [[nodiscard]] ColumnLayout layout(std::span<const Parameter> parameters,
                                      const ParameterValues& values) const {
        return {patterns_, parameters, values};
    }
    [[nodiscard]] RowFiller<State> at(std::span<const Parameter> parameters,
                                      const ParameterValues& values) const {
        return {layout(parameters, values), std::span(getters_)};
    }

private:
    std::vector<ColumnPattern> patterns_;
    std::vector<ColumnGetter<State>> getters_;
};

} // namespace convergence
