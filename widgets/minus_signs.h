#pragma once

#include <string>

#include <QString>

namespace convergence {

/// A text for people in which numbers have one minus sign: the hyphen before a number ("-2 ± 0.1",
/// "[-1e-5, 3]") becomes "−", as on the axes of charts. Hyphens between words and in identifiers
/// ("Quasi-Newton", "2310-01769", "s-2") stay.
QString withMinusSigns(QString text);
QString withMinusSigns(const std::string& text);

/// What a person typed or was shown, as programs read it: every "−" is a hyphen again.
QString withHyphens(QString text);

} // namespace convergence
