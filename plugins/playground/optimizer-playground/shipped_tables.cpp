#include "plugins/playground/optimizer-playground/shipped_tables.h"

namespace convergence::playground {

namespace {

FitTable practice() {
    return {.kind = FitTable::Kind::line,
            .firstName = "hours",
            .secondName = "points",
            .first = {0.4, 0.9, 1.3, 1.7, 2.1, 2.4, 2.8, 3.4, 3.6, 4.0, 4.6, 4.9,
                      5.4, 5.7, 6.1, 6.4, 6.9, 7.4, 7.7, 8.2, 8.6, 8.8, 9.4, 9.7},
            .second = {2.2, 3.0, 3.9, 2.4, 3.2, 1.7, 3.7, 2.3, 3.3, 6.4, 3.3, 6.8,
                       6.7, 6.2, 7.4, 7.7, 8.7, 7.7, 7.5, 7.9, 7.8, 9.0, 8.7, 10.9}};
}

FitTable leaves() {
    FitTable table{.kind = FitTable::Kind::classes,
                   .firstName = "length",
                   .secondName = "width",
                   .first = {2.5, 3.3, 5.9, 3.9, 5.7, 5.2, 4.1, 4.8, 4.1, 5.9, 5.6, 3.8, 3.8, 4.4,
                             4.0, 4.0, 6.1, 1.0, 4.1, 4.0, 6.1, 5.4, 7.5, 4.9, 6.5, 4.7, 5.1, 4.6,
                             6.8, 4.5, 5.9, 6.9, 5.7, 4.8, 7.0, 5.6, 5.1, 5.4, 5.4, 6.1},
                   .second = {1.4, 0.7, 0.5, 1.8, 0.8, 1.7, 1.7, 1.4, 2.4, 0.5, 2.9, 2.4, 3.4, 2.0,
                              2.1, 1.6, 0.9, 2.1, 2.5, 2.1, 4.0, 3.0, 3.7, 4.9, 2.9, 3.5, 2.6, 2.9,
                              3.0, 3.8, 3.9, 3.2, 3.3, 3.8, 3.4, 3.1, 2.7, 2.7, 2.2, 3.3},
                   .className = "plant",
                   .classes = {"birch", "lime"}};
    table.inSecond.assign(20, 0);
    table.inSecond.resize(40, 1);
    return table;
}

} // namespace

FitTable shippedTable(FitTable::Kind kind) {
    return kind == FitTable::Kind::line ? practice() : leaves();
}

} // namespace convergence::playground
