#pragma once

// Everything to record, differentiate and run a computation.

#include "core/autodiff/attention.h"         // IWYU pragma: export
#include "core/autodiff/convolution.h"       // IWYU pragma: export
#include "core/autodiff/elementwise.h"       // IWYU pragma: export
#include "core/autodiff/gradient.h"          // IWYU pragma: export
#include "core/autodiff/graph.h"             // IWYU pragma: export
#include "core/autodiff/indexing.h"          // IWYU pragma: export
#include "core/autodiff/linear.h"            // IWYU pragma: export
#include "core/autodiff/normalization.h"     // IWYU pragma: export
#include "core/autodiff/program.h"           // IWYU pragma: export
#include "core/autodiff/random_operations.h" // IWYU pragma: export
#include "core/autodiff/reductions.h"        // IWYU pragma: export
#include "core/autodiff/shape_operations.h"  // IWYU pragma: export
#include "core/autodiff/softmax.h"           // IWYU pragma: export
#include "core/autodiff/sparse.h"            // IWYU pragma: export
