#pragma once

#include <QLabel>
#include <QStringList>
#include <QToolButton>

#include "app/window/arm_sentence.h"
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
    /// The same of arms, which are shown as chips.
    void warnOf(const ArmSentence& sentence, const Description& description);
    void setTheme(const Theme& theme);

    /// Every sentence with the time, the newest last.
    [[nodiscard]] const QStringList& history() const { return history_; }
    /// Opens a list of them that holds nothing up.
    void showHistory();
    /// Lets a menu list them whenever it is opened.
    void listIn(QMenu& menu);

Q_SIGNALS:
    /// The pointer is at the chip of an arm; empty: no longer.
    void armPointedAt(const QString& arm);
    void armClicked(const QString& arm);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void say(const QString& text, const QColor& back, const QString& rich = {});

    Theme theme_;
    QStringList history_;
    QToolButton* dismiss_ = nullptr;
};

} // namespace convergence
