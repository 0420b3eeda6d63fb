#include "core/data/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/data/input_file.h"
#include "core/data/utf8.h"
#include "core/error.h"
#include "core/math/random.h"

namespace convergence {

namespace {

constexpr std::size_t mostBytes = 256'000'000;

/// Throws InputError where the texts together are larger than mostBytes.
void appendFile(const std::filesystem::path& file, std::string& text) {
    text += readContent(file, mostBytes - text.size(), "texts of at most 256 MB in all");
}

} // namespace

std::string TextDataset::decode(std::span<const std::int32_t> numbers) const {
    std::string text;
    for (const std::int32_t number : numbers)
        text += tokens.at(static_cast<std::size_t>(number));
    return text;
}

TextDataset makeText(std::string_view text, TextUnit unit, const std::string& source) {
    constexpr std::size_t fewest = 1000;
    TextDataset dataset;
    // Calls take(unit) for each; twice, so that nothing is kept of a unit but its number.
    const auto forUnits = [&](const auto& take) {
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t length = unit == TextUnit::bytes ? 1 : utf8Length(text.substr(at));
            if (length == 0)
                throw InputError(fmt::format("{}: byte {} is not UTF-8; give a UTF-8 text, or read "
                                             "it byte by byte.",
                                             source, at));
            take(text.substr(at, length));
            at += length;
        }
    };
    std::size_t count = 0;
    std::map<std::string_view, std::int32_t> numbers; // UTF-8 sorts like code points
    forUnits([&](std::string_view token) {
        ++count;
        if (unit == TextUnit::characters)
            numbers.emplace(token, 0);
    });
    if (count < fewest)
        throw InputError(fmt::format("{}: {} tokens are not accepted; a text needs at least {}.",
                                     source, count, fewest));
    if (unit == TextUnit::bytes) {
        for (int byte = 0; byte < 256; ++byte)
            dataset.tokens.emplace_back(1, static_cast<char>(byte));
    } else {
        for (auto& [token, number] : numbers) {
            number = dataset.vocabulary();
            dataset.tokens.emplace_back(token);
        }
    }
    const std::size_t trainCount = count / 10 * 9;
    dataset.train.reserve(trainCount);
    dataset.test.reserve(count - trainCount);
    forUnits([&](std::string_view token) {
        (dataset.train.size() < trainCount ? dataset.train : dataset.test)
            .push_back(unit == TextUnit::bytes ? static_cast<unsigned char>(token[0])
                                               : numbers.at(token));
    });
    dataset.source = fmt::format("{} ({} tokens)", source, count);
    return dataset;
}

TextDataset loadText(const std::filesystem::path& file, TextUnit unit) {
    std::string text;
    appendFile(file, text);
    return makeText(text, unit, file.string());
}

std::string readTexts(const std::filesystem::path& path) {
    std::string text;
    if (!std::filesystem::is_directory(path)) {
        appendFile(path, text);
        return text;
    }
    std::vector<std::filesystem::path> files;
    std::error_code failed;
    for (auto entry = std::filesystem::recursive_directory_iterator(path, failed);
         !failed && entry != std::filesystem::recursive_directory_iterator();
         entry.increment(failed))
        if (std::error_code ignored; entry->is_regular_file(ignored))
            files.push_back(entry->path());
    if (failed || files.empty())
        throw InputError(fmt::format("{}: the folder is not accepted; a folder of readable text "
                                     "files is needed.",
                                     path.string()));
    std::sort(files.begin(), files.end());
    for (const auto& file : files)
        appendFile(file, text);
    return text;
}

std::string inventedText(std::size_t symbols, std::uint64_t seed) {
    constexpr std::size_t lexicon = 1000;
    RandomStream stream({.seed = seed, .purpose = "invented text"});
    std::vector<std::string> words(lexicon);
    for (std::string& word : words)
        for (std::uint64_t left = 1 + stream.integer(3); left > 0; --left) {
            word += "bdfghklmnprstvw"[stream.integer(15)];
            word += "aeiou"[stream.integer(5)];
        }
    std::string text;
    while (text.size() < symbols) {
        for (std::uint64_t left = 3 + stream.integer(10); left > 0; --left) {
            const double rank = std::pow(static_cast<double>(lexicon), stream.uniform());
            text += words[static_cast<std::size_t>(rank) - 1];
            text += left > 1 ? " " : ".\n";
        }
    }
    text.resize(symbols);
    return text;
}

void drawWindows(std::span<const std::int32_t> text, const WindowDraw& draw,
                 std::span<std::int32_t> inputs, std::span<std::int32_t> targets) {
    const std::size_t length = draw.length;
    if (text.size() <= length)
        throw InputError(fmt::format("A text of {} tokens is not accepted for windows of {}; it "
                                     "must be longer.",
                                     text.size(), length));
    RandomStream stream({.seed = draw.seed, .purpose = "text windows", .index = draw.step});
    for (std::size_t at = 0; at + length <= inputs.size(); at += length) {
        const auto begin = static_cast<std::ptrdiff_t>(stream.integer(text.size() - length));
        std::copy_n(text.begin() + begin, length, inputs.begin() + static_cast<std::ptrdiff_t>(at));
        std::copy_n(text.begin() + begin + 1, length,
                    targets.begin() + static_cast<std::ptrdiff_t>(at));
    }
}

} // namespace convergence
