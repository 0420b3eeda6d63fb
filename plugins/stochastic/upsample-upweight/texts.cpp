#include "plugins/stochastic/upsample-upweight/texts.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include <fmt/format.h>

#include "core/data/manual_pages.h"
#include "core/data/text.h"
#include "core/error.h"
#include "core/math/random.h"
#include "plugins/stochastic/upsample-upweight/arms.h"

namespace convergence::upsample {

namespace {

namespace fs = std::filesystem;
constexpr std::size_t chunkBytes = DomainTexts::context + 1;

struct Source {
    std::string name, text;
};

/// Pages of a language, or made-up text of the length that is asked for.
Source pagesOf(const std::string& language, std::size_t bytes, std::uint64_t number,
               Provenance& provenance) {
    provenance.data += provenance.data.empty() ? "" : "; ";
    try {
        ManualPages pages = manualPages(language);
        const auto why = whyNotDebian12(pages.fingerprint);
        provenance.data += pages.fingerprint.text() + (why ? ". " + *why : "");
        provenance.standIn = provenance.standIn || why.has_value();
        return {language, std::move(pages.text)};
    } catch (const InputError& missing) {
        provenance.data += fmt::format("Made-up text for {}. {}", language, missing.what());
        provenance.standIn = true;
        return {language, inventedText(bytes, number)};
    }
}

std::vector<Source> allPages(const ParameterValues& values, const std::vector<double>& caps,
                             Provenance& provenance) {
    const auto& languages = values.choices("languages");
    std::vector<Source> sources;
    for (std::size_t i = 0; i < languages.size(); ++i) {
        const double cap = caps[std::min(i, caps.size() - 1)];
        sources.push_back(pagesOf(languages[i],
                                  static_cast<std::size_t>(cap) +
                                      (DomainTexts::validationChunks + 1) * chunkBytes,
                                  i, provenance));
    }
    return sources;
}

/// Every file or folder in a folder is a domain.
std::vector<Source> ownTexts(const std::string& folder, Provenance& provenance) {
    if (folder.empty())
        throw InputError("Parameter 'own_texts': nothing is not accepted; give a folder in which "
                         "each file or folder is a domain.");
    std::error_code error;
    std::vector<fs::path> paths;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error))
        paths.push_back(entry->path());
    if (error)
        throw InputError(fmt::format("Parameter 'own_texts': {} cannot be read as a folder: {}.",
                                     folder, error.message()));
    std::sort(paths.begin(), paths.end());
    std::vector<Source> sources;
    for (const fs::path& path : paths)
        sources.push_back({path.filename().string(), readTexts(path)});
    provenance.data = folder;
    return sources;
}

} // namespace

std::vector<std::uint32_t> DomainTexts::validation(std::size_t domain) const {
    std::vector<std::uint32_t> numbers(validationChunks);
    const auto first = std::accumulate(sizes.begin(), sizes.end(), 0U) +
                       static_cast<std::uint32_t>(domain * validationChunks);
    std::iota(numbers.begin(), numbers.end(), first);
    return numbers;
}

DomainTexts loadDomainTexts(const ParameterValues& values) {
    const std::vector<double>& caps = values.numbers("caps");
    DomainTexts texts;
    std::vector<Source> sources = traitsOf(problemChoices, values.text("problem")).data == Data::own
                                      ? ownTexts(values.text("own_texts"), texts.provenance)
                                      : allPages(values, caps, texts.provenance);
    if (sources.size() != caps.size() || sources.size() < 2)
        throw InputError(fmt::format("Parameter 'caps': {} numbers are not accepted for {} "
                                     "domains; expected one each, of two domains or more.",
                                     caps.size(), sources.size()));
    std::stable_sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) {
        return a.text.size() > b.text.size();
    });
    std::string training, validation;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const std::size_t count = sources[i].text.size() / chunkBytes;
        if (count <= DomainTexts::validationChunks)
            throw InputError(fmt::format(
                "The text of {} has {} chunks of {} bytes; expected more than {}, which are set "
                "aside.",
                sources[i].name, count, chunkBytes, DomainTexts::validationChunks));
        RandomStream stream({.seed = 0, .purpose = "chunks of a domain", .index = i});
        const auto order = stream.permutation(count);
        const auto append = [&](std::string& to, std::size_t begin, std::size_t end) {
            for (std::size_t k = begin; k < end; ++k)
                to.append(sources[i].text, order[k] * chunkBytes, chunkBytes);
        };
        const auto wanted = static_cast<std::size_t>(caps[i]) / chunkBytes;
        const std::size_t taken = std::min(wanted, count - DomainTexts::validationChunks);
        append(validation, 0, DomainTexts::validationChunks);
        append(training, DomainTexts::validationChunks, DomainTexts::validationChunks + taken);
        texts.names.push_back(sources[i].name);
        texts.sizes.push_back(static_cast<std::uint32_t>(taken));
    }
    texts.chunks = std::make_shared<const TextChunks>(TextChunks::bytesOf(training + validation),
                                                      DomainTexts::context, 0, 0, 0);
    return texts;
}

} // namespace convergence::upsample
