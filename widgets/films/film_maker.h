#pragma once

#include <QObject>

class QWidget;

namespace convergence {

/// Makes a film in the background. Can be stopped at any time, and then leaves no file.
class FilmMaker : public QObject {
    Q_OBJECT

public:
    virtual void start() = 0;
    virtual void cancel() = 0;

Q_SIGNALS:
    /// `secondsLeft` as the pictures so far took.
    void progressed(int done, int total, double secondsLeft);
    /// One sentence on what was written, or why not. The last signal.
    void finished(bool succeeded, const QString& sentence);

protected:
    using QObject::QObject;
};

/// Starts making the film, with a dialog over `parent` that tells how far it is, can stop it, holds
/// nothing up and tells the sentence in the end. The dialog takes the maker over.
void showFilmProgress(QWidget& parent, FilmMaker* maker);

} // namespace convergence
