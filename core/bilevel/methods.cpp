#include "core/bilevel/methods.h"

#include <cmath>

#include "core/experiment/shared_draws.h"
#include "core/math/random.h"

namespace convergence::bilevel {

// ---- What all share ------------------------------------------------------------------------

Method::Method(std::unique_ptr<Problem> problem, const MethodOptions& options)
    : problem_(std::move(problem)), options_(options), x_(problem_->upperStart()),
      y_(problem_->lowerStart()), z_(Eigen::VectorXd::Zero(y_.size())),
      direction_(Eigen::VectorXd::Zero(x_.size())), upper_(x_), lower_(y_), product_(y_),
      power_(y_), mixed_(x_) {}

void Method::step() {
    advance();
    ++t_;
}

double Method::lowerStep() const {
    return options_.lowerStep * problem_->stepScale(x_);
}

double Method::linearStep() const {
    return options_.linearStep * problem_->stepScale(x_);
}

Sample Method::sample(std::int64_t call, std::uint32_t draws) const {
    return {.index = indexPair(static_cast<std::uint32_t>(t_), static_cast<std::uint32_t>(call)),
            .draws = draws};
}

void Method::count(const Sample& sample) {
    calls_ += sample.draws == 0
                  ? 1.0
                  : static_cast<double>(sample.draws) / static_cast<double>(problem_->usualDraws());
}

void Method::lowerGradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Sample& sample,
                           Eigen::VectorXd& result) {
    problem_->lowerByY(x, y, sample, result);
    count(sample);
}

void Method::linearResidual(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                            const Eigen::VectorXd& z, const Sample& sample,
                            Eigen::VectorXd& result) {
    problem_->hessianProduct(x, y, z, sample, result);
    problem_->upperByY(x, y, sample, product_);
    result -= product_;
    count(sample);
    count(sample);
}

void Method::hypergradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                           const Eigen::VectorXd& z, const Sample& sample,
                           Eigen::VectorXd& result) {
    problem_->upperByX(x, y, sample, result);
    problem_->mixedProduct(x, y, z, sample, mixed_);
    if (options_.addsMixedProduct)
        result += mixed_;
    else
        result -= mixed_;
    count(sample);
    count(sample);
}

void Method::neumann(const Eigen::VectorXd& x, const Eigen::VectorXd& y, std::int64_t terms,
                     std::int64_t call, std::uint32_t draws, Eigen::VectorXd& z) {
    problem_->upperByY(x, y, sample(call, draws), power_);
    count(sample(call, draws));
    z = power_;
    for (std::int64_t q = 0; q < terms; ++q) {
        const Sample of = sample(call + q, draws);
        problem_->hessianProduct(x, y, power_, of, product_);
        count(of);
        power_ -= linearStep() * product_;
        z += power_;
    }
    z *= linearStep();
}

namespace {

// ---- BO-REP --------------------------------------------------------------------------------

constexpr double leastNorm = 1e-12;              ///< added to ‖m‖
constexpr std::int64_t firstStage = 8;           ///< of a refinement by epochs
constexpr std::int64_t refinementCall = 1 << 20; ///< its samples are not those of steps

class BoRep final : public Method {
public:
    BoRep(std::unique_ptr<Problem> problem, const MethodOptions& options)
        : Method(std::move(problem), options), center_(y_) {
        if (options_.refinesByEpochs)
            refineByEpochs();
        else
            refine();
    }

private:
    void descend(double step, std::int64_t call) {
        lowerGradient(x_, y_, sample(call), lower_);
        y_ -= step * lower_;
    }
    void refine() {
        const double first = options_.refinementStep;
        for (std::int64_t k = 0; k < options_.refinement; ++k)
            descend(first / (1.0 + static_cast<double>(k) * first * options_.convexity / 4.0),
                    refinementCall + k);
    }
    void refineByEpochs() {
        double step = options_.refinementStep;
        std::int64_t length = firstStage;
        for (std::int64_t k = 0; k < options_.refinement; length *= 2, step /= 2.0) {
            const std::int64_t count = std::min(length, options_.refinement - k);
            center_.setZero();
            for (std::int64_t i = 0; i < count; ++i, ++k) {
                descend(step, refinementCall + k);
                center_ += y_;
            }
            y_ = center_ / static_cast<double>(count);
        }
    }
    void lowerPeriod() {
        center_ = y_;
        for (std::int64_t k = 0; k < options_.lowerSteps; ++k) {
            descend(lowerStep(), k);
            product_ = y_ - center_;
            const double distance = product_.norm();
            if (distance > options_.radius)
                y_ = center_ + options_.radius / distance * product_;
        }
    }
    void advance() override {
        if (t_ % options_.period == 0)
            lowerPeriod();
        linearResidual(x_, y_, z_, sample(0), lower_);
        z_ -= linearStep() * lower_;
        hypergradient(x_, y_, z_, sample(0), upper_);
        const double kept = t_ == 0 ? 0.0 : options_.momentum;
        direction_ = kept * direction_ + (1.0 - kept) * upper_;
        if (!options_.moves)
            return;
        if (options_.normalizes)
            x_ -= options_.upperStep / (direction_.norm() + leastNorm) * direction_;
        else
            x_ -= options_.upperStep * direction_;
    }

