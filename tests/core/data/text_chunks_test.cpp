#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <QTemporaryDir>
#include <QtTest>

#include "core/data/ready_texts.h"
#include "core/data/text.h"
#include "core/data/text_chunks.h"
#include "core/error.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

std::string randomText(std::size_t length) {
    RandomStream stream({.seed = 4, .purpose = "text of a test"});
    std::string text;
    for (std::size_t i = 0; i < length; ++i)
        text += static_cast<char>('a' + stream.integer(i % 3 + 2));
    return text;
}

TextChunks chunksOf(const std::string& text, std::int64_t context, std::size_t test,
                    std::size_t tuning) {
    return {TextChunks::bytesOf(text), context, test, tuning, 0};
}

std::vector<std::uint32_t> taken(EpochOrder& order, std::size_t count) {
    std::vector<std::uint32_t> all(count);
    for (std::size_t at = 0; at < count; at += 5)
        order.take(std::int64_t(at),
                   std::span(all).subspan(at, std::min<std::size_t>(5, count - at)));
    return all;
}

} // namespace

class TextChunksTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void symbolsAreNumberedAsTheyOccur() {
        const auto symbols = TextChunks::bytesOf("cabac");
        QVERIFY((symbols.numbers == std::vector<std::int32_t>{2, 0, 1, 0, 2}));
        QVERIFY((symbols.names == std::vector<std::string>{"a", "b", "c"}));
        std::string accents;
        for (int i = 0; i < 600; ++i)
            accents += "é!";
        QCOMPARE(TextChunks::charactersOf(accents, "accents").names.size(), std::size_t{2});
        QCOMPARE(TextChunks::bytesOf(accents).names.size(), std::size_t{3});
    }

    void chunksAreDisjointAndEachHasOneUse() {
        const std::string text = randomText(1000);
        const TextChunks chunks = chunksOf(text, 9, 7, 3);
        QCOMPARE(chunks.pool().size(), std::size_t{90});
        std::set<std::uint32_t> all;
        std::set<const std::int32_t*> begins;
        for (const auto part : {chunks.pool(), chunks.test(), chunks.tuning()})
            for (const std::uint32_t number : part) {
                all.insert(number);
                begins.insert(chunks.chunk(number).data());
                QCOMPARE(chunks.decode(chunks.chunk(number)), text.substr(number * 10, 10));
            }
        QCOMPARE(all.size(), std::size_t{100});
        QCOMPARE(begins.size(), std::size_t{100});
        QVERIFY_THROWS_EXCEPTION(InputError, chunksOf(text, 9, 90, 10));
    }

    void targetsFollowInputs() {
        const TextChunks chunks = chunksOf(randomText(100), 4, 2, 0);
        std::vector<std::int32_t> inputs(8), targets(8);
        chunks.copy(chunks.test(), inputs, targets);
        for (std::size_t row = 0; row < 2; ++row)
            for (std::size_t i = 0; i < 4; ++i) {
                QCOMPARE(inputs[4 * row + i], chunks.chunk(chunks.test()[row])[i]);
                QCOMPARE(targets[4 * row + i], chunks.chunk(chunks.test()[row])[i + 1]);
            }
    }

    /// One epoch never repeats; E epochs see N/E chunks E times, one whole pass after another.
    void epochsRepeatASubset() {
        const TextChunks chunks = chunksOf(randomText(2000), 9, 20, 0);
        EpochOrder once(chunks.pool(), 150, 1, 3), often(chunks.pool(), 150, 10, 3);
        const auto first = taken(once, 150), second = taken(often, 150);
        const std::set<std::uint32_t> distinct(first.begin(), first.end());
        QCOMPARE(distinct.size(), std::size_t{150});
        QCOMPARE(often.size(), std::size_t{15});
        std::map<std::uint32_t, int> seen;
        for (const std::uint32_t chunk : second) {
            ++seen[chunk];
            QVERIFY(distinct.contains(chunk));
            QVERIFY(std::find(chunks.test().begin(), chunks.test().end(), chunk) ==
                    chunks.test().end());
        }
        for (const auto& [chunk, count] : seen)
            QCOMPARE(count, 10);
        for (std::size_t epoch = 0; epoch < 10; ++epoch)
            QCOMPARE(std::set<std::uint32_t>(second.begin() + std::ptrdiff_t(15 * epoch),
                                             second.begin() + std::ptrdiff_t(15 * epoch + 15))
                         .size(),
                     std::size_t{15});
        QVERIFY(!std::equal(second.begin(), second.begin() + 15, second.begin() + 15));
        QVERIFY_THROWS_EXCEPTION(InputError, EpochOrder(chunks.pool(), 181, 1, 3));
    }

    /// Counted by hand over strings.
    void entropiesAgreeWithCounting() {
        const std::string text = randomText(600);
        const TextChunks chunks = chunksOf(text, 5, 10, 5);
        std::map<char, double> single;
        std::map<std::string, double> pair;
        std::map<char, double> first;
        double total = 0.0;
        for (const std::uint32_t number : chunks.pool()) {
            const std::string chunk = text.substr(number * 6, 6);
            for (const char c : chunk) {
                single[c] += 1.0;
                total += 1.0;
            }
            for (std::size_t i = 0; i < 5; ++i) {
                pair[chunk.substr(i, 2)] += 1.0;
                first[chunk[i]] += 1.0;
            }
        }
        const auto V = double(chunks.vocabulary());
        double unigram = 0.0, bigram = 0.0;
        for (const std::uint32_t number : chunks.test()) {
            const std::string chunk = text.substr(number * 6, 6);
            for (std::size_t i = 0; i < 5; ++i) {
                unigram -= std::log((single[chunk[i + 1]] + 1.0) / (total + V)) / 50.0;
                bigram -= std::log((pair[chunk.substr(i, 2)] + 1.0) / (first[chunk[i]] + V)) / 50.0;
            }
        }
        expectNear(chunks.unigramLoss(), unigram, 1e-12);
        expectNear(chunks.bigramLoss(), bigram, 1e-12);
    }

    void foldersAreReadInOrder() {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        std::filesystem::create_directory(path / "b");
        std::ofstream(path / "c") << "three";
        std::ofstream(path / "b" / "x") << "two ";
        std::ofstream(path / "a") << "one ";
        QCOMPARE(readTexts(path), std::string("one two three"));
        QVERIFY_THROWS_EXCEPTION(InputError, readTexts(path / "missing"));
        std::filesystem::create_directory(path / "empty");
        QVERIFY_THROWS_EXCEPTION(InputError, readTexts(path / "empty"));
    }

    void kingJames() {
        std::string text;
        try {
            text = kingJamesText();
        } catch (const InputError& error) {
            QVERIFY(QString::fromUtf8(error.what()).contains("bible-kjv-text"));
            QSKIP("bible-kjv-text is not installed");
        }
        QCOMPARE(text.size(), std::size_t{4404412});
        QCOMPARE(TextChunks::bytesOf(text).names.size(), std::size_t{73});
        QVERIFY(text.starts_with("Ge1:1 In the beginning God created"));
    }
};

REGISTER_TEST(TextChunksTest)
#include "text_chunks_test.moc"
