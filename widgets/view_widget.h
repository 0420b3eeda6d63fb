#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QString>
#include <QWidget>

#include "core/experiment/description.h"
#include "core/experiment/frames.h"
#include "core/experiment/recording.h"
#include "widgets/charts/arm_look.h"
#include "widgets/theme.h"

class QPainter;

namespace convergence {

/// A run whose recording a view draws. The first of a view's runs is the present one; others are
/// earlier runs overlaid, drawn lighter.
struct ShownRun {
    QString name; ///< empty for the present run
    std::shared_ptr<const Recording> recording;
    QString key; ///< by which it is kept; may be empty
    /// Color that tells runs apart (Theme::seriesColor); arms are then told apart by dashes. None:
    /// colors tell arms apart.
    std::optional<int> color;
};

enum class PictureFormat { png, svg, pdf };

/// A kind of file that a view writes besides pictures, numbers and LaTeX.
struct FileFormat {
    QString suffix; ///< lower case, without a dot
    QString label;
};

/// Base of the widgets that draw one View each. Drawing data is pulled: the owner calls refresh()
/// at display rate, and a view repaints only if it has something new.
class ViewWidget : public QWidget {
    Q_OBJECT

public:
    /// The widget for the kind of `view`. `description` names arms and outlives nothing: copied.
    static ViewWidget* create(const View& view, std::shared_ptr<const Description> description,
                              const Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] const View& view() const { return view_; }

    virtual void setRuns(std::vector<ShownRun> runs) = 0;
    virtual void setFrames(std::shared_ptr<const Frames> frames) = 0;
    virtual void setTheme(const Theme& theme) = 0;
    /// Fits that judges of claims found, for this view.
    virtual void setFits(std::vector<FitOverlay> fits) = 0;
    /// Iteration marked in all views; none: the present.
    virtual void setPlayHead(std::optional<std::int64_t> iteration) = 0;
    /// Which arms are drawn, and how.
    virtual void setArmLook(const ArmLook& /*look*/) {}
    /// What is to be done before a run can be played, in a sentence, which an empty view says
    /// rather than ask for play; empty: nothing.
    virtual void setWaitsFor(const QString& /*sentence*/) {}
    /// The line above the drawing: name, choices, axes, menu. Whoever shows the view may put it
    /// elsewhere, and add what it does with views at the right end. Null: there is none.
    [[nodiscard]] virtual QWidget* headLine() const { return nullptr; }
    virtual void addToHeadLine(QWidget* /*widget*/) {}
    /// Whether the line says the name; it need not where a tab does.
    virtual void setNamed(bool /*named*/) {}
    /// From now on drawn to one scale with a view of the same description beside it, and zoomed and
    /// switched together with it, as far as the kind has scales. Called on both.
    virtual void pairWith(ViewWidget& /*partner*/) {}
    /// From now on, and until a person changes it, with the choices, axes and viewpoint that
    /// another view of the same description has now. Runs were handed to both.
    virtual void lookLike(const ViewWidget& /*other*/) {}
    /// From where a view in space is seen, whatever its shape, as text that setLook() reads; empty
    /// for other kinds and where nobody has moved.
    [[nodiscard]] virtual QString look() const { return {}; }
    /// Throws InputError for what cannot be understood, and in views that are not in space.
    virtual void setLook(const QString& look);
    /// Takes up new data; true if that changed the picture (it then calls update() itself).
    virtual bool refresh() = 0;

    /// Draws the view as it is shown (axes, legend, title) into a rectangle of any size.
    virtual void render(QPainter& painter, const QRectF& area) = 0;
    /// Exactly the numbers shown, RFC 4180, full precision.
    [[nodiscard]] virtual QString csv() const = 0;
    /// A LaTeX document with PGFPlots that compiles by itself to the picture shown.
    [[nodiscard]] virtual QString pgfplots() const = 0;

    /// Writes a picture of `size` logical pixels (PNG: times `scale`). Throws InputError if the
    /// file cannot be written.
    void exportPicture(const QString& path, PictureFormat format, QSizeF size, double scale = 1.0);
    /// Formats of this view's own.
    [[nodiscard]] virtual std::vector<FileFormat> furtherFormats() const { return {}; }
    /// By suffix: .png .svg .pdf .csv .tex, or one of furtherFormats(); throws InputError for
    /// others and unwritable files.
    void exportTo(const QString& path, QSizeF size, double scale = 1.0);

Q_SIGNALS:
    /// The person asked to export this view; the owner asks where to and calls exportTo().
    void exportRequested();
    /// The person asked for a film of this view.
    void filmRequested();
    /// The person chose what stands for a trial (a cell, a line) to see that trial itself.
    void trialChosen(std::size_t trial);
    /// The person set two parameters by click or drag (View::gesture).
    void gestureMade(const QString& xParameter, double x, const QString& yParameter, double y);

protected:
    ViewWidget(View view, QWidget* parent);
    /// Writes one of furtherFormats(). Throws InputError if the file cannot be written.
    virtual void exportFurther(const QString& /*path*/, const QString& /*suffix*/) {}

private:
    void exportFurtherFormat(const QString& path, const QString& suffix);

    View view_;
};

} // namespace convergence
