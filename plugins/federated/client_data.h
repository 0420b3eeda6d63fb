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
/// are, and pictures that no model fits.
ClientSamples readSamples(const ParameterValues& values);
/// The same for what can be known before anything is read: clients that would starve, shards that
/// do not divide the pictures, a model for pictures on a table.
void checkSharing(const ParameterValues& values);
/// What classifies them.
ClientNetwork networkOf(const ParameterValues& values, const ClientSamples& samples);
/// Throws InputError, naming α and N, where a client would starve.
Partition partitionOf(const ParameterValues& values, const ClientSamples& samples,
                      std::uint64_t replicate);

} // namespace convergence::federated
