#include "core/federated/quadratics.h"

#include <cmath>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/shared_draws.h"
#include "core/math/random.h"

namespace convergence::federated {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

void requireSetting(bool isGood, const char* name, double value, const char* range) {
    if (!isGood)
        throw InputError(fmt::format("Quadratics with {} = {:g} are not accepted; it is {}.", name,
                                     value, range));
}

void checkQuadratics(const QuadraticsSetting& s) {
    requireSetting(s.clients >= 1, "N", static_cast<double>(s.clients), "at least 1");
    requireSetting(s.dimension >= 1, "d", static_cast<double>(s.dimension), "at least 1");
    requireSetting(s.smallest > 0.0 && std::isfinite(s.smallest), "μ", s.smallest, "positive");
    requireSetting(s.largest >= s.smallest && std::isfinite(s.largest), "L", s.largest,
                   "at least μ");
    requireSetting(s.heterogeneity >= 0.0 && std::isfinite(s.heterogeneity), "ζ", s.heterogeneity,
                   "at least 0");
    requireSetting(s.noise >= 0.0 && std::isfinite(s.noise), "σ", s.noise, "at least 0");
}

/// A rotation, uniform among all: Q of a normal matrix whose R has a positive diagonal.
MatrixXd uniformRotation(Index d, RandomStream& stream) {
    MatrixXd normal(d, d);
    stream.fillNormal({normal.data(), static_cast<std::size_t>(normal.size())});
    const Eigen::HouseholderQR<MatrixXd> qr(normal);
    const MatrixXd q = qr.householderQ();
    const VectorXd signs =
        qr.matrixQR().diagonal().unaryExpr([](double r) { return r < 0.0 ? -1.0 : 1.0; });
    return q * signs.asDiagonal();
}

/// to = A·from for `rows` rows of A from `first` on, which stay in registers meanwhile.
template <int rows>
void productOfRows(const MatrixXd& a, Index first, const double* from, double* to) {
    using Rows = Eigen::Array<double, rows, 1>;
    Rows sum = Rows::Zero();
    const double* column = a.data() + first;
    for (Index k = 0; k < a.cols(); ++k, column += a.rows())
        sum += from[k] * Eigen::Map<const Rows>(column);
    Eigen::Map<Rows>(to + first) = sum;
}

/// to = A·from, for matrices so small that a call of a general product costs more than it does.
void productOfSmall(const MatrixXd& a, const double* from, double* to) {
    Index first = 0;
    for (; a.rows() - first >= 24 || a.rows() - first == 20; first += 20)
        productOfRows<20>(a, first, from, to);
    for (; a.rows() - first >= 8; first += 8)
        productOfRows<8>(a, first, from, to);
    for (; a.rows() - first >= 4; first += 4)
        productOfRows<4>(a, first, from, to);
    for (; first < a.rows(); ++first)
        productOfRows<1>(a, first, from, to);
}

} // namespace

Quadratics::Quadratics(const QuadraticsSetting& setting) : setting_(setting) {
    checkQuadratics(setting);
    const Index d = setting.dimension, n = setting.clients;
    const StreamKey key{
        .seed = setting.seed, .purpose = "quadratics", .replicate = setting.replicate};
    const VectorXd spectrum =
        d == 1
            ? VectorXd::Constant(1, setting.largest)
            : VectorXd(VectorXd::LinSpaced(d, std::log(setting.smallest), std::log(setting.largest))
                           .array()
                           .exp());
    diagonals_.resize(d, n);
    optima_.resize(d, n);
    mean_ = MatrixXd::Zero(d, d);
    VectorXd pulled = VectorXd::Zero(d);
    for (Index i = 0; i < n; ++i) {
        StreamKey own = key;
        own.index = setting.sameCurvature ? 0 : static_cast<std::uint64_t>(i);
        RandomStream shape(own);
        const auto order = shape.permutation(static_cast<std::size_t>(d));
        for (Index j = 0; j < d; ++j)
            diagonals_(j, i) = spectrum[order[static_cast<std::size_t>(j)]];
        if (setting.rotated) {
            const MatrixXd u = uniformRotation(d, shape);
            rotations_.push_back(u);
            curvatures_.push_back(u * diagonals_.col(i).asDiagonal() * u.transpose());
        }
        own.purpose = "client optima";
        own.index = setting.sameOptimum ? 0 : static_cast<std::uint64_t>(i);
        RandomStream(own).fillNormal({optima_.col(i).data(), static_cast<std::size_t>(d)},
                                     setting.heterogeneity / std::sqrt(static_cast<double>(d)));
        const double share = 1.0 / static_cast<double>(n);
        if (setting.rotated) {
            mean_ += share * curvatures_.back();
            pulled += share * (curvatures_.back() * optima_.col(i));
        } else {
            mean_.diagonal() += share * diagonals_.col(i);
            pulled += share * diagonals_.col(i).cwiseProduct(optima_.col(i));
        }
    }
    if (setting.sameOptimum)
        optimum_ = optima_.col(0);
    else if (setting.rotated)
        optimum_ = mean_.llt().solve(pulled);
    else
        optimum_ = pulled.cwiseQuotient(mean_.diagonal());
}