    Eigen::VectorXd center_;
};

// ---- One loop ------------------------------------------------------------------------------

class Soba final : public Method {
public:
    Soba(std::unique_ptr<Problem> problem, const MethodOptions& options, bool averages)
        : Method(std::move(problem), options), averages_(averages), linear_(y_) {}

private:
    void advance() override {
        lowerGradient(x_, y_, sample(0), lower_);
        linearResidual(x_, y_, z_, sample(0), linear_);
        hypergradient(x_, y_, z_, sample(0), upper_);
        const double kept = averages_ && t_ > 0 ? options_.momentum : 0.0;
        direction_ = kept * direction_ + (1.0 - kept) * upper_;
        y_ -= lowerStep() * lower_;
        z_ -= linearStep() * linear_;
        x_ -= options_.upperStep * direction_;
    }

    bool averages_;
    Eigen::VectorXd linear_;
};

/// A running finite sum's estimate: new − table[i] + mean.
class Saga {
public:
    void set(Eigen::Index size, std::uint32_t parts) {
        table_.setZero(size, parts);
        mean_.setZero(size);
    }
    void store(std::uint32_t part, const Eigen::VectorXd& value) {
        mean_ += (value - table_.col(part)) / static_cast<double>(table_.cols());
        table_.col(part) = value;
    }
    /// `value` becomes the estimate; what it was is stored.
    void estimate(std::uint32_t part, Eigen::VectorXd& value) {
        value -= table_.col(part); // the difference
        table_.col(part) += value;
        value += mean_;
        mean_ += (value - mean_) / static_cast<double>(table_.cols());
    }

private:
    Eigen::MatrixXd table_;
    Eigen::VectorXd mean_;
};

class Saba final : public Method {
public:
    Saba(std::unique_ptr<Problem> problem, const MethodOptions& options)
        : Method(std::move(problem), options), linear_(y_) {
        const std::uint32_t parts = problem_->parts();
        lowerTable_.set(y_.size(), parts);
        linearTable_.set(y_.size(), parts);
        upperTable_.set(x_.size(), parts);
        for (std::uint32_t part = 0; part < parts; ++part) {
            directions(part);
            lowerTable_.store(part, lower_);
            linearTable_.store(part, linear_);
            upperTable_.store(part, upper_);
        }
    }

private:
    void directions(std::uint32_t part) {
        const Sample of{.index = part, .isPart = true};
        lowerGradient(x_, y_, of, lower_);
        linearResidual(x_, y_, z_, of, linear_);
        hypergradient(x_, y_, z_, of, upper_);
    }
    void advance() override {
        RandomStream stream({.seed = options_.seed,
                             .purpose = "bilevel part of a step",
                             .replicate = options_.replicate,
                             .index = static_cast<std::uint64_t>(t_)});
        const auto part = static_cast<std::uint32_t>(stream.integer(problem_->parts()));
        directions(part);
        lowerTable_.estimate(part, lower_);
        linearTable_.estimate(part, linear_);
        upperTable_.estimate(part, upper_);
        direction_ = upper_;
        y_ -= lowerStep() * lower_;
        z_ -= linearStep() * linear_;
        x_ -= options_.upperStep * direction_;
    }

