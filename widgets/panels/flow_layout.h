#pragma once

#include <QLayout>
#include <QList>

namespace convergence {

/// Widgets in a row as long as they fit, then in further rows, like words in a text. Its least
/// width is that of its widest widget, so that a bar of controls never widens a window.
class FlowLayout : public QLayout {
    Q_OBJECT

public:
    explicit FlowLayout(QWidget* parent = nullptr);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override;
    [[nodiscard]] int count() const override;
    [[nodiscard]] QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    [[nodiscard]] Qt::Orientations expandingDirections() const override { return {}; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    /// All in one row.
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSize() const override;
    void setGeometry(const QRect& area) override;

private:
    /// Height of the rows in an area; `move` puts the widgets there.
    enum class Arrange { measure, move };
    int arrange(const QRect& area, Arrange how) const;

    QList<QLayoutItem*> items_;
};

} // namespace convergence
