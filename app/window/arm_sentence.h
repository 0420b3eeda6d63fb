#pragma once

#include <string>

#include <QString>

#include "core/experiment/description.h"
#include "widgets/theme.h"

namespace convergence {

/// A sentence that names arms, which can be shown as chips in it.
class ArmSentence {
public:
    /// `text` names arms by what mark() makes of their ids.
    explicit ArmSentence(QString text = {}) : text_(std::move(text)) {}
    [[nodiscard]] static std::string mark(const std::string& arm);

    [[nodiscard]] bool isEmpty() const { return text_.isEmpty(); }
    /// With labels.
    [[nodiscard]] QString plain(const Description& description) const;
    /// As HTML, with chips in the colors of charts that are links to "arm:<id>".
    [[nodiscard]] QString rich(const Description& description, const Theme& theme) const;
    friend bool operator==(const ArmSentence&, const ArmSentence&) = default;

private:
    QString text_;
};

} // namespace convergence
