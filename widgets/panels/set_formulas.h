#pragma once

#include <vector>

#include <QString>

class QTextDocument;

namespace convergence {

/// An index or exponent in a line of plain mathematics: "x_i", "D_{t+1}", "t^−½", "‖x‖^q".
struct MathScript {
    qsizetype from = 0, to = 0; ///< what it replaces: mark, braces and all
    QString text;               ///< what is set; indices within it are characters of their own
    bool isAbove = false;
};

/// The scripts of a line, in order. What they hang on is a letter (also with an accent, or after a
/// d: "dX_t"), the name of an operation ("mean_S"), a closing bracket, or in the case of an
/// exponent a number; names of more letters ("batch_size") have none. Without braces an index is a
/// number, one letter, or a word of small letters, the last of which is not counted if it has a
/// script itself ("g_iw_i").
std::vector<MathScript> mathScripts(const QString& line);

/// Sets indices and exponents of a document that was read from Markdown: in text and in code, where
/// comments beside lines keep their column, but not in references (BibTeX).
void setFormulas(QTextDocument& document);

} // namespace convergence
