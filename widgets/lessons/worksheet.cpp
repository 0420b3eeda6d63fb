#include "widgets/lessons/worksheet.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <QBuffer>
#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>
#include <QSaveFile>

#include "core/error.h"
#include "widgets/charts/axes_painter.h"
#include "widgets/charts/ticks.h"
#include "widgets/lessons/prediction.h"
#include "widgets/lessons/worksheet_sheet.h"
#include "widgets/minus_signs.h"

namespace convergence {

namespace {

constexpr double dotsPerInch = 96.0;
constexpr double millimeter = dotsPerInch / 25.4;
constexpr double sideMargin = 15.0 * millimeter, topMargin = 12.0 * millimeter;
constexpr double pageWidth = 210.0 * millimeter - 2.0 * sideMargin;
constexpr double footerHeight = 8.0 * millimeter;
constexpr double pageHeight = 297.0 * millimeter - 2.0 * topMargin - footerHeight;
/// Texts stand on the left, what is written or drawn on the right.
constexpr double textWidth = 0.55 * pageWidth;
constexpr double panelLeft = 0.6 * pageWidth;
constexpr double panelWidth = pageWidth - panelLeft;

/// How large things are drawn. From the first size to the last, until all fits.
struct SheetSize {
    double type = 1.0; ///< SheetType's scale
    double axes = 200.0;
    int answerLines = 3;
};
constexpr SheetSize sizes[] = {{1.1, 230.0, 4},  {1.0, 215.0, 4}, {1.0, 200.0, 3},
                               {0.95, 185.0, 3}, {0.9, 170.0, 3}, {0.9, 165.0, 2},
                               {0.85, 155.0, 2}, {0.8, 145.0, 2}, {0.76, 135.0, 2},
                               {0.76, 130.0, 1}, {0.72, 120.0, 1}};
constexpr std::size_t pagesForStudents = 2;

QString inWords(double value) {
    return QString::fromStdString(readableNumber(value, 3));
}

/// Markdown's signs in a text that has none.
QString escapedMarkdown(QString text) {
    for (const char* sign : {"\\", "*", "_", "`", "<", "#", "[", "]", "|"})
        text.replace(QString(sign), QString("\\") + sign);
    return text;
}

class SheetWriter {
    Q_DECLARE_TR_FUNCTIONS(convergence::Worksheet)

public:
    SheetWriter(Worksheet kind, const Lesson& lesson, const std::vector<StepFacts>& facts,
                const SheetType& type, const SheetSize& size)
        : isTeachers_(kind == Worksheet::teacher), lesson_(lesson), facts_(facts), type_(type),
          size_(size) {}

    std::vector<SheetBlock> blocks() const {
        std::vector<SheetBlock> all{head()};
        for (std::size_t i = 0; i < lesson_.steps.size(); ++i)
            all.push_back(stacked({step(i), gap()}));
        const std::vector<SheetBlock> asked = questions();
        all.insert(all.end(), asked.begin(), asked.end());
        return all;
    }

private:
    /// Experiments in the order in which the lesson opens them.
    [[nodiscard]] std::vector<const Description*> experiments() const {
        std::vector<const Description*> all;
        for (const StepFacts& fact : facts_)
            if (const Description* one = fact.description.get();
                one && std::find(all.begin(), all.end(), one) == all.end())
                all.push_back(one);
        return all;
    }

    [[nodiscard]] SheetBlock gap(double share = 1.0) const {
        return space(14.0 * share * type_.scale());
    }

    [[nodiscard]] SheetBlock muted(const QString& text, double width) const {
        return type_.markdown(text, type_.small(), width, type_.theme().mutedText);
    }

    [[nodiscard]] SheetBlock head() const {
        const QString label = isTeachers_ ? tr("For the teacher: with measured figures and answers")
                                          : tr("Name ________________________    Date ___________");
        std::vector<SheetBlock> parts{muted(escapedMarkdown(label), pageWidth), gap(0.4),
                                      type_.markdown(escapedMarkdown(lesson_.title), type_.title(),
                                                     pageWidth, type_.theme().text)};
        for (const Description* experiment : experiments()) {
            const Paper& paper = experiment->paper;
            parts.push_back(gap(0.3));
            parts.push_back(type_.markdown(
                "*" + escapedMarkdown(QString::fromStdString(experiment->question)) + "*",
                pageWidth));
            parts.push_back(muted(escapedMarkdown(QString("%1: %2 (%3), arXiv %4")
                                                      .arg(QString::fromStdString(paper.authors),
                                                           QString::fromStdString(paper.title))
                                                      .arg(paper.year)
                                                      .arg(QString::fromStdString(paper.arxiv))),
                                  pageWidth));
        }
        parts.push_back(gap());
        return stacked(std::move(parts));
    }

