#include "app/start/experiment_card.h"

#include <algorithm>

#include <QFileInfo>
#include <QPainter>
#include <QPainterPath>
#include <QTextLayout>

#include "core/error.h"

namespace convergence {

namespace {

constexpr double pad = 10.0, corner = 6.0;
constexpr double pictureAspect = 0.6; ///< height by width; see resources/gallery/make
constexpr int linesOfText = 3;

QString pathOfPicture(const std::string& id, const Theme& theme) {
    try {
        return QString("%1/%2-%3.png")
            .arg(resourceFolder("gallery"), QString::fromStdString(id),
                 theme.dark ? "dark" : "light");
    } catch (const InputError&) {
        return "none"; // there are no pictures at all
    }
}

/// Text in at most some lines, the last of which is cut short if need be.
QStringList inLines(const QString& text, const QFont& font, double width, int most) {
    QTextLayout layout(text, font);
    QStringList lines;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        if (lines.size() + 1 == most) {
            lines << QFontMetricsF(font).elidedText(text.mid(line.textStart()), Qt::ElideRight,
                                                    width);
            break;
        }
        lines << text.mid(line.textStart(), line.textLength()).trimmed();
    }
    layout.endLayout();
    return lines;
}

QFont titleFont(QFont font) {
    font.setWeight(QFont::DemiBold);
    return font;
}

} // namespace

ExperimentCard::ExperimentCard(std::shared_ptr<const ExperimentType> type, const Theme& theme,
                               QWidget* parent)
    : QAbstractButton(parent), type_(std::move(type)), theme_(theme) {
    const Description& about = description();
    const QString id = QString::fromStdString(about.id);
    setObjectName("card_" + id);
    setText(QString::fromStdString(about.title));
    setAccessibleName(text());
    setAccessibleDescription(QString::fromStdString(about.question));
    setToolTip(QString("<p><b>%1</b></p><p>%2</p>")
                   .arg(QString::fromStdString(about.question).toHtmlEscaped(),
                        QString::fromStdString(about.paper.title).toHtmlEscaped()));
    setFocusPolicy(Qt::ClickFocus);
    setCursor(Qt::PointingHandCursor);
    QStringList words{id, text()};
    for (const std::string& word :
         {about.family, about.question, about.summary, about.paper.title, about.paper.authors,
          about.paper.venue, about.paper.arxiv, std::to_string(about.paper.year)})
        words << QString::fromStdString(word);
    for (const std::string& topic : about.topics)
        words << QString::fromStdString(topic);
    for (const Arm& arm : about.arms)
        words << QString::fromStdString(arm.label);
    searched_ = words.join(' ');
}

bool ExperimentCard::matches(const QStringList& words) const {
    return std::all_of(words.begin(), words.end(), [this](const QString& word) {
        return searched_.contains(word, Qt::CaseInsensitive);
    });
}

void ExperimentCard::setTheme(const Theme& theme) {
    theme_ = theme;
    pictureOf_.clear();
    update();
}

int ExperimentCard::heightForWidth(int width) const {
    const QFontMetricsF title(titleFont(font())), text(font());
    return int(pictureAspect * width + 3.0 * pad + 2.0 * title.lineSpacing() +
               (linesOfText + 1) * text.lineSpacing());
}

QRectF ExperimentCard::picturePlace() const {
    return {1.0, 1.0, width() - 2.0, std::round(pictureAspect * width())};
}

/// When it is painted for the first time: of many cards few are in sight.
void ExperimentCard::loadPicture() {
    const QString path = pathOfPicture(description().id, theme_);
    if (path == pictureOf_)
        return;
    pictureOf_ = path;
    picture_ = QFileInfo::exists(path) ? QPixmap(path) : QPixmap();
}

void ExperimentCard::paintPicture(QPainter& painter, const QRectF& place) {
    loadPicture();
    if (!picture_.isNull()) {
        painter.drawPixmap(place, picture_, QRectF(picture_.rect()));
        return;
    }
    // A plain card: a tint and the first letters.
    QColor tint = theme_.accent;
    tint.setAlphaF(0.12F);
    painter.fillRect(place, tint);
    QFont large = titleFont(font());
    large.setPointSizeF(2.0 * large.pointSizeF());
    painter.setFont(large);
    painter.setPen(theme_.mutedText);
    QString letters;
    for (const QString& word : text().split(' ', Qt::SkipEmptyParts).mid(0, 3))
        letters += word.at(0).toUpper();
    painter.drawText(place, Qt::AlignCenter, letters);
}

void ExperimentCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const QRectF box = QRectF(rect()).adjusted(1.0, 1.0, -1.0, -1.0);
    QPainterPath outline;
    outline.addRoundedRect(box, corner, corner);
    painter.fillPath(outline, theme_.surface);
    painter.save();
    painter.setClipPath(outline);
    paintPicture(painter, picturePlace());
    painter.restore();

    const Description& about = description();
    const double width = box.width() - 2.0 * pad;
    double top = picturePlace().bottom() + pad;
    const auto write = [&](const QStringList& lines, const QFont& type, const QColor& color) {
        painter.setFont(type);
        painter.setPen(color);
        const QFontMetricsF metrics(type);
        for (const QString& line : lines) {
            painter.drawText(QPointF(box.left() + pad, top + metrics.ascent()), line);
            top += metrics.lineSpacing();
        }
    };
    write(inLines(text(), titleFont(font()), width, 2), titleFont(font()), theme_.text);
    const std::string& shows = about.presets.empty() ? about.question : about.presets.front().shows;
    write(inLines(QString::fromStdString(shows), font(), width, linesOfText), font(), theme_.text);
    const QString paper =
        QString("%1, %2").arg(QString::fromStdString(about.paper.authors)).arg(about.paper.year);
    top = box.bottom() - pad - QFontMetricsF(font()).lineSpacing();
    if (!about.paper.authors.empty())
        write(inLines(paper, font(), width, 1), font(), theme_.mutedText);

    const bool isPointedAt = hasFocus() || underMouse();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(isPointedAt ? theme_.accent : theme_.grid, isPointedAt ? 2.5 : 1.0));
    painter.drawPath(outline);
}

void ExperimentCard::enterEvent(QEnterEvent* event) {
    QAbstractButton::enterEvent(event);
    update();
}

void ExperimentCard::leaveEvent(QEvent* event) {
    QAbstractButton::leaveEvent(event);
    update();
}

} // namespace convergence
