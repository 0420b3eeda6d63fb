#pragma once

#include <cmath>
#include <cstdint>
#include <queue>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace convergence {

/// What simulated machines do at which virtual second: arrivals, timers, ends of local work.
///
///     EventQueue<Arrival> queue;
///     for (i < clients) queue.schedule(seconds[i], Arrival{i});
///     while (!queue.empty()) {
///         const auto event = queue.pop();            // now() is event.seconds
///         ... queue.schedule(queue.now() + seconds[event.what.client], event.what);
///     }
///
/// Events come out by time; of equal times by `rank`, the smaller first; of equal ranks in the
/// order in which they were scheduled. So a run is the same on every machine: nothing depends on
/// how a heap happens to sort equals. Ranks say which kind goes first, e.g. arrivals 0, timers 1.
///
/// Times are equal if they are the same double. Two sums of the same steps in another order may
/// not be: schedule from now() rather than from a product.
template <typename What>
class EventQueue {
public:
    struct Event {
        double seconds = 0.0;
        std::int64_t rank = 0;
        std::uint64_t number = 0; ///< how many were scheduled before it
        What what{};
    };

    /// Throws std::logic_error for a time that is not finite, or before now().
    void schedule(double seconds, What what, std::int64_t rank = 0) {
        if (!(seconds >= now_) || std::isinf(seconds))
            throw std::logic_error("An event at " + std::to_string(seconds) +
                                   " s was scheduled at " + std::to_string(now_) +
                                   " s; it must come at that time or later.");
        heap_.push({seconds, rank, scheduled_++, std::move(what)});
    }

    [[nodiscard]] bool empty() const { return heap_.empty(); }
    [[nodiscard]] std::size_t size() const { return heap_.size(); }
    /// Time of the last event that was taken; 0 at first.
    [[nodiscard]] double now() const { return now_; }
    /// The next event, which stays. Throws std::logic_error if there is none.
    [[nodiscard]] const Event& next() const {
        if (heap_.empty())
            throw std::logic_error("There is no event left.");
        return heap_.top();
    }
    /// Takes the next event out; now() becomes its time. Throws std::logic_error if there is none.
    Event pop() {
        Event event = next();
        heap_.pop();
        now_ = event.seconds;
        return event;
    }

private:
    struct Later {
        bool operator()(const Event& a, const Event& b) const {
            if (a.seconds != b.seconds)
                return a.seconds > b.seconds;
            if (a.rank != b.rank)
                return a.rank > b.rank;
            return a.number > b.number;
        }
    };
    std::priority_queue<Event, std::vector<Event>, Later> heap_;
    double now_ = 0.0;
    std::uint64_t scheduled_ = 0;
};

} // namespace convergence
