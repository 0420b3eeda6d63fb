#pragma once

#include <string>

#include <QString>

namespace convergence {

/// A paper's page (Markdown, as in resources/papers) as markup without styles of its own: its
/// headings begin at the third level. Needs a QGuiApplication.
std::string articleMarkup(const QString& markdown);

} // namespace convergence
