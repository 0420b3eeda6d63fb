// Trains a small transformer on a text, byte by byte, and prints the loss: the example of the
// README.

#include <cstdio>

#include "core/data/text.h"
#include "core/nn/transformer.h"
#include "core/optim/optimizer.h"

using namespace convergence;
using namespace convergence::autodiff;

int main(int argumentCount, char** arguments) {
    const TextDataset text = argumentCount > 1
                                 ? loadText(arguments[1], TextUnit::bytes)
                                 : loadText("/usr/share/common-licenses/GPL-3", TextUnit::bytes);
    constexpr Index batch = 8, length = 32;

    ParameterLayout layout;
    const Transformer model(
        layout, {.vocabulary = 256, .context = length, .width = 32, .heads = 2, .layers = 2});
    Eigen::VectorXf theta(layout.size());
    layout.initialize({theta.data(), static_cast<std::size_t>(theta.size())}, 1);

    Graph<float> graph; // record once
    const auto parameters = graph.input({layout.size()});
    const auto tokens = graph.indexInput({batch, length}), next = graph.indexInput({batch, length});
    const auto loss = mean(crossEntropy(model(parameters, tokens), next));
    const auto slope = gradient(loss, parameters);
    Program<float> program(graph, {loss, slope});
    program.bind(parameters, {theta.data(), static_cast<std::size_t>(theta.size())});

    Adam<float> adam(theta.size());
    for (std::uint64_t step = 0; step < 400; ++step) { // replay at every step
        drawWindows(text.train, {.length = length, .seed = 1, .step = step}, program.value(tokens),
                    program.value(next));
        program.run(step);
        adam.step(theta, program.vector(slope), 3e-3F);
        if (step % 50 == 0 || step == 399)
            std::printf("%llu %.4f\n", static_cast<unsigned long long>(step),
                        static_cast<double>(program.scalar(loss)));
    }
}
