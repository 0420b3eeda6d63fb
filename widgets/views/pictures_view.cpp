#include "widgets/views/pictures_view.h"

#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QKeyEvent>
#include <QPainter>

#include "widgets/charts/axes_painter.h"
#include "widgets/charts/csv_text.h"
#include "widgets/views/latex_pictures.h"

namespace convergence {

namespace {

constexpr double gap = 8.0;
constexpr double zoomOfNotch = 1.25;
constexpr double leastWindow = 1.0 / 64.0;

} // namespace

PicturesView::PicturesView(View view, std::shared_ptr<const Description> description,
                           const Theme& theme, QWidget* parent)
    : FrameViewWidget(std::move(view), std::move(description), theme, parent, Choice::oneTrial),
      pager_(new PicturePager(this)) {
    addToBar(pager_);
    connect(pager_, &PicturePager::turned, this, [this](std::size_t first) {
        drawing().update();
        if (auto* other = partner<PicturesView>())
            other->pager_->goTo(first);
    });
    connect(&drawing(), &Canvas::wheeled, this,
            [this](double notches, QPointF at) { zoom(std::pow(zoomOfNotch, notches), at); });
    connect(&drawing(), &Canvas::pressed, this, [this](QPointF at) {
        pressed_ = last_ = at;
        dragged_ = false;
    });
    connect(&drawing(), &Canvas::dragged, this, [this](QPointF at) {
        if (!dragged_ && (at - pressed_).manhattanLength() < QApplication::startDragDistance())
            return;
        dragged_ = true;
        pan(at - last_);
        last_ = at;
    });
    connect(&drawing(), &Canvas::released, this, [this](QPointF at) {
        if (!dragged_)
            click(at);
    });
    connect(&drawing(), &Canvas::doubleClicked, this, &PicturesView::showAll);
    connect(&drawing(), &Canvas::hovered, this, [this](QPointF at) { pointer_ = at; });
    connect(&drawing(), &Canvas::left, this, [this] { pointer_.reset(); });
    connect(&drawing(), &Canvas::keyPressed, this, [this](QKeyEvent* event) {
        const QPointF middle = QRectF(drawing().rect()).center();
        event->accept();
        if (event->key() == Qt::Key_Plus || event->key() == Qt::Key_Equal)
            zoom(zoomOfNotch, middle);
        else if (event->key() == Qt::Key_Minus)
            zoom(1.0 / zoomOfNotch, middle);
        else if (event->key() == Qt::Key_Home)
            showAll();
        else if (!pager_->takeKey(*event))
            event->ignore();
    });
    QAction* all = addMenuAction("showAllAction", tr("Whole pictures\tHome"),
                                 tr("Shows the whole pictures again"));
    connect(all, &QAction::triggered, this, &PicturesView::showAll);
}

std::vector<PicturesView::Shown> PicturesView::pictures() const {
    std::vector<Shown> list;
    for (const std::string& id : view().frames) {
        const auto* frame = chosenFrame<PicturesFrame>(id);
        for (std::size_t i = 0; frame && i < frame->pictures.size(); ++i) {
            const PicturesFrame::Picture& picture = frame->pictures[i];
            if (picture.width == 0 || picture.height == 0 ||
                picture.rgb.size() != 3 * picture.width * picture.height)
                continue;
            // The frame outlives what is painted from it.
            list.push_back({QString::fromStdString(picture.title),
                            QImage(picture.rgb.data(), int(picture.width), int(picture.height),
                                   3 * qsizetype(picture.width), QImage::Format_RGB888),
                            frame->markedColumn, frame->markedRow});
        }
    }
    return list;
}

std::vector<PicturesView::Place> PicturesView::places(std::span<const Shown> shown,
                                                      const QRectF& area, int* columnsUsed) const {
    const double titleHeight = 1.4 * QFontMetricsF(plotFont()).height();
    std::vector<Place> best;
    double bestSize = -1.0;
    for (std::size_t columns = 1; columns <= shown.size(); ++columns) {
        const std::size_t rows = (shown.size() + columns - 1) / columns;
        const double width = (area.width() - gap * double(columns + 1)) / double(columns);
        const double height = (area.height() - gap * double(rows)) / double(rows) - titleHeight;
        if (width < 1.0 || height < 1.0)
            continue;
        std::vector<Place> places;
        double size = 0.0;
        for (std::size_t i = 0; i < shown.size(); ++i) {
            QSizeF fit(shown[i].image.size());
            fit.scale(width, height, Qt::KeepAspectRatio);
            size += fit.width() * fit.height();
            const QRectF cell(area.left() + gap + (width + gap) * double(i % columns),
                              area.top() + (height + titleHeight + gap) * double(i / columns),
                              width, titleHeight + height);
            QRectF picture(QPointF(), fit);
            picture.moveCenter({cell.center().x(), 0.0});
            picture.moveTop(cell.top() + titleHeight + 0.5 * (height - fit.height()));
            places.push_back(
                {QRectF(cell.left(), picture.top() - titleHeight, width, titleHeight), picture});
        }
        if (size > bestSize) {
            bestSize = size;
            best = std::move(places);
            if (columnsUsed)
                *columnsUsed = int(columns);
        }
    }
    return best;
}

PicturesView::Page PicturesView::page(const QRectF& area) const {
    Page page{pictures(), {}};
    if (!isForFile()) {
        const std::span<const Shown> all = page.shown;
        QStringList names;
        for (const Shown& picture : all)
            names << picture.title;
        const double least = leastSideInLines * QFontMetricsF(plotFont()).height();
        const std::size_t atOnce =
            picturesAtOnce(all.size(), least, [&](std::size_t first, std::size_t count) {
                std::vector<double> sides(count, 0.0);
                const auto where = places(all.subspan(first, count), area);
                for (std::size_t i = 0; i < where.size(); ++i)
                    sides[i] = std::sqrt(where[i].picture.width() * where[i].picture.height());
                return sides;
            });
        const auto shown = pager_->page(names, atOnce);
        page.shown.erase(page.shown.begin() + std::ptrdiff_t(shown.first + shown.count),
                         page.shown.end());
        page.shown.erase(page.shown.begin(), page.shown.begin() + std::ptrdiff_t(shown.first));
    }
    page.places = places(page.shown, area);
    return page;
}

QRectF PicturesView::canvasArea() const {
    return QRectF(drawing().rect());
}

std::optional<PicturesView::Pixel> PicturesView::pixelAt(QPointF at,
                                                         const std::vector<Shown>& shown,
                                                         const std::vector<Place>& where) const {
    for (std::size_t i = 0; i < where.size(); ++i) {
        const QRectF& picture = where[i].picture;
        if (!picture.contains(at))
            continue;
        const double x =
            window_.left() + window_.width() * (at.x() - picture.left()) / picture.width();
        const double y =
            window_.top() + window_.height() * (at.y() - picture.top()) / picture.height();
        const QSize size = shown[i].image.size();
        return Pixel{i, std::clamp(int(x * size.width()), 0, size.width() - 1),
                     std::clamp(int(y * size.height()), 0, size.height() - 1)};
    }
    return std::nullopt;
}

void PicturesView::paintPicture(QPainter& painter, const Shown& shown, const Place& place) const {
    painter.setPen(theme().text);
    painter.drawText(
        place.title, Qt::AlignCenter,
        painter.fontMetrics().elidedText(shown.title, Qt::ElideRight, int(place.title.width())));
    const QSizeF size(shown.image.size());
    const QRectF source(window_.left() * size.width(), window_.top() * size.height(),
                        window_.width() * size.width(), window_.height() * size.height());
    painter.save();
    // Pixels stay pixels where they are magnified.
    painter.setRenderHint(QPainter::SmoothPixmapTransform, place.picture.width() < source.width());
    painter.drawImage(place.picture, shown.image, source);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(theme().grid);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(place.picture);
    painter.restore();
}

void PicturesView::markPixel(QPainter& painter, const Shown& shown, const Place& place,
                             QPoint pixel, const QColor& color) const {
    const QSizeF size(shown.image.size());
    const double scaleX = place.picture.width() / (window_.width() * size.width());
    const double scaleY = place.picture.height() / (window_.height() * size.height());
    QRectF mark(place.picture.left() + (pixel.x() - window_.left() * size.width()) * scaleX,
                place.picture.top() + (pixel.y() - window_.top() * size.height()) * scaleY, scaleX,
                scaleY);
    constexpr double leastSize = 7.0;
    if (const double more = 0.5 * (leastSize - mark.width()); more > 0.0)
        mark.adjust(-more, -more, more, more);
    if (!place.picture.contains(mark.center()))
        return;
    painter.setBrush(Qt::NoBrush);
    // Seen on any picture.
    painter.setPen(QPen(Qt::white, 3.5));
    painter.drawRect(mark);
    painter.setPen(QPen(color, 1.8));
    painter.drawRect(mark);
}

void PicturesView::paintPlot(QPainter& painter, const QRectF& area) {
    const auto [shown, where] = page(area);
    if (shown.empty())
        return paintHint(painter, area, hint(), theme());
    if (where.size() != shown.size())
        return;
    painter.setFont(plotFont());
    const auto hovered =
        pointer_ && area == canvasArea() ? pixelAt(*pointer_, shown, where) : std::nullopt;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        paintPicture(painter, shown[i], where[i]);
        if (shown[i].markedColumn >= 0 && shown[i].markedRow >= 0)
            markPixel(painter, shown[i], where[i], {shown[i].markedColumn, shown[i].markedRow},
                      QColor(0xd0, 0x20, 0x20));
        if (hovered && shown[i].image.size() == shown[hovered->picture].image.size())
            markPixel(painter, shown[i], where[i], {hovered->column, hovered->row},
                      QColor(Qt::black));
    }
}

