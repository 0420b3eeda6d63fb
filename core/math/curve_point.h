#pragma once

namespace convergence {

/// One point of a curve drawn by a person, e.g. a learning-rate profile.
struct CurvePoint {
    double x = 0.0;
    double y = 0.0;
    friend bool operator==(const CurvePoint&, const CurvePoint&) = default;
};

} // namespace convergence
