#pragma once

#include <memory>
#include <vector>

#include <QScrollArea>

#include "app/start/experiment_card.h"

class QLabel;

namespace convergence {

/// All experiments as cards, by family, those alone that match what is searched for. Arrow keys go
/// from card to card, Return, Space and a click choose.
class Gallery final : public QScrollArea {
    Q_OBJECT

public:
    Gallery(const std::vector<std::shared_ptr<const ExperimentType>>& types, const Theme& theme,
            QWidget* parent = nullptr);

    void filter(const QStringList& words);
    void setTheme(const Theme& theme);
    /// The card of an experiment gets the keyboard the next time the gallery does.
    void setCurrent(const QString& id);
    /// Gives the keyboard to the current card, or the first in sight.
    void focusCard();
    /// Of the cards in sight, the first; empty: none.
    [[nodiscard]] QString firstMatch() const;
    /// Those that match, in order.
    [[nodiscard]] std::vector<ExperimentCard*> cards() const;

Q_SIGNALS:
    void chosen(const QString& id);
    /// Up from the first row.
    void leftUpward();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Family {
        QLabel* heading;
        std::vector<ExperimentCard*> cards;
    };
    void arrange();
    void move(const ExperimentCard& from, int key);
    void give(ExperimentCard* card);

    std::vector<Family> families_;
    QLabel* nothing_;
    ExperimentCard* current_ = nullptr; ///< that Tab comes to
    int columns_ = 1;
};

} // namespace convergence
