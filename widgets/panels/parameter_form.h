#pragma once

#include <map>
#include <memory>

#include <QWidget>

#include "core/experiment/experiment.h"

class QComboBox;
class QLabel;
class QUndoStack;
class QVBoxLayout;

namespace convergence {

class ParameterEditor;

/// A form for the parameters of one experiment, generated from its description. It always holds a
/// valid set of values: an edit that does not fit is shown where it was made, with the sentence
/// that says why, and leaves the values as they were. Edits can be undone.
class ParameterForm : public QWidget {
    Q_OBJECT

public:
    /// `undo` outlives the form.
    ParameterForm(std::shared_ptr<const ExperimentType> type, QUndoStack& undo,
                  QWidget* parent = nullptr);

    /// All values that differ from the defaults.
    [[nodiscard]] const Overrides& overrides() const { return overrides_; }
    [[nodiscard]] ParameterValues values() const {
        return {type_->description.parameters, overrides_};
    }
    /// Replaces all values. Throws InputError, and changes nothing, if they are not valid.
    void setOverrides(const Overrides& overrides);
    /// One value, as if typed; undoable.
    void edit(const QString& name, const QString& text);

Q_SIGNALS:
    /// The values changed in a way that needs a new run.
    void restartNeeded();
    /// A live parameter changed.
    void liveChanged(const QString& name, const convergence::Value& value);

private:
    struct Row {
        ParameterEditor* editor = nullptr;
        QWidget* label = nullptr;
        QWidget* reset = nullptr;
    };
    friend class EditCommand;

    void addGroup(QVBoxLayout& layout, const std::string& group);
    void choosePreset(int index);
    void refuse(const QString& name, const QString& text, const QString& sentence);
    /// Takes valid overrides and tells what changed.
    void apply(const Overrides& overrides);
    void show(const Overrides& overrides);
    void validate(const Overrides& overrides) const;
    void push(const Overrides& overrides, const QString& what);

    std::shared_ptr<const ExperimentType> type_;
    QUndoStack& undo_;
    Overrides overrides_;
    std::map<std::string, Row> rows_;
    QComboBox* preset_;
    QLabel* message_;
};

} // namespace convergence