    [[nodiscard]] SheetBlock step(std::size_t index) const {
        const LessonStep& shown = lesson_.steps[index];
        std::vector<SheetBlock> text{
            type_.markdown(QString("**%1  %2**").arg(index + 1).arg(escapedMarkdown(shown.title)),
                           textWidth),
            gap(0.3), type_.markdown(shown.text, textWidth)};
        if (isTeachers_)
            for (SheetBlock& block : outcome(index))
                text.push_back(std::move(block));
        return beside(stacked(std::move(text)), panelLeft, panel(index));
    }

    /// What is told after the run, what was measured of the claims, how to run it again.
    [[nodiscard]] std::vector<SheetBlock> outcome(std::size_t index) const {
        const LessonStep& shown = lesson_.steps[index];
        const StepFacts& facts = facts_[index];
        const QColor& color = type_.theme().accent;
        std::vector<SheetBlock> blocks;
        const auto add = [&](SheetBlock block) {
            blocks.push_back(gap(0.4));
            blocks.push_back(std::move(block));
        };
        if (!shown.afterwards.isEmpty())
            add(type_.markdown(shown.afterwards, type_.text(), textWidth, color));
        for (const QString& id : shown.reveal)
            if (const Claim* claim = claimOf(facts, id.toStdString()))
                add(type_.markdown(claimInWords(*claim, facts), type_.small(), textWidth,
                                   type_.theme().text));
        if (!facts.trouble.empty())
            add(muted(escapedMarkdown(QString::fromStdString(facts.trouble)), textWidth));
        else if (shown.run && !facts.command.empty())
            add(muted(escapedMarkdown(QString::fromStdString(facts.command)), textWidth));
        return blocks;
    }

    static const Claim* claimOf(const StepFacts& facts, const std::string& id) {
        if (!facts.description)
            return nullptr;
        const auto& claims = facts.description->claims;
        const auto found = std::find_if(claims.begin(), claims.end(),
                                        [&](const Claim& claim) { return claim.id == id; });
        return found == claims.end() ? nullptr : &*found;
    }

    [[nodiscard]] QString claimInWords(const Claim& claim, const StepFacts& facts) const {
        QString text =
            "**" + tr("Claim:") + "** " + escapedMarkdown(QString::fromStdString(claim.statement)) +
            " " +
            escapedMarkdown(tr("Expected: %1.").arg(QString::fromStdString(claim.expected())));
        text = withMinusSigns(text);
        const auto found = facts.judgements.find(claim.id);
        if (found == facts.judgements.end())
            return text + " " + tr("Its protocol takes several runs: *Verify* in the window.");
        const Judgement& judgement = found->second;
        const std::string_view verdict = nameOf(judgement.verdict);
        const QString word = QString::fromUtf8(verdict.data(), qsizetype(verdict.size()));
        return text + " " +
               (std::isnan(judgement.measured)
                    ? tr("In this run: %1.").arg(word)
                    : tr("In this run: %1 – %2.").arg(inWords(judgement.measured), word));
    }

    [[nodiscard]] SheetBlock panel(std::size_t index) const {
        const LessonStep& shown = lesson_.steps[index];
        const StepFacts& facts = facts_[index];
        if (!shown.prediction)
            return isTeachers_ ? SheetBlock{} : notes(shown);
        const SheetBlock question =
            type_.markdown("**" + tr("Predict:") + "** " + shown.prediction->question, panelWidth);
        if (shown.prediction->kind == PredictionSpec::Kind::winner)
            return stacked({question, gap(0.4), arms(*shown.prediction, facts)});
        return stacked({question, gap(0.4), axes(*shown.prediction, facts)});
    }

    /// Room for what one sees in a step without a prediction.
    [[nodiscard]] SheetBlock notes(const LessonStep& shown) const {
        return stacked({muted(shown.run ? tr("What do you see?") : tr("Notes"), panelWidth),
                        type_.lines(3, panelWidth)});
    }

