#pragma once

#include <memory>
#include <optional>

#include <QWidget>

#include "core/experiment/description.h"
#include "widgets/lessons/formulas.h"
#include "widgets/lessons/lesson.h"
#include "widgets/lessons/prediction.h"
#include "widgets/theme.h"

class QButtonGroup;
class QComboBox;
class QLabel;
class QPushButton;
class QTextBrowser;
class QVBoxLayout;

namespace convergence {

class PredictionCanvas;

/// Leads through a lesson: a step's text, what to predict, the run, and the comparison of the
/// prediction with what was measured. Knows recordings, not how a run is made: it asks for the
/// step's experiment and run by signals and is told how they go.
class LessonReader : public QWidget {
    Q_OBJECT

public:
    /// `folder` holds the lessons and their formulas.
    LessonReader(const QString& folder, const Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] const std::vector<Lesson>& lessons() const { return lessons_; }
    /// Opens a lesson at its first step. Throws InputError for an unknown one.
    void open(const QString& lesson);
    /// Its id; empty: none is open.
    [[nodiscard]] QString lesson() const;
    /// Leaves the lesson; another one, or the same, can be opened.
    void close();
    /// The experiment that the present step is about, which an earlier step may have opened; empty
    /// without a lesson, or before its first experiment.
    [[nodiscard]] QString experiment() const;
    [[nodiscard]] int step() const { return step_; }
    /// Null without a lesson.
    [[nodiscard]] const LessonStep* current() const;
    void goTo(int step);
    /// Whether another lesson can be chosen here.
    void setChooserShown(bool shown);
    void setTheme(const Theme& theme);

    /// The experiment that is open now, which has to be the step's; planned iterations of its run.
    void setExperiment(std::shared_ptr<const Description> description,
                       const std::vector<std::string>& arms, std::int64_t plannedSteps);
    /// The step's run has come to its end (or to the iterations that the step asks for).
    void setResult(std::shared_ptr<const Recording> recording);
    /// A live judgement, for steps that point at a claim.
    void setJudgement(const QString& claim, const Judgement& judgement);

    /// False while a prediction is still to be made.
    [[nodiscard]] bool mayPlay() const;
    /// The step's run need not wait for a prediction, and its result is shown without a score.
    void skipPrediction();
    /// How well the step's prediction fitted, 0 to 100; none before.
    [[nodiscard]] std::optional<double> score() const { return score_; }

Q_SIGNALS:
    /// Open this experiment with these values; empty: leave what is open.
    void experimentWanted(const QString& experiment, const QString& preset,
                          const std::vector<std::pair<QString, QString>>& settings);
    /// Play to that many iterations; 0: to the end.
    void runWanted(std::int64_t iterations);
    /// Another step, or none, is shown.
    void stepChanged();
    /// mayPlay() changed.
    void mayPlayChanged(bool may);
    /// The step points at a view or a claim.
    void revealed(const QString& viewOrClaim);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildTop(QVBoxLayout& layout);
    void buildPrediction(QVBoxLayout& layout);
    void showStep();
    void showText();
    void showPrediction();
    void showArms();
    void predictionChanged();
    [[nodiscard]] bool isPredicted() const;
    void showScore();
    void pointAtWhatIsRevealed();
    void showRun();
    void showWhatIsNext();
    [[nodiscard]] QString whatIsNext() const;
    [[nodiscard]] QString whatToLookAt() const;
    [[nodiscard]] const View* predictedView() const;
    [[nodiscard]] QString armLabel(const std::string& arm) const;
    [[nodiscard]] QString scoreOfWinner();
    [[nodiscard]] QString scoreOfDrawing();

    std::vector<Lesson> lessons_;
    Formulas formulas_;
    Theme theme_;
    int lesson_ = -1;
    int step_ = 0;
    std::shared_ptr<const Description> description_;
    std::vector<std::string> arms_;
    std::int64_t plannedSteps_ = 0;
    std::shared_ptr<const Recording> result_;
    std::optional<double> score_;
    bool skipped_ = false; ///< the step's prediction
    bool couldPlay_ = true;
    bool isRunning_ = false; ///< the step's run was asked for here

    QComboBox* chooser_ = nullptr;
    QLabel* place_ = nullptr;
    QTextBrowser* text_ = nullptr;
    QWidget* predictionPanel_ = nullptr;
    QLabel* question_ = nullptr;
    QWidget* armsPanel_ = nullptr;
    QButtonGroup* armButtons_ = nullptr;
    PredictionCanvas* canvas_ = nullptr;
    QLabel* outcome_ = nullptr;
    QLabel* whatIsNext_ = nullptr;
    QPushButton* run_ = nullptr;
    QPushButton* back_ = nullptr;
    QPushButton* next_ = nullptr;
};

} // namespace convergence
