#include "app/window/experiment_header.h"

#include <algorithm>

#include <QApplication>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace convergence {

ExperimentHeader::ExperimentHeader(const Theme& theme, QWidget* parent)
    : QWidget(parent), label_(new QLabel(this)), chips_(new ArmChips(theme, this)),
      inFull_(new QCheckBox(tr("Diverged arms in full"), this)) {
    setObjectName("experimentHeader");
    setAutoFillBackground(true);
    label_->setObjectName("question");
    label_->setWordWrap(true);
    label_->setTextFormat(Qt::RichText);
    label_->setMinimumWidth(1);
    inFull_->setObjectName("divergedInFull");
    inFull_->setToolTip(
        tr("Arms that diverged set the scale of charts and planes too. Otherwise a triangle at the "
           "edge says where they went."));
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(chips_, 1);
    row->addWidget(inFull_, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 5, 8, 5);
    layout->setSpacing(4);
    layout->addWidget(label_);
    layout->addLayout(row);
    inFull_->hide();
    hide();
    connect(chips_, &ArmChips::changed, this, &ExperimentHeader::lookChanged);
    connect(inFull_, &QCheckBox::toggled, this, &ExperimentHeader::lookChanged);
    setTheme(theme);
}

void ExperimentHeader::open(const Description& description, const std::vector<std::string>& ids) {
    arms_ = description.arms;
    title_ = QString::fromStdString(description.title);
    question_ = QString::fromStdString(description.question);
    setAccessibleName(title_);
    lifted_.clear();
    setLook({});
    setHasDiverged(false);
    setArms(ids);
    writeQuestion();
    show();
}

void ExperimentHeader::writeQuestion() {
    const QString question = question_.toHtmlEscaped();
    label_->setText(
        isLarge_ && !question.isEmpty()
            ? QString("<b>%1</b>").arg(question)
            : QString("<b>%1</b>&nbsp;&nbsp; %2").arg(title_.toHtmlEscaped(), question));
    label_->setToolTip({});
}

void ExperimentHeader::setLarge(bool large) {
    isLarge_ = large;
    setLabelFont();
    writeQuestion();
}

void ExperimentHeader::setLabelFont() {
    QFont letters = font();
    if (isLarge_)
        letters.setPointSizeF(1.25 * letters.pointSizeF());
    label_->setFont(letters);
}

void ExperimentHeader::setArms(const std::vector<std::string>& ids) {
    chips_->setArms(arms_, ids);
    chips_->setVisible(!ids.empty());
}

void ExperimentHeader::setHasDiverged(bool diverged) {
    inFull_->setVisible(diverged);
}

void ExperimentHeader::setTheme(const Theme& theme) {
    QPalette colors = theme.palette();
    colors.setColor(QPalette::Window, theme.surface);
    setPalette(colors);
    setFont(QApplication::font());
    setLabelFont();
    chips_->setFont(font());
    inFull_->setFont(font());
    chips_->setTheme(theme);
}

ArmLook ExperimentHeader::look() const {
    return {.hidden = chips_->hidden(),
            .lifted = lifted_.empty() ? chips_->lifted() : lifted_,
            .isDivergedInFull = inFull_->isChecked(),
            .isNamedElsewhere = true};
}

void ExperimentHeader::setLook(const ArmLook& look) {
    const QSignalBlocker blocker(inFull_);
    chips_->setHidden(look.hidden);
    inFull_->setChecked(look.isDivergedInFull);
}

void ExperimentHeader::lift(const std::string& arm) {
    if (arm == lifted_)
        return;
    lifted_ = arm;
    Q_EMIT lookChanged();
}

std::vector<std::string> armsOfValues(const Description& description,
                                      const ParameterValues& values) {
    std::vector<std::string> all;
    for (const Arm& arm : description.arms)
        all.push_back(arm.id);
    for (const Parameter& parameter : description.parameters) {
        if (parameter.kind != ParameterKind::choiceSet)
            continue;
        const bool isOfArms = std::all_of(
            parameter.choices.begin(), parameter.choices.end(),
            [&](const Choice& choice) { return description.findArm(choice.id) != nullptr; });
        if (isOfArms)
            return values.choices(parameter.name);
    }
    return all;
}

} // namespace convergence
