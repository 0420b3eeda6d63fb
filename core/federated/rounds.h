#pragma once

#include <memory>

#include "core/distributed/ledger.h"
#include "core/federated/clock.h"
#include "core/federated/local_work.h"
#include "core/federated/participation.h"
#include "core/stop_token.h"

namespace convergence::federated {

enum class Weighting { uniform, bySize };

struct RoundOptions {
    LocalPlan plan;
    double localRate = 0.1;                   ///< η
    double serverRate = 1.0;                  ///< η_g; 1 is the plain mean
    double localRateDecay = 1.0;              ///< η is multiplied by it after each round
    double clip = 0.0;                        ///< gradients are shortened to this norm; 0: not
    Weighting weighting = Weighting::uniform; ///< w_i = 1/S, or n_i/Σn_j
    Delays delays;                            ///< clients begin at models of rounds ago
    bool followPaths = false;                 ///< LocalWork::followPaths()
    std::optional<ClockModel> clock;          ///< none: virtual seconds stay 0
};

/// How far the clients of a round went, and how much they agree; empty without any.
struct RoundMeasures {
    std::optional<double> drift;     ///< (1/S)Σ‖x_i^K − start_i‖²
    std::optional<double> cosine;    ///< mean over pairs of their updates; of two clients or more
    std::optional<double> consensus; ///< (1/S)Σ‖x_i^K − x̄‖², x̄ the mean of the x_i^K
};

/// A client's part in a round, in virtual seconds.
struct Reply {
    ClientId client = 0;
    double began = 0.0;   ///< when the model had been sent, and an earlier reply had come
    double arrived = 0.0; ///< when its reply had come
};

/// A method's rounds on a problem. One object a thread; the same bits for any number of threads; a
/// step does not allocate.
template <typename Scalar>
class Rounds {
public:
    /// Throws InputError if the problem refuses the plan.
    Rounds(std::shared_ptr<const Problem<Scalar>> problem, std::unique_ptr<Method<Scalar>> method,
           std::unique_ptr<Participation> participation, const RoundOptions& options);

    /// One round; false if it was stopped before its end, and then nothing counts.
    bool step(const StopToken& stop) { return advance(&stop); }
    void step() { advance(nullptr); }

    [[nodiscard]] std::int64_t round() const { return round_; } ///< rounds done
    [[nodiscard]] const VectorOf<Scalar>& model() const { return method_->model(); }
    /// Whether the model is a model: finite, and not a million times farther out than it began.
    [[nodiscard]] bool isSound() const;
    [[nodiscard]] Method<Scalar>& method() { return *method_; }
    [[nodiscard]] const Method<Scalar>& method() const { return *method_; }
    [[nodiscard]] const Problem<Scalar>& problem() const { return *problem_; }
    [[nodiscard]] Evaluator<Scalar>& evaluator() { return *evaluator_; }
    /// Of the last round.
    [[nodiscard]] const LocalWork<Scalar>& work() const { return work_; }
    [[nodiscard]] RoundMeasures measures() const;
    [[nodiscard]] const Ledger::Totals& totals() const { return ledger_.totals(); }
    /// Of the last round, with a clock. A round ends when the last of its replies has come. Who
    /// begins at a model of rounds ago was sent it then; a client does one thing after another.
    [[nodiscard]] const std::vector<Reply>& replies() const { return replies_; }
    /// When the last round began.
    [[nodiscard]] double beginOfRound() const { return begin_; }

    /// From the next round on.
    void setLocalRate(double rate) { options_.localRate = rate; }
    void setServerRate(double rate) { options_.serverRate = rate; }
    [[nodiscard]] double localRate() const { return options_.localRate; }

private:
    bool advance(const StopToken* stop);
    void assemble();
    void count(std::int64_t samples);
    void passTime();

    std::shared_ptr<const Problem<Scalar>> problem_;
    std::unique_ptr<Method<Scalar>> method_;
    std::unique_ptr<Participation> participation_;
    RoundOptions options_;
    std::unique_ptr<Evaluator<Scalar>> evaluator_;
    LocalWork<Scalar> work_;
    PastModels<Scalar> past_;
    std::vector<std::int64_t> ages_; ///< of the x that each client of the round began at
    std::optional<Clock> clock_;
    std::vector<double> begins_; ///< of the last rounds, round r at r modulo their number
    std::vector<double> free_;   ///< from when on each client has nothing to do
    std::vector<Reply> replies_;
    double begin_ = 0.0;
    Ledger ledger_;
    std::int64_t round_ = 0;
    double farthest_ = 0.0; ///< ‖x‖ beyond which it diverged
};

} // namespace convergence::federated
