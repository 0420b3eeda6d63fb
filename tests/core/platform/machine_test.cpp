#include <algorithm>
#include <vector>

#include <QtTest>

#include "core/platform/machine.h"
#include "tests/registered_test.h"

using namespace convergence;

class MachineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void advisingLargePagesChangesNothing() {
        std::vector<unsigned char> bytes(std::size_t{5} << 20);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<unsigned char>(i * 31);
        const std::vector<unsigned char> before = bytes;
        preferLargePages(bytes.data(), bytes.size());
        preferLargePages(bytes.data() + 1, 1);
        preferLargePages(bytes.data() + 5000, 0);
        preferLargePages(bytes.data() + 5000, bytes.size() - 5000);
        QVERIFY(bytes == before);
    }

    void aNameIsOneLineAndMemoryNotNegative() {
        const std::string name = processorName();
        QVERIFY(std::count(name.begin(), name.end(), '\n') == 0);
        QVERIFY(availableMemory() >= 0.0);
#ifdef __linux__
        QVERIFY(availableMemory() > 1e6);
#endif
    }
};

REGISTER_TEST(MachineTest)
#include "machine_test.moc"
