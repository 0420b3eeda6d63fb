// Words with tags in either format: every token has a word and a tag that are there, and sentences
// cover the tokens.

#include "core/data/tagged_text.h"
#include "tests/fuzz/fuzz_target.h"

using namespace convergence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view content(reinterpret_cast<const char*>(data), size);
    for (const auto format : {TaggedFormat::wordSlashTag, TaggedFormat::conllU})
        fuzz::survives([&] {
            const TaggedText text = parseTaggedText(content, "fuzz", {.format = format});
            std::size_t tokens = 0;
            for (std::size_t i = 0; i < text.sentences(); ++i) {
                if (text.sentence(i).empty())
                    fuzz::fail("A sentence has no words.");
                for (const auto& token : text.sentence(i)) {
                    ++tokens;
                    if (text.words.at(token.word).empty() || text.tags.at(token.tag).empty())
                        fuzz::fail("A token without word or tag was accepted.");
                }
            }
            if (tokens != text.tokens.size() || tokens == 0)
                fuzz::fail("Sentences do not cover the tokens.");
        });
    return 0;
}
