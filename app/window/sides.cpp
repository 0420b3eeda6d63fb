#include "app/window/sides.h"

#include <QAction>
#include <QUndoStack>

#include "app/window/experiment_panel.h"
#include "widgets/minus_signs.h"
#include "widgets/panels/claims_panel.h"
#include "widgets/panels/parameter_form.h"

namespace convergence {

namespace {

/// "rank = 20, learning rate = 0.5": what `mine` has where `theirs` differs.
QString differencesInWords(const Description& description, const ParameterValues& mine,
                           const ParameterValues& theirs) {
    constexpr qsizetype longestValue = 24;
    QStringList words;
    for (const Parameter& parameter : description.parameters) {
        if (mine.value(parameter.name) == theirs.value(parameter.name))
            continue;
        QString value = withMinusSigns(formatValue(mine.value(parameter.name)));
        if (value.size() > longestValue)
            value = value.left(longestValue) + "…";
        words << QString::fromStdString(parameter.label) + " = " + value;
    }
    return words.join(", ");
}

} // namespace

Sides::Sides(const Surroundings& surroundings, const Theme& theme, QObject* parent)
    : QObject(parent), panel_(surroundings.panel), header_(surroundings.header),
      undo_(surroundings.undo), store_(surroundings.store), theme_(theme) {
    first_.controller().setStore(store_);
    connectSide(first_);
    connect(&first_, &RunSide::troubled, this, &Sides::troubled);
    connect(&first_.controller(), &RunController::failed, this, &Sides::failed);
    header_.hide();
    connect(&header_, &ComparisonHeader::chosen, this, &Sides::choose);
    buildActions();
}

void Sides::connectSide(RunSide& side) {
    connect(&side.controller(), &RunController::prepared, this, &Sides::prepared);
    connect(&side, &RunSide::restartNeeded, this, [this, &side] { Q_EMIT restartNeeded(&side); });
    connect(&side, &RunSide::playNeeded, this, &Sides::playNeeded);
}

void Sides::buildActions() {
    compare_ = new QAction(tr("Side by side (&A/B)"), this);
    compare_->setObjectName("sideBySide");
    compare_->setCheckable(true);
    compare_->setShortcut(QKeySequence("F9"));
    compare_->setStatusTip(tr("Two parameter sets of this experiment, in lock step"));
    connect(compare_, &QAction::triggered, this, [this](bool on) {
        if (on && type_)
            Q_EMIT comparisonWanted();
        else
            endComparison();
    });
    const auto add = [&](const QString& text, const char* keys, auto slot) {
        auto* action = new QAction(text, this);
        action->setShortcut(QKeySequence(keys));
        action->setEnabled(false);
        connect(action, &QAction::triggered, this, slot);
        sideActions_.push_back(action);
    };
    add(tr("Parameters of A"), "Ctrl+1", [this] { choose(ComparisonHeader::a); });
    add(tr("Parameters of B"), "Ctrl+2", [this] { choose(ComparisonHeader::b); });
    add(tr("Give B the values of A"), "Ctrl+Shift+B", [this] {
        beside_->form()->setOverrides(first_.form()->overrides());
        Q_EMIT valuesGiven();
    });
}

QList<QAction*> Sides::actions() const {
    return QList<QAction*>{compare_} + QList<QAction*>(sideActions_.begin(), sideActions_.end());
}

void Sides::open(std::shared_ptr<const ExperimentType> type, const Overrides& overrides) {
    static_cast<void>(resolveValues(*type, "", overrides));
    endComparison();
    type_ = std::move(type);
    undo_.clear();
    panel_.open(type_->description);
    first_.open(type_, undo_, theme_, &panel_);
    panel_.addRun(first_.form(), first_.claims());
    first_.form()->setOverrides(overrides);
}

void Sides::makeBeside() {
    beside_ = std::make_unique<RunSide>();
    beside_->controller().setStore(store_);
    lockStep_ =
        std::make_unique<LockStep>(std::vector{&first_.controller(), &beside_->controller()});
    connectSide(*beside_);
    connect(beside_.get(), &RunSide::troubled, this,
            [this](const QString& sentence) { Q_EMIT troubled(tr("B: %1").arg(sentence)); });
}

void Sides::setCompared(bool compared) {
    comparing_ = compared;
    compare_->setChecked(compared);
    for (QAction* action : sideActions_)
        action->setEnabled(compared);
    header_.setVisible(compared);
}

void Sides::compare(const Overrides& overrides) {
    if (!type_)
        return;
    static_cast<void>(resolveValues(*type_, "", overrides));
    endComparison();
    if (!beside_)
        makeBeside();
    beside_->open(type_, undo_, theme_, &panel_);
    beside_->form()->setOverrides(overrides);
    panel_.addRun(beside_->form(), beside_->claims());
    lockStep_->setInLockStep(type_->description.lockStep);
    setCompared(true);
    choose(ComparisonHeader::b); // the one that is to be changed
    Q_EMIT compared();
}

void Sides::endComparison() {
    if (!comparing_)
        return;
    lockStep_->pause();
    setCompared(false);
    choose(ComparisonHeader::a);
    for (QWidget* page :
         {static_cast<QWidget*>(beside_->form()), static_cast<QWidget*>(beside_->claims())})
        if (page)
            page->deleteLater();
    beside_->setViews({});
    beside_->controller().clear();
    Q_EMIT compared();
}

void Sides::choose(ComparisonHeader::Side side) {
    header_.choose(side);
    panel_.chooseRun(side,
                     comparing_ ? ExperimentPanel::Naming::ofTwo : ExperimentPanel::Naming::alone);
}

void Sides::showWords() {
    if (!comparing_)
        return;
    const auto valuesOf = [](const RunSide& side) {
        return side.controller().values() ? *side.controller().values() : side.form()->values();
    };
    const ParameterValues ofA = valuesOf(first_), ofB = valuesOf(*beside_);
    const QString same = tr("the same values");
    const QString a = differencesInWords(type_->description, ofA, ofB);
    const QString b = differencesInWords(type_->description, ofB, ofA);
    header_.setWords(a.isEmpty() ? same : a, b.isEmpty() ? same : b);
}

void Sides::setTheme(const Theme& theme) {
    theme_ = theme;
    for (RunSide* side : all())
        side->setTheme(theme);
    header_.setTheme(theme);
}

std::vector<RunSide*> Sides::all() {
    return comparing_ ? std::vector{&first_, beside_.get()} : std::vector{&first_};
}

RunSide& Sides::chosen() {
    return comparing_ && header_.current() == ComparisonHeader::b ? *beside_ : first_;
}

bool Sides::has(const RunSide& side) const {
    return &side == &first_ || (comparing_ && &side == beside_.get());
}

std::vector<ParameterDifferences::Run> Sides::values() const {
    std::vector<ParameterDifferences::Run> runs;
    if (first_.controller().values())
        runs.push_back({comparing_ ? tr("A") : tr("shown"), first_.controller().values()});
    if (comparing_ && beside_->controller().values())
        runs.push_back({tr("B"), beside_->controller().values()});
    return runs;
}

} // namespace convergence
