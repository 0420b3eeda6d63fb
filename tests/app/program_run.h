#pragma once

#include <csignal>

#include <QFile>
#include <QProcess>
#include <QRegularExpression>

namespace convergence::testing {

/// Milliseconds until a program counts as hanging.
inline constexpr int patience = 120000;

/// What came of a program; code −1 where it hung or did not end by itself.
struct Outcome {
    int code = -1;
    QByteArray out;
    QByteArray error;
};

/// Runs a program to its end, as a person at a terminal does.
inline Outcome runProgram(const QString& program, const QStringList& arguments,
                          const QProcessEnvironment& environment) {
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    if (!process.waitForFinished(patience) || process.exitStatus() != QProcess::NormalExit) {
        process.kill();
        process.waitForFinished();
        return {};
    }
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

/// Empty where it cannot be read.
inline QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Whether the process has asked to be told of an interrupt (Linux).
inline bool handlesInterrupt(qint64 process) {
    static const QRegularExpression caught("SigCgt:\\s*([0-9a-f]+)");
    const auto match = caught.match(contentOf(QString("/proc/%1/status").arg(process)));
    return match.captured(1).toULongLong(nullptr, 16) & (1ULL << (SIGINT - 1));
}

} // namespace convergence::testing
