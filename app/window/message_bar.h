#pragma once

#include <QLabel>
#include <QStringList>
#include <QToolButton>

#include "widgets/theme.h"

class QMenu;

namespace convergence {

/// What the program has to say, one sentence at a time above the views, until it is dismissed; all
/// that was said since it was started can be gone back to.
class MessageBar : public QLabel {
    Q_OBJECT

public:
    explicit MessageBar(const Theme& theme, QWidget* parent = nullptr);

    void tell(const QString& sentence);
    /// Of something that went wrong.
    void warn(const QString& sentence);
    void setTheme(const Theme& theme);

    /// Every sentence with the time, the newest last.
    [[nodiscard]] const QStringList& history() const { return history_; }
    /// Opens a list of them that holds nothing up.
    void showHistory();
    /// Lets a menu list them whenever it is opened.
    void listIn(QMenu& menu);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void say(const QString& sentence, const QColor& back);

    Theme theme_;
    QStringList history_;
    QToolButton* dismiss_ = nullptr;
};

} // namespace convergence
