#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace convergence {

/// Workspaces that any thread may borrow: one is made when all are out, so that there are as many
/// as threads have worked at once. Which one a thread gets is not determined: nothing of a result
/// may stay in it.
///
///     const auto workspace = loans.borrow(); // until the end of the scope
///     workspace->run(...);
template <typename Workspace>
class Loans {
public:
    explicit Loans(std::function<std::unique_ptr<Workspace>()> make) : make_(std::move(make)) {
        free_.push_back(make_());
    }

    class Loan {
    public:
        Loan(Loans& lender, std::unique_ptr<Workspace> workspace)
            : lender_(lender), workspace_(std::move(workspace)) {}
        ~Loan() { lender_.takeBack(std::move(workspace_)); }
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;
        Workspace* operator->() const { return workspace_.get(); }
        Workspace& operator*() const { return *workspace_; }

    private:
        Loans& lender_;
        std::unique_ptr<Workspace> workspace_;
    };
    [[nodiscard]] Loan borrow() { return Loan(*this, take()); }

private:
    std::unique_ptr<Workspace> take() {
        {
            const std::lock_guard lock(mutex_);
            if (!free_.empty()) {
                auto last = std::move(free_.back());
                free_.pop_back();
                return last;
            }
        }
        return make_();
    }
    void takeBack(std::unique_ptr<Workspace> workspace) {
        const std::lock_guard lock(mutex_);
        free_.push_back(std::move(workspace));
    }

    std::function<std::unique_ptr<Workspace>()> make_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Workspace>> free_;
};

} // namespace convergence
