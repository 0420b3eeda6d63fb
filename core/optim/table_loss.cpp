#include "core/optim/table_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

namespace {

using Vector = Eigen::Vector2d;

/// Eigenvalues of a symmetric matrix, the larger one first.
std::pair<double, double> curvaturesOf(const Eigen::Matrix2d& a) {
    const double middle = 0.5 * (a(0, 0) + a(1, 1));
    const double larger = middle + std::hypot(0.5 * (a(0, 0) - a(1, 1)), a(0, 1));
    const double determinant = a(0, 0) * a(1, 1) - a(0, 1) * a(0, 1);
    return {larger, larger > 0.0 ? determinant / larger : 0.0};
}

/// Below this part of what it could be a determinant is rounding.
constexpr double singular = 64.0 * std::numeric_limits<double>::epsilon();

/// 1/(1 + e^m) without overflow.
double weightOf(double margin) {
    if (margin >= 0.0) {
        const double small = std::exp(-margin);
        return small / (1.0 + small);
    }
    return 1.0 / (1.0 + std::exp(margin));
}

double lossOf(double margin) {
    return std::max(-margin, 0.0) + std::log1p(std::exp(-std::abs(margin)));
}

/// Whether some w ≠ 0 has zᵢᵀw ≥ 0 for all rows: they lie in a half plane, so that there is a gap
/// of at least half a turn between the directions of two that are next to each other.
bool liesInHalfPlane(const Eigen::Matrix2Xd& z) {
    // Units stretch the plane, which changes nothing but the rounding.
    const Vector units = z.rowwise().norm();
    std::vector<double> angles;
    for (Eigen::Index i = 0; i < z.cols(); ++i)
        if (!z.col(i).isZero(0.0))
            angles.push_back(std::atan2(z(1, i) / units.y(), z(0, i) / units.x()));
    std::sort(angles.begin(), angles.end());
    double widest = angles.empty() ? 2.0 * std::numbers::pi
                                   : angles.front() + 2.0 * std::numbers::pi - angles.back();
    for (std::size_t i = 1; i < angles.size(); ++i)
        widest = std::max(widest, angles[i] - angles[i - 1]);
    return widest >= std::numbers::pi - 1e-12;
}

} // namespace

TableLoss::TableLoss(FitTable table, Columns columns)
    : table_(std::move(table)), columns_(columns) {
    scale();
    if (table_.kind == FitTable::Kind::line)
        solveLine();
    else
        solveClasses();
}

void TableLoss::scale() {
    const auto n = static_cast<Eigen::Index>(table_.rows());
    z_.resize(2, n);
    z_.row(0) = Eigen::Map<const Eigen::RowVectorXd>(table_.first.data(), n);
    z_.row(1) = Eigen::Map<const Eigen::RowVectorXd>(table_.second.data(), n);
    for (int k = 0; k < 2 && isStandardized(); ++k) {
        Scaling& scaling = scaling_[k];
        scaling.mean = z_.row(k).mean();
        const double deviation = std::sqrt((z_.row(k).array() - scaling.mean).square().mean());
        const bool varies = z_.row(k).maxCoeff() > z_.row(k).minCoeff();
        scaling.deviation = varies && deviation > 0.0 ? deviation : 1.0;
        z_.row(k) = (z_.row(k).array() - scaling.mean) / scaling.deviation;
    }
    for (Eigen::Index i = 0; i < n && table_.kind == FitTable::Kind::classes; ++i)
        if (table_.inSecond[static_cast<std::size_t>(i)] == 0)
            z_.col(i) = -z_.col(i);
}

/// Normal equations, about the mean so that nothing cancels.
void TableLoss::solveLine() {
    const Eigen::ArrayXd u = z_.row(0), v = z_.row(1);
    const double uMean = u.mean(), vMean = v.mean();
    const double spread = (u - uMean).square().mean();
    hessian_ << u.square().mean(), uMean, uMean, 1.0;
    largest_ = curvaturesOf(hessian_).first;
    const auto [lowest, highest] = std::minmax_element(table_.first.begin(), table_.first.end());
    if (!(*lowest < *highest) || !(spread > singular * singular * u.square().mean()))
        throw InputError(fmt::format("Column '{}' of the table has the one value {} in all {} "
                                     "rows; a line needs two different ones.",
                                     printable(table_.firstName), table_.first.front(),
                                     table_.rows()));
    least_ = spread / largest_; // the determinant is the spread
    const double slope = ((u - uMean) * (v - vMean)).mean() / spread;
    minimum_ = Vector(slope, vMean - slope * uMean);
    floor_ = 0.5 * (slope * (u - uMean) - (v - vMean)).square().mean();
}

