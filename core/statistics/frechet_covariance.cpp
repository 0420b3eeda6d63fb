#include "core/statistics/frechet_covariance.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "core/math/statistics.h"

namespace convergence::statistics {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

MatrixXd centeredRows(const MatrixXd& features) {
    return features.rowwise() - features.colwise().mean();
}

/// HSH of a symmetric S.
MatrixXd centeredBoth(MatrixXd s) {
    const VectorXd means = s.rowwise().mean();
    const double mean = means.mean();
    s.colwise() -= means;
    s.rowwise() -= means.transpose();
    s.array() += mean;
    return s;
}

/// Sorts places by distances, which are not negative: by the bits of the distance as a float,
/// eleven at a time, and what is the same float by the distances themselves.
class PlacesByDistance {
public:
    explicit PlacesByDistance(std::size_t count) : items_(count), other_(count) {}

    void sort(const double* distances, std::uint32_t* places) {
        const std::size_t n = items_.size();
        for (std::size_t k = 0; k < n; ++k)
            items_[k] = {std::bit_cast<std::uint32_t>(static_cast<float>(distances[k])),
                         static_cast<std::uint32_t>(k)};
        constexpr int digit = 11;
        for (int shift = 0; shift < 32; shift += digit)
            moveByDigit(shift, (1U << digit) - 1U);
        for (std::size_t first = 0, last = 0; first < n; first = last) {
            while (last < n && items_[last].key == items_[first].key)
                ++last;
            if (last - first > 1)
                std::stable_sort(items_.begin() + static_cast<std::ptrdiff_t>(first),
                                 items_.begin() + static_cast<std::ptrdiff_t>(last),
                                 [&](const Item& a, const Item& b) {
                                     return distances[a.place] < distances[b.place];
                                 });
        }
        for (std::size_t p = 0; p < n; ++p)
            places[p] = items_[p].place;
    }

private:
    struct Item {
        std::uint32_t key, place;
    };
    void moveByDigit(int shift, std::uint32_t mask) {
        starts_.fill(0);
        for (const Item& item : items_)
            ++starts_[(item.key >> shift) & mask];
        std::exclusive_scan(starts_.begin(), starts_.end(), starts_.begin(), 0U);
        for (const Item& item : items_)
            other_[starts_[(item.key >> shift) & mask]++] = item;
        items_.swap(other_);
    }

    std::vector<Item> items_, other_;
    std::array<std::uint32_t, 2048> starts_{};
};

} // namespace

double frechetCovarianceByDefinition(const MatrixXd& distances, const MatrixXd& features,
                                     Ball ball) {
    const Index n = distances.rows();
    const MatrixXd centered = centeredRows(features);
    double sum = 0.0;
    for (Index i = 0; i < n; ++i)
        for (Index j = 0; j < n; ++j) {
            Eigen::RowVectorXd c = Eigen::RowVectorXd::Zero(features.cols());
            for (Index k = 0; k < n; ++k)
                if (distances(i, k) < distances(i, j) ||
                    (ball == Ball::closed && distances(i, k) == distances(i, j)))
                    c += centered.row(k);
            sum += (c / static_cast<double>(n)).squaredNorm();
        }
    return sum / static_cast<double>(n * n);
}

MatrixXd frechetWeights(const MatrixXd& distances) {
    const Index n = distances.rows();
    // r_ik: how many balls about i hold k. Columns are of one k.
    Eigen::Matrix<std::int32_t, Eigen::Dynamic, Eigen::Dynamic> r(n, n);
    std::vector<double> sorted(static_cast<std::size_t>(n));
    for (Index i = 0; i < n; ++i) {
        for (Index k = 0; k < n; ++k)
            sorted[static_cast<std::size_t>(k)] = distances(k, i);
        std::sort(sorted.begin(), sorted.end());
        for (Index k = 0; k < n; ++k)
            r(i, k) = static_cast<std::int32_t>(
                sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), distances(k, i)));
    }
    MatrixXd m(n, n);
    for (Index k = 0; k < n; ++k)
        for (Index l = 0; l <= k; ++l) {
            const std::int32_t* a = r.col(k).data();
            const std::int32_t* b = r.col(l).data();
            std::int64_t sum = 0;
            constexpr Index block = 4096; // a sum of so many fits 32 bits
            for (Index first = 0; first < n; first += block) {
                std::int32_t part = 0;
                const Index last = std::min(first + block, n);
                for (Index i = first; i < last; ++i)
                    part += std::min(a[i], b[i]);
                sum += part;
            }
            m(k, l) = m(l, k) = static_cast<double>(sum);
        }
    return centeredBoth(std::move(m)) / std::pow(static_cast<double>(n), 4);
}

MatrixXd distanceWeights(const MatrixXd& distances) {
    const auto n = static_cast<double>(distances.rows());
    return -centeredBoth(distances) / (n * n);
}

