// What the choices of the parameters are.

#pragma once

#include <string_view>

#include "core/experiment/trait_table.h"
#include "core/nn/tangent_kernel.h"

namespace convergence::tangent_kernel {

struct DataSet {
    std::string_view id, label, help;
    bool isCircle = false;
};
inline constexpr DataSet dataSets[] = {
    {.id = "circle", .label = "unit circle", .help = "", .isCircle = true},
    {.id = "images", .label = "Fashion-MNIST, two classes", .help = ""}};

struct ScalingChoice {
    std::string_view id, label, help;
    TangentScaling scaling = TangentScaling::tangent;
};
inline constexpr ScalingChoice scalings[] = {{.id = "tangent",
                                              .label = "tangent: W ~ N(0, 1), h = Wa/√n",
                                              .help = "The paper's.",
                                              .scaling = TangentScaling::tangent},
                                             {.id = "standard",
                                              .label = "standard: W ~ N(0, 1/n)",
                                              .help = "The kernel grows with the width.",
                                              .scaling = TangentScaling::standard},
                                             {.id = "mean_field",
                                              .label = "mean field: output once more divided by √n",
                                              .help = "Features move.",
                                              .scaling = TangentScaling::meanField}};

} // namespace convergence::tangent_kernel
