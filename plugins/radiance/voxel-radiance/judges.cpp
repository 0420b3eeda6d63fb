#include "plugins/radiance/voxel-radiance/judges.h"

#include <algorithm>
#include <cmath>

namespace convergence::voxel_radiance {

using namespace measures;

Measure planeError() {
    return apply([](double psnr) { return std::pow(10.0, -psnr / 10.0); }, final("plane_psnr"));
}

Measure equalSeconds() {
    const Measure untilItsEnd([](const Place& place) -> Number {
        const auto clock = place.run.recording->timing(*place.trial).column("seconds");
        return clock.empty() || !ended(place.run, *place.trial) ? std::nullopt
                                                                : Number(clock.back());
    });
    return least({of("grid", untilItsEnd), of("nerf", untilItsEnd)});
}

Measure qualityAfterEqualSeconds(const std::string& arm) {
    const Measure seconds = equalSeconds();
    return of(arm, Measure([seconds](const Place& place) -> Number {
                  const Number wanted = seconds.at({place.evidence, place.run});
                  const Recording& recording = *place.run.recording;
                  const auto clock = recording.timing(*place.trial).column("seconds");
                  const auto quality = recording.trace(*place.trial).column("psnr_held_out");
                  const std::size_t rows = std::min(clock.size(), quality.size());
                  if (!wanted || rows == 0 || clock[rows - 1] < *wanted)
                      return std::nullopt;
                  std::size_t row = 0;
                  while (row + 1 < rows && clock[row + 1] <= *wanted)
                      ++row;
                  return quality[row];
              }));
}

Measure coloredShare(Phase phase) {
    constexpr double steps = 250;
    return Measure([phase](const Place& place) -> Number {
        const Table& trace = place.run.recording->trace(*place.trial);
        const auto step = trace.column("iteration"), stage = trace.column("phase");
        const auto inBox = trace.column("samples_in_box"),
                   colored = trace.column("samples_colored");
        const auto fineFrom = static_cast<double>(place.run.values->integer("coarse_steps"));
        double all = 0.0, share = 0.0;
        for (std::size_t row = 0; row < colored.size(); ++row) {
            const bool isWanted = phase == Phase::first ? step[row] <= fineFrom + steps
                                                        : step[row] > step.back() - steps;
            if (stage[row] == 1.0 && !std::isnan(colored[row]) && step[row] > fineFrom &&
                isWanted) {
                all += inBox[row];
                share += colored[row];
            }
        }
        return all == 0.0 ? std::nullopt : Number(share / all);
    });
}

} // namespace convergence::voxel_radiance
