#include "widgets/panels/claims_panel.h"

#include <cmath>

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "widgets/minus_signs.h"

namespace convergence {

namespace {

QString number(double value) {
    return QString::number(value, 'g', 4);
}

QLabel* wrapped(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

/// Where each threshold comes from: "theorem (the lower bound Ω(1/T²); margin ours)".
QString originsOf(const Claim& claim) {
    QStringList origins;
    const auto add = [&](const Threshold& threshold) {
        const Origin& origin = threshold.origin();
        if (!origin.text.empty())
            origins += QString("%1 (%2)").arg(nameOf(origin.kind).data(),
                                              withMinusSigns(origin.text).toHtmlEscaped());
    };
    add(claim.threshold);
    for (const Threshold& further : claim.also)
        add(further);
    origins.removeDuplicates();
    return origins.join("; ");
}

} // namespace

ClaimsPanel::ClaimsPanel(std::shared_ptr<const ExperimentType> type, const Theme& theme,
                         QWidget* parent)
    : QWidget(parent), type_(std::move(type)), theme_(theme) {
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    scroll_ = new QScrollArea(this);
    scroll_->setWidgetResizable(true);
    scroll_->setAccessibleName(tr("Claims"));
    scroll_->setFrameShape(QFrame::NoFrame);
    cardArea_ = new QWidget(this);
    cardArea_->hide();
    auto* layout = new QVBoxLayout(cardArea_);
    for (const Claim& claim : type_->description.claims)
        addCard(*layout, claim);
    layout->addStretch(1);
    outer->addWidget(scroll_);
}

/// Only now is text broken into lines: an experiment opens without that of all its claims.
void ClaimsPanel::showEvent(QShowEvent* event) {
    if (!scroll_->widget())
        scroll_->setWidget(cardArea_);
    QWidget::showEvent(event);
}

void ClaimsPanel::addCard(QVBoxLayout& layout, const Claim& claim) {
    auto* frame = new QFrame(this);
    frame->setFrameShape(QFrame::StyledPanel);
    frame->setAccessibleName(QString::fromStdString(claim.id));
    auto* rows = new QVBoxLayout(frame);
    rows->setSpacing(4);
    auto* statement = wrapped(frame);
    statement->setText(withMinusSigns(claim.statement));
    rows->addWidget(statement);
    auto* expected = wrapped(frame);
    expected->setText(
        tr("<b>Expected:</b> %1").arg(withMinusSigns(claim.expected()).toHtmlEscaped()));
    rows->addWidget(expected);
    if (const QString origins = originsOf(claim); !origins.isEmpty()) {
        auto* from = wrapped(frame);
        from->setObjectName("origin");
        from->setText(tr("<b>Threshold from:</b> %1").arg(origins));
        rows->addWidget(from);
    }
    if (!claim.known.reason.empty()) {
        auto* known = wrapped(frame);
        known->setObjectName("known");
        known->setText(
            tr("<b>Known here:</b> %1").arg(withMinusSigns(claim.known.reason).toHtmlEscaped()));
        rows->addWidget(known);
    }
    Card card;
    card.live = claim.live;
    card.release = wrapped(frame);
    card.release->setObjectName("release");
    rows->addWidget(card.release);
    card.measured = wrapped(frame);
    rows->addWidget(card.measured);
    auto* line = new QHBoxLayout;
    card.verdict = wrapped(frame);
    card.verdict->setTextFormat(Qt::RichText);
    card.verify = new QPushButton(tr("Verify"), frame);
    QString refutations;
    for (const Refutation& refutation : claim.refutations)
        refutations += "<li>" + withMinusSigns(refutation.description).toHtmlEscaped() + "</li>";
    card.verify->setToolTip(tr("<p>Runs the protocol of this claim: %1 runs with %2 seeds.</p>"
                               "<p>It must fail with:</p><ul>%3</ul>")
                                .arg(claim.protocol.runs.size())
                                .arg(std::max<std::size_t>(1, claim.protocol.seeds.size()))
                                .arg(refutations));
    line->addWidget(card.verdict, 1);
    line->addWidget(card.verify);
    rows->addLayout(line);
    card.explanation = wrapped(frame);
    rows->addWidget(card.explanation);
    layout.addWidget(frame);
    const QString id = QString::fromStdString(claim.id);
    frame->setObjectName(id);
    connect(card.verify, &QPushButton::clicked, this, [this, id] {
        if (cards_.at(id).verifying)
            Q_EMIT cancelRequested();
        else
            Q_EMIT verifyRequested(id);
    });
    showCard(cards_.emplace(id, card).first->second);
}

QString ClaimsPanel::inWords(Verdict verdict) {
    switch (verdict) {
    case Verdict::holds:
        return tr("✔ holds");
    case Verdict::fails:
        return tr("✘ fails");
    case Verdict::notEnoughData:
        return tr("… not enough data");
    case Verdict::observed:
        return tr("● observed");
    }
    return {};
}

QColor ClaimsPanel::colorOf(Verdict verdict) const {
    switch (verdict) {
    case Verdict::holds:
        return theme_.success;
    case Verdict::fails:
        return theme_.failure;
    case Verdict::notEnoughData:
        return theme_.warning;
    case Verdict::observed:
        break;
    }
    return theme_.mutedText;
}

/// What others measured, and apart from that whether this build did: neither is this run's verdict.
void ClaimsPanel::showRelease(Card& card) {
    card.release->setVisible(card.released.has_value());
    if (!card.released)
        return;
    const auto [verdict, seeds] = *card.released;
    QString text;
    if (seeds == 0)
        text = tr("<b>Verified for this release:</b> %1").arg(inWords(verdict));
    else if (seeds == 1)
        text = tr("<b>Verified for this release:</b> %1, 1 seed").arg(inWords(verdict));
    else
        text =
            tr("<b>Verified for this release:</b> %1, %2 seeds").arg(inWords(verdict)).arg(seeds);
    text += "<br/>";
    text += card.repeated ? tr("<b>Repeated by this build:</b> %1").arg(inWords(*card.repeated))
                          : tr("Not yet repeated by this build.");
    card.release->setText(text);
}

void ClaimsPanel::showCard(Card& card) {
    showRelease(card);
    QColor color = theme_.mutedText;
    QString text =
        card.live ? tr("○ not yet judged: press Play") : tr("○ needs its protocol: press Verify");
    if (card.judgement) {
        const Judgement& judgement = *card.judgement;
        color = colorOf(judgement.verdict);
        text = inWords(judgement.verdict);
        text += card.judgedOn == JudgedOn::protocol ? tr(" (protocol)") : tr(" (this run)");
        QString measured;
        if (std::isfinite(judgement.measured)) {
            measured = tr("<b>Measured:</b> %1").arg(number(judgement.measured));
            if (std::isfinite(judgement.low) && judgement.low != judgement.high)
                measured += tr(" [%1, %2]").arg(number(judgement.low), number(judgement.high));
        }
        card.measured->setText(measured);
        card.explanation->setText(withMinusSigns(judgement.explanation));
    }
    card.measured->setVisible(card.judgement && !card.measured->text().isEmpty());
    card.explanation->setVisible(card.judgement && !card.explanation->text().isEmpty());
    card.verdict->setText(QString("<span style='color:%1; font-weight:600'>%2</span>")
                              .arg(color.name(), text.toHtmlEscaped()));
}

void ClaimsPanel::setJudgement(const QString& claim, const Judgement& judgement, JudgedOn on) {
    Card& card = cards_.at(claim);
    // A verdict of the protocol weighs more than one of a single run.
    if (card.judgedOn == JudgedOn::protocol && on == JudgedOn::run)
        return;
    card.judgement = judgement;
    card.judgedOn = on;
    if (on == JudgedOn::protocol)
        card.repeated = judgement.verdict;
    showCard(card);
}

void ClaimsPanel::setRelease(const QString& claim, Verdict verdict, std::size_t seeds) {
    const auto card = cards_.find(claim);
    if (card == cards_.end())
        return;
    card->second.released = Card::Release{verdict, seeds};
    showCard(card->second);
}

void ClaimsPanel::setRepeated(const QString& claim, Verdict verdict) {
    Card& card = cards_.at(claim);
    card.repeated = verdict;
    showCard(card);
}

void ClaimsPanel::setVerifying(const QString& claim, double fraction) {
    Card& card = cards_.at(claim);
    card.verifying = fraction >= 0.0;
    card.verify->setText(card.verifying
                             ? tr("Cancel (%1 %)").arg(static_cast<int>(100.0 * fraction))
                             : tr("Verify"));
    for (auto& [id, other] : cards_)
        other.verify->setEnabled(!card.verifying || &other == &card);
}

void ClaimsPanel::clearLive() {
    for (auto& [id, card] : cards_)
        if (card.judgedOn == JudgedOn::run) {
            card.judgement.reset();
            showCard(card);
        }
}

void ClaimsPanel::setTheme(const Theme& theme) {
    theme_ = theme;
    for (auto& [id, card] : cards_)
        showCard(card);
}

} // namespace convergence
