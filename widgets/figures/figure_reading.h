#pragma once

#include <string>

#include <QByteArray>
#include <QString>

#include "widgets/figures/figure.h"

namespace convergence {

/// Where a figure lies in a file that carries it: the name of a PDF's attachment, the keyword of a
/// PNG's text, and what a line of text that keeps one begins with.
inline constexpr const char* figureAttachment = "convergence-lab-figure.json";
inline constexpr const char* figureKeyword = "convergence-lab-figure";
inline constexpr const char* sealHead = "convergence-lab-figure:";

/// The figure that a file (PDF, SVG, PNG, LaTeX, Python or JSON) carries. Throws InputError, naming
/// the file, if there is none, if it is damaged or of a later version.
Figure figureIn(const QString& path);

/// Text in one line with its checksum, for files that keep text only; and back. The latter throws
/// InputError, naming `source`, if it is damaged.
QByteArray sealed(const std::string& text);
std::string unsealed(const QByteArray& seal, const std::string& source);

} // namespace convergence
