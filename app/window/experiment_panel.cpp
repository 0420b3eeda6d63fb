#include "app/window/experiment_panel.h"

#include <QPlainTextEdit>
#include <QStackedWidget>

#include "core/error.h"
#include "widgets/panels/paper_panel.h"

namespace convergence {

ExperimentPanel::ExperimentPanel(QWidget* parent)
    : QTabWidget(parent), notes_(new QPlainTextEdit(this)) {
    setDocumentMode(true);
    notes_->setObjectName("sessionNotes");
    notes_->setAccessibleName(tr("Notes"));
    notes_->setPlaceholderText(tr("Notes, kept with the session"));
    notes_->setTabChangesFocus(true);
}

void ExperimentPanel::open(const Description& description) {
    const int tab = std::max(0, currentIndex());
    while (count() > 0) {
        QWidget* page = widget(0);
        removeTab(0);
        if (page != notes_)
            page->deleteLater();
    }
    forms_ = new QStackedWidget(this);
    judgements_ = new QStackedWidget(this);
    addTab(forms_, tr("Parameters"));
    addTab(judgements_, tr("Claims"));
    addTab(new PaperPanel(description, this), tr("Paper"));
    addTab(notes_, tr("Notes"));
    setCurrentIndex(tab);
}

void ExperimentPanel::addRun(QWidget* form, QWidget* claims) {
    forms_->addWidget(form);
    judgements_->addWidget(claims);
}

void ExperimentPanel::chooseRun(int run, Naming naming) {
    if (!forms_)
        return;
    forms_->setCurrentIndex(run);
    judgements_->setCurrentIndex(run);
    const bool alone = naming == Naming::alone;
    setTabText(indexOf(forms_), alone      ? tr("Parameters")
                                : run == 0 ? tr("Parameters of A")
                                           : tr("Parameters of B"));
    setTabText(indexOf(judgements_), alone      ? tr("Claims")
                                     : run == 0 ? tr("Claims on A")
                                                : tr("Claims on B"));
}

void ExperimentPanel::showTab(const QString& id) {
    const QStringList ids = {"parameters", "claims", "paper", "notes"};
    if (!ids.contains(id))
        throw InputError("There is no tab '" + id.toStdString() +
                         "'; known are parameters, claims, paper, notes.");
    setCurrentIndex(static_cast<int>(ids.indexOf(id)));
}

void ExperimentPanel::showDifferences(const Description& description,
                                      const std::vector<ParameterDifferences::Run>& runs) {
    if (!differences_) {
        differences_ = new ParameterDifferences(this);
        addTab(differences_, tr("Differences"));
    }
    differences_->setRuns(description, runs);
    setCurrentWidget(differences_);
}

QString ExperimentPanel::notes() const {
    return notes_->toPlainText();
}

void ExperimentPanel::setNotes(const QString& notes) {
    notes_->setPlainText(notes);
}

} // namespace convergence
