#include "app/films/film_plan.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace convergence {

namespace {
constexpr double longestFilm = 600.0;
}

int pictureCount(const FilmPlan& plan) {
    if (!(plan.seconds > 0.0 && plan.seconds <= longestFilm))
        throw InputError(QString("A film of %1 seconds cannot be made: it lasts more than 0 and at "
                                 "most %2 seconds.")
                             .arg(plan.seconds)
                             .arg(longestFilm)
                             .toStdString());
    const double count = std::round(plan.seconds * plan.picturesASecond);
    if (!(count >= 1.0))
        throw InputError(QString("A film of %1 seconds with %2 pictures a second has no picture: "
                                 "choose a longer time or more pictures a second.")
                             .arg(plan.seconds)
                             .arg(plan.picturesASecond)
                             .toStdString());
    return int(std::min(count, 1e6));
}

std::vector<std::int64_t> filmMoments(const FilmPlan& plan, std::int64_t last, TrialOrder order) {
    const int count = pictureCount(plan);
    const std::int64_t to = plan.to == 0 ? last : plan.to;
    if (plan.from < 0 || plan.from > last || to < 0 || to > last)
        throw InputError(QString("A film from %1 to %2 cannot be made: this run goes from 0 to %3.")
                             .arg(plan.from)
                             .arg(to)
                             .arg(last)
                             .toStdString());
    if (plan.from > to)
        throw InputError(QString("A film from %1 to %2 cannot be made: it goes forward.")
                             .arg(plan.from)
                             .arg(to)
                             .toStdString());
    const bool geometric = order == TrialOrder::together;
    const auto placeOf = [geometric](std::int64_t iteration) {
        return geometric ? std::log1p(double(iteration)) : double(iteration);
    };
    std::vector<std::int64_t> moments;
    for (int i = 0; i < count; ++i) {
        const double share = count == 1 ? 1.0 : double(i) / (count - 1);
        const double place = std::lerp(placeOf(plan.from), placeOf(to), share);
        const double iteration = geometric ? std::expm1(place) : place;
        moments.push_back(std::clamp(std::int64_t(std::llround(iteration)), plan.from, to));
    }
    return moments;
}

} // namespace convergence
