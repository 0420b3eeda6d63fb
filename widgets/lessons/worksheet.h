#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <QString>

#include "core/experiment/description.h"
#include "core/experiment/recording.h"
#include "widgets/lessons/formulas.h"
#include "widgets/lessons/lesson.h"

namespace convergence {

/// What is known of a lesson's step when its worksheet is written.
struct StepFacts {
    /// Of the experiment that is open at the step; null before the lesson opens its first.
    std::shared_ptr<const Description> description;
    std::vector<std::string> arms; ///< of the step's run; empty where there is none
    std::int64_t plannedSteps = 0;
    std::shared_ptr<const Recording> recording;  ///< of the step's run; null: it was not made
    std::map<std::string, Judgement> judgements; ///< of claims that this run suffices for, by id
    std::string command; ///< that makes the run again; empty where there is none
    std::string trouble; ///< why the run was not made, in a sentence; empty: nothing
};

/// For whom a worksheet is.
enum class Worksheet {
    students, ///< texts, empty axes and boxes for the predictions, questions with room for answers
    teacher,  ///< the same with what was measured, claims, answers and the commands of the runs
};

/// Writes a lesson as a PDF in A4: for students on two pages (more only where the text would become
/// too small to be read), for the teacher on as many as it takes. `facts` has one entry a step.
/// Throws InputError if the file cannot be written.
void writeWorksheet(const QString& path, Worksheet kind, const Lesson& lesson,
                    const std::vector<StepFacts>& facts, const Formulas& formulas);

} // namespace convergence
