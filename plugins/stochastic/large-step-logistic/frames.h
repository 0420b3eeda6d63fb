#pragma once

#include "core/experiment/frames.h"
#include "plugins/stochastic/large-step-logistic/task.h"

namespace convergence::large_step {

/// The points of both classes and the line where θ decides.
CurvesFrame planeFrame(const Task& task, const Eigen::VectorXd& theta);
/// θ of images as a picture.
MatrixFrame thetaFrame(const Eigen::VectorXd& theta);
/// The images with the smallest margins side by side.
MatrixFrame hardestImages(const Task& task, const LinearSeparator& separator);
/// Size, radius, margin and bounds. Without a margin: whether it was looked for.
enum class MarginSearch { done, leftOut };
TextFrame taskFrame(const Task& task, MarginSearch search);

} // namespace convergence::large_step
