#include "core/radiance/scene.h"

namespace convergence::radiance {

double Scene::bytes() const {
    double total = 0.0;
    for (const auto* pictures : {&training, &heldOut})
        for (const PosedPicture& posed : *pictures)
            total += static_cast<double>(posed.picture.rgb.size());
    return total;
}

} // namespace convergence::radiance
