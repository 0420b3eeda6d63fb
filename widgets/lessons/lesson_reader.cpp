#include "widgets/lessons/lesson_reader.h"

#include <algorithm>
#include <cmath>

#include <QButtonGroup>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QResizeEvent>
#include <QStyle>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextFragment>
#include <QTimer>
#include <QVBoxLayout>

#include "core/error.h"
#include "widgets/charts/ticks.h"
#include "widgets/lessons/prediction_canvas.h"
#include "widgets/minus_signs.h"

namespace convergence {

LessonReader::LessonReader(const QString& folder, const Theme& theme, QWidget* parent)
    : QWidget(parent), lessons_(loadLessons(folder)), formulas_(folder + "/formulas"),
      theme_(theme) {
    auto* layout = new QVBoxLayout(this);
    buildTop(*layout);
    text_ = new QTextBrowser(this);
    text_->setObjectName("lessonText");
    text_->setOpenExternalLinks(true);
    text_->setFrameShape(QFrame::NoFrame);
    text_->setAccessibleName(tr("Text of the lesson"));
    text_->installEventFilter(this);
    layout->addWidget(text_, 3);
    buildPrediction(*layout);
    outcome_ = new QLabel(this);
    outcome_->setObjectName("outcome");
    outcome_->setWordWrap(true);
    outcome_->hide();
    layout->addWidget(outcome_);
    whatIsNext_ = new QLabel(this);
    whatIsNext_->setObjectName("whatIsNext");
    whatIsNext_->setWordWrap(true);
    whatIsNext_->setTextInteractionFlags(Qt::LinksAccessibleByMouse |
                                         Qt::LinksAccessibleByKeyboard);
    connect(whatIsNext_, &QLabel::linkActivated, this, &LessonReader::revealed);
    layout->addWidget(whatIsNext_);
    auto* buttons = new QHBoxLayout;
    back_ = new QPushButton(tr("&Back"), this);
    run_ = new QPushButton(tr("&Run to the end"), this);
    run_->setObjectName("runStep");
    next_ = new QPushButton(tr("&Next"), this);
    buttons->addWidget(back_);
    buttons->addWidget(run_, 1);
    buttons->addWidget(next_);
    layout->addLayout(buttons);
    connect(back_, &QPushButton::clicked, this, [this] { goTo(step_ - 1); });
    connect(next_, &QPushButton::clicked, this, [this] { goTo(step_ + 1); });
    connect(run_, &QPushButton::clicked, this, [this] {
        isRunning_ = true;
        showWhatIsNext();
        Q_EMIT runWanted(*current()->run);
    });
    showStep();
}

void LessonReader::buildTop(QVBoxLayout& layout) {
    chooser_ = new QComboBox(this);
    chooser_->setObjectName("lessons");
    chooser_->setAccessibleName(tr("Lesson"));
    chooser_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    chooser_->setPlaceholderText(tr("Choose a lesson"));
    for (const Lesson& lesson : lessons_)
        chooser_->addItem(lesson.title, lesson.id);
    chooser_->setCurrentIndex(-1);
    connect(chooser_, &QComboBox::activated, this,
            [this] { open(chooser_->currentData().toString()); });
    place_ = new QLabel(this);
    place_->setWordWrap(true);
    layout.addWidget(chooser_);
    layout.addWidget(place_);
}

void LessonReader::buildPrediction(QVBoxLayout& layout) {
    predictionPanel_ = new QWidget(this);
    auto* inside = new QVBoxLayout(predictionPanel_);
    inside->setContentsMargins(0, 0, 0, 0);
    question_ = new QLabel(predictionPanel_);
    question_->setWordWrap(true);
    inside->addWidget(question_);
    armsPanel_ = new QWidget(predictionPanel_);
    armsPanel_->setLayout(new QVBoxLayout);
    armsPanel_->layout()->setContentsMargins(0, 0, 0, 0);
    inside->addWidget(armsPanel_);
    canvas_ = new PredictionCanvas(theme_, predictionPanel_);
    inside->addWidget(canvas_, 1);
    armButtons_ = new QButtonGroup(this);
    connect(armButtons_, &QButtonGroup::idClicked, this, &LessonReader::predictionChanged);
    connect(canvas_, &PredictionCanvas::edited, this, &LessonReader::predictionChanged);
    layout.addWidget(predictionPanel_, 2);
}

const LessonStep* LessonReader::current() const {
    return lesson_ < 0 ? nullptr : &lessons_[std::size_t(lesson_)].steps[std::size_t(step_)];
}

void LessonReader::open(const QString& lesson) {
    const auto found = std::find_if(lessons_.begin(), lessons_.end(),
                                    [&](const Lesson& l) { return l.id == lesson; });
    if (found == lessons_.end())
        throw InputError("There is no lesson '" + lesson.toStdString() + "'.");
    lesson_ = int(found - lessons_.begin());
    chooser_->setCurrentIndex(lesson_);
    goTo(0);
}

QString LessonReader::lesson() const {
    return lesson_ < 0 ? QString() : lessons_[std::size_t(lesson_)].id;
}

void LessonReader::close() {
    lesson_ = -1;
    step_ = 0;
    result_.reset();
    score_.reset();
    skipped_ = isRunning_ = false;
    chooser_->setCurrentIndex(-1);
    place_->clear();
    showStep();
}

QString LessonReader::experiment() const {
    for (int i = step_; lesson_ >= 0 && i >= 0; --i) {
        const QString& opened = lessons_[std::size_t(lesson_)].steps[std::size_t(i)].experiment;
        if (!opened.isEmpty())
            return opened;
    }
    return {};
}

void LessonReader::goTo(int step) {
    if (lesson_ < 0)
        return;
    const int last = int(lessons_[std::size_t(lesson_)].steps.size()) - 1;
    step_ = std::clamp(step, 0, last);
    result_.reset();
    score_.reset();
    skipped_ = isRunning_ = false;
    showStep();
    if (!current()->experiment.isEmpty() || !current()->settings.empty())
        Q_EMIT experimentWanted(current()->experiment, current()->preset, current()->settings);
    else if (description_)
        setExperiment(description_, arms_, plannedSteps_);
    if (!current()->run)
        pointAtWhatIsRevealed();
}

void LessonReader::showStep() {
    const LessonStep* shown = current();
    outcome_->hide();
    predictionPanel_->setVisible(shown && shown->prediction);
    run_->setVisible(shown && shown->run);
    back_->setEnabled(shown && step_ > 0);
    next_->setEnabled(shown &&
                      std::size_t(step_ + 1) < lessons_[std::size_t(lesson_)].steps.size());
    if (shown)
        place_->setText(tr("<b>%1</b> – step %2 of %3")
                            .arg(shown->title.toHtmlEscaped())
                            .arg(step_ + 1)
                            .arg(lessons_[std::size_t(lesson_)].steps.size()));
    showText();
    showPrediction();
    showRun();
    Q_EMIT stepChanged();
}

void LessonReader::setChooserShown(bool shown) {
    chooser_->setVisible(shown);
}

bool LessonReader::eventFilter(QObject* watched, QEvent* event) {
    const bool isOther = event->type() == QEvent::FontChange ||
                         (event->type() == QEvent::Resize &&
                          static_cast<QResizeEvent*>(event)->size().width() !=
                              static_cast<QResizeEvent*>(event)->oldSize().width());
    if (isOther) // formulas fit the type and the width
        QTimer::singleShot(0, this, &LessonReader::showText);
    return QWidget::eventFilter(watched, event);
}

/// Formulas become pictures of the size and color of the text around them.
void LessonReader::showText() {
    const LessonStep* shown = current();
    QString markdown =
        shown ? shown->text
              : tr("Lessons lead through an experiment in class: read, predict, run, compare. "
                   "Choose one above.");
    if (shown && result_ && !shown->afterwards.isEmpty())
        markdown += "\n\n" + shown->afterwards;
    text_->clear();
    const QStringList formulas = Formulas::formulasIn(markdown);
    // The x-heights of text and formulas agree.
    const double em = QFontMetricsF(text_->font()).xHeight() / 0.442;
    const double ratio = devicePixelRatioF();
    text_->setMarkdown(Formulas::withImages(markdown)); // forgets pictures given before
    for (int i = 0; i < formulas.size(); ++i)
        text_->document()->addResource(QTextDocument::ImageResource,
                                       QUrl(QString("formula:%1").arg(i)),
                                       formulas_.image(formulas[i], theme_.text, em, ratio));
    for (QTextBlock block = text_->document()->begin(); block.isValid(); block = block.next())
        for (auto it = block.begin(); !it.atEnd(); ++it) {
            const QTextFragment fragment = it.fragment();
            if (!fragment.charFormat().isImageFormat())
                continue;
            QTextImageFormat format = fragment.charFormat().toImageFormat();
            const int number = format.name().section(':', 1).toInt();
            QTextCursor cursor(text_->document());
            cursor.setPosition(fragment.position());
            cursor.setPosition(fragment.position() + fragment.length(), QTextCursor::KeepAnchor);
            const QImage image = formulas_.image(formulas.value(number), theme_.text, em, ratio);
            if (image.isNull()) { // not typeset: the TeX itself is better than nothing
                cursor.insertText("$" + formulas.value(number) + "$");
                break;
            }
            // A formula that is wider than the text is drawn smaller, whether or not there is a
            // scroll bar.
            const double room = text_->width() -
                                text_->style()->pixelMetric(QStyle::PM_ScrollBarExtent) -
                                2.0 * text_->document()->documentMargin() - 4.0;
            const double shrink =
                std::min(1.0, std::max(0.3, room / (double(image.width()) / ratio)));
            format.setWidth(shrink * image.width() / ratio);
            format.setHeight(shrink * image.height() / ratio);
            format.setVerticalAlignment(formulas_.depth(formulas[number]) > 0.12
                                            ? QTextCharFormat::AlignMiddle
                                            : QTextCharFormat::AlignBaseline);
            format.setProperty(QTextFormat::ImageAltText, formulas[number]);
            cursor.setCharFormat(format);
        }
}

const View* LessonReader::predictedView() const {
    const LessonStep* shown = current();
    if (!shown || !shown->prediction || !description_)
        return nullptr;
    return description_->findView(shown->prediction->view.toStdString());
}

void LessonReader::showPrediction() {
    const LessonStep* shown = current();
    if (!shown || !shown->prediction)
        return;
    const bool isCurve = shown->prediction->kind == PredictionSpec::Kind::curve;
    question_->setText("<b>" + tr("Predict:") + "</b> " +
                       shown->prediction->question.toHtmlEscaped());
    canvas_->setVisible(isCurve);
    armsPanel_->setVisible(!isCurve);
    predictionPanel_->setSizePolicy(QSizePolicy::Preferred,
                                    isCurve ? QSizePolicy::Expanding : QSizePolicy::Maximum);
    if (isCurve) {
        if (const View* view = predictedView())
            canvas_->setAxes(predictionAxes(*shown->prediction, *view, plannedSteps_));
    } else {
        showArms();
    }
}

QString LessonReader::armLabel(const std::string& arm) const {
    const Arm* found = description_ ? description_->findArm(arm) : nullptr;
    return QString::fromStdString(found ? found->label : arm);
}

void LessonReader::showArms() {
    for (QAbstractButton* button : armButtons_->buttons()) {
        armButtons_->removeButton(button);
        delete button;
    }
    for (std::size_t i = 0; i < arms_.size(); ++i) {
        auto* button = new QRadioButton(armLabel(arms_[i]), armsPanel_);
        button->setToolTip(button->text());
        button->setMinimumWidth(1); // long names are cut off in a narrow panel
        armButtons_->addButton(button, int(i));
        armsPanel_->layout()->addWidget(button);
    }
}

void LessonReader::showRun() {
    const LessonStep* shown = current();
    if (!shown || !shown->run)
        return predictionChanged();
    run_->setText(*shown->run > 0
                      ? tr("&Run %1 iterations")
                            .arg(QString::fromStdString(readableNumber(double(*shown->run), 6)))
                      : tr("&Run to the end"));
    predictionChanged();
}

/// Above the buttons, which are most of what there is to do.
void LessonReader::showWhatIsNext() {
    whatIsNext_->setText(whatIsNext());
    whatIsNext_->setVisible(current() != nullptr);
}

QString LessonReader::whatIsNext() const {
    const LessonStep* shown = current();
    if (!shown)
        return {};
    if (shown->run && !result_) {
        if (!mayPlay())
            return shown->prediction->kind == PredictionSpec::Kind::winner
                       ? tr("▸ Choose one of these, then run.")
                       : tr("▸ Draw in the axes above, from left to right, then run.");
        return isRunning_ ? tr("▸ It runs. What to look at is told at its end.")
                          : tr("▸ Run it now, by this button or by Space.");
    }
    const QString look = whatToLookAt();
    const bool isLast = std::size_t(step_ + 1) == lessons_[std::size_t(lesson_)].steps.size();
    const QString go = isLast           ? tr("This was the last step.")
                       : look.isEmpty() ? tr("Go on with Next.")
                                        : tr("Then go on with Next.");
    return "▸ " + (look.isEmpty() ? go : look + " " + go);
}

/// The views and claims of the step, each a link that shows it.
QString LessonReader::whatToLookAt() const {
    QStringList places;
    for (const QString& id : current()->reveal) {
        const View* view = description_ ? description_->findView(id.toStdString()) : nullptr;
        places << QString("<a href=\"%1\">%2</a>")
                      .arg(id.toHtmlEscaped(),
                           view ? QString::fromStdString(view->title).toHtmlEscaped()
                                : tr("the claim"));
    }
    return places.isEmpty() ? QString() : tr("Look at %1.").arg(places.join(", "));
}

bool LessonReader::isPredicted() const {
    return current()->prediction->kind == PredictionSpec::Kind::winner
               ? armButtons_->checkedId() >= 0
               : canvas_->isComplete();
}

bool LessonReader::mayPlay() const {
    const LessonStep* shown = current();
    return !shown || !shown->prediction || score_ || skipped_ || isPredicted();
}

void LessonReader::skipPrediction() {
    skipped_ = true;
    predictionChanged();
}

void LessonReader::predictionChanged() {
    const bool may = mayPlay();
    run_->setEnabled(may);
    run_->setToolTip(may ? QString() : tr("Make your prediction first."));
    showWhatIsNext();
    if (may != couldPlay_) {
        couldPlay_ = may;
        Q_EMIT mayPlayChanged(may);
    }
}

void LessonReader::setTheme(const Theme& theme) {
    theme_ = theme;
    canvas_->setTheme(theme);
    showText();
}

void LessonReader::setExperiment(std::shared_ptr<const Description> description,
                                 const std::vector<std::string>& arms, std::int64_t plannedSteps) {
    description_ = std::move(description);
    arms_ = arms;
    plannedSteps_ = plannedSteps;
    if (!result_)
        showPrediction();
    predictionChanged();
}

void LessonReader::setResult(std::shared_ptr<const Recording> recording) {
    const LessonStep* shown = current();
    if (!shown || !shown->run || !mayPlay())
        return;
    result_ = std::move(recording);
    isRunning_ = false;
    showText();
    showScore();
    showWhatIsNext();
    pointAtWhatIsRevealed();
}

void LessonReader::pointAtWhatIsRevealed() {
    for (const QString& viewOrClaim : current()->reveal)
        Q_EMIT revealed(viewOrClaim);
}

QString LessonReader::scoreOfWinner() {
    const PredictionSpec& spec = *current()->prediction;
    const Table& trials = result_->trials();
    const std::string metric = spec.metric.isEmpty()
                                   ? trials.columns()[result_->firstFinalColumn()].name
                                   : spec.metric.toStdString();
    const auto ranked = rankArms(
        *result_, metric, {.mostWins = spec.mostWins, .tuned = spec.tuned, .where = spec.where});
    if (ranked.empty() || std::isnan(ranked.front().mean) || armButtons_->checkedId() < 0)
        return tr("The run did not measure '%1'.").arg(QString::fromStdString(metric));
    const std::string& guess = arms_[std::size_t(armButtons_->checkedId())];
    const auto place = std::find_if(ranked.begin(), ranked.end(),
                                    [&](const RankedArm& r) { return r.arm == guess; });
    const auto behind = double(place - ranked.begin());
    score_ = ranked.size() > 1 ? 100.0 * (1.0 - behind / double(ranked.size() - 1)) : 100.0;
    QString order;
    for (const RankedArm& arm : ranked)
        order += QString("%1%2 (%3)")
                     .arg(order.isEmpty() ? "" : ", ", armLabel(arm.arm),
                          QString::fromStdString(readableNumber(arm.mean, 3)));
    return (behind == 0 ? tr("Right: %1 is best.") : tr("Not this time: %1 is best."))
               .arg(armLabel(ranked.front().arm)) +
           " " + tr("In order: %1.").arg(order);
}

QString LessonReader::scoreOfDrawing() {
    const View* view = predictedView();
    if (!view)
        return tr("The view that was predicted is not there.");
    std::string arm = current()->prediction->arm.toStdString();
    if (arm.empty() && !result_->arms().empty())
        arm = result_->arms().front();
    const PredictionSpec& spec = *current()->prediction;
    const PredictedCurve measured =
        measuredCurve(*result_, *view, arm, spec.metric.toStdString(), spec.where);
    const auto axes = predictionAxes(spec, *view, plannedSteps_);
    score_ = scoreOfCurve(canvas_->prediction(), measured, axes);
    canvas_->reveal(measured);
    return tr("Dashed: your prediction. Solid: what %1 did.").arg(armLabel(arm));
}

void LessonReader::showScore() {
    if (!current()->prediction || !isPredicted()) {
        outcome_->hide();
        return;
    }
    const QString sentence = current()->prediction->kind == PredictionSpec::Kind::winner
                                 ? scoreOfWinner()
                                 : scoreOfDrawing();
    outcome_->setText((score_ ? tr("<b>%1 of 100.</b> ").arg(qRound(*score_)) : QString()) +
                      sentence.toHtmlEscaped());
    outcome_->show();
    predictionChanged();
}

void LessonReader::setJudgement(const QString& claim, const Judgement& judgement) {
    const LessonStep* shown = current();
    if (!shown || !shown->reveal.contains(claim) || !description_)
        return;
    const auto found =
        std::find_if(description_->claims.begin(), description_->claims.end(),
                     [&](const Claim& c) { return QString::fromStdString(c.id) == claim; });
    if (found == description_->claims.end() || !result_)
        return;
    const std::string_view verdict = nameOf(judgement.verdict);
    const QString text = tr("<b>%1</b><br>Expected: %2. Measured: %3 – %4.")
                             .arg(withMinusSigns(found->statement).toHtmlEscaped(),
                                  withMinusSigns(found->expected()).toHtmlEscaped(),
                                  QString::fromStdString(readableNumber(judgement.measured, 4)),
                                  QString::fromUtf8(verdict.data(), qsizetype(verdict.size())));
    const QString score = score_ ? tr("<b>%1 of 100.</b><br>").arg(qRound(*score_)) : QString();
    outcome_->setText(score + text);
    outcome_->show();
}

} // namespace convergence