    [[nodiscard]] SheetBlock arms(const PredictionSpec& spec, const StepFacts& facts) const {
        std::vector<RankedArm> ranked;
        std::string metric = spec.metric.toStdString();
        if (isTeachers_ && facts.recording) {
            const Table& trials = facts.recording->trials();
            if (metric.empty())
                metric = trials.columns()[facts.recording->firstFinalColumn()].name;
            ranked =
                rankArms(*facts.recording, metric,
                         {.mostWins = spec.mostWins, .tuned = spec.tuned, .where = spec.where});
        }
        std::vector<SheetBlock> rows;
        for (const std::string& id : facts.arms) {
            const Arm* arm = facts.description ? facts.description->findArm(id) : nullptr;
            const auto result = std::find_if(ranked.begin(), ranked.end(),
                                             [&](const RankedArm& r) { return r.arm == id; });
            const bool isBest =
                result == ranked.begin() && result != ranked.end() && !std::isnan(result->mean);
            QString label = escapedMarkdown(QString::fromStdString(arm ? arm->label : id));
            if (result != ranked.end())
                label += std::isnan(result->mean)
                             ? " – " + tr("no number")
                             : QString(" – %1%2%1").arg(isBest ? "**" : "", inWords(result->mean));
            rows.push_back(choice(label, isBest));
        }
        if (!ranked.empty())
            rows.push_back(muted(
                escapedMarkdown(tr("Measured: %1").arg(columnInWords(*facts.recording, metric))),
                panelWidth));
        else if (!isTeachers_)
            rows.push_back(stacked({muted(tr("Because"), panelWidth), type_.lines(1, panelWidth)}));
        return stacked(std::move(rows));
    }

    static QString columnInWords(const Recording& recording, const std::string& column) {
        for (const Table* table : {&recording.trials(), &recording.trace(0)})
            if (table->hasColumn(column))
                return QString::fromStdString(table->columns()[table->columnIndex(column)].label);
        return QString::fromStdString(column);
    }

    /// A box to tick and what it stands for.
    [[nodiscard]] SheetBlock choice(const QString& label, bool ticked) const {
        const double edge = 10.0 * type_.scale(), indent = 18.0 * type_.scale();
        const double top = 0.5 * (type_.metrics(type_.text()).height() - edge);
        SheetBlock box;
        box.paint = [=, color = type_.theme().text,
                     accent = type_.theme().accent](QPainter& painter, QPointF at) {
            const QRectF square(at + QPointF(0.5, top), QSizeF(edge, edge));
            painter.setPen(QPen(color, 0.8));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(square);
            if (!ticked)
                return;
            painter.setPen(QPen(accent, 1.8));
            painter.drawPolyline(QPolygonF{square.topLeft() + QPointF(0.15, 0.5) * edge,
                                           square.topLeft() + QPointF(0.42, 0.82) * edge,
                                           square.topLeft() + QPointF(0.95, 0.05) * edge});
        };
        return stacked({beside(box, indent, type_.markdown(label, panelWidth - indent)),
                        space(3.0 * type_.scale())});
    }

    [[nodiscard]] SheetBlock axes(const PredictionSpec& spec, const StepFacts& facts) const {
        const View* view =
            facts.description ? facts.description->findView(spec.view.toStdString()) : nullptr;
        if (!view)
            return muted(tr("The view that is to be predicted is not there."), panelWidth);
        const PredictionAxes drawn = predictionAxes(spec, *view, facts.plannedSteps);
        std::string arm = spec.arm.toStdString();
        if (arm.empty() && !facts.arms.empty())
            arm = facts.arms.front();
        PredictedCurve measured;
        if (isTeachers_ && facts.recording)
            measured =
                measuredCurve(*facts.recording, *view, arm, spec.metric.toStdString(), spec.where);
        SheetBlock plot;
        plot.height = size_.axes;
        plot.paint = [drawn, measured, height = size_.axes, font = type_.small(),
                      theme = type_.theme()](QPainter& painter, QPointF at) {
            paintAxesWith(measured, drawn, QRectF(at, QSizeF(panelWidth, height)), font, theme,
                          painter);
        };
        if (measured.x.empty())
            return plot;
        const Arm* found = facts.description->findArm(arm);
        return stacked(
            {plot,
             muted(escapedMarkdown(
                       tr("Measured: %1").arg(QString::fromStdString(found ? found->label : arm))),
                   panelWidth)});
    }

    static void paintAxesWith(const PredictedCurve& measured, const PredictionAxes& axes,
                              const QRectF& area, const QFont& font, const Theme& theme,
                              QPainter& painter) {
        const PlotFrame frame = layoutAxes(
            plotAxis(axes.xLabel, axes.xScale, {axes.xMinimum, axes.xMaximum}),
            plotAxis(axes.yLabel, axes.yScale, {axes.yMinimum, axes.yMaximum}), area, font);
        paintGrid(painter, frame, theme);
        QPainterPath curve;
        bool begun = false; // a path of one point counts as empty
        for (std::size_t i = 0; i < measured.x.size(); ++i) {
            if ((axes.xScale == Scale::logarithmic && !(measured.x[i] > 0.0)) ||
                (axes.yScale == Scale::logarithmic && !(measured.y[i] > 0.0)) ||
                !std::isfinite(measured.y[i]))
                continue;
            const QPointF point = frame.toPixel(measured.x[i], measured.y[i]);
            begun ? curve.lineTo(point) : curve.moveTo(point);
            begun = true;
        }
        painter.save();
        painter.setClipRect(frame.plot);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.accent, 1.5));
        painter.drawPath(curve);
        painter.restore();
        paintAxes(painter, frame, theme, font);
    }

