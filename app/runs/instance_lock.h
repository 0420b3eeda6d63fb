#pragma once

#include <memory>

#include <QString>

#include "core/platform/file_lock.h"

namespace convergence {

/// Tells living instances of the program from dead ones, however they died: each holds a lock on a
/// file of its own, which the system gives back with the process.
class InstanceLock {
public:
    /// Makes and locks a file in `folder`. Throws InputError if that cannot be written.
    explicit InstanceLock(const QString& folder);
    ~InstanceLock();
    InstanceLock(const InstanceLock&) = delete;
    InstanceLock& operator=(const InstanceLock&) = delete;

    [[nodiscard]] const QString& name() const { return name_; }
    /// Whether the instance of that name lives; the file of a dead one is removed.
    [[nodiscard]] bool isAlive(const QString& name) const;

private:
    QString folder_;
    QString name_;
    std::unique_ptr<FileLock> lock_;
};

/// Held by one instance at a time, others wait: while a database is looked at, and perhaps set
/// aside and begun anew, nobody else may do the same.
class OpeningLock {
public:
    /// Throws InputError if no file can be made in `folder`.
    explicit OpeningLock(const QString& folder);

private:
    std::unique_ptr<FileLock> lock_;
};

} // namespace convergence