void TableLoss::solveClasses() {
    const double n = static_cast<double>(z_.cols());
    const Eigen::Matrix2d atOrigin = z_ * z_.transpose() / (4.0 * n);
    largest_ = curvaturesOf(atOrigin).first;
    const double product = atOrigin(0, 0) * atOrigin(1, 1);
    if (!(product - atOrigin(0, 1) * atOrigin(0, 1) > singular * product))
        throw InputError(fmt::format(
            "Columns '{}' and '{}' of the table are multiples of one another{}; two weights need "
            "two features that differ.",
            printable(table_.firstName), printable(table_.secondName),
            isStandardized() ? " once they are standardized" : ""));
    least_ = std::numeric_limits<double>::quiet_NaN();
    if (liesInHalfPlane(z_))
        return;
    // Newton's method; a step is halved until it descends.
    Vector w = Vector::Zero();
    Jet f = at(w);
    constexpr int mostSteps = 200;
    const double enough = 1e-15 * std::sqrt(largest_);
    for (int step = 0; step < mostSteps && std::hypot(f.x, f.y) > enough; ++step) {
        Eigen::Matrix2d h;
        h << f.xx, f.xy, f.xy, f.yy;
        const double determinant = f.xx * f.yy - f.xy * f.xy;
        if (!(determinant > 0.0))
            break;
        const Vector direction =
            Vector(f.xy * f.y - f.yy * f.x, f.xy * f.x - f.xx * f.y) / determinant;
        double share = 1.0;
        Jet next = at(w + direction);
        while (!(next.value < f.value) && share > 1e-6) {
            share *= 0.5;
            next = at(w + share * direction);
        }
        if (!(next.value < f.value)) { // rounding: as low as values can tell
            const Jet last = at(w + direction);
            if (std::hypot(last.x, last.y) < std::hypot(f.x, f.y)) {
                w += direction;
                f = last;
                continue;
            }
            break;
        }
        w += share * direction;
        f = next;
    }
    minimum_ = w;
    Eigen::Matrix2d h;
    h << f.xx, f.xy, f.xy, f.yy;
    least_ = curvaturesOf(h).second;
}

Jet TableLoss::at(const Vector& w) const {
    return table_.kind == FitTable::Kind::line ? lineAt(w) : classesAt(w);
}

/// About the minimum: f = f* + ½ (w − w*)ᵀH(w − w*).
Jet TableLoss::lineAt(const Vector& w) const {
    const Vector d = w - *minimum_;
    const Vector g = hessian_ * d;
    Jet jet(floor_ + 0.5 * d.dot(g));
    jet.x = g.x();
    jet.y = g.y();
    jet.xx = hessian_(0, 0);
    jet.xy = hessian_(0, 1);
    jet.yy = hessian_(1, 1);
    return jet;
}

Jet TableLoss::classesAt(const Vector& w) const {
    Jet sum;
    for (Eigen::Index i = 0; i < z_.cols(); ++i) {
        const double u = z_(0, i), v = z_(1, i);
        const double margin = w.x() * u + w.y() * v;
        const double p = weightOf(margin), curvature = p * weightOf(-margin);
        sum.value += lossOf(margin);
        sum.x -= p * u;
        sum.y -= p * v;
        sum.xx += curvature * u * u;
        sum.xy += curvature * u * v;
        sum.yy += curvature * v * v;
    }
    return sum * Jet(1.0 / static_cast<double>(z_.cols()));
}

Vector TableLoss::gradient(const Vector& w, std::span<const std::uint32_t> rows) const {
    Vector sum = Vector::Zero();
    for (const std::uint32_t row : rows) {
        const Vector z = z_.col(row);
        if (table_.kind == FitTable::Kind::line) {
            const double residual = w.x() * z.x() + w.y() - z.y();
            sum += residual * Vector(z.x(), 1.0);
        } else {
            sum -= weightOf(w.dot(z)) * z;
        }
    }
    return sum / static_cast<double>(rows.size());
}

TableLoss::Straight TableLoss::straight(const Vector& w) const {
    const auto& [first, second] = scaling_;
    const double a = w.x() / first.deviation;
    if (table_.kind == FitTable::Kind::line) {
        const double b = -1.0 / second.deviation;
        return {a, b, a * first.mean + b * second.mean - w.y()};
    }
    const double b = w.y() / second.deviation;
    return {a, b, a * first.mean + b * second.mean};
}

} // namespace convergence
