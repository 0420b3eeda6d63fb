#include "plugins/schedules/rex-schedule/arms.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/nn/convolutional_classifier.h"
#include "core/nn/mlp_classifier.h"
#include "core/optim/optimizer.h"
#include "plugins/schedules/rex-schedule/custom_schedule.h"

namespace convergence::rex {

namespace {

constexpr Eigen::Index classes = 10;

/// "grid_rex_50_75" for rex read at 50-75.
std::string gridId(const std::string& profile, std::string sampling) {
    std::replace(sampling.begin(), sampling.end(), '-', '_');
    std::replace(sampling.begin(), sampling.end(), '%', 'p');
    return fmt::format("grid_{}_{}", profile, sampling);
}

const ProfileChoice profiles[] = {
    {"rex", "REX", "",
     [](const CustomSchedule& c) { return rexProfile(c.options.rexAlpha, c.options.rexBeta); }},
    {"linear", "linear", "", [](const CustomSchedule&) { return linearProfile(); }},
    {"cosine", "cosine", "", [](const CustomSchedule&) { return cosineProfile(); }},
    {"exponential", "exponential", "",
     [](const CustomSchedule& c) { return exponentialProfile(c.options.exponentialRate); }},
    {"delayed_linear", "delayed linear", "",
     [](const CustomSchedule& c) { return delayedLinearProfile(c.delay); }},
    {"step", "step", "", [](const CustomSchedule& c) { return stepProfile(c.stepMilestones()); }},
    {"constant", "constant", "", [](const CustomSchedule&) { return constantProfile(); }},
    {"drawn", "drawn", "", [](const CustomSchedule& c) { return drawnProfile(c.drawn); }}};

const NetworkChoice networks[] = {
    {"mlp", "one hidden layer", "",
     [](const ParameterValues& values, Eigen::Index pixels) -> std::unique_ptr<Classifier<float>> {
         return std::make_unique<MlpClassifier<float>>(
             std::vector{pixels, Eigen::Index{values.integer("hidden_units")}, classes},
             values.integer("batch_size"));
     },
     2.0 * (512.0 + 10.0) / 784.0},
    {"convolutional", "convolutional, of the size of LeNet-5",
     "Two convolutions, two poolings, three full layers: 61,706 parameters.",
     [](const ParameterValues& values, Eigen::Index pixels) -> std::unique_ptr<Classifier<float>> {
         return std::make_unique<ConvolutionalClassifier>(pixels, classes,
                                                          values.integer("batch_size"));
     },
     4.0}};

} // namespace

const std::vector<RexArm>& rexArms() {
    static const std::vector<RexArm> arms = [] {
        std::vector<RexArm> list;
        for (const NamedSchedule& schedule : namedSchedules())
            list.push_back({std::string(schedule.id), std::string(schedule.label), ""});
        list.push_back(
            {"custom", "my own", "Profile and sampling rate from the form.", ScheduleSource::own});
        for (const std::string& profile : gridProfiles)
            for (const char* sampling :
                 {"50-75", "33-66", "25-50-75", "10%", "5%", "1%", "every_iteration"})
                list.push_back({gridId(profile, sampling),
                                fmt::format("{} @ {}", profile, sampling), "",
                                ScheduleSource::gridCell, profile, sampling});
        return list;
    }();
    return arms;
}

std::span<const ProfileChoice> profileChoices() {
    return profiles;
}

const std::vector<SamplingChoice>& samplingChoices() {
    static const std::vector<SamplingChoice> choices = [] {
        std::vector<SamplingChoice> list;
        for (const std::string& name : Sampling::names())
            list.push_back({name, name, ""});
        list.push_back({"own", "own", "", true});
        return list;
    }();
    return choices;
}

std::span<const NetworkChoice> networkChoices() {
    return networks;
}

const char* ratesParameter(std::string_view optimizer) {
    return findOptimizer(optimizer).hasBetas ? "adam_learning_rates" : "learning_rates";
}

} // namespace convergence::rex
