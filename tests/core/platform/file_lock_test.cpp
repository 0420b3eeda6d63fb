#include <atomic>
#include <fstream>
#include <optional>
#include <system_error>
#include <thread>

#include <QTemporaryDir>
#include <QtTest>

#include "core/platform/file_lock.h"
#include "tests/registered_test.h"

using namespace convergence;

class FileLockTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isHeldAsLongAsItLives() {
        QVERIFY(!FileLock::isHeld(path()));
        {
            const FileLock lock(path());
            QVERIFY(FileLock::isHeld(path()));
            QVERIFY(FileLock::isHeld(path())); // asking takes nothing
        }
        QVERIFY(std::filesystem::exists(path()));
        QVERIFY(!FileLock::isHeld(path()));
        const FileLock again(path());
        QVERIFY(FileLock::isHeld(path()));
    }

    void keepsWhatTheFileHolds() {
        std::ofstream(path()) << "kept";
        { const FileLock lock(path()); }
        QCOMPARE(std::filesystem::file_size(path()), std::uintmax_t{4});
    }

    void theSecondWaitsForTheFirst() {
        std::optional<FileLock> first(std::in_place, path());
        std::atomic<bool> givenBack = false;
        std::atomic<bool> wasGivenBack = false;
        std::thread second([&] {
            const FileLock lock(path());
            wasGivenBack = givenBack.load();
        });
        QTest::qWait(50);
        givenBack = true;
        first.reset();
        second.join();
        QVERIFY(wasGivenBack);
    }

    void aFileThatCannotBeMadeIsNamedByTheSystemsReason() {
        const std::filesystem::path lost = path() / "no such folder" / "file";
        QVERIFY(!FileLock::isHeld(lost));
        try {
            const FileLock lock(lost);
            QFAIL("a lock in a folder that does not exist");
        } catch (const std::system_error& error) {
            QVERIFY(error.code() == std::errc::no_such_file_or_directory ||
                    error.code() == std::errc::not_a_directory);
        }
    }

private:
    [[nodiscard]] std::filesystem::path path() const {
        return folder_.filePath("lock").toStdU16String();
    }

    QTemporaryDir folder_;
};

REGISTER_TEST(FileLockTest)
#include "file_lock_test.moc"
