#pragma once

#include <string>
#include <vector>

#include <QString>

namespace convergence {

/// The languages that the window can be shown in: English and those of the translations that are
/// found, by id ("de"), with their own names ("Deutsch").
std::vector<std::pair<QString, QString>> availableLanguages();

/// Shows all widgets that are made from now on in a language: the wanted one, or if none is wanted
/// the one of the settings ("window/language"), or the system's, or English. Throws InputError for
/// a wanted language that there is no translation to. Needs an application object.
void useLanguage(const QString& wanted);
/// The one in use.
QString usedLanguage();

} // namespace convergence
