#pragma once

#include <QObject>

class QKeyEvent;
class QWidget;

namespace convergence {

/// Keys of a window that depend on where one is: X and Y switch the axes of the chart below the
/// pointer, without a click; and a button, box or list that has the focus keeps Space, lists and
/// boxes their letters, too, which are shortcuts elsewhere.
class WindowKeys : public QObject {
    Q_OBJECT

public:
    /// `window` outlives this.
    explicit WindowKeys(QWidget& window);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// True if the chart below the pointer took it.
    [[nodiscard]] bool isForPointer(const QKeyEvent& key);

    QWidget& window_;
    bool sending_ = false;
};

} // namespace convergence
