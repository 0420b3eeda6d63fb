#include "widgets/panels/parameter_editors.h"

#include <algorithm>
#include <cmath>

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/minus_signs.h"
#include "widgets/panels/curve_editor.h"

namespace convergence {

namespace {

constexpr int sliderSteps = 1000;

QString textOf(const Value& value) {
    return QString::fromStdString(formatValue(value));
}

/// A line of text that keeps the undo keys to itself only while text is being typed: once a value
/// is taken there is nothing to undo in it, and the keys are for the form.
class ValueBox final : public QLineEdit {
public:
    using QLineEdit::QLineEdit;

protected:
    bool event(QEvent* event) override {
        if (event->type() == QEvent::ShortcutOverride && !isModified()) {
            const auto* key = static_cast<QKeyEvent*>(event);
            if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
                event->ignore();
                return true;
            }
        }
        return QLineEdit::event(event);
    }
};

/// Numbers: a slider (logarithmic where the parameter is) beside a box that takes any text.
class NumberEditor final : public ParameterEditor {
public:
    NumberEditor(const Parameter& parameter, QWidget* parent)
        : ParameterEditor(parent), parameter_(parameter), box_(new ValueBox(this)),
          slider_(new QSlider(Qt::Horizontal, this)) {
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(slider_, 1);
        layout->addWidget(box_);
        box_->setFixedWidth(box_->fontMetrics().horizontalAdvance("0.0000000"));
        slider_->setRange(0, sliderSteps);
        slider_->setMinimumWidth(30);
        slider_->setFocusPolicy(Qt::StrongFocus);
        slider_->setAccessibleName(QString::fromStdString(parameter.label));
        box_->setAccessibleName(QString::fromStdString(parameter.label));
        setFocusProxy(box_);
        if (parameter.kind == ParameterKind::seed)
            slider_->hide();
        if (!parameter.keyword.empty())
            addKeyword(*layout);
        setContext({});
        connect(box_, &QLineEdit::editingFinished, this, [this] {
            if (box_->isModified())
                Q_EMIT edited(withHyphens(box_->text().trimmed()));
        });
        connect(slider_, &QSlider::valueChanged, this, [this](int position) {
            const QString text = textAt(position);
            box_->setText(withMinusSigns(text));
            Q_EMIT edited(text);
        });
    }

    void setValue(const Value& value) override {
        box_->setText(withMinusSigns(textOf(value)));
        const bool isWord = std::holds_alternative<std::string>(value);
        if (keyword_) {
            const QSignalBlocker blocker(keyword_);
            keyword_->setChecked(isWord);
        }
        box_->setEnabled(!isWord);
        slider_->setEnabled(!isWord);
        if (!isWord)
            lastNumber_ = textOf(value);
        placeSlider();
    }

    void setContext(const std::map<std::string, double>& context) override {
        const auto bound = [&](const Bound& b, double otherwise) {
            return b.expression.empty() || !context.empty() ? evaluateBound(b, context) : otherwise;
        };
        low_ = bound(parameter_.minimum, 0.0);
        high_ = bound(parameter_.maximum, 1.0);
        placeSlider();
    }

    void setRefused(bool refused) override {
        box_->setStyleSheet(refused ? "QLineEdit { border: 2px solid #d1343f; }" : "");
    }

private:
    void addKeyword(QHBoxLayout& layout) {
        keyword_ = new QCheckBox(QString::fromStdString(parameter_.keyword), this);
        layout.addWidget(keyword_);
        connect(keyword_, &QCheckBox::toggled, this, [this](bool on) {
            const QString number =
                lastNumber_.isEmpty() ? QString::number(low_, 'g', 17) : lastNumber_;
            Q_EMIT edited(on ? QString::fromStdString(parameter_.keyword) : number);
        });
    }

    [[nodiscard]] bool isLogarithmic() const {
        return parameter_.scale == Scale::logarithmic && low_ > 0.0;
    }

