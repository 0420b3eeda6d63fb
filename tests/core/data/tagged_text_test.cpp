#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "core/data/tagged_text.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

const TaggedReading slashes{};
const TaggedReading universal{.format = TaggedFormat::conllU};
const TaggedReading language{.format = TaggedFormat::conllU, .tag = ConllTag::language};

/// Words and tags of a sentence with blanks between them.
std::string written(const TaggedText& text, std::size_t sentence) {
    std::string result;
    for (const auto& token : text.sentence(sentence))
        result += text.words[token.word] + "/" + text.tags[token.tag] + " ";
    return result;
}

TaggedText parsed(std::string_view text, const TaggedReading& reading) {
    return parseTaggedText(text, "corpus.txt", reading);
}

/// A row of CoNLL-U.
std::string row(const std::string& number, const std::string& form, const std::string& tag) {
    return number + "\t" + form + "\t_\t" + tag + "\tX" + tag + "\t_\t0\t_\t_\t_\n";
}

} // namespace

class TaggedTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wordsAndTagsAreToldByTheLastSlash() {
        const auto text = parsed("In/IN  the/DET beginning/NN\t1/2/CD\r\n\n ./PP the/NN", slashes);
        QCOMPARE(text.sentences(), std::size_t{2});
        QCOMPARE(written(text, 0), std::string("In/IN the/DET beginning/NN 1/2/CD "));
        QCOMPARE(written(text, 1), std::string("./PP the/NN "));
        QCOMPARE(text.words, (std::vector<std::string>{"In", "the", "beginning", "1/2", "."}));
        QCOMPARE(text.tags, (std::vector<std::string>{"IN", "DET", "NN", "CD", "PP"}));
        QCOMPARE(text.source, std::string("corpus.txt (2 sentences, 6 words)"));
    }
    void rowsOfTenColumnsAreSentences() {
        const std::string corpus = "# sent_id = 1\n" + row("1-2", "vámonos", "_") +
                                   row("1", "vamos", "VERB") + row("2", "nos", "PRON") +
                                   row("2.1", "[empty]", "_") + "\n\n# again\n" +
                                   row("1", "al mar", "X");
        const auto text = parsed(corpus, universal);
        QCOMPARE(text.sentences(), std::size_t{2});
        QCOMPARE(written(text, 0), std::string("vamos/VERB nos/PRON "));
        QCOMPARE(written(text, 1), std::string("al mar/X "));
        QCOMPARE(written(parsed(corpus, language), 0), std::string("vamos/XVERB nos/XPRON "));
    }
    void filesAreRead() {
        const QTemporaryDir folder;
        QFile file(folder.filePath("tagged.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("a/B c/D\n") == 8);
        file.close();
        const auto text = readTaggedText(file.fileName().toStdString(), slashes);
        QCOMPARE(text.tokens.size(), std::size_t{2});
        expectRefusal([] { (void)readTaggedText("/no/such/file", slashes); }, "/no/such/file");
    }

    void brokenTokensAreRefusedWithTheirLine() {
        for (const char* bad : {"walks", "/VBZ", "walks/", "/"})
            expectRefusal([&] { (void)parsed(std::string("a/B\n\nc/D ") + bad, slashes); },
                          "corpus.txt, line 3", std::string("'") + bad + "'", "walks/VBZ");
        expectRefusal([] { (void)parsed("a/B\nb\xff/C\n", slashes); }, "line 2", "UTF-8");
        expectRefusal([] { (void)parsed("\n \n", slashes); }, "no sentence");
        expectRefusal([] { (void)parsed("# nothing\n", universal); }, "no sentence", "CoNLL-U");
    }
    void brokenRowsAreRefusedWithTheirLine() {
        const std::string good = row("1", "vamos", "VERB");
        expectRefusal([&] { (void)parsed(good + "2\tnos\n", universal); }, "line 2", "2 columns");
        expectRefusal(
            [&] { (void)parsed(good.substr(0, good.size() - 1) + "\tmore\n", universal); },
            "line 1", "11 columns");
        expectRefusal([&] { (void)parsed(good + row("3", "nos", "PRON"), universal); }, "line 2",
                      "'3'", "2, the next word");
        expectRefusal([&] { (void)parsed(good + row("x-2", "nos", "PRON"), universal); }, "'x-2'");
        expectRefusal([&] { (void)parsed(good + row("99999999999", "nos", "PRON"), universal); },
                      "'99999999999'");
        expectRefusal([&] { (void)parsed(row("1", "vamos", "_"), universal); }, "'vamos'",
                      "column 4", "the other column");
        expectRefusal([&] { (void)parsed(row("1", "", "X"), universal); }, "empty word");
    }
    /// Words in the place of tags are not a tag set.
    void tooManyTagsAreRefused() {
        std::string corpus;
        for (int i = 0; i <= 1000; ++i)
            corpus += "a/T" + std::to_string(i) + "\n";
        expectRefusal([&] { (void)parsed(corpus, slashes); }, "line 1001", "'T1000'", "1000");
    }
};

REGISTER_TEST(TaggedTextTest)
#include "tagged_text_test.moc"
