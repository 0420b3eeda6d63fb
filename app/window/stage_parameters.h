#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QPointer>
#include <QUndoStack>
#include <QWidget>

#include "core/experiment/experiment.h"

namespace convergence {

class ParameterForm;

/// A few parameters of a form, where the form itself has no room. What is changed here is changed
/// there, as if typed.
class StageParameters : public QWidget {
    Q_OBJECT

public:
    StageParameters(std::shared_ptr<const ExperimentType> type, ParameterForm& form,
                    std::vector<std::string> names, QWidget* parent = nullptr);

private:
    void handOn();

    std::shared_ptr<const ExperimentType> type_;
    QPointer<ParameterForm> form_;
    QUndoStack undo_; ///< of no use by itself: the form's is
    ParameterForm* few_;
};

} // namespace convergence
