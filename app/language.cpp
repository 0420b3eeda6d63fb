#include "app/language.h"

#include <memory>

#include <QApplication>
#include <QDir>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTranslator>

#include "core/error.h"
#include "widgets/theme.h"

namespace convergence {

namespace {

const QString prefix = "convergence-lab_";
const char* const property = "language"; ///< of the application: the one in use

QString folder() {
    try {
        return resourceFolder("translations");
    } catch (const InputError&) { // installed without: English
        return {};
    }
}

bool isAvailable(const QString& id) {
    const auto languages = availableLanguages();
    return std::any_of(languages.begin(), languages.end(),
                       [&](const auto& language) { return language.first == id; });
}

QString chosen() {
    const QString kept = QSettings().value("window/language").toString();
    if (isAvailable(kept))
        return kept;
    const QString system = QLocale::system().name().section('_', 0, 0);
    return isAvailable(system) ? system : "en";
}

void install(const QString& name, const QString& where) {
    auto translator = std::make_unique<QTranslator>(qApp);
    if (translator->load(name, where))
        QCoreApplication::installTranslator(translator.release());
}

} // namespace

std::vector<std::pair<QString, QString>> availableLanguages() {
    std::vector<std::pair<QString, QString>> languages{{"en", "English"}};
    const QString where = folder();
    if (where.isEmpty())
        return languages;
    for (const QString& file : QDir(where).entryList({prefix + "*.qm"}, QDir::Files)) {
        const QString id = file.chopped(3).mid(prefix.size());
        languages.emplace_back(id, QLocale(id).nativeLanguageName());
    }
    return languages;
}

void useLanguage(const QString& wanted) {
    if (!wanted.isEmpty() && !isAvailable(wanted)) {
        QStringList known;
        for (const auto& [id, name] : availableLanguages())
            known << id;
        throw InputError(QString("--language %1: there is no translation to it; known are %2.")
                             .arg(wanted, known.join(", "))
                             .toStdString());
    }
    const QString id = wanted.isEmpty() ? chosen() : wanted;
    for (QObject* earlier : qApp->findChildren<QTranslator*>(Qt::FindDirectChildrenOnly))
        delete earlier;
    qApp->setProperty(property, id);
    if (id == "en")
        return;
    install("qtbase_" + id, QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(prefix + id, folder());
}

QString usedLanguage() {
    const QString id = qApp->property(property).toString();
    return id.isEmpty() ? "en" : id;
}

} // namespace convergence
