#pragma once

#include <functional>
#include <vector>

#include <QStringList>
#include <QWidget>

class QKeyEvent;
class QToolButton;

namespace convergence {

/// The least side of a picture on a page with others, in lines of text.
constexpr double leastSideInLines = 8.5;

/// How many of `count` pictures are shown at once: as many as are large together, at least one.
/// `sides` lays pictures out that follow each other and gives the side of each, in pixels; a side
/// is large from `least` on, or where a page of its own would hardly make it larger.
std::size_t picturesAtOnce(
    std::size_t count, double least,
    const std::function<std::vector<double>(std::size_t first, std::size_t count)>& sides);

/// Leads through the pictures of a view that shows only some of them, so that these are large:
/// arrows, keys, and a list of all by name. Not there where all are shown.
class PicturePager final : public QWidget {
    Q_OBJECT

public:
    explicit PicturePager(QWidget* parent);

    struct Page {
        std::size_t first = 0, count = 0;
    };
    /// The page to draw of the pictures of these names, `atOnce` of which are shown. May be called
    /// while a view is painted: what the buttons say follows later.
    Page page(const QStringList& names, std::size_t atOnce);
    [[nodiscard]] std::size_t first() const { return first_; }
    void goTo(std::size_t picture);
    void turn(int pages);
    /// Left, Right, Page Up and Page Down turn pages, where there are several.
    bool takeKey(const QKeyEvent& key);

Q_SIGNALS:
    void turned(std::size_t first);

private:
    void tell();
    void listPictures();

    QToolButton *back_, *list_, *on_;
    QStringList names_;
    std::size_t first_ = 0, atOnce_ = 1;
};

} // namespace convergence
