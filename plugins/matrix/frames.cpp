#include "plugins/matrix/frames.h"

#include <fmt/format.h>

namespace convergence {

using Eigen::Index;

MatrixFrame heatMap(std::string title, const Eigen::MatrixXd& matrix, bool symmetricScale) {
    MatrixFrame frame{.title = std::move(title),
                      .rows = static_cast<std::size_t>(matrix.rows()),
                      .columns = static_cast<std::size_t>(matrix.cols()),
                      .values = {},
                      .symmetricScale = symmetricScale,
                      .rowLabels = {},
                      .columnLabels = {}};
    frame.values.reserve(static_cast<std::size_t>(matrix.size()));
    for (Index i = 0; i < matrix.rows(); ++i)
        for (Index j = 0; j < matrix.cols(); ++j)
            frame.values.push_back(static_cast<float>(matrix(i, j)));
    return frame;
}

std::string subscript(Index number) {
    std::string text;
    for (const char digit : fmt::format("{}", number))
        text += fmt::format("\xe2\x82{}", static_cast<char>('\x80' + (digit - '0')));
    return text;
}

} // namespace convergence