Quadratics::~Quadratics() = default;

MatrixXd Quadratics::curvature(ClientId client) const {
    return curvatures_.empty() ? MatrixXd(diagonals_.col(client).asDiagonal())
                               : curvatures_[client];
}

void Quadratics::start(Eigen::Ref<Vector> x) const {
    RandomStream({.seed = setting_.seed, .purpose = "start", .replicate = setting_.replicate})
        .fillNormal({x.data(), static_cast<std::size_t>(x.size())});
}

double Quadratics::gap(const Eigen::Ref<const Vector>& x) const {
    const VectorXd off = x - optimum_;
    return 0.5 * off.dot(mean_ * off);
}

VectorXd Quadratics::gradient(const Eigen::Ref<const Vector>& x) const {
    return mean_ * (x - optimum_);
}

double Quadratics::conflict() const {
    double squares = 0.0;
    for (Index i = 0; i < clients(); ++i)
        squares +=
            (curvature(static_cast<ClientId>(i)) * (optimum_ - optima_.col(i))).squaredNorm();
    return squares / static_cast<double>(clients());
}

VectorXd Quadratics::restingPoint(double rate, Index steps) const {
    const Index d = dimension();
    std::vector<MatrixXd> pulls;
    for (Index i = 0; i < clients(); ++i) {
        const VectorXd pull =
            1.0 - (1.0 - rate * diagonals_.col(i).array()).pow(static_cast<double>(steps));
        if (rotations_.empty())
            pulls.push_back(pull.asDiagonal());
        else {
            const MatrixXd& u = rotations_[static_cast<std::size_t>(i)];
            pulls.push_back(u * pull.asDiagonal() * u.transpose());
        }
    }
    return d == 0 ? VectorXd() : balance(pulls);
}

/// About x*, so that a balance near the optimum loses no digits.
VectorXd Quadratics::balance(std::span<const MatrixXd> pulls) const {
    const Index d = dimension();
    MatrixXd sum = MatrixXd::Zero(d, d);
    VectorXd pulled = VectorXd::Zero(d);
    for (std::size_t i = 0; i < pulls.size(); ++i) {
        sum += pulls[i];
        pulled += pulls[i] * (optima_.col(static_cast<Index>(i)) - optimum_);
    }
    return optimum_ + sum.partialPivLu().solve(pulled);
}

/// to = A_i·from.
void Quadratics::multiply(ClientId client, const Eigen::Ref<const Vector>& from, double* to) const {
    Eigen::Map<Vector> out(to, from.size());
    if (curvatures_.empty())
        out = diagonals_.col(client).cwiseProduct(from);
    else
        productOfSmall(curvatures_[client], from.data(), to);
}

// ---- Batches -------------------------------------------------------------------------------

