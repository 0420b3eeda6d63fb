#include "core/federated/synthetic_clients.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/random.h"

namespace convergence::federated {

namespace {

void requireSynthetic(bool isGood, const char* name, double value, const char* range) {
    if (!isGood)
        throw InputError(fmt::format("synthetic(a, b) with {} = {:g} is not accepted; it is {}.",
                                     name, value, range));
}

Index sizeOf(const SyntheticSetting& s, RandomStream& stream) {
    constexpr double most = 5000.0;
    return s.unequal ? static_cast<Index>(
                           std::min(most, std::floor(std::exp(4.0 + 2.0 * stream.normal())) + 50.0))
                     : s.samples;
}

/// What makes one client's samples.
struct Source {
    Eigen::MatrixXd weights; ///< inputs × classes
    Eigen::VectorXd biases, center;

    Source(const SyntheticSetting& s, RandomStream& stream)
        : weights(s.inputs, s.classes), biases(s.classes), center(Eigen::VectorXd::Zero(s.inputs)) {
        const double model = std::sqrt(s.models) * stream.normal(),
                     shift = std::sqrt(s.shifts) * stream.normal();
        for (double& w : weights.reshaped())
            w = model + stream.normal();
        for (double& c : biases)
            c = model + stream.normal();
        for (double& v : center)
            v = shift + stream.normal();
        if (s.sameClients)
            center.setZero();
    }
    std::uint8_t draw(RandomStream& stream, Eigen::Ref<Eigen::VectorXd> x) const {
        constexpr double decay = -0.6;
        for (Index j = 0; j < x.size(); ++j)
            x[j] = center[j] + std::pow(static_cast<double>(j + 1), decay) * stream.normal();
        Index best = 0;
        (weights.transpose() * x + biases).maxCoeff(&best);
        return static_cast<std::uint8_t>(best);
    }
};

} // namespace

ClassifierData<double> syntheticClients(const SyntheticSetting& s) {
    requireSynthetic(s.clients >= 1, "N", static_cast<double>(s.clients), "at least 1");
    requireSynthetic(s.inputs >= 1, "inputs", static_cast<double>(s.inputs), "at least 1");
    requireSynthetic(s.classes >= 2 && s.classes <= 256, "classes", static_cast<double>(s.classes),
                     "between 2 and 256");
    requireSynthetic(s.samples >= 1, "samples", static_cast<double>(s.samples), "at least 1");
    requireSynthetic(s.testSamples >= 0, "test samples", static_cast<double>(s.testSamples),
                     "at least 0");
    requireSynthetic(s.models >= 0.0, "a", s.models, "at least 0");
    requireSynthetic(s.shifts >= 0.0, "b", s.shifts, "at least 0");
    StreamKey key{.seed = s.seed, .purpose = "synthetic clients", .replicate = s.replicate};
    ClassifierData<double> data;
    std::vector<Eigen::MatrixXd> inputs;
    Index total = 0;
    data.testInputs.resize(s.inputs, s.clients * s.testSamples);
    RandomStream shared(key);
    const Source common(s, shared);
    for (Index i = 0; i < s.clients; ++i) {
        key.index = static_cast<std::uint64_t>(i) + 1;
        RandomStream stream(key);
        const Source own(s, stream);
        const Source& source = s.sameClients ? common : own;
        const Index count = sizeOf(s, stream);
        inputs.emplace_back(s.inputs, count);
        data.partition.emplace_back();
        for (Index k = 0; k < count; ++k) {
            data.labels.push_back(source.draw(stream, inputs.back().col(k)));
            data.partition.back().push_back(static_cast<std::uint32_t>(total + k));
        }
        for (Index k = 0; k < s.testSamples; ++k)
            data.testLabels.push_back(
                source.draw(stream, data.testInputs.col(i * s.testSamples + k)));
        total += count;
    }
    data.inputs.resize(s.inputs, total);
    Index first = 0;
    for (const Eigen::MatrixXd& own : inputs) {
        data.inputs.middleCols(first, own.cols()) = own;
        first += own.cols();
    }
    return data;
}

} // namespace convergence::federated
