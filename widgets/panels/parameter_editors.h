#pragma once

#include <map>
#include <string>

#include <QString>
#include <QWidget>

#include "core/experiment/parameter.h"

namespace convergence {

/// The control for one parameter. What a person types is handed on as it stands: `edited` carries
/// the text as the command line would take it, so that there is one parser and one set of error
/// sentences.
class ParameterEditor : public QWidget {
    Q_OBJECT

public:
    /// The right control for the parameter's kind.
    static ParameterEditor* create(const Parameter& parameter, QWidget* parent = nullptr);

    /// Shows a value, without a signal.
    virtual void setValue(const Value& value) = 0;
    /// Bounds may depend on other parameters.
    virtual void setContext(const std::map<std::string, double>& /*context*/) {}
    /// Marks what is shown as refused.
    virtual void setRefused(bool refused);

Q_SIGNALS:
    void edited(const QString& text);

protected:
    using QWidget::QWidget;
};

} // namespace convergence
