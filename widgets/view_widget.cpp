#include "widgets/view_widget.h"

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include "core/error.h"
#include "widgets/space/points_in_space_view.h"
#include "widgets/surface/surface_view.h"
#include "widgets/views/bars_view.h"
#include "widgets/views/curves_view.h"
#include "widgets/views/graph_view.h"
#include "widgets/views/heat_maps_view.h"
#include "widgets/views/line_chart_view.h"
#include "widgets/views/parallel_coordinates_view.h"
#include "widgets/views/pictures_view.h"
#include "widgets/views/points_view.h"
#include "widgets/views/scene_view.h"
#include "widgets/views/table_view.h"
#include "widgets/views/text_view.h"
#include "widgets/views/timeline_view.h"
#include "widgets/views/trajectory_view.h"
#include "widgets/volume/volume_view.h"

namespace convergence {

namespace {

void writeFile(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        throw InputError(QString("The file %1 cannot be written: %2.")
                             .arg(path, file.errorString())
                             .toStdString());
}

/// The largest picture that is drawn: 400 million pixels, about 1.6 GB.
constexpr double maximumPixels = 4e8;

QByteArray pngBytes(ViewWidget& view, QSizeF size, double scale) {
    const QSize pixels = (size * scale).toSize();
    if (pixels.isEmpty() || double(pixels.width()) * pixels.height() > maximumPixels)
        throw InputError(QString("A picture of %1 × %2 pixels cannot be drawn; from 1 × 1 to 400 "
                                 "million pixels in all are possible.")
                             .arg(pixels.width())
                             .arg(pixels.height())
                             .toStdString());
    QImage image(pixels, QImage::Format_RGB32);
    image.setDotsPerMeterX(int(96.0 / 0.0254));
    image.setDotsPerMeterY(int(96.0 / 0.0254));
    image.setDevicePixelRatio(scale);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    view.render(painter, QRectF(QPointF(), size));
    painter.end();
    // Only now, since letters would grow with it.
    image.setDotsPerMeterX(int(96.0 / 0.0254 * scale));
    image.setDotsPerMeterY(int(96.0 / 0.0254 * scale));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

QByteArray svgBytes(ViewWidget& view, QSizeF size) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(96);
    generator.setSize(size.toSize());
    generator.setViewBox(QRectF(QPointF(), size));
    generator.setTitle(QString::fromStdString(view.view().title));
    generator.setDescription(QString::fromStdString(view.view().help));
    QPainter painter(&generator);
    painter.setRenderHint(QPainter::Antialiasing);
    view.render(painter, QRectF(QPointF(), size));
    painter.end();
    return bytes;
}

QByteArray pdfBytes(ViewWidget& view, QSizeF size) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setTitle(QString::fromStdString(view.view().title));
    writer.setPageMargins(QMarginsF());
    writer.setPageSize(QPageSize(size * (72.0 / 96.0), QPageSize::Point));
    writer.setResolution(96); // one unit a logical pixel, so fonts in points keep their size
    QPainter painter(&writer);
    painter.setRenderHint(QPainter::Antialiasing);
    view.render(painter, QRectF(QPointF(), size));
    painter.end();
    return bytes;
}

} // namespace

ViewWidget::ViewWidget(View view, QWidget* parent) : QWidget(parent), view_(std::move(view)) {}

ViewWidget* ViewWidget::create(const View& view, std::shared_ptr<const Description> description,
                               const Theme& theme, QWidget* parent) {
    const auto make = [&]() -> ViewWidget* {
        switch (view.kind) {
        case ViewKind::lineChart:
            return new LineChartView(view, description, theme, parent);
        case ViewKind::pivot:
            return new PivotView(view, description, theme, parent);
        case ViewKind::parallelCoordinates:
            return new ParallelCoordinatesView(view, description, theme, parent);
        case ViewKind::heatMaps:
            return new HeatMapsView(view, description, theme, parent);
        case ViewKind::trajectory:
            return new TrajectoryView(view, description, theme, parent);
        case ViewKind::bars:
            return new BarsView(view, description, theme, parent);
        case ViewKind::curves:
            return new CurvesView(view, description, theme, parent);
        case ViewKind::text:
            return new TextView(view, description, theme, parent);
        case ViewKind::surface:
            return new SurfaceView(view, description, theme, parent);
        case ViewKind::pictures:
            return new PicturesView(view, description, theme, parent);
        case ViewKind::volume:
            return new VolumeView(view, description, theme, parent);
        case ViewKind::table:
            return new TableView(view, description, theme, parent);
        case ViewKind::timeline:
            return new TimelineView(view, description, theme, parent);
        case ViewKind::points:
            return new PointsView(view, description, theme, parent);
        case ViewKind::graph:
            return new GraphView(view, description, theme, parent);
        case ViewKind::scene:
            return new SceneView(view, description, theme, parent);
        case ViewKind::pointsInSpace:
            return new PointsInSpaceView(view, description, theme, parent);
        }
        throw std::logic_error("no widget draws this kind of view");
    };
    ViewWidget* widget = make();
    widget->setTheme(theme);
    return widget;
}

void ViewWidget::setLook(const QString& look) {
    throw InputError(tr("The view \"%1\" is not in space and cannot be seen from \"%2\".")
                         .arg(QString::fromStdString(view_.title), look)
                         .toStdString());
}

void ViewWidget::exportPicture(const QString& path, PictureFormat format, QSizeF size,
                               double scale) {
    if (!(size.width() >= 1.0) || !(size.height() >= 1.0) || !(scale > 0.0))
        throw InputError(QString("A picture of %1 × %2 at scale %3 cannot be drawn; it needs at "
                                 "least 1 × 1 and a positive scale.")
                             .arg(size.width())
                             .arg(size.height())
                             .arg(scale)
                             .toStdString());
    switch (format) {
    case PictureFormat::png:
        return writeFile(path, pngBytes(*this, size, scale));
    case PictureFormat::svg:
        return writeFile(path, svgBytes(*this, size));
    case PictureFormat::pdf:
        return writeFile(path, pdfBytes(*this, size));
    }
}

void ViewWidget::exportTo(const QString& path, QSizeF size, double scale) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == "png")
        exportPicture(path, PictureFormat::png, size, scale);
    else if (suffix == "svg")
        exportPicture(path, PictureFormat::svg, size, scale);
    else if (suffix == "pdf")
        exportPicture(path, PictureFormat::pdf, size, scale);
    else if (suffix == "csv")
        writeFile(path, csv().toUtf8());
    else if (suffix == "tex")
        writeFile(path, pgfplots().toUtf8());
    else
        exportFurtherFormat(path, suffix);
}

void ViewWidget::exportFurtherFormat(const QString& path, const QString& suffix) {
    QStringList known{".png", ".svg", ".pdf", ".csv", ".tex"};
    for (const FileFormat& format : furtherFormats()) {
        if (format.suffix == suffix)
            return exportFurther(path, suffix);
        known << "." + format.suffix;
    }
    const QString last = known.takeLast();
    throw InputError(
        QString("The file %1 cannot be written as a view: its name has to end in %2 or %3.")
            .arg(path, known.join(", "), last)
            .toStdString());
}

} // namespace convergence
