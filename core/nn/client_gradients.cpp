#include "core/nn/client_gradients.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/autodiff/operations.h"
#include "core/error.h"

namespace convergence {

using namespace autodiff;

namespace {

constexpr Index lenetSide = 28;
constexpr Index lenetWindow = 5;

Initializer uniformStart(Index fanIn) {
    return Initializer::uniform(1.0 / std::sqrt(static_cast<double>(fanIn)));
}

/// Layers of all clients at once. Block k of the stacked vector holds block k of all clients, so
/// that taking it costs nothing, and its gradient is computed where it belongs.
template <typename Scalar>
struct Stack {
    const ParameterLayout& layout;
    Index clients;
    Tensor<Scalar> theta; ///< [C·P]

    [[nodiscard]] Tensor<Scalar> block(std::size_t k, const Shape& shape) const {
        return part(theta, clients * layout.blocks()[k].begin, shape);
    }
    /// x: [clients × batch × inputs], by the blocks k and k + 1.
    [[nodiscard]] Tensor<Scalar> linear(std::size_t k, Tensor<Scalar> x) const {
        const Shape& weight = layout.blocks()[k].shape;
        return matmul(x, block(k, {clients, weight[0], weight[1]})) +
               block(k + 1, {clients, 1, weight[1]});
    }
    /// x: pictures of one client after another [clients·batch × height × width × channels]. A
    /// picture is work enough for a product of its own: client by client.
    [[nodiscard]] Tensor<Scalar> convolution(std::size_t k, Tensor<Scalar> x, Index padding) const {
        const Shape& kernel = layout.blocks()[k].shape;
        const Index batch = x.shape()[0] / clients;
        const auto kernels = block(k, {clients, kernel.elements()});
        const auto biases = block(k + 1, {clients, kernel[3]});
        std::vector<Tensor<Scalar>> all;
        for (Index c = 0; c < clients; ++c)
            all.push_back(conv2d(slice(x, 0, c * batch, batch),
                                 reshape(slice(kernels, 0, c, 1), kernel), 1, padding) +
                          reshape(slice(biases, 0, c, 1), {kernel[3]}));
        return concatenate(all, 0);
    }
};

void addLinear(ParameterLayout& layout, const std::string& name, Index inputs, Index outputs,
               bool zero) {
    const auto start = zero ? Initializer::zeros() : uniformStart(inputs);
    layout.add(name + "/weight", {inputs, outputs}, start);
    layout.add(name + "/bias", {outputs}, start);
}

void addConvolution(ParameterLayout& layout, const std::string& name, Index inputs, Index outputs) {
    const auto start = uniformStart(lenetWindow * lenetWindow * inputs);
    layout.add(name + "/kernel", {lenetWindow, lenetWindow, inputs, outputs}, start);
    layout.add(name + "/bias", {outputs}, start);
}

/// Sizes of the fully connected layers.
std::vector<Index> checkedSizes(const ClientNetwork& network) {
    if (network.kind == ClientNetwork::Kind::lenet)
        return {400, 120, 84, 10};
    if (network.sizes.size() < 2 ||
        std::any_of(network.sizes.begin(), network.sizes.end(), [](Index n) { return n < 1; }))
        throw InputError(fmt::format("A network of {} layer sizes is not accepted; it takes at "
                                     "least 2, each at least 1.",
                                     network.sizes.size()));
    return network.sizes;
}

} // namespace

template <typename Scalar>
struct ClientGradients<Scalar>::Recorded {
    ParameterLayout layout;
    Graph<Scalar> graph;
    Index clients, batch, features;
    Tensor<Scalar> theta, inputs, weights, losses, slope;
    Indices<Scalar> labels;
    std::unique_ptr<Program<Scalar>> program;
    Matrix copied; ///< short batches, features × C·B

    Recorded(const ClientNetwork& network, Index clientCount, Index batchSize)
        : clients(clientCount), batch(batchSize) {
        const auto sizes = checkedSizes(network);
        const bool pictures = network.kind == ClientNetwork::Kind::lenet;
        features = pictures ? lenetSide * lenetSide : sizes.front();
        if (pictures) {
            addConvolution(layout, "first", 1, 6);
            addConvolution(layout, "second", 6, 16);
        }
        const std::size_t firstLinear = layout.blocks().size();
        for (std::size_t l = 0; l + 1 < sizes.size(); ++l)
            addLinear(layout, "head/layer " + std::to_string(l + 1), sizes[l], sizes[l + 1],
                      !pictures && sizes.size() == 2);

        theta = graph.input({clients * layout.size()});
        inputs = graph.input({clients * batch, features});
        weights = graph.input({clients * batch});
        labels = graph.indexInput({clients * batch});
        const Stack<Scalar> stack{layout, clients, theta};
        auto h = inputs;
        if (pictures) {
            h = reshape(h, {clients * batch, lenetSide, lenetSide, 1});
            h = maxPool(relu(stack.convolution(0, h, 2)), 2, 2);
            h = maxPool(relu(stack.convolution(2, h, 0)), 2, 2);
        }
        h = reshape(h, {clients, batch, sizes.front()});
        for (std::size_t l = 0; l + 1 < sizes.size(); ++l) {
            h = stack.linear(firstLinear + 2 * l, h);
            if (l + 2 < sizes.size())
                h = relu(h);
        }
        const auto each = crossEntropy(reshape(h, {clients * batch, sizes.back()}), labels);
        losses = sum(reshape(each * weights, {clients, batch}), 1);
        slope = gradient(sum(losses), theta); // clients share nothing: the gradient of each
        program = std::make_unique<Program<Scalar>>(graph, std::vector{losses, slope});
        copied.setZero(features, clients * batch);
    }