    [[nodiscard]] std::vector<SheetBlock> questions() const {
        std::vector<SheetBlock> blocks;
        int number = 0;
        for (const Description* experiment : experiments())
            for (const auto& [question, answer] : experiment->questions) {
                std::vector<SheetBlock> parts;
                if (number == 0)
                    parts = {type_.markdown("**" + tr("Questions") + "**", pageWidth), gap(0.3)};
                parts.push_back(type_.markdown(
                    QString("**%1**  %2").arg(++number).arg(QString::fromStdString(question)),
                    pageWidth));
                if (isTeachers_)
                    parts.push_back(type_.markdown(QString::fromStdString(answer), type_.text(),
                                                   pageWidth, type_.theme().accent));
                else
                    parts.push_back(type_.lines(size_.answerLines, pageWidth));
                parts.push_back(gap(0.6));
                blocks.push_back(stacked(std::move(parts)));
            }
        return blocks;
    }

    bool isTeachers_;
    const Lesson& lesson_;
    const std::vector<StepFacts>& facts_;
    const SheetType& type_;
    const SheetSize& size_;
};

/// What stands below each page.
QString footer(const Lesson& lesson, std::size_t page, std::size_t pages) {
    return QCoreApplication::translate("convergence::Worksheet",
                                       "Convergence Lab %1 · lesson %2 · page %3 of %4")
        .arg(QCoreApplication::applicationVersion(), lesson.title)
        .arg(page + 1)
        .arg(pages);
}

/// The largest at which all fits; then as many lines to write on as there is room for. The
/// teacher's has more to say: its type stays readable, whatever pages it takes.
SheetSize chooseSize(Worksheet kind, const auto& pagesAt) {
    if (kind == Worksheet::teacher)
        return {.type = 0.95, .axes = 170.0};
    const auto fits = [&](const SheetSize& size) {
        return pagesAt(size).size() <= pagesForStudents;
    };
    const auto found = std::find_if(std::begin(sizes), std::end(sizes), fits);
    if (found == std::end(sizes))
        return *(std::end(sizes) - 1);
    SheetSize size = *found;
    constexpr int mostLines = 7;
    for (SheetSize more = size; more.answerLines <= mostLines && fits(more); ++more.answerLines)
        size = more;
    return size;
}

void draw(QPdfWriter& writer, const Lesson& lesson, const SheetType& type,
          const std::vector<std::vector<SheetBlock>>& pages) {
    QPainter painter(&writer);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t page = 0; page < pages.size(); ++page) {
        if (page > 0)
            writer.newPage();
        double used = 0.0;
        for (const SheetBlock& block : pages[page])
            used += block.height;
        // What is left lies between the blocks, for a page that is nearly full.
        const double spread =
            std::min(16.0, std::max(0.0, pageHeight - used) / double(pages[page].size()));
        QPointF at(sideMargin, topMargin);
        for (const SheetBlock& block : pages[page]) {
            block.paint(painter, at);
            at.ry() += block.height + spread;
        }
        painter.setFont(type.small());
        painter.setPen(type.theme().mutedText);
        painter.drawText(QRectF(sideMargin, topMargin + pageHeight, pageWidth, footerHeight),
                         Qt::AlignBottom | Qt::AlignLeft, footer(lesson, page, pages.size()));
    }
}

} // namespace

void writeWorksheet(const QString& path, Worksheet kind, const Lesson& lesson,
                    const std::vector<StepFacts>& facts, const Formulas& formulas) {
    QBuffer content;
    content.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&content);
        writer.setTitle(lesson.title);
        writer.setCreator("Convergence Lab");
        writer.setPageSize(QPageSize(QPageSize::A4));
        writer.setPageMargins(QMarginsF());
        writer.setResolution(int(dotsPerInch)); // fonts in points keep their size
        const auto pagesAt = [&](const SheetSize& size) {
            const SheetType type(writer, formulas, size.type);
            return paginated(SheetWriter(kind, lesson, facts, type, size).blocks(), pageHeight);
        };
        const SheetSize size = chooseSize(kind, pagesAt);
        draw(writer, lesson, SheetType(writer, formulas, size.type), pagesAt(size));
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content.data()) < 0 || !file.commit())
        throw InputError(QString("The file %1 cannot be written: %2. Choose a folder that exists "
                                 "and can be written.")
                             .arg(path, file.errorString())
                             .toStdString());
}

} // namespace convergence
