#pragma once

#include <map>
#include <memory>
#include <optional>

#include <QWidget>

#include "core/experiment/verification.h"
#include "widgets/theme.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace convergence {

/// The claims of an experiment: what the paper says, what is expected, what was measured. Verdicts
/// are told by sign, word and color. Judging and verifying happen elsewhere; this shows it.
class ClaimsPanel : public QWidget {
    Q_OBJECT

public:
    ClaimsPanel(std::shared_ptr<const ExperimentType> type, const Theme& theme,
                QWidget* parent = nullptr);

    /// A judgement of the current run (live) or of the protocol.
    void setJudgement(const QString& claim, const Judgement& judgement, bool fromProtocol);
    /// Progress of a protocol that is under way, 0 to 1; negative: not under way.
    void setVerifying(const QString& claim, double fraction);
    /// Forgets judgements of the current run, not those of protocols.
    void clearLive();
    void setTheme(const Theme& theme);

Q_SIGNALS:
    void verifyRequested(const QString& claim);
    void cancelRequested();

private:
    struct Card {
        QLabel* verdict = nullptr;
        QLabel* measured = nullptr;
        QLabel* explanation = nullptr;
        QPushButton* verify = nullptr;
        bool live = false;
        bool fromProtocol = false;
        bool verifying = false;
        std::optional<Judgement> judgement;
    };
    void addCard(QVBoxLayout& layout, const Claim& claim);
    void showCard(Card& card);

    std::shared_ptr<const ExperimentType> type_;
    Theme theme_;
    std::map<QString, Card> cards_;
};

} // namespace convergence
