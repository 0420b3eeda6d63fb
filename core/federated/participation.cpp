#include "core/federated/participation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/shared_draws.h"
#include "core/math/random.h"

namespace convergence::federated {

namespace {

RandomStream clientsOf(ParticipationSeed seed, std::int64_t round) {
    return RandomStream({.seed = seed.seed,
                         .purpose = "clients",
                         .replicate = seed.replicate,
                         .index = static_cast<std::uint64_t>(round)});
}

Index checkedSampled(Index clients, Index sampled) {
    if (clients < 1 || sampled < 1 || sampled > clients)
        throw InputError(fmt::format("{} clients a round of {} are not accepted; at least 1 and at "
                                     "most as many as there are can be sampled.",
                                     sampled, clients));
    return sampled;
}

std::vector<double> checkedRates(std::vector<double> rates) {
    if (rates.empty())
        throw InputError("Rates of participation of 0 clients are not accepted; at least 1 client "
                         "is needed.");
    for (std::size_t i = 0; i < rates.size(); ++i)
        if (!(rates[i] > 0.0 && rates[i] <= 1.0))
            throw InputError(fmt::format("A rate of participation of {:g} (client {}) is not "
                                         "accepted; it is above 0 and at most 1.",
                                         rates[i], i + 1));
    return rates;
}

class Subset final : public Participation {
public:
    Subset(Index clients, Index sampled, ParticipationSeed seed)
        : sampled_(static_cast<std::size_t>(checkedSampled(clients, sampled))), seed_(seed),
          all_(static_cast<std::size_t>(clients)), swapped_(sampled_) {
        std::iota(all_.begin(), all_.end(), ClientId{0});
    }
    void choose(std::int64_t round, std::vector<ClientId>& chosen) override {
        if (sampled_ == all_.size()) {
            chosen.assign(all_.begin(), all_.end());
            return;
        }
        RandomStream stream = clientsOf(seed_, round);
        for (std::size_t i = 0; i < sampled_; ++i) {
            swapped_[i] = i + stream.integer(all_.size() - i);
            std::swap(all_[i], all_[swapped_[i]]);
        }
        chosen.assign(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(sampled_));
        for (std::size_t i = sampled_; i-- > 0;) // the next round begins at the same order
            std::swap(all_[i], all_[swapped_[i]]);
        std::sort(chosen.begin(), chosen.end());
    }
    [[nodiscard]] Index most() const override { return static_cast<Index>(sampled_); }

private:
    std::size_t sampled_;
    ParticipationSeed seed_;
    std::vector<ClientId> all_;
    std::vector<std::size_t> swapped_;
};

class Weighted final : public Participation {
public:
    Weighted(std::vector<double> weights, Index sampled, ParticipationSeed seed)
        : weights_(std::move(weights)),
          sampled_(checkedSampled(static_cast<Index>(weights_.size()), sampled)), seed_(seed),
          keys_(weights_.size()) {
        for (const double w : weights_)
            if (!(w > 0.0 && std::isfinite(w)))
                throw InputError(fmt::format(
                    "A weight of participation of {:g} is not accepted; it is positive.", w));
    }
    void choose(std::int64_t round, std::vector<ClientId>& chosen) override {
        RandomStream stream = clientsOf(seed_, round);
        for (std::size_t i = 0; i < keys_.size(); ++i)
            keys_[i] = {std::log1p(-stream.uniform()) / weights_[i], static_cast<ClientId>(i)};
        std::partial_sort(keys_.begin(), keys_.begin() + sampled_, keys_.end(), std::greater<>());
        chosen.clear();
        for (Index i = 0; i < sampled_; ++i)
            chosen.push_back(keys_[static_cast<std::size_t>(i)].second);
        std::sort(chosen.begin(), chosen.end());
    }
    [[nodiscard]] Index most() const override { return sampled_; }

private:
    std::vector<double> weights_;
    Index sampled_;
    ParticipationSeed seed_;
    std::vector<std::pair<double, ClientId>> keys_;
};

class Bernoulli final : public Participation {
public:
    Bernoulli(std::vector<double> rates, ParticipationSeed seed, EmptyRound empty)
        : rates_(checkedRates(std::move(rates))), seed_(seed), empty_(empty) {}
    void choose(std::int64_t round, std::vector<ClientId>& chosen) override {
        RandomStream stream = clientsOf(seed_, round);
        do {
            chosen.clear();
            for (std::size_t i = 0; i < rates_.size(); ++i)
                if (stream.uniform() < rates_[i])
                    chosen.push_back(static_cast<ClientId>(i));
        } while (chosen.empty() && empty_ == EmptyRound::drawnAgain);
    }
    [[nodiscard]] Index most() const override { return static_cast<Index>(rates_.size()); }

private:
    std::vector<double> rates_;
    ParticipationSeed seed_;
    EmptyRound empty_;
};

class Markov final : public Participation {
public:
    Markov(std::vector<double> rates, double turnsOn, ParticipationSeed seed)
        : rates_(checkedRates(std::move(rates))), seed_(seed), on_(rates_.size()) {
        if (!(turnsOn > 0.0 && turnsOn <= 1.0))
            throw InputError(fmt::format("A probability of {:g} to come back is not accepted; it "
                                         "is above 0 and at most 1.",
                                         turnsOn));
        RandomStream stream(
            {.seed = seed.seed, .purpose = "participation at first", .replicate = seed.replicate});
        for (std::size_t i = 0; i < rates_.size(); ++i) {
            const double off = turnsOn * (1.0 / rates_[i] - 1.0), scale = std::max(1.0, off);
            moves_.push_back({turnsOn / scale, off / scale});
            on_[i] = stream.uniform() < rates_[i];
        }
    }
    void choose(std::int64_t round, std::vector<ClientId>& chosen) override {
        RandomStream stream = clientsOf(seed_, round);
        chosen.clear();
        for (std::size_t i = 0; i < rates_.size(); ++i) {
            const double u = stream.uniform();
            on_[i] = on_[i] ? u >= moves_[i].off : u < moves_[i].on;
            if (on_[i])
                chosen.push_back(static_cast<ClientId>(i));
        }
    }
    [[nodiscard]] Index most() const override { return static_cast<Index>(rates_.size()); }

private:
    struct Moves {
        double on, off; ///< probabilities
    };
    std::vector<double> rates_;
    ParticipationSeed seed_;
    std::vector<Moves> moves_;
    std::vector<bool> on_;
};

class Cyclic final : public Participation {
public:
    Cyclic(std::vector<double> rates, std::int64_t cycle, ParticipationSeed seed) {
        rates = checkedRates(std::move(rates));
        if (cycle < 2)
            throw InputError(
                fmt::format("A cycle of {} rounds is not accepted; it has at least 2.", cycle));
        RandomStream stream(
            {.seed = seed.seed, .purpose = "participation at first", .replicate = seed.replicate});
        for (const double p : rates) {
            const auto on = std::max<std::int64_t>(1, std::llround(static_cast<double>(cycle) * p));
            const auto off = std::max<std::int64_t>(1, cycle - on);
            const auto begin = stream.integer(static_cast<std::uint64_t>(off));
            all_.push_back({on, off, on + static_cast<std::int64_t>(begin)});
        }
    }
    void choose(std::int64_t round, std::vector<ClientId>& chosen) override {
        chosen.clear();
        for (std::size_t i = 0; i < all_.size(); ++i)
            if ((all_[i].begin + round) % (all_[i].on + all_[i].off) < all_[i].on)
                chosen.push_back(static_cast<ClientId>(i));
    }
    [[nodiscard]] Index most() const override { return static_cast<Index>(all_.size()); }

private:
    struct Cycle {
        std::int64_t on, off, begin;
    };
    std::vector<Cycle> all_;
};

} // namespace

std::unique_ptr<Participation> withoutReplacement(Index clients, Index sampled,
                                                  ParticipationSeed seed) {
    return std::make_unique<Subset>(clients, sampled, seed);
}
std::unique_ptr<Participation> weighted(std::vector<double> weights, Index sampled,
                                        ParticipationSeed seed) {
    return std::make_unique<Weighted>(std::move(weights), sampled, seed);
}
std::unique_ptr<Participation> bernoulli(std::vector<double> rates, ParticipationSeed seed,
                                         EmptyRound empty) {
    return std::make_unique<Bernoulli>(std::move(rates), seed, empty);
}
std::unique_ptr<Participation> markov(std::vector<double> rates, double turnsOn,
                                      ParticipationSeed seed) {
    return std::make_unique<Markov>(std::move(rates), turnsOn, seed);
}
std::unique_ptr<Participation> cyclic(std::vector<double> rates, std::int64_t cycle,
                                      ParticipationSeed seed) {
    return std::make_unique<Cyclic>(std::move(rates), cycle, seed);
}

std::int64_t Delays::of(std::int64_t round, ClientId client) const {
    switch (kind) {
    case Kind::none:
        return 0;
    case Kind::fixed:
        return std::min(most, round);
    case Kind::uniform:
        break;
    }
    RandomStream stream({.seed = seed.seed,
                         .purpose = "delays",
                         .replicate = seed.replicate,
                         .index = indexPair(client, static_cast<std::uint32_t>(round))});
    return std::min(static_cast<std::int64_t>(stream.integer(static_cast<std::uint64_t>(most) + 1)),
                    round);
}

} // namespace convergence::federated
