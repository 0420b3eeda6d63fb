#pragma once

#include <QPointer>
#include <QTabWidget>

#include "core/experiment/description.h"
#include "widgets/panels/parameter_differences.h"

class QPlainTextEdit;
class QStackedWidget;

namespace convergence {

/// What is said of the open experiment, in tabs: the parameters and the claims of the chosen run,
/// the paper, a person's notes, and on request how the parameters of runs differ.
class ExperimentPanel : public QTabWidget {
    Q_OBJECT

public:
    explicit ExperimentPanel(QWidget* parent = nullptr);

    /// Another experiment: all pages but the notes are made anew. The tab that is shown stays.
    void open(const Description& description);
    /// Form and claims of one run; the first that is added is shown. The panel owns them.
    void addRun(QWidget* form, QWidget* claims);
    /// Shows one of these runs: the only one, or the first (A) or second (B) of two.
    enum class Naming { alone, ofTwo };
    void chooseRun(int run, Naming naming);
    /// "parameters", "claims", "paper" or "notes". Throws InputError for others.
    void showTab(const QString& id);
    void showDifferences(const Description& description,
                         const std::vector<ParameterDifferences::Run>& runs);

    [[nodiscard]] QString notes() const;
    void setNotes(const QString& notes);

private:
    QStackedWidget* forms_ = nullptr;
    QStackedWidget* judgements_ = nullptr;
    QPlainTextEdit* notes_;
    QPointer<ParameterDifferences> differences_;
};

} // namespace convergence
