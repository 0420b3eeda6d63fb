// A bundle as a file: the archive around it, then what it holds.

#include <QBuffer>

#include "app/sessions/bundle.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/fuzz/fuzz_target.h"

using namespace convergence;

namespace {
constexpr qint64 limit = qint64{16} << 20;
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto type = std::make_shared<const ExperimentType>(testing::quadratic());
    fuzz::survives([&] {
        QByteArray bytes(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::ReadOnly);
        const ArchiveFiles files = readArchive(buffer, "The bundle", limit);
        qint64 total = 0;
        for (const auto& [path, content] : files) {
            total += content.size();
            if (path.startsWith('/') || path.contains('\\') || path.split('/').contains(".."))
                fuzz::fail("A path that leaves the archive was accepted.");
        }
        if (total > limit)
            fuzz::fail("More was unpacked than allowed.");
        static_cast<void>(bundleFrom(files, "The bundle", [](const std::string&) { return type; }));
    });
    return 0;
}