    /// Calls copy(place in a client's vector, place in the stacked one, size) for client c.
    template <typename Copy>
    void forBlocks(Index c, const Copy& copy) const {
        for (const auto& block : layout.blocks())
            copy(block.begin, clients * block.begin + c * block.size(), block.size());
    }

    void stack(const Eigen::Ref<const Matrix>& points) {
        Scalar* const stacked = program->value(theta).data();
        for (Index c = 0; c < clients; ++c)
            forBlocks(c, [&](Index own, Index place, Index size) {
                std::copy_n(points.col(c).data() + own, size, stacked + place);
            });
    }

    /// Whole batches are read where they are; of short ones what counts is copied.
    void setBatches(const Batches& given) {
        const auto count = static_cast<std::size_t>(clients * batch);
        if (given.inputs.rows() != features || given.inputs.cols() != clients * batch ||
            given.labels.size() != count ||
            (!given.counts.empty() && given.counts.size() != static_cast<std::size_t>(clients)))
            throw std::logic_error("The batches do not fit the clients that the gradients are of.");
        // Column-major features × examples is row-major examples × features.
        const bool whole = given.counts.empty() && given.inputs.outerStride() == features;
        program->bind(inputs,
                      whole ? std::span<const Scalar>(given.inputs.data(),
                                                      static_cast<std::size_t>(given.inputs.size()))
                            : std::span<const Scalar>(copied.data(),
                                                      static_cast<std::size_t>(copied.size())));
        const auto allLabels = program->value(labels);
        const auto allWeights = program->value(weights);
        for (Index c = 0; c < clients; ++c) {
            const Index used =
                given.counts.empty() ? batch : given.counts[static_cast<std::size_t>(c)];
            if (used < 0 || used > batch)
                throw std::logic_error("A client's examples are more than its batch holds.");
            const auto begin = c * batch;
            if (!whole) {
                copied.middleCols(begin, used) = given.inputs.middleCols(begin, used);
                copied.middleCols(begin + used, batch - used).setZero();
            }
            for (Index b = 0; b < batch; ++b) {
                const auto i = static_cast<std::size_t>(begin + b);
                allLabels[i] = b < used ? given.labels[i] : 0;
                allWeights[i] = b < used ? Scalar(1) / static_cast<Scalar>(used) : Scalar(0);
            }
        }
    }
};

template <typename Scalar>
ClientGradients<Scalar>::ClientGradients(const ClientNetwork& network, Eigen::Index clients,
                                         Eigen::Index batch) {
    if (clients < 1 || batch < 1)
        throw InputError(fmt::format("Gradients of {} clients on batches of {} are not accepted; "
                                     "at least 1 of each is needed.",
                                     clients, batch));
    recorded_ = std::make_unique<Recorded>(network, clients, batch);
}

template <typename Scalar>
ClientGradients<Scalar>::~ClientGradients() = default;
template <typename Scalar>
ClientGradients<Scalar>::ClientGradients(ClientGradients&&) noexcept = default;

template <typename Scalar>
Eigen::Index ClientGradients<Scalar>::clients() const {
    return recorded_->clients;
}
template <typename Scalar>
Eigen::Index ClientGradients<Scalar>::batch() const {
    return recorded_->batch;
}
template <typename Scalar>
Eigen::Index ClientGradients<Scalar>::features() const {
    return recorded_->features;
}
template <typename Scalar>
const ParameterLayout& ClientGradients<Scalar>::layout() const {
    return recorded_->layout;
}

template <typename Scalar>
void ClientGradients<Scalar>::initialize(Eigen::Ref<Vector> parameters, std::uint64_t seed) const {
    layout().initialize({parameters.data(), static_cast<std::size_t>(parameters.size())}, seed);
}

template <typename Scalar>
Eigen::Map<const typename ClientGradients<Scalar>::Vector>
ClientGradients<Scalar>::run(const Eigen::Ref<const Matrix>& points, const Batches& batches,
                             Eigen::Ref<Matrix> gradients) {
    auto& r = *recorded_;
    if (points.rows() != parameterCount() || points.cols() != r.clients ||
        gradients.rows() != points.rows() || gradients.cols() != points.cols())
        throw std::logic_error("Points and gradients have a row for each parameter and a column "
                               "for each client.");
    r.setBatches(batches);
    if (r.clients == 1) { // whose blocks lie as they should
        const auto size = static_cast<std::size_t>(points.size());
        r.program->bind(r.theta, {points.data(), size});
        r.program->bindOutput(r.slope, {gradients.data(), size});
        r.program->run();
        return {r.program->value(r.losses).data(), r.clients};
    }
    r.stack(points);
    r.program->run();
    const Scalar* const slopes = r.program->value(r.slope).data();
    for (Index c = 0; c < r.clients; ++c)
        r.forBlocks(c, [&](Index own, Index place, Index size) {
            std::copy_n(slopes + place, size, gradients.col(c).data() + own);
        });
    return {r.program->value(r.losses).data(), r.clients};
}

template class ClientGradients<float>;
template class ClientGradients<double>;

} // namespace convergence
