#include "app/window/message_bar.h"

#include <QApplication>
#include <QDialog>
#include <QListWidget>
#include <QMenu>
#include <QTime>
#include <QVBoxLayout>

#include "app/window/dialogs.h"
#include "widgets/minus_signs.h"

namespace convergence {

MessageBar::MessageBar(const Theme& theme, QWidget* parent) : QLabel(parent), theme_(theme) {
    setObjectName("messageBar");
    setWordWrap(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::LinksAccessibleByMouse);
    const auto armOf = [](const QString& link) {
        return link.startsWith("arm:") ? link.mid(4) : QString();
    };
    connect(this, &QLabel::linkHovered, this,
            [this, armOf](const QString& link) { Q_EMIT armPointedAt(armOf(link)); });
    connect(this, &QLabel::linkActivated, this,
            [this, armOf](const QString& link) { Q_EMIT armClicked(armOf(link)); });
    dismiss_ = new QToolButton(this);
    dismiss_->setObjectName("dismiss");
    dismiss_->setText("✕");
    dismiss_->setAutoRaise(true);
    dismiss_->setAccessibleName(tr("Dismiss the message"));
    dismiss_->setToolTip(tr("Dismiss; it stays among the messages"));
    connect(dismiss_, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

void MessageBar::tell(const QString& sentence) {
    say(sentence, theme_.accent);
}

void MessageBar::warn(const QString& sentence) {
    say(sentence, theme_.failure);
}

void MessageBar::warnOf(const ArmSentence& sentence, const Description& description) {
    say(sentence.plain(description), theme_.failure, sentence.rich(description, theme_));
}

void MessageBar::say(const QString& text, const QColor& back, const QString& rich) {
    const QString sentence = withMinusSigns(text);
    history_ << QTime::currentTime().toString("HH:mm:ss") + "  " + sentence;
    // Room for the button at the right.
    setStyleSheet(QString("QLabel { background: %1; color: %2; padding: 6px 36px 6px 6px; }"
                          "QToolButton { background: transparent; color: %2; border: none; }"
                          "QToolButton:hover, QToolButton:focus { border: 1px solid %2; }")
                      .arg(back.name(), theme_.dark ? "#101010" : "#ffffff"));
    setTextFormat(rich.isEmpty() ? Qt::PlainText : Qt::RichText);
    setText(rich.isEmpty() ? sentence : rich);
    setAccessibleName(sentence);
    show();
}

void MessageBar::resizeEvent(QResizeEvent* event) {
    QLabel::resizeEvent(event);
    constexpr int size = 26, margin = 3;
    dismiss_->setGeometry(width() - size - margin, margin, size, size);
}

void MessageBar::setTheme(const Theme& theme) {
    theme_ = theme;
    setFont(QApplication::font()); // a style sheet keeps it from following by itself
}

void MessageBar::showHistory() {
    QDialog* dialog = modelessDialog(window(), tr("Messages"), {560, 320});
    dialog->setObjectName("messages");
    auto* list = new QListWidget(dialog);
    list->setAccessibleName(tr("Messages of this session, the newest last"));
    list->setWordWrap(true);
    list->addItems(history_.isEmpty() ? QStringList(tr("No messages yet")) : history_);
    list->scrollToBottom();
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(list);
    dialog->show();
}

void MessageBar::listIn(QMenu& menu) {
    connect(&menu, &QMenu::aboutToShow, this, [this, &menu] {
        menu.clear();
        if (history_.isEmpty())
            menu.addAction(tr("No messages yet"))->setEnabled(false);
        for (const QString& message : history_)
            menu.addAction(message);
    });
}

} // namespace convergence
