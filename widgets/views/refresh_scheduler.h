#pragma once

#include <QList>
#include <QObject>
#include <QPointer>
#include <QTimer>

namespace convergence {

class ViewWidget;

/// Refreshes views in turn, at most one changed view a display frame.
///
/// About 60 times a second the views are asked, beginning after the one that was refreshed last,
/// until one of them has something new. Input is handled between two frames, so that however many
/// views there are, it waits for one of them at most. Views that are not visible are left out.
class RefreshScheduler : public QObject {
    Q_OBJECT

public:
    explicit RefreshScheduler(QObject* parent = nullptr);

    void add(ViewWidget* view);
    void remove(ViewWidget* view);
    /// Begins or ends refreshing by the clock; active at first.
    void setActive(bool active);
    /// One display frame: refreshes at most one view; true if one changed.
    bool refreshNext();

private:
    QList<QPointer<ViewWidget>> views_;
    qsizetype next_ = 0;
    QTimer timer_;
};

} // namespace convergence