QString PicturesView::textAt(QPointF at, const QRectF& area) const {
    const auto [shown, where] = page(area);
    if (where.size() != shown.size())
        return {};
    const auto pixel = pixelAt(at, shown, where);
    if (!pixel)
        return {};
    QString text = tr("column %1, row %2").arg(pixel->column).arg(pixel->row);
    for (const Shown& picture : shown)
        if (picture.image.size() == shown[pixel->picture].image.size()) {
            const QColor color = picture.image.pixelColor(pixel->column, pixel->row);
            text += QString("\n%1: %2, %3, %4")
                        .arg(picture.title)
                        .arg(color.red())
                        .arg(color.green())
                        .arg(color.blue());
        }
    if (view().gesture && !view().gesture->hint.empty())
        text += "\n" + QString::fromStdString(view().gesture->hint);
    return text;
}

void PicturesView::click(QPointF at) {
    if (!view().gesture)
        return;
    const auto [shown, where] = page(canvasArea());
    if (where.size() != shown.size())
        return;
    if (const auto pixel = pixelAt(at, shown, where))
        Q_EMIT gestureMade(QString::fromStdString(view().gesture->xParameter), pixel->column,
                           QString::fromStdString(view().gesture->yParameter), pixel->row);
}

void PicturesView::zoom(double factor, QPointF around) {
    const auto where = page(canvasArea()).places;
    QPointF fixed(0.5, 0.5); // as shares of a picture's place
    for (const Place& place : where)
        if (place.picture.contains(around))
            fixed = {(around.x() - place.picture.left()) / place.picture.width(),
                     (around.y() - place.picture.top()) / place.picture.height()};
    const double size = std::clamp(window_.width() / factor, leastWindow, 1.0);
    const QPointF held(window_.left() + fixed.x() * window_.width(),
                       window_.top() + fixed.y() * window_.height());
    window_ = QRectF(std::clamp(held.x() - fixed.x() * size, 0.0, 1.0 - size),
                     std::clamp(held.y() - fixed.y() * size, 0.0, 1.0 - size), size, size);
    drawing().update();
}

