#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "core/data/crowd_answers.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// A folder with files of answers.
class Folder {
public:
    std::filesystem::path write(const char* name, const QByteArray& content) const {
        QFile file(folder_.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", name);
        return file.fileName().toStdString();
    }

private:
    QTemporaryDir folder_;
};

using Answers = std::vector<CrowdAnswers::Answer>;
using Choices = std::vector<std::optional<std::uint8_t>>;
using Numbers = std::vector<std::uint32_t>;

} // namespace

class CrowdAnswersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Tasks 1, 2, 4 (3 is missing), workers 1 and 3; the last of two answers counts.
    void filesWithTasksFirst() {
        const Folder folder;
        const CrowdAnswers crowd = readCrowdAnswers(
            {.answers = folder.write("answers", "2 1 3\n1\t3\t1\r\n\n1 1 2\n4 3 1\n1 3 4\n"),
             .truth = folder.write("truth", "1 4\n2 3\n7 1\n"),
             .second = folder.write("second", "2 2\n")});
        QVERIFY(crowd.answers == (Answers{{0, 0, 1}, {0, 1, 3}, {1, 0, 2}, {2, 1, 0}}));
        QVERIFY(crowd.taskNumbers == (Numbers{1, 2, 4}) && crowd.workerNumbers == (Numbers{1, 3}));
        QCOMPARE(crowd.choices, 4U);
        QCOMPARE(crowd.repeated, std::size_t{1});
        QVERIFY(crowd.truth == (Choices{3, 2, {}}) && crowd.second == (Choices{{}, 1, {}}));
        QCOMPARE(crowd.removedTasks, std::size_t{2}); // 3, and 7 that has a truth alone
        QCOMPARE(crowd.removedWorkers, std::size_t{1});
    }
    /// "worker task answer" from 0, as other files of the same authors are.
    void filesWithWorkersFirst() {
        const Folder folder;
        const CrowdAnswers crowd =
            readCrowdAnswers({.answers = folder.write("answers", "0 570 3\n0 1 1\n1 570 0\n"),
                              .order = CrowdFiles::Order::workerFirst,
                              .first = 0,
                              .choices = 6});
        QVERIFY(crowd.answers == (Answers{{0, 0, 1}, {1, 0, 3}, {1, 1, 0}}));
        QVERIFY(crowd.taskNumbers == (Numbers{1, 570}));
        QCOMPARE(crowd.choices, 6U);
        QCOMPARE(crowd.removedTasks, std::size_t{569});
        QVERIFY(crowd.truth == (Choices{{}, {}}));
    }
    /// A truth may name a choice that nobody gave.
    void choicesAreThoseOfAllFiles() {
        const Folder folder;
        QCOMPARE(readCrowdAnswers({.answers = folder.write("answers", "1 1 2\n"),
                                   .truth = folder.write("truth", "1 5\n")})
                     .choices,
                 5U);
    }

    void brokenLinesAreRefused() {
        const Folder folder;
        for (const auto& [content, parts] :
             std::vector<std::pair<QByteArray, std::vector<std::string>>>{
                 {"1 1 1\n1 2\n", {"line 2", "2 numbers", "expected 3"}},
                 {"1 1 1 1\n", {"line 1", "'1'", "3 whole numbers"}},
                 {"1 0 1\n", {"line 1", "number '0'", "from 1"}},
                 {"1 1 0\n", {"choice '0'", "from 1 to 255"}},
                 {"1 1 256\n", {"choice '256'"}},
                 {"1 -1 1\n", {"'-1'"}},
                 {"1 1.5 1\n", {"'1.5'"}},
                 {"1 99999999999999999999 1\n", {"'99999999999999999999'"}},
                 {"10000000 1 1\n", {"'10000000'", "9999999"}},
                 {"a b c\n", {"'a'"}},
                 {"\n\n", {"no answers"}}}) {
            const auto path = folder.write("answers", content);
            for (const std::string& part : parts)
                expectRefusal([&] { (void)readCrowdAnswers({.answers = path}); }, path.string(),
                              part);
        }
        const auto path = folder.write("answers", "1 1 4\n");
        expectRefusal([&] { (void)readCrowdAnswers({.answers = path, .choices = 3}); },
                      "choice '4'", "from 1 to 3");
        expectRefusal([&] { (void)readCrowdAnswers({.answers = path, .first = 2}); }, "from 2");
        expectRefusal([&] { (void)readCrowdAnswers({.answers = path, .choices = 1}); },
                      "1 choices");
        expectRefusal([&] { (void)readCrowdAnswers({.answers = "/no/such/file"}); },
                      "/no/such/file");
    }
    void truthsThatContradictAreRefused() {
        const Folder folder;
        const auto answers = folder.write("answers", "1 1 1\n");
        const auto truth = folder.write("truth", "1 2\n1 2\n1 3\n");
        expectRefusal([&] { (void)readCrowdAnswers({.answers = answers, .truth = truth}); },
                      truth.string(), "line 3", "task 1", "choice 3 after 2");
    }
};

REGISTER_TEST(CrowdAnswersTest)
#include "crowd_answers_test.moc"
