#pragma once

#include <utility>
#include <vector>

#include <QColor>
#include <QCursor>
#include <QWidget>

namespace convergence {

/// Over the whole stage: a black or a white screen, or what the keys do.
class StageCover : public QWidget {
    Q_OBJECT

public:
    explicit StageCover(QWidget& window);

    void blank(const QColor& color);
    /// Lines of keys and what they do.
    void explain(const std::vector<std::pair<QString, QString>>& keys);
    [[nodiscard]] bool isBlank() const { return isVisible() && keys_.empty(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void cover();

    QColor color_;
    std::vector<std::pair<QString, QString>> keys_;
};

/// A pointer that is seen from the last row.
QCursor stagePointer();

} // namespace convergence
