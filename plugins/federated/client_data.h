// Pictures and rows of a table, shared out among clients.

#pragma once

#include "core/experiment/recording.h"
#include "core/federated/classifier_clients.h"
#include "plugins/federated/parameters.h"

namespace convergence::federated {

/// ClientSamples of a person's choice before they are shared out.
struct ClientSamples {
    ClassifierData<float> data; ///< without a partition
    std::uint32_t classes = 10;
    Provenance provenance;
};

/// Throws InputError for files that cannot be read, data with one class, more samples than there
/// are, and a model that does not fit.
ClientSamples readSamples(const ParameterValues& values);
/// What classifies them.
ClientNetwork networkOf(const ParameterValues& values, const ClientSamples& samples);
/// Throws InputError, naming α and N, where a client would starve.
Partition partitionOf(const ParameterValues& values, const ClientSamples& samples,
                      std::uint64_t replicate);

} // namespace convergence::federated
