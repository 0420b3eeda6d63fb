#pragma once

#include <functional>
#include <string>

#include "core/experiment/experiment.h"

namespace convergence {

/// What an experiment that takes long to be made (a scene is read, pictures are drawn) tells
/// meanwhile, and whether it should give up.
///
/// Whoever calls ExperimentType::create() has one on the stack: it holds for the calling thread
/// until it goes out of scope. What is called by create() tells and asks the thread's own. Without
/// one nobody listens, and nothing is to be stopped.
///
///     const Preparation preparation(showProgress, stop);
///     experiment = type.create(values);
class Preparation {
public:
    /// Share done, 0 to 1, and what is being done: "picture 3 of 40". Called on the same thread.
    using Listener = std::function<void(double fraction, const std::string& what)>;

    Preparation(Listener listener, StopToken stop);
    ~Preparation();
    Preparation(const Preparation&) = delete;
    Preparation& operator=(const Preparation&) = delete;

    static void tell(double fraction, const std::string& what);
    /// create() that gives up throws an InputError saying what was stopped.
    static StopToken stopToken();

private:
    Listener listener_;
    StopToken stop_;
    Preparation* outer_;
};

} // namespace convergence
