#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/experiment/parameter.h"
#include "core/optim/schedule.h"

namespace convergence::rex {

/// The profile and sampling rate in force; live changes go here.
struct CustomSchedule {
    std::string profile;
    std::string sampling;
    ScheduleOptions options;
    double delay = 0.25;
    std::vector<double> milestones; ///< of one's own
    std::vector<CurvePoint> drawn;

    explicit CustomSchedule(const ParameterValues& values);

    [[nodiscard]] Profile makeProfile() const;
    [[nodiscard]] Sampling makeSampling() const;
    [[nodiscard]] std::unique_ptr<Schedule> make(std::int64_t budget) const;
    /// A step profile goes through the milestones of its sampling rate, by default 30-60-90.
    [[nodiscard]] std::vector<double> stepMilestones() const;
};

} // namespace convergence::rex
