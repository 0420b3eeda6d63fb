#pragma once

#include <span>

#include <QImage>

#include "widgets/views/frame_view.h"
#include "widgets/views/picture_pager.h"

namespace convergence {

/// PicturesFrames of a chosen trial: pictures side by side with their titles. On a screen few large
/// ones come before many small ones: the others are on further pages.
///
/// The wheel zooms and a drag pans all of them alike; the pixel under the pointer is marked in each
/// and read out. Where the view has a gesture, a click sets its two parameters to the pixel's
/// column and row. Double click, or Home, shows the whole pictures again.
class PicturesView final : public FrameViewWidget {
    Q_OBJECT

public:
    PicturesView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                 QWidget* parent);

    void lookLike(const ViewWidget& other) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

protected:
    void paintPlot(QPainter& painter, const QRectF& area) override;
    [[nodiscard]] QString textAt(QPointF at, const QRectF& area) const override;

private:
    struct Shown {
        QString title;
        QImage image;
        int markedColumn = -1, markedRow = -1;
    };
    struct Place {
        QRectF title, picture;
    };
    /// A pixel of one of the pictures.
    struct Pixel {
        std::size_t picture;
        int column, row;
    };
    struct Page {
        std::vector<Shown> shown;
        std::vector<Place> places; ///< none where there is no room
    };
    [[nodiscard]] std::vector<Shown> pictures() const;
    /// What is drawn into an area: for a file all pictures.
    [[nodiscard]] Page page(const QRectF& area) const;
    /// In as many columns as make the pictures largest.
    [[nodiscard]] std::vector<Place> places(std::span<const Shown> shown, const QRectF& area,
                                            int* columns = nullptr) const;
    [[nodiscard]] std::optional<Pixel> pixelAt(QPointF at, const std::vector<Shown>& shown,
                                               const std::vector<Place>& where) const;
    [[nodiscard]] QRectF canvasArea() const;
    void paintPicture(QPainter& painter, const Shown& shown, const Place& place) const;
    /// `pixel`: column and row of the picture.
    void markPixel(QPainter& painter, const Shown& shown, const Place& place, QPoint pixel,
                   const QColor& color) const;
    void zoom(double factor, QPointF around);
    void pan(QPointF by);
    void showAll();
    void click(QPointF at);

    PicturePager* pager_;
    QRectF window_{0.0, 0.0, 1.0, 1.0}; ///< shown part of each picture, as shares
    QPointF pressed_, last_;
    bool dragged_ = false;
    std::optional<QPointF> pointer_;
};

} // namespace convergence
