#include <fstream>

#include <QTemporaryDir>
#include <QtTest>

#include "core/data/king_james_tags.h"
#include "core/data/source_fingerprint.h"
#include "core/platform/program_output.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

class KingJamesTagsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesOfAProgramComeOneByOne() {
        std::vector<std::string> lines;
        const auto take = [&](std::string_view line) {
            lines.emplace_back(line);
            return lines.size() < 3;
        };
        QVERIFY(forLinesOf("printf 'one\\ntwo'", take));
        QVERIFY((lines == std::vector<std::string>{"one", "two"}));
        lines.clear();
        QVERIFY(!forLinesOf("yes", take)); // stopped
        QCOMPARE(lines.size(), std::size_t{3});
        lines.clear();
        QVERIFY(!forLinesOf("printf 'a\\n'; exit 3", take));
        QCOMPARE(lines.size(), std::size_t{1});
        lines.clear();
        QVERIFY(forLinesOf("printf %s " + quotedForShell("it's $HOME"), take));
        QCOMPARE(lines.front(), std::string("it's $HOME"));
    }

    void aFewVersesAreTaggedOnce() {
        if (const auto missing = whyNoKingJamesTags())
            QSKIP(missing->c_str());
        const QTemporaryDir temporary;
        const std::filesystem::path folder = temporary.path().toStdString() + "/it's a folder";
        const KingJamesTags tags = kingJamesTags(folder, 20);
        QCOMPARE(tags.text.sentences(), std::size_t{20});
        std::string first;
        for (const auto& token : tags.text.sentence(0))
            first += tags.text.words[token.word] + "/" + tags.text.tags[token.tag] + " ";
        QCOMPARE(first, std::string("In/IN the/DET beginning/NN God/NNP created/VBD the/DET "
                                    "heaven/NN and/CC the/DET earth/NN ./PP "));
        // Twenty verses are not the text of Debian 12.
        QVERIFY(whyNotDebian12(tags.fingerprint));

        std::filesystem::path kept;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().extension() == ".txt")
                kept = entry.path();
        QVERIFY(!kept.empty());
        // What was kept is taken: its tags are its own now.
        std::ofstream(kept) << [] {
            std::string lines;
            for (int i = 0; i < 20; ++i)
                lines += "a/B\n";
            return lines;
        }();
        QCOMPARE(kingJamesTags(folder, 20).text.words.size(), std::size_t{1});
        // What is damaged is not.
        std::ofstream(kept) << "a/B\n";
        QVERIFY(kingJamesTags(folder, 20).fingerprint == tags.fingerprint);
    }
};

REGISTER_TEST(KingJamesTagsTest)
#include "king_james_tags_test.moc"
