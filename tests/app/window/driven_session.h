#pragma once

#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include "app/window/main_window.h"
#include "tests/app/window/window_driver.h"
#include "widgets/panels/claims_panel.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/transport_bar.h"

namespace convergence::testing {

/// Holds where |x| of the arm "plain" shrinks by 1 − ηL = 0.9 a step, as it does by default.
inline Judgement judgeRate(const Evidence& evidence) {
    const EvidenceRun& run = evidence.runs.front();
    const std::vector<double> x =
        run.recording->trace(run.recording->trialsOf("plain").front()).column("x");
    Judgement judgement;
    if (x.size() < 10)
        return judgement;
    judgement.measured = x[9] / x[8];
    judgement.verdict =
        std::abs(judgement.measured - 0.9) < 1e-12 ? Verdict::holds : Verdict::fails;
    judgement.explanation = "Quotient of two steps.";
    return judgement;
}

inline ExperimentType judgedQuadratic() {
    ExperimentType type = watchedQuadratic();
    type.description.paper.authors = "Cauchy";
    type.description.presets = {{"stiff", "Stiff", "", {{"curvature", 2.0}}, "A faster fall."}};
    type.description.claims = {
        {.id = "rate",
         .statement = "The distance shrinks by a tenth a step.",
         .threshold = Stated{"0.9", identity("1 − ηL")},
         .protocol = {.runs = {{"", {{"iterations", std::int64_t{50}}}}}, .seeds = {0}},
         .judge = judgeRate,
         .refutations = {{.description = "the curvature is doubled",
                          .overrides = {{"curvature", 2.0}}}},
         .live = true}};
    return type;
}

/// A second experiment, of another family, to search among and to change to.
inline ExperimentType otherQuadratic() {
    ExperimentType type = quadratic();
    type.description.id = "parabola";
    type.description.title = "Parabola";
    type.description.family = "other";
    type.description.paper.authors = "Apollonius";
    type.description.views = {
        {.id = "state", .title = "State", .kind = ViewKind::text, .frames = {"x"}, .isMain = true}};
    return type;
}

/// A window on the two quadratics, with what a person would use of it.
class Session {
public:
    explicit Session(const Overrides& overrides = {}) {
        registry_.add(judgedQuadratic());
        registry_.add(otherQuadratic());
        window = std::make_unique<MainWindow>(registry_, "light", MainWindow::Memory::forget);
        window->show();
        QApplication::setActiveWindow(window.get());
        window->openExperiment("quadratic", overrides);
    }

    /// Waits for the run that is being prepared.
    bool ready() const {
        return QTest::qWaitFor([&] { return window->controller().runner() != nullptr; }, patience);
    }
    bool reaches(RunState state) const {
        return QTest::qWaitFor(
            [&] {
                return window->controller().runner() &&
                       window->controller().runner()->state() == state;
            },
            patience);
    }
    std::int64_t iterations(std::size_t trial = 0) const {
        Runner* runner = window->controller().runner();
        return runner ? runner->recording()->iterations(trial) : -1;
    }
    ParameterForm& form() const { return *window->findChild<ParameterForm*>(); }
    QLabel& refusal() const { return *form().findChild<QLabel*>("parameterMessage"); }
    QLabel& messageBar() const { return *window->findChild<QLabel*>("messageBar"); }

    QLineEdit* box(const QString& parameter) const {
        return form().findChild<QWidget*>(parameter)->findChild<QLineEdit*>();
    }
    void type(const QString& parameter, const QString& text) const {
        QLineEdit* edit = box(parameter);
        edit->setFocus();
        edit->selectAll();
        QTest::keyClick(edit, Qt::Key_Delete);
        QTest::keyClicks(edit, text);
        QTest::keyClick(edit, Qt::Key_Return);
    }
    Value value(const std::string& parameter) const {
        return ParameterValues(judgedQuadratic().description.parameters, form().overrides())
            .value(parameter);
    }
    TransportBar& transport() const { return *window->findChild<TransportBar*>(); }
    QToolButton& button(const QString& name) const {
        for (auto* candidate : transport().findChildren<QToolButton*>())
            if (candidate->accessibleName() == name)
                return *candidate;
        qFatal("%s", qPrintable("no button " + name));
    }
    void click(const QString& name) const { button(name).click(); }
    void playAsFastAsPossible() const { transport().setPlaybackSeconds(0.0); }
    QString verdict() const {
        QString text;
        for (const auto* label : window->findChild<ClaimsPanel*>()
                                     ->findChild<QWidget*>("rate")
                                     ->findChildren<QLabel*>())
            text += label->text() + "\n";
        return text;
    }
    QAction* action(const QString& text) const { return actionOf(*window, text); }

private:
    Registry registry_; // outlives the window

public:
    std::unique_ptr<MainWindow> window;
};

} // namespace convergence::testing
