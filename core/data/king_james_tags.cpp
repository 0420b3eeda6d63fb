#include "core/data/king_james_tags.h"

#include <cstdlib>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "core/data/input_file.h"
#include "core/data/ready_texts.h"
#include "core/data/sha256.h"
#include "core/data/text_tokens.h"
#include "core/error.h"
#include "core/experiment/preparation.h"
#include "core/platform/file_lock.h"
#include "core/platform/program_output.h"

namespace convergence {

namespace {

namespace fs = std::filesystem;

const fs::path taggerFile = "/usr/share/perl5/Lingua/EN/Tagger.pm";
constexpr const char* taggerPackage = "liblingua-en-tagger-perl";
constexpr std::size_t mostBytes = 64'000'000;

/// Lines of text, each with its end, and how many they are.
struct Lines {
    std::string text;
    std::size_t count = 0;
    void add(std::string_view line) {
        text.append(line).append("\n");
        ++count;
    }
};

/// The verses, without their places.
Lines verses(std::size_t most) {
    const std::string text = kingJamesText();
    Lines verses;
    TextTokens lines(text);
    while (!lines.atEnd() && verses.count < most) {
        const std::string_view line = lines.line();
        if (const std::size_t place = line.find(' '); place != std::string_view::npos)
            verses.add(line.substr(place + 1));
    }
    return verses;
}

/// Has the tagger write about them. Its answer does not depend on the order of Perl's hashes,
/// which is held still all the same.
std::string tagged(const Lines& verses, const fs::path& folder) {
    const fs::path input = folder / "king-james-verses.txt";
    std::ofstream(input, std::ios::binary) << verses.text;
    const std::string command = "PERL_HASH_SEED=0 perl -MLingua::EN::Tagger -ne "
                                "'BEGIN { $tagger = Lingua::EN::Tagger->new } chomp; "
                                "print $tagger->get_readable($_), \"\\n\"' < " +
                                quotedForShell(input.string());
    const StopToken stop = Preparation::stopToken();
    constexpr std::size_t tellEvery = 500;
    Lines tagged;
    const bool ended = forLinesOf(command, [&](std::string_view line) {
        tagged.add(line);
        if (tagged.count % tellEvery == 0)
            Preparation::tell(static_cast<double>(tagged.count) / static_cast<double>(verses.count),
                              fmt::format("tagging the King James Bible, once: verse {} of {}",
                                          tagged.count, verses.count));
        return !stop.stopRequested();
    });
    std::error_code ignored;
    fs::remove(input, ignored);
    if (stop.stopRequested())
        throw InputError("The tagging of the King James Bible was stopped.");
    if (!ended || tagged.count != verses.count)
        throw InputError(
            fmt::format("The tagger of the package {} gave {} lines for {} verses; expected one "
                        "each.",
                        taggerPackage, tagged.count, verses.count));
    return std::move(tagged.text);
}

/// Put in its place as a whole, so that nobody reads a part of it.
void keep(const fs::path& file, const std::string& text) {
    const fs::path part = file.string() + ".part";
    std::ofstream stream(part, std::ios::binary);
    stream << text;
    stream.close();
    std::error_code ignored;
    if (stream)
        fs::rename(part, file, ignored);
    else
        fs::remove(part, ignored);
}

/// What was kept, as long as it is whole.
std::optional<std::string> kept(const fs::path& file, std::size_t verses) {
    try {
        std::string text = readContent(file, mostBytes, "tagged text of at most 64 MB");
        if (parseTaggedText(text, file.string(), {}).sentences() == verses)
            return text;
    } catch (const InputError&) {
        // as good as not there
    }
    return std::nullopt;
}

fs::path usualFolder() {
    const auto named = [](const char* variable) -> fs::path {
        const char* value = std::getenv(variable); // NOLINT(concurrency-mt-unsafe)
        return value != nullptr ? value : "";
    };
    const fs::path cache = named("XDG_CACHE_HOME"), home = named("HOME");
    if (!cache.empty())
        return cache / "convergence-lab";
    return (home.empty() ? fs::temp_directory_path() : home / ".cache") / "convergence-lab";
}

} // namespace

std::optional<std::string> whyNoKingJamesTags() {
    std::error_code ignored;
    for (const ReadyText& text : readyTexts())
        if (text.id == "king-james" && !text.installed)
            return fmt::format("The text of the King James Bible is not installed (package {}).",
                               text.package);
    if (!fs::is_regular_file(taggerFile, ignored))
        return fmt::format("The tagger for the King James Bible is not installed (package {}).",
                           taggerPackage);
    return std::nullopt;
}

KingJamesTags kingJamesTags(const fs::path& folder, std::size_t mostVerses) {
    if (const auto missing = whyNoKingJamesTags())
        throw InputError(*missing);
    const Lines plain = verses(mostVerses);
    const std::string key =
        sha256(plain.text + readContent(taggerFile, mostBytes, "the tagger's module"));
    constexpr std::size_t digits = 16;
    const fs::path file = folder / fmt::format("king-james-tags-{}.txt", key.substr(0, digits));
    std::error_code ignored;
    fs::create_directories(folder, ignored);
    std::string text;
    try {
        const FileLock lock(folder / "king-james-tags.lock"); // others wait for the first one
        if (auto found = kept(file, plain.count)) {
            text = std::move(*found);
        } else {
            text = tagged(plain, folder);
            keep(file, text);
        }
    } catch (const std::system_error& error) {
        throw InputError(fmt::format("The folder {} cannot be written, where the King James Bible "
                                     "is tagged ({}); expected one in $XDG_CACHE_HOME or ~/.cache.",
                                     folder.string(), error.what()));
    }
    KingJamesTags tags{parseTaggedText(text, "The King James Bible", {}),
                       {.source = "king-james-tags",
                        .release = systemRelease(),
                        .count = plain.count,
                        .bytes = text.size(),
                        .hash = sha256(text)}};
    return tags;
}

KingJamesTags kingJamesTags() {
    return kingJamesTags(usualFolder());
}

} // namespace convergence
