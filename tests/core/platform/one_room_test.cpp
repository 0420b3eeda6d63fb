// What belongs to one system is asked for in core/platform alone.

#include <QDirIterator>
#include <QRegularExpression>
#include <QtTest>

#include "tests/registered_test.h"

class OneRoomTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void noOtherSourceNamesASystemsHeadersOrFiles() {
        const QRegularExpression system(
            "#include <((c?signal|unistd|fcntl|dlfcn|elf|link|dirent|poll|sched|spawn|termios|"
            "pthread|pwd|netdb|io|process|windows)(\\.h)?|(sys|mach|arpa|netinet)/[^>]*)>"
            "|std::signal|\"/(proc|sys)/");
        int sources = 0;
        QStringList found;
        for (const char* room : {"app", "core", "plugins", "widgets"}) {
            QDirIterator files(QString(SOURCE_ROOT) + "/" + room, {"*.h", "*.cpp"}, QDir::Files,
                               QDirIterator::Subdirectories);
            while (files.hasNext()) {
                QFile file(files.next());
                if (file.fileName().contains("/core/platform/"))
                    continue;
                QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
                ++sources;
                const auto match = system.match(QString::fromUtf8(file.readAll()));
                if (match.hasMatch())
                    found << file.fileName() + ": " + match.captured();
            }
        }
        QVERIFY(sources > 500);
        QVERIFY2(found.isEmpty(), qPrintable(found.join("; ")));
    }
};

REGISTER_TEST(OneRoomTest)
#include "one_room_test.moc"