    [[nodiscard]] QString textAt(int position) const {
        const double u = static_cast<double>(position) / sliderSteps;
        const double number = isLogarithmic()
                                  ? std::exp(std::lerp(std::log(low_), std::log(high_), u))
                                  : std::lerp(low_, high_, u);
        if (parameter_.kind == ParameterKind::integer)
            return QString::number(std::llround(number));
        if (position == 0 || position == sliderSteps)
            return QString::number(position == 0 ? low_ : high_, 'g', 17);
        const QString rounded = QString::number(number, 'g', 3);
        const bool inRange = rounded.toDouble() >= low_ && rounded.toDouble() <= high_;
        return inRange ? rounded : QString::number(std::clamp(number, low_, high_), 'g', 17);
    }

    void placeSlider() {
        bool isNumber = false;
        const double number = withHyphens(box_->text()).toDouble(&isNumber);
        if (!isNumber || high_ <= low_)
            return;
        const double u = isLogarithmic()
                             ? std::log(std::max(number, low_) / low_) / std::log(high_ / low_)
                             : (number - low_) / (high_ - low_);
        const QSignalBlocker blocker(slider_);
        slider_->setValue(static_cast<int>(std::lround(std::clamp(u, 0.0, 1.0) * sliderSteps)));
    }

    Parameter parameter_;
    QLineEdit* box_;
    QSlider* slider_;
    QCheckBox* keyword_ = nullptr;
    QString lastNumber_; ///< empty if the keyword was all there ever was
    double low_ = 0.0, high_ = 1.0;
};

class BooleanEditor final : public ParameterEditor {
public:
    BooleanEditor(const Parameter& parameter, QWidget* parent)
        : ParameterEditor(parent), box_(new QCheckBox(this)) {
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(box_);
        box_->setAccessibleName(QString::fromStdString(parameter.label));
        setFocusProxy(box_);
        connect(box_, &QCheckBox::toggled, this,
                [this](bool on) { Q_EMIT edited(on ? "true" : "false"); });
    }
    void setValue(const Value& value) override {
        const QSignalBlocker blocker(box_);
        box_->setChecked(std::get<bool>(value));
    }

private:
    QCheckBox* box_;
};

class ChoiceEditor final : public ParameterEditor {
public:
    ChoiceEditor(const Parameter& parameter, QWidget* parent)
        : ParameterEditor(parent), box_(new QComboBox(this)) {
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(box_);
        box_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box_->setMinimumContentsLength(5);
        box_->setAccessibleName(QString::fromStdString(parameter.label));
        setFocusProxy(box_);
        for (const Choice& choice : parameter.choices)
            box_->addItem(QString::fromStdString(choice.label), QString::fromStdString(choice.id));
        connect(box_, &QComboBox::currentIndexChanged, this,
                [this] { Q_EMIT edited(box_->currentData().toString()); });
    }
    void setValue(const Value& value) override {
        const QSignalBlocker blocker(box_);
        box_->setCurrentIndex(box_->findData(textOf(value)));
    }

private:
    QComboBox* box_;
};

class ChoiceSetEditor final : public ParameterEditor {
public:
    ChoiceSetEditor(const Parameter& parameter, QWidget* parent) : ParameterEditor(parent) {
        auto* layout = new QVBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(1);
        for (const Choice& choice : parameter.choices) {
            auto* box = new QCheckBox(QString::fromStdString(choice.label), this);
            box->setToolTip(QString::fromStdString(choice.help));
            box->setProperty("id", QString::fromStdString(choice.id));
            // A long label is cut off rather than the whole panel.
            box->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
            layout->addWidget(box);
            boxes_.push_back(box);
            connect(box, &QCheckBox::toggled, this, [this] { Q_EMIT edited(chosen().join(',')); });
        }
    }
    void setValue(const Value& value) override {
        const auto& ids = std::get<std::vector<std::string>>(value);
        for (QCheckBox* box : boxes_) {
            const QSignalBlocker blocker(box);
            const std::string id = box->property("id").toString().toStdString();
            box->setChecked(std::find(ids.begin(), ids.end(), id) != ids.end());
        }
    }

private:
    [[nodiscard]] QStringList chosen() const {
        QStringList ids;
        for (const QCheckBox* box : boxes_)
            if (box->isChecked())
                ids << box->property("id").toString();
        return ids;
    }
    std::vector<QCheckBox*> boxes_;
};

/// Lists, formulas and files: text, with a button to look for a file or folder.
class TextEditor final : public ParameterEditor {
public:
    TextEditor(const Parameter& parameter, QWidget* parent)
        : ParameterEditor(parent), box_(new ValueBox(this)),
          hasNumbers_(parameter.kind == ParameterKind::numberList) {
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(box_);
        box_->setAccessibleName(QString::fromStdString(parameter.label));
        setFocusProxy(box_);
        if (parameter.kind == ParameterKind::file) {
            auto* browse = new QToolButton(this);
            browse->setObjectName("browse");
            browse->setText("…");
            browse->setToolTip(ParameterEditor::tr("Choose a file or folder"));
            browse->setAccessibleName(ParameterEditor::tr("Choose a file or folder"));
            browse->setPopupMode(QToolButton::InstantPopup);
            browse->addAction(
                makeChoice(ParameterEditor::tr("Choose a file"), QFileDialog::ExistingFile));
            browse->addAction(
                makeChoice(ParameterEditor::tr("Choose a folder"), QFileDialog::Directory));
            layout->addWidget(browse);
        }
        connect(box_, &QLineEdit::editingFinished, this, [this] {
            const QString text = box_->text().trimmed();
            if (box_->isModified())
                Q_EMIT edited(hasNumbers_ ? withHyphens(text) : text);
        });
    }
    void setValue(const Value& value) override {
        box_->setText(hasNumbers_ ? withMinusSigns(textOf(value)) : textOf(value));
    }
    void setRefused(bool refused) override {
        box_->setStyleSheet(refused ? "QLineEdit { border: 2px solid #d1343f; }" : "");
    }

private:
    QAction* makeChoice(const QString& text, QFileDialog::FileMode mode) {
        auto* action = new QAction(text, this);
        connect(action, &QAction::triggered, this, [this, text, mode] {
            auto* dialog = new QFileDialog(window(), text, QFileInfo(box_->text()).path());
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            dialog->setFileMode(mode);
            connect(dialog, &QFileDialog::fileSelected, this, &ParameterEditor::edited);
            dialog->open();
        });
        return action;
    }

