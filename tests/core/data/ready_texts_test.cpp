#include <set>

#include <QtTest>

#include "core/data/lzw.h"
#include "core/data/ready_texts.h"
#include "core/error.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr std::size_t mostCharacters = 1000; ///< more than any text here has

/// Codes as Unix compress writes them: lowest bits first, a width's codes in groups of eight.
std::vector<std::byte> packed(const std::vector<std::pair<int, unsigned>>& codes) {
    std::vector<bool> bits;
    std::size_t groupBegin = 0;
    int before = 9;
    for (const auto& [width, code] : codes) {
        if (width != before) {
            while ((bits.size() - groupBegin) % static_cast<std::size_t>(8 * before) != 0)
                bits.push_back(false);
            groupBegin = bits.size();
            before = width;
        }
        for (int i = 0; i < width; ++i)
            bits.push_back(((code >> i) & 1U) != 0);
    }
    std::vector<std::byte> bytes((bits.size() + 7) / 8, std::byte{0});
    for (std::size_t i = 0; i < bits.size(); ++i)
        if (bits[i])
            bytes[i / 8] |= std::byte{1} << (i % 8);
    return bytes;
}

} // namespace

class ReadyTextsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// By hand: 257 = "ab", 258 = "ba"; 257 again is "ab"; 260, which is made as it is read, "aba".
    void codesAreExpanded() {
        QCOMPARE(
            expandLzw(packed({{9, 'a'}, {9, 'b'}, {9, 257}, {9, 259}}), mostCharacters, "test"),
            std::string("ab"
                        "ab"
                        "aba"));
        QCOMPARE(expandLzw(packed({{9, 'a'}, {9, 'b'}, {9, 256}, {9, 'c'}, {9, 257}}),
                           mostCharacters, "test"),
                 std::string("abccc"));
    }

    /// 255 pairs of letters fill the table up to 511, and codes become ten bits wide.
    void codesGrowWider() {
        std::vector<std::pair<int, unsigned>> codes;
        std::string expected;
        for (unsigned i = 0; i < 300; ++i) {
            const unsigned letter = 'a' + i * i % 23;
            codes.emplace_back(i < 256 ? 9 : 10, letter);
            expected.push_back(static_cast<char>(letter));
        }
        QCOMPARE(expandLzw(packed(codes), mostCharacters, "test"), expected);
    }

    void codesThatStandForNothingAreRefused() {
        QVERIFY_THROWS_EXCEPTION(InputError,
                                 expandLzw(packed({{9, 'a'}, {9, 300}}), mostCharacters, "test"));
        QVERIFY_THROWS_EXCEPTION(InputError, expandLzw(packed({{9, 300}}), mostCharacters, "test"));
    }

    /// Each code is the one that is being made, one character longer than the one before: n codes
    /// stand for n (n + 1) / 2 characters.
    void textsBeyondTheirMostCharactersAreRefused() {
        std::vector<std::pair<int, unsigned>> codes{{9, 'a'}};
        for (unsigned i = 0; i < 255; ++i)
            codes.emplace_back(9, 257 + i);
        const auto bytes = packed(codes);
        const std::size_t characters = 256 * 257 / 2;
        QCOMPARE(expandLzw(bytes, characters, "test"), std::string(characters, 'a'));
        for (const std::size_t most : {characters - 1, std::size_t{100}, std::size_t{0}})
            expectRefusal([&] { return expandLzw(bytes, most, "bomb.data"); }, "bomb.data",
                          "more than " + std::to_string(most) + " characters");
    }

    void markUpIsTakenOffManualPages() {
        QCOMPARE(plainManualPage(".\\\" a comment\n"
                                 ".TH CAT 1 \"2022\"\n"
                                 ".SH NAME\n"
                                 "cat \\- \\fBconcatenate\\fR files\\&\n"
                                 ".PP\n"
                                 ".BR tac (1),\n"
                                 "a\\(buback\\e\\[u2014]slash \\s-1X\\s0\n"),
                 std::string("NAME\ncat - concatenate files\ntac (1),\naback\\slash X\n"));
    }

    void textsThatAreNotThereNameTheirPackage() {
        const QString sentence = refusalOf([&] { (void)readyText("klingon"); });
        QVERIFY2(sentence.contains("king-james, manual-en"), qPrintable(sentence));

        for (const ReadyText& text : readyTexts()) {
            if (text.installed)
                continue;
            expectRefusal([&] { (void)readyText(text.id); },
                          QString::fromStdString("apt-get install " + text.package));
        }
    }

    /// 31,102 verses in 66 books.
    void kingJamesBibleIsWhole() {
        const auto texts = readyTexts();
        if (!texts.front().installed)
            QSKIP("Debian's package bible-kjv-text is not installed.");
        const TextDataset bible = readyText("king-james", TextUnit::bytes, 10'000'000);
        const std::string text = bible.decode(bible.train) + bible.decode(bible.test);
        QVERIFY(text.starts_with(
            "Ge1:1 In the beginning God created the heaven and the earth.\nGe1:2 And the earth"));
        QVERIFY(text.ends_with("Rev22:21 The grace of our Lord Jesus Christ be with you all. "
                               "Amen.\n"));
        QCOMPARE(std::count(text.begin(), text.end(), '\n'), 31102);
        QSet<QString> books;
        for (const QString& line : QString::fromStdString(text).split('\n', Qt::SkipEmptyParts)) {
            const QString place = line.section(' ', 0, 0).section(':', 0, 0);
            qsizetype letters = place.size();
            while (letters > 0 && place[letters - 1].isDigit())
                --letters;
            books.insert(place.left(letters));
        }
        QCOMPARE(books.size(), 66);
        QCOMPARE(readyText("king-james").vocabulary() < 100, true);
    }

    /// Every text that is here can be read, differs from the others, and is as short as asked.
    void installedTextsCanBeRead() {
        std::set<std::string> beginnings;
        int read = 0;
        for (const ReadyText& text : readyTexts()) {
            if (!text.installed)
                continue;
            const TextDataset data = readyText(text.id, TextUnit::characters, 30'000);
            std::string all = data.decode(data.train) + data.decode(data.test);
            QVERIFY2(all.size() <= 30'000 && all.size() > 29'000, text.id.c_str());
            QVERIFY2(all.find("\\fB") == std::string::npos, text.id.c_str());
            beginnings.insert(all.substr(0, 1000));
            ++read;
        }
        QCOMPARE(static_cast<int>(beginnings.size()), read);
    }
};

REGISTER_TEST(ReadyTextsTest)
#include "ready_texts_test.moc"
