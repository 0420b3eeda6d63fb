#include <QProcess>
#include <QtTest>

#include "tests/expectations.h"
#include "tests/registered_test.h"

class TransformerExampleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// From guessing among 256 bytes (ln 256 = 5.545 nats) to better than the frequencies of single
    /// bytes, whose entropy in English text is about 3 nats, in 400 steps; the same each time.
    void exampleLearns() {
        const auto losses = [] {
            QProcess process;
            process.start(QStringLiteral(TRANSFORMER_EXAMPLE), QStringList());
            if (!process.waitForFinished(-1) || process.exitCode() != 0)
                return QByteArray();
            return process.readAllStandardOutput();
        };
        const QByteArray output = losses();
        const QList<QByteArray> lines = output.trimmed().split('\n');
        QVERIFY(lines.size() > 2);
        const double first = lines.front().split(' ').back().toDouble();
        const double last = lines.back().split(' ').back().toDouble();
        expectNear(first, 5.545, 0.2, output.constData());
        QVERIFY2(last < 2.9, output.constData());
        QCOMPARE(losses(), output);
    }
};

REGISTER_TEST(TransformerExampleTest)
#include "transformer_example_test.moc"
