#pragma once

#include <map>
#include <memory>
#include <optional>

#include <QWidget>

#include "core/experiment/verification.h"
#include "widgets/theme.h"

class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace convergence {

/// What a judgement is about: the run that is shown, or the claim's protocol.
enum class JudgedOn { run, protocol };

/// The claims of an experiment: what the paper says, what is expected, what was measured. Verdicts
/// are told by sign, word and color. Judging and verifying happen elsewhere; this shows it.
class ClaimsPanel : public QWidget {
    Q_OBJECT

public:
    ClaimsPanel(std::shared_ptr<const ExperimentType> type, const Theme& theme,
                QWidget* parent = nullptr);

    void setJudgement(const QString& claim, const Judgement& judgement, JudgedOn on);
    /// What was verified for the release of this program; shown apart from what this program finds.
    /// Without effect for a claim that the experiment does not make.
    void setRelease(const QString& claim, Verdict verdict, std::size_t seeds);
    /// This build has run the protocol before; a judgement of the protocol says so, too.
    void setRepeated(const QString& claim, Verdict verdict);
    /// Progress of a protocol that is under way, 0 to 1; negative: not under way.
    void setVerifying(const QString& claim, double fraction);
    /// Forgets judgements of the current run, not those of protocols.
    void clearLive();
    void setTheme(const Theme& theme);

Q_SIGNALS:
    void verifyRequested(const QString& claim);
    void cancelRequested();

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Card {
        QLabel* release = nullptr;
        QLabel* verdict = nullptr;
        QLabel* measured = nullptr;
        QLabel* explanation = nullptr;
        QPushButton* verify = nullptr;
        bool live = false;
        JudgedOn judgedOn = JudgedOn::run;
        bool verifying = false;
        std::optional<Judgement> judgement;
        struct Release {
            Verdict verdict;
            std::size_t seeds;
        };
        std::optional<Release> released;
        std::optional<Verdict> repeated; ///< by this build
    };
    void addCard(QVBoxLayout& layout, const Claim& claim);
    void showCard(Card& card);
    static void showRelease(Card& card);
    static QString inWords(Verdict verdict);
    [[nodiscard]] QColor colorOf(Verdict verdict) const;

    std::shared_ptr<const ExperimentType> type_;
    Theme theme_;
    std::map<QString, Card> cards_;
    QScrollArea* scroll_;
    QWidget* cardArea_; ///< put into the scroll area when first shown
};

} // namespace convergence
