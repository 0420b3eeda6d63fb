#pragma once

#include <map>
#include <memory>
#include <mutex>

namespace convergence {

/// Values of a pure function of a key and of what all trials of a run share, each made once, by
/// whoever needs it first; others wait for it. It is the only thing that trials share and write:
/// who makes a value does not change it.
template <typename Key, typename Value>
class MadeOnce {
public:
    /// `make` returns null when it was asked to stop; the next one to come tries again.
    template <typename Make>
    std::shared_ptr<const Value> get(const Key& key, const Make& make) {
        const std::shared_ptr<Slot> slot = slotOf(key);
        const std::lock_guard lock(slot->mutex);
        if (!slot->value)
            slot->value = make();
        return slot->value;
    }

private:
    struct Slot {
        std::mutex mutex;
        std::shared_ptr<const Value> value;
    };
    std::shared_ptr<Slot> slotOf(const Key& key) {
        const std::lock_guard lock(mutex_);
        auto& slot = slots_[key];
        if (!slot)
            slot = std::make_shared<Slot>();
        return slot;
    }
    std::mutex mutex_;
    std::map<Key, std::shared_ptr<Slot>> slots_;
};

} // namespace convergence
