#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QWidget>

#include "core/experiment/experiment.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QUndoStack;
class QVBoxLayout;

namespace convergence {

class ParameterEditor;
class ParameterSection;

/// A form for the parameters of one experiment, generated from its description: those of first rank
/// in the order that it names, the others below headings that open. What has no effect at the
/// present values is not shown, and counted; a search finds all. Values that differ from those of
/// the preset that was chosen last are marked.
///
/// It always holds a valid set of values: an edit that does not fit is shown where it was made,
/// with the sentence that says why, and leaves the values as they were. Edits can be undone.
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
    /// Only these parameters, without presets, headings and search.
    void showOnly(std::vector<std::string> names);

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
        ParameterSection* section = nullptr;
    };
    friend class EditCommand;

    QWidget* buildTop();
    void buildMessage(QVBoxLayout& layout);
    QWidget* buildRows();
    void addSection(QVBoxLayout& layout, const QString& title,
                    const std::vector<const Parameter*>& parameters);
    void addRow(ParameterSection& section, const Parameter& parameter);
    void choosePreset(int index);
    /// Which rows are there: what applies, is searched for, or is wanted only.
    void showRows();
    void showHiddenCount(const std::vector<const Parameter*>& hidden);
    void showPreset(const ParameterValues& values);
    void refuse(const QString& name, const QString& text, const QString& sentence);
    /// Takes valid overrides and tells what changed.
    void apply(const Overrides& overrides);
    void show(const Overrides& overrides);
    void validate(const Overrides& overrides) const;
    void push(const Overrides& overrides, const QString& what);

    std::shared_ptr<const ExperimentType> type_;
    QUndoStack& undo_;
    Overrides overrides_;
    Overrides preset_; ///< of the preset that was chosen last; empty: the defaults
    std::map<std::string, Row> rows_;
    std::vector<ParameterSection*> sections_;
    std::optional<std::vector<std::string>> only_;
    QWidget* top_ = nullptr;
    QComboBox* presets_;
    QLabel* shows_; ///< what the preset has to show
    QLineEdit* search_;
    QLabel* hidden_; ///< how many parameters do not apply, and why
    QLabel* message_;
};

} // namespace convergence