MatrixXd kernelWeights(const MatrixXd& distances) {
    const auto n = static_cast<double>(distances.rows());
    const MatrixXd squares = distances.cwiseAbs2();
    std::vector<double> pairs;
    for (Index l = 0; l < squares.cols(); ++l)
        pairs.insert(pairs.end(), squares.col(l).begin() + l + 1, squares.col(l).end());
    const double middle = pairs.empty() ? 1.0 : median(std::move(pairs));
    return centeredBoth((-squares / (middle > 0.0 ? middle : 1.0)).array().exp()) / (n * n);
}

double distanceCovariance(const MatrixXd& features, const MatrixXd& distanceWeights) {
    double sum = 0.0;
    for (Index l = 0; l < features.rows(); ++l)
        for (Index k = 0; k < l; ++k)
            sum -= (features.row(k) - features.row(l)).norm() * distanceWeights(k, l);
    return 2.0 * sum / (static_cast<double>(features.rows()) * distanceWeights.norm());
}

void distanceCovarianceForm(const MatrixXd& features, const MatrixXd& distanceWeights,
                            MatrixXd& form) {
    const Index n = features.rows();
    // Σ_kl c_kl ‖F_k − F_l‖² with c_kl = −W_kl/(n‖W‖ ‖F_k − F_l‖) is 2 tr Fᵀ(diag(c1) − c)F.
    const double scale = 2.0 / (static_cast<double>(n) * distanceWeights.norm());
    for (Index l = 0; l < n; ++l)
        for (Index k = 0; k <= l; ++k) {
            const double away = (features.row(k) - features.row(l)).norm();
            form(k, l) = form(l, k) = away > 0.0 ? scale * distanceWeights(k, l) / away : 0.0;
        }
    for (Index k = 0; k < n; ++k)
        form(k, k) = -form.col(k).sum();
}

BallOrder::BallOrder(const MatrixXd& distances, Ball ball)
    : count_(distances.rows()), ball_(ball), order_(static_cast<std::size_t>(count_ * count_)),
      ends_(order_.size()) {
    if (distances.cols() != count_)
        throw std::logic_error("distances are a square matrix");
    const auto n = static_cast<std::size_t>(count_);
    PlacesByDistance sorter(n);
    for (std::size_t i = 0; i < n; ++i) {
        const double* from = distances.col(static_cast<Index>(i)).data();
        std::uint32_t* places = order_.data() + i * n;
        sorter.sort(from, places);
        for (std::size_t p = 0; p < n; ++p)
            ends_[i * n + p] = p + 1 == n || from[places[p + 1]] > from[places[p]];
    }
}

template <typename Visit>
void BallOrder::forEachBall(const MatrixXd& centered, Visit&& visit) const {
    const auto n = static_cast<std::size_t>(count_);
    const MatrixXd points = centered.transpose(); // d × n: entries of a feature together
    const Index d = points.rows();
    VectorXd before(d), sum(d);
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint32_t* places = order_.data() + i * n;
        sum.setZero();
        for (std::size_t first = 0; first < n;) {
            before = sum;
            std::size_t last = first;
            do {
                const double* point = points.data() + static_cast<Index>(places[last]) * d;
                for (Index e = 0; e < d; ++e)
                    sum[e] += point[e];
            } while (!ends_[i * n + last++]);
            visit(places, std::pair(first, last), ball_ == Ball::closed ? sum : before);
            first = last;
        }
    }
}

double BallOrder::covariance(const MatrixXd& features) const {
    double total = 0.0;
    forEachBall(centeredRows(features),
                [&](const std::uint32_t*, const auto& tie, const VectorXd& c) {
                    total += static_cast<double>(tie.second - tie.first) * c.squaredNorm();
                });
    return total / std::pow(static_cast<double>(count_), 4);
}

MatrixXd BallOrder::gradient(const MatrixXd& features) const {
    const Index d = features.cols();
    MatrixXd held = MatrixXd::Zero(d, count_); // by response: the sum of c over balls that hold it
    // A ball holds its center's order up to its own place: Σ over balls from a place on is the sum
    // over all balls less those before.
    VectorXd sofar(d), total = VectorXd::Zero(d);
    forEachBall(centeredRows(features),
                [&](const std::uint32_t* places, const auto& tie, const VectorXd& c) {
                    if (tie.first == 0)
                        sofar.setZero();
                    const double balls = static_cast<double>(tie.second - tie.first);
                    if (ball_ == Ball::open)
                        sofar += balls * c;
                    for (std::size_t p = tie.first; p < tie.second; ++p)
                        held.col(places[p]) -= sofar;
                    if (ball_ == Ball::closed)
                        sofar += balls * c;
                    if (tie.second == static_cast<std::size_t>(count_))
                        total += sofar;
                });
    held.colwise() += total;
    const VectorXd mean = held.rowwise().mean();
    held.colwise() -= mean;
    return held.transpose() * (2.0 / std::pow(static_cast<double>(count_), 4));
}

} // namespace convergence::statistics