void PicturesView::pan(QPointF by) {
    const auto where = page(canvasArea()).places;
    if (where.empty())
        return;
    const QSizeF size = where.front().picture.size();
    window_.moveTopLeft({std::clamp(window_.left() - by.x() / size.width() * window_.width(), 0.0,
                                    1.0 - window_.width()),
                         std::clamp(window_.top() - by.y() / size.height() * window_.height(), 0.0,
                                    1.0 - window_.height())});
    drawing().update();
}

void PicturesView::showAll() {
    window_ = QRectF(0.0, 0.0, 1.0, 1.0);
    drawing().update();
}

void PicturesView::lookLike(const ViewWidget& other) {
    FrameViewWidget::lookLike(other);
    if (const auto* pictures = qobject_cast<const PicturesView*>(&other)) {
        window_ = pictures->window_;
        pager_->goTo(pictures->pager_->first());
    }
}

QString PicturesView::csv() const {
    QString text = "picture,column,row,red,green,blue\r\n";
    for (const Shown& picture : pictures()) {
        const QString title =
            QString::fromStdString(csvField(std::string_view(picture.title.toStdString())));
        for (int row = 0; row < picture.image.height(); ++row) {
            const uchar* line = picture.image.constScanLine(row);
            for (int column = 0; column < picture.image.width(); ++column, line += 3)
                text += QString("%1,%2,%3,%4,%5,%6\r\n")
                            .arg(title)
                            .arg(column)
                            .arg(row)
                            .arg(line[0])
                            .arg(line[1])
                            .arg(line[2]);
        }
    }
    return text;
}

QString PicturesView::pgfplots() const {
    const auto shown = pictures();
    int columns = 1;
    static_cast<void>(places(shown, canvasArea(), &columns));
    std::vector<CaptionedPicture> list;
    for (const Shown& picture : shown)
        list.push_back({picture.title, picture.image});
    return latexPictures(captionedTitle(), list, columns, 5.0);
}

} // namespace convergence
