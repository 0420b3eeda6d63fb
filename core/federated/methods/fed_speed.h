#pragma once

#include "core/federated/methods/ascent.h"

namespace convergence::federated {

/// FedSpeed (Sun et al. 2023): a spring to the server's x, a correction of what the spring leaves
/// behind, and gradients from uphill,
///
///   d = g̃ − ĝ_i + w(x_i − x),   then ĝ_i ← ĝ_i − w(x_i^K − x).
///
/// Kept is h_i = −ĝ_i/w, so that d = g̃ + w(x_i + h_i − x) and h_i ← h_i + x_i^K − x: all that a
/// client went so far. The server adds corrections to the mean of what it is sent,
///
///   all       x ← mean_S x_i^K + (1/N)Σ_i h_i    over all clients, as in the authors' program
///   sampled   x ← mean_S (x_i^K + h_i)           over those of the round, as the paper lists it
///
/// At rest x_i^K = x and Σĝ_i = 0, so that Σg̃_i = 0, whatever K. Without ascent the first is
/// FedDyn and the second FedADMM; without the correction (h_i = 0) it is FedProx with uphill
/// gradients; with w = 0 it is FedSAM, and with ρ = 0 besides FedAvg, bit for bit.
struct FedSpeedOptions {
    double weight = 0.1; ///< w = 1/λ
    enum class Correction { kept, none, flipped /* the wrong sign, for comparison */ };
    Correction correction = Correction::kept;
    enum class Server { all, sampled };
    Server server = Server::all;
    AscentOptions ascent;
    double relaxedStart = 0.0; ///< a client begins at x + this·(x − its own last x_i^K)
};

template <typename Scalar>
class FedSpeed final : public Method<Scalar> {
public:
    using Options = FedSpeedOptions;
    explicit FedSpeed(const Options& options) : options_(options), ascent_(options.ascent) {}

    void start(const typename Method<Scalar>::Start& start) override {
        Method<Scalar>::start(start);
        ascent_.start(start);
        corrections_ = MatrixOf<Scalar>::Zero(start.x.size(), start.clients);
        sum_ = VectorOf<Scalar>::Zero(start.x.size());
        if (options_.relaxedStart > 0.0)
            last_ = start.x.replicate(1, start.clients);
    }
    [[nodiscard]] int gradientsAStep() const override { return ascent_.gradientsAStep(); }
    bool set(std::string_view option, double value) override {
        if (option == "prox_weight")
            setWeight(value);
        else if (option == "correction")
            options_.correction =
                value != 0.0 ? Options::Correction::kept : Options::Correction::none;
        else if (option == "ascent")
            ascent_.options().step = value;
        else if (option == "merge")
            ascent_.options().merge = value;
        else
            return false;
        return true;
    }
    /// h_i, P × N; their sum, −Σĝ_i/w.
    [[nodiscard]] const MatrixOf<Scalar>& corrections() const { return corrections_; }
    [[nodiscard]] const VectorOf<Scalar>& sumOfCorrections() const { return sum_; }

    /// Of (1/N)Σh_i, or of the mean over those of the round: 0 at rest, where it is right.
    [[nodiscard]] std::optional<double> correctionLength() const override {
        if (!corrects())
            return std::nullopt;
        const auto length = static_cast<double>(sum_.norm());
        return options_.server == Options::Server::all
                   ? length / static_cast<double>(corrections_.cols())
                   : length;
    }

    /// h_i, where those of all clients are averaged.
    [[nodiscard]] const MatrixOf<Scalar>* clientCorrections() const override {
        return corrects() && options_.server == Options::Server::all ? &corrections_ : nullptr;
    }

    void broadcast(const Part<Scalar>& part) override {
        if (options_.relaxedStart == 0.0)
            return;
        const auto beta = static_cast<Scalar>(options_.relaxedStart);
        part.each([&](Index j, ClientId i) {
            part.all.start.col(j) += beta * (this->x_ - last_.col(static_cast<Index>(i)));
        });
    }
    void further(const Part<Scalar>& part, Batches<Scalar>& batches) override {
        ascent_.climb(part, batches);
    }
    void direct(const Part<Scalar>& part) override {
        ascent_.merge(part);
        if (options_.weight == 0.0)
            return;
        const auto w = static_cast<Scalar>(options_.weight);
        const Scalar sign(options_.correction == Options::Correction::flipped ? -1 : 1);
        part.each([&](Index j, ClientId i) {
            auto direction = part.all.direction.col(j);
            direction += w * (part.all.x.col(j) - part.all.start.col(j));
            if (corrects())
                direction += (sign * w) * corrections_.col(static_cast<Index>(i));
        });
    }
    void reply(const Part<Scalar>& part) override {
        part.each([&](Index j, ClientId i) {
            if (corrects())
                corrections_.col(static_cast<Index>(i)) +=
                    part.all.x.col(j) - part.all.start.col(j);
            if (options_.relaxedStart > 0.0)
                last_.col(static_cast<Index>(i)) = part.all.x.col(j);
        });
    }
    void aggregate(const Cohort<Scalar>& cohort) override {
        const auto n = static_cast<Scalar>(corrections_.cols());
        if (cohort.size() == 0)
            return;
        if (options_.relaxedStart > 0.0)
            shiftByStarts(cohort);
        Method<Scalar>::aggregate(cohort);
        if (!corrects())
            return;
        sum_.setZero();
        if (options_.server == Options::Server::all) {
            sum_ = corrections_.rowwise().sum();
            this->x_ += sum_ / n;
            return;
        }
        for (Index j = 0; j < cohort.size(); ++j) {
            const auto k = static_cast<std::size_t>(j);
            sum_ += static_cast<Scalar>(cohort.weights[k]) *
                    corrections_.col(static_cast<Index>(cohort.clients[k]));
        }
        this->x_ += sum_;
    }

private:
    [[nodiscard]] bool corrects() const {
        return options_.weight > 0.0 && options_.correction != Options::Correction::none;
    }
    /// The mean of x_i^K lies the mean update away from that of the starts.
    void shiftByStarts(const Cohort<Scalar>& cohort) {
        sum_.setZero();
        for (Index j = 0; j < cohort.size(); ++j)
            sum_ += static_cast<Scalar>(cohort.weights[static_cast<std::size_t>(j)]) *
                    (cohort.start.col(j) - this->x_);
        this->x_ += sum_;
    }
    /// ĝ_i = −w·h_i stays as it is.
    void setWeight(double weight) {
        if (weight > 0.0 && options_.weight > 0.0)
            corrections_ *= static_cast<Scalar>(options_.weight / weight);
        else
            corrections_.setZero();
        options_.weight = weight;
    }

    Options options_;
    Ascent<Scalar> ascent_;
    MatrixOf<Scalar> corrections_; ///< h_i, P × N
    MatrixOf<Scalar> last_;        ///< each client's last x_i^K, with a relaxed start
    VectorOf<Scalar> sum_;
};

} // namespace convergence::federated
