#pragma once

#include <functional>

#include <QObject>
#include <QStringList>
#include <QTimer>

#include "app/sessions/document_files.h"
#include "core/experiment/registry.h"
#include "widgets/figures/figure.h"

class QMenu;

namespace convergence {

/// What sessions and bundles are made of and opened into: what a window shows.
class SessionHost {
public:
    virtual ~SessionHost() = default;
    /// Names no experiment if none is open.
    [[nodiscard]] virtual SessionDocument session() const = 0;
    /// Throws InputError, and changes nothing, if the experiment is unknown or its values do not
    /// fit.
    virtual void openSession(const SessionDocument& session) = 0;
    virtual void openBundle(const Bundle& bundle) = 0;
    /// A log of somebody's training, which is read in the background; calls `done` in the end.
    /// What is wrong with it is told by the host, and changes nothing.
    virtual void openCurves(const QString& path, std::function<void(bool isOpen)> done) = 0;
    /// Calls `done` with all that goes into a bundle, once it is there; never if nothing is open.
    virtual void gatherBundle(std::function<void(const BundleToWrite&)> done) = 0;
};

/// Saves and opens what a window shows: sessions, bundles (in the background), recent files, and
/// the session of the last time.
class SessionFiles : public QObject {
    Q_OBJECT

public:
    /// `host` and `registry` outlive this; `parent` is the window of the dialogs, on which files
    /// can be dropped.
    SessionFiles(SessionHost& host, const Registry& registry, QWidget* parent);

    /// A session, a bundle, a file that carries a figure, or a log of somebody's training, told
    /// apart by content. Throws InputError for a file that cannot be read; bundles and logs open
    /// in the background, and their troubles are told.
    void open(const QString& path);
    /// The same; what is wrong is told.
    void tryToOpen(const QString& path);
    /// Throws InputError if the file cannot be written.
    void save(const QString& path);
    /// In the background; the outcome is told.
    void exportBundle(const QString& path);

    /// From now on recent files are kept for the next time, and every ten seconds the session.
    void remember();
    /// Keeps the session for the next time, if anything is remembered.
    void autosave();
    /// False if there is no session of the last time, or it cannot be opened, which is told.
    bool restoreLast();
    [[nodiscard]] bool hasLast() const;
    /// Files that were opened or saved, the last one first, as far as they are there.
    [[nodiscard]] QStringList recent() const;

    /// Adds open, open recent, save, save as, export.
    void addCommands(QMenu& file);

Q_SIGNALS:
    /// The run of a figure was opened; it has not been played.
    void figureOpened(const convergence::Figure& figure);
    void told(const QString& sentence);
    void troubled(const QString& sentence);
    /// In passing; empty: nothing.
    void status(const QString& sentence);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    enum class Dialog { open, save };
    void ask(Dialog kind, const QString& title, const QString& suggested, const QString& filter,
             const std::function<void(const QString&)>& chosen);
    void askWhereToSave();
    void attempt(const std::function<void()>& action);
    void openBundle(const QString& path);
    void openFigure(const QString& path);
    void rememberFile(const QString& path);
    void listRecent(QMenu& menu);
    [[nodiscard]] QWidget* window() const;

    SessionHost& host_;
    const Registry& registry_;
    QString path_; ///< of the session; empty: not saved yet
    QStringList recent_;
    bool remembers_ = false;
    QTimer autosaveTimer_;
};

} // namespace convergence
