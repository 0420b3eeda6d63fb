#pragma once

#include <memory>

#include <QAbstractButton>
#include <QPixmap>

#include "core/experiment/experiment.h"
#include "widgets/theme.h"

namespace convergence {

/// An experiment in the gallery: a picture of its main view, its title, a line on what there is to
/// be seen, and the paper. Without a picture it is a plain card.
class ExperimentCard final : public QAbstractButton {
    Q_OBJECT

public:
    ExperimentCard(std::shared_ptr<const ExperimentType> type, const Theme& theme, QWidget* parent);

    [[nodiscard]] const Description& description() const { return type_->description; }
    /// Whether every word occurs in title, topics, question, paper, family or arms' names.
    [[nodiscard]] bool matches(const QStringList& words) const;
    void setTheme(const Theme& theme);
    /// At a width; the text gets as many lines as it may need.
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    [[nodiscard]] QRectF picturePlace() const;
    void loadPicture();
    void paintPicture(QPainter& painter, const QRectF& place);

    std::shared_ptr<const ExperimentType> type_;
    QString searched_; ///< all words that it is found by
    Theme theme_;
    QPixmap picture_;
    QString pictureOf_; ///< path; empty: not looked for yet
};

} // namespace convergence
