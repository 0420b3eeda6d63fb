#pragma once

#include <exception>
#include <memory>

#include <QCoreApplication>
#include <QPointer>
#include <QString>
#include <QThreadPool>

#include "core/error.h"

namespace convergence {

/// Makes something in a thread of the pool and hands it over in the window's: `take(made)`, or
/// `refuse(sentence)` where `make()` threw, or `take` an InputError. Neither is called once
/// `receiver` is gone. `make` touches nothing of the window's.
template <typename Make, typename Take, typename Refuse>
void makeInBackground(QObject* receiver, Make make, Take take, Refuse refuse) {
    using Made = decltype(make());
    QThreadPool::globalInstance()->start([self = QPointer(receiver), make, take, refuse] {
        std::shared_ptr<Made> made;
        QString problem;
        try {
            made = std::make_shared<Made>(make());
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(qApp, [self, made, problem, take, refuse] {
            if (!self)
                return;
            if (!made)
                return refuse(problem);
            try {
                take(*made);
            } catch (const InputError& error) {
                refuse(QString::fromUtf8(error.what()));
            }
        });
    });
}

} // namespace convergence
