#include "plugins/stochastic/one-epoch/text.h"

#include <fmt/format.h>

#include "core/data/ready_texts.h"
#include "core/data/text.h"
#include "core/error.h"
#include "core/math/random.h"
#include "plugins/stochastic/one-epoch/arms.h"

namespace convergence::one_epoch {

namespace {

constexpr std::size_t mostSymbols = 4096; ///< different ones

Text textAsWritten(const ParameterValues& values) {
    if (traitsOf(textSources, values.text("text_source")).isOwn) {
        const std::string path = values.text("text_path");
        if (path.empty())
            throw InputError("Parameter 'text_path': nothing is not accepted; give a text file or "
                             "a folder of them, or choose the King James Bible.");
        const std::string text = readTexts(path);
        Text result{traitsOf(symbolChoices, values.text("symbols")).areBytes
                        ? TextChunks::bytesOf(text)
                        : TextChunks::charactersOf(text, path),
                    {path, false}};
        if (result.symbols.names.size() > mostSymbols)
            throw InputError(fmt::format("Parameter 'symbols': {} different characters are not "
                                         "accepted, expected at most {}; read the text as bytes.",
                                         result.symbols.names.size(), mostSymbols));
        return result;
    }
    try {
        return {TextChunks::bytesOf(kingJamesText()),
                {"King James Bible, one verse a line (Debian's bible-kjv-text)", false}};
    } catch (const InputError& missing) {
        return {TextChunks::bytesOf(inventedText(4'404'412, 0)),
                {std::string("Sentences of made-up words. ") + missing.what(), true}};
    }
}

} // namespace

Text loadText(const ParameterValues& values) {
    Text text = textAsWritten(values);
    if (!traitsOf(textOrders, values.text("text_order")).isShuffled)
        return text;
    RandomStream stream({.seed = 0, .purpose = "shuffled text"});
    const auto order = stream.permutation(text.symbols.numbers.size());
    const auto written = text.symbols.numbers;
    for (std::size_t i = 0; i < order.size(); ++i)
        text.symbols.numbers[i] = written[order[i]];
    return text;
}

} // namespace convergence::one_epoch