/// A batch is one draw of the noise.
class Quadratics::Draws final : public Batches<double> {
public:
    Draws(const Quadratics& problem, Index columns, const LocalPlan& plan)
        : problem_(problem), batch_(plan.epochs > 0 ? 1 : std::max<Index>(1, plan.batch)),
          deviation_(problem.setting_.noise /
                     std::sqrt(static_cast<double>(problem.dimension() * batch_))),
          noise_(MatrixXd::Zero(problem.dimension(), deviation_ > 0.0 ? columns : 0)),
          optima_(problem.dimension(), columns),
          diagonals_(problem.dimension(), problem.setting_.rotated ? 0 : columns),
          offsets_(problem.dimension(), problem.setting_.rotated ? columns : 0) {
        clients_.reserve(static_cast<std::size_t>(columns));
        streams_.reserve(static_cast<std::size_t>(columns));
    }
    void begin(std::span<const Visit> visits) override {
        clients_.clear();
        streams_.clear();
        for (const Visit& visit : visits) {
            clients_.push_back(visit.client);
            if (deviation_ > 0.0)
                streams_.emplace_back(StreamKey{
                    .seed = problem_.setting_.seed,
                    .purpose = "batches",
                    .replicate = problem_.setting_.replicate,
                    .index = indexPair(visit.client, static_cast<std::uint32_t>(visit.number))});
        }
        for (std::size_t c = 0; c < clients_.size(); ++c) {
            optima_.col(static_cast<Index>(c)) = problem_.optima_.col(clients_[c]);
            if (!problem_.setting_.rotated)
                diagonals_.col(static_cast<Index>(c)) = problem_.diagonals_.col(clients_[c]);
        }
    }
    /// As many as are worth a thread.
    [[nodiscard]] Index columnsAtOnce() const override {
        constexpr Index worthAThread = 1 << 15; // multiplications a step
        const Index d = std::max<Index>(1, problem_.dimension());
        return std::max<Index>(1, worthAThread / (problem_.setting_.rotated ? d * d : d));
    }
    void next(Index first, Index count) override {
        if (deviation_ > 0.0)
            for (Index j = first; j < first + count; ++j)
                streams_[static_cast<std::size_t>(j)].fillNormal(
                    {noise_.col(j).data(), static_cast<std::size_t>(noise_.rows())}, deviation_);
    }
    [[nodiscard]] std::int64_t samples(Index, Index count) const override { return batch_ * count; }
    void evaluate(Index first, const Eigen::Ref<const Matrix>& points,
                  Eigen::Ref<Matrix> gradients) override {
        const Index count = points.cols();
        if (problem_.setting_.rotated)
            for (Index j = 0; j < count; ++j) {
                auto offset = offsets_.col(first + j);
                offset = points.col(j) - optima_.col(first + j);
                problem_.multiply(clients_[static_cast<std::size_t>(first + j)], offset,
                                  gradients.col(j).data());
            }
        else if (points.outerStride() == points.rows() && gradients.outerStride() == points.rows())
            scale(points.data(), gradients.data(), first, count); // one long vector
        else
            for (Index j = 0; j < count; ++j)
                scale(points.col(j).data(), gradients.col(j).data(), first + j, 1);
        if (deviation_ > 0.0)
            gradients += noise_.middleCols(first, count);
    }

private:
    /// Gradients s_i(x − b_i) of `columns` columns from `first` on.
    void scale(const double* points, double* gradients, Index first, Index columns) const {
        using Numbers = Eigen::Map<const Eigen::ArrayXd>;
        const Index d = optima_.rows(), size = columns * d;
        Eigen::Map<Eigen::ArrayXd>(gradients, size) =
            Numbers(diagonals_.data() + first * d, size) *
            (Numbers(points, size) - Numbers(optima_.data() + first * d, size));
    }

    const Quadratics& problem_;
    Index batch_;
    double deviation_;            ///< of each entry of ξ
    MatrixXd noise_;              ///< d × columns
    MatrixXd optima_, diagonals_; ///< b_i and s_i of the columns' clients, side by side
    MatrixXd offsets_;            ///< x_i − b_i, where rotated
    std::vector<ClientId> clients_;
    std::vector<RandomStream> streams_;
};

std::unique_ptr<Batches<double>> Quadratics::batches(Index columns, const LocalPlan& plan) const {
    return std::make_unique<Draws>(*this, columns, plan);
}

// ---- Measures ------------------------------------------------------------------------------

class Quadratics::Measures final : public Evaluator<double> {
public:
    explicit Measures(const Quadratics& problem)
        : problem_(problem), off_(problem.dimension()), product_(problem.dimension()) {}
    [[nodiscard]] Measured at(const Eigen::Ref<const Vector>& x) override {
        Measured measured;
        double losses = 0.0, squares = 0.0;
        const auto n = static_cast<double>(problem_.clients());
        off_ = x - problem_.optimum_;
        gradient_.noalias() = problem_.mean_ * off_;
        measured.gap = 0.5 * off_.dot(gradient_);
        measured.distance = off_.norm();
        for (Index i = 0; i < problem_.clients(); ++i) {
            losses += gradient(static_cast<ClientId>(i), x, product_);
            squares += (product_ - gradient_).squaredNorm();
        }
        measured.loss = losses / n;
        measured.gradientSquare = gradient_.squaredNorm();
        measured.dissimilarity = squares / n;
        return measured;
    }
    [[nodiscard]] const Vector& lastGradient() const override { return gradient_; }
    double gradient(ClientId client, const Eigen::Ref<const Vector>& x,
                    Eigen::Ref<Vector> gradient) override {
        off_ = x - problem_.optima_.col(client);
        problem_.multiply(client, off_, gradient.data());
        return 0.5 * off_.dot(gradient);
    }
    [[nodiscard]] std::optional<Cheap> everyRound(const Eigen::Ref<const Vector>& x) override {
        off_ = x - problem_.optimum_;
        if (problem_.curvatures_.empty())
            product_ = problem_.mean_.diagonal().cwiseProduct(off_);
        else
            product_.noalias() = problem_.mean_ * off_;
        return Cheap{.gap = 0.5 * off_.dot(product_), .gradientSquare = product_.squaredNorm()};
    }

private:
    const Quadratics& problem_;
    VectorXd off_, product_, gradient_;
};

std::unique_ptr<Evaluator<double>> Quadratics::evaluator() const {
    return std::make_unique<Measures>(*this);
}

} // namespace convergence::federated