    QLineEdit* box_;
    bool hasNumbers_;
};

class DrawnCurveEditor final : public ParameterEditor {
public:
    DrawnCurveEditor(const Parameter& parameter, QWidget* parent)
        : ParameterEditor(parent),
          editor_(new CurveEditor(evaluateBound(parameter.minimum, {}),
                                  evaluateBound(parameter.maximum, {}), this)) {
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(editor_);
        connect(editor_, &CurveEditor::edited, this,
                [this] { Q_EMIT edited(textOf(Value(editor_->points()))); });
    }
    void setValue(const Value& value) override {
        editor_->setPoints(std::get<std::vector<CurvePoint>>(value));
    }

private:
    CurveEditor* editor_;
};

} // namespace

void ParameterEditor::setRefused(bool) {}

ParameterEditor* ParameterEditor::create(const Parameter& parameter, QWidget* parent) {
    switch (parameter.kind) {
    case ParameterKind::boolean:
        return new BooleanEditor(parameter, parent);
    case ParameterKind::integer:
    case ParameterKind::real:
    case ParameterKind::seed:
        return new NumberEditor(parameter, parent);
    case ParameterKind::choice:
        return new ChoiceEditor(parameter, parent);
    case ParameterKind::choiceSet:
        return new ChoiceSetEditor(parameter, parent);
    case ParameterKind::curve:
        return new DrawnCurveEditor(parameter, parent);
    case ParameterKind::numberList:
    case ParameterKind::seedList:
    case ParameterKind::file:
    case ParameterKind::formula:
        break;
    }
    return new TextEditor(parameter, parent);
}

} // namespace convergence