    Eigen::VectorXd linear_;
    Saga lowerTable_, linearTable_, upperTable_;
};

// ---- Two loops -----------------------------------------------------------------------------

class StocBio final : public Method {
public:
    StocBio(std::unique_ptr<Problem> problem, const MethodOptions& options)
        : Method(std::move(problem), options) {}

private:
    void advance() override {
        for (std::int64_t k = 0; k < options_.innerSteps; ++k) {
            lowerGradient(x_, y_, sample(k), lower_);
            y_ -= lowerStep() * lower_;
        }
        neumann(x_, y_, options_.neumannTerms, 0, 0, z_);
        hypergradient(x_, y_, z_, sample(0), direction_);
        x_ -= options_.upperStep * direction_;
    }
};

class TwoTimescale final : public Method {
public:
    TwoTimescale(std::unique_ptr<Problem> problem, const MethodOptions& options)
        : Method(std::move(problem), options) {}

private:
    void advance() override {
        constexpr double lowerPower = -2.0 / 5.0, upperPower = -3.0 / 5.0;
        const double time = 1.0 + static_cast<double>(t_);
        lowerGradient(x_, y_, sample(0), lower_);
        y_ -= lowerStep() * std::pow(time, lowerPower) * lower_;
        RandomStream stream({.seed = options_.seed,
                             .purpose = "bilevel term of the Neumann series",
                             .replicate = options_.replicate,
                             .index = static_cast<std::uint64_t>(t_)});
        const std::int64_t terms = std::max<std::int64_t>(1, options_.neumannTerms);
        const auto drawn =
            static_cast<std::int64_t>(stream.integer(static_cast<std::uint64_t>(terms)));
        problem_->upperByY(x_, y_, sample(0), z_);
        count(sample(0));
        for (std::int64_t i = 0; i < drawn; ++i) {
            problem_->hessianProduct(x_, y_, z_, sample(i), product_);
            count(sample(i));
            z_ -= linearStep() * product_;
        }
        z_ *= linearStep() * static_cast<double>(terms);
        hypergradient(x_, y_, z_, sample(0), direction_);
        x_ -= options_.upperStep * std::pow(time, upperPower) * direction_;
    }
};

class VarianceReduced final : public Method {
public:
    VarianceReduced(std::unique_ptr<Problem> problem, const MethodOptions& options)
        : Method(std::move(problem), options), lowerDirection_(y_), formerX_(x_), formerY_(y_) {}

private:
    /// Both directions at a point, by one sample.
    void directions(const Eigen::VectorXd& x, const Eigen::VectorXd& y, std::int64_t call,
                    std::uint32_t draws) {
        neumann(x, y, options_.recursiveTerms, call, draws, z_);
        hypergradient(x, y, z_, sample(call, draws), upper_);
        lowerGradient(x, y, sample(call, draws), lower_);
    }
    void advance() override {
        constexpr std::int64_t apart = 1024; // calls of one inner step
        if (t_ % options_.refreshEvery == 0) {
            directions(x_, y_, 0, options_.largeBatch);
            direction_ = upper_;
            lowerDirection_ = lower_;
            formerY_ = y_;
        }
        formerX_ = x_;
        x_ -= options_.upperStep * direction_;
        for (std::int64_t k = 1; k <= options_.recursiveSteps; ++k) {
            directions(formerX_, formerY_, k * apart, options_.smallBatch);
            direction_ -= upper_;
            lowerDirection_ -= lower_;
            directions(x_, y_, k * apart, options_.smallBatch);
            direction_ += upper_;
            lowerDirection_ += lower_;
            formerX_ = x_;
            formerY_ = y_;
            y_ -= lowerStep() * lowerDirection_;
        }
    }

    Eigen::VectorXd lowerDirection_, formerX_, formerY_;
};

} // namespace

std::unique_ptr<Method> boRep(std::unique_ptr<Problem> problem, const MethodOptions& options) {
    return std::make_unique<BoRep>(std::move(problem), options);
}
std::unique_ptr<Method> soba(std::unique_ptr<Problem> problem, const MethodOptions& options) {
    return std::make_unique<Soba>(std::move(problem), options, false);
}
std::unique_ptr<Method> averagedSoba(std::unique_ptr<Problem> problem,
                                     const MethodOptions& options) {
    return std::make_unique<Soba>(std::move(problem), options, true);
}
std::unique_ptr<Method> stocBio(std::unique_ptr<Problem> problem, const MethodOptions& options) {
    return std::make_unique<StocBio>(std::move(problem), options);
}
std::unique_ptr<Method> twoTimescale(std::unique_ptr<Problem> problem,
                                     const MethodOptions& options) {
    return std::make_unique<TwoTimescale>(std::move(problem), options);
}
std::unique_ptr<Method> saba(std::unique_ptr<Problem> problem, const MethodOptions& options) {
    return std::make_unique<Saba>(std::move(problem), options);
}
std::unique_ptr<Method> varianceReduced(std::unique_ptr<Problem> problem,
                                        const MethodOptions& options) {
    return std::make_unique<VarianceReduced>(std::move(problem), options);
}

} // namespace convergence::bilevel
