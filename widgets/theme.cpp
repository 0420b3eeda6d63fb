#include "widgets/theme.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "core/error.h"

namespace convergence {

namespace {

/// The folders that may hold resources, the most specific first.
QStringList resourceRoots() {
    QStringList roots;
    if (const QString set = qEnvironmentVariable("CONVERGENCE_RESOURCES"); !set.isEmpty())
        roots << set;
    if (QCoreApplication::instance())
        roots << QCoreApplication::applicationDirPath() + "/../" CONVERGENCE_INSTALLED_RESOURCES;
    roots << QStringLiteral(CONVERGENCE_SOURCE_RESOURCES);
    return roots;
}

[[noreturn]] void refuse(const QString& sentence) {
    throw InputError(sentence.toStdString());
}

class ThemeReader {
public:
    ThemeReader(QString path, QJsonObject object)
        : path_(std::move(path)), object_(std::move(object)) {}

    [[nodiscard]] QColor color(const QString& key) const {
        return asColor(key, object_.value(key));
    }
    [[nodiscard]] double number(const QString& key) const {
        const double value = object_.value(key).toDouble(-1.0);
        if (!(value > 0.0))
            refuse(QString("The theme %1 gives no positive number for \"%2\".").arg(path_, key));
        return value;
    }
    [[nodiscard]] QVector<QColor> colors(const QString& key) const {
        QVector<QColor> list;
        for (const QJsonValue entry : object_.value(key).toArray())
            list << asColor(key, entry);
        if (list.isEmpty())
            refuse(QString("The theme %1 lists no color under \"%2\".").arg(path_, key));
        return list;
    }

private:
    [[nodiscard]] QColor asColor(const QString& key, const QJsonValue& value) const {
        const QColor color(value.toString());
        if (!color.isValid())
            refuse(QString("The theme %1 gives \"%2\" for \"%3\", but a color such as \"#1b1f24\" "
                           "is needed.")
                       .arg(path_, value.toVariant().toString(), key));
        return color;
    }

    QString path_;
    QJsonObject object_;
};

QColor mixed(const QColor& a, const QColor& b, double shareOfB) {
    const auto blend = [&](double x, double y) { return x + (y - x) * shareOfB; };
    return QColor::fromRgbF(blend(a.redF(), b.redF()), blend(a.greenF(), b.greenF()),
                            blend(a.blueF(), b.blueF()));
}

} // namespace

QString resourceFolder(const QString& name) {
    const QStringList roots = resourceRoots();
    for (const QString& root : roots) {
        const QString folder = QDir::cleanPath(root + "/" + name);
        if (QDir(folder).exists())
            return folder;
    }
    refuse(QString("The resource folder \"%1\" is in none of %2; set CONVERGENCE_RESOURCES to the "
                   "folder that holds it.")
               .arg(name, roots.join(", ")));
}

QStringList Theme::available() {
    QStringList ids;
    const QStringList files = QDir(resourceFolder("themes")).entryList({"*.json"}, QDir::Files);
    for (const QString& file : files)
        ids << file.chopped(5);
    return ids;
}

Theme Theme::load(const QString& id) {
    if (!available().contains(id))
        refuse(QString("There is no theme \"%1\"; the themes are %2.")
                   .arg(id, available().join(", ")));
    const QString path = resourceFolder("themes") + "/" + id + ".json";
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        refuse(QString("The theme %1 cannot be read: %2.").arg(path, file.errorString()));
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &error);
    if (!document.isObject())
        refuse(QString("The theme %1 is not a JSON object: %2.").arg(path, error.errorString()));

    const ThemeReader reader(path, document.object());
    Theme theme;
    theme.id = id;
    theme.label = document["label"].toString(id);
    theme.dark = document["dark"].toBool();
    theme.window = reader.color("window");
    theme.surface = reader.color("surface");
    theme.text = reader.color("text");
    theme.mutedText = reader.color("mutedText");
    theme.grid = reader.color("grid");
    theme.accent = reader.color("accent");
    theme.success = reader.color("success");
    theme.warning = reader.color("warning");
    theme.failure = reader.color("failure");
    theme.series = reader.colors("series");
    theme.fontPointSize = reader.number("fontPointSize");
    theme.lineWidth = reader.number("lineWidth");
    return theme;
}

QColor Theme::seriesColor(int index) const {
    return series[((index % series.size()) + series.size()) % series.size()];
}

QPalette Theme::palette() const {
    QPalette palette;
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, surface);
    palette.setColor(QPalette::AlternateBase, mixed(surface, text, 0.04));
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::PlaceholderText, mutedText);
    palette.setColor(QPalette::Button, mixed(window, surface, 0.5));
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::ToolTipBase, surface);
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::BrightText, failure);
    palette.setColor(QPalette::Highlight, accent);
    palette.setColor(QPalette::HighlightedText, dark ? window : surface);
    palette.setColor(QPalette::Link, accent);
    palette.setColor(QPalette::LinkVisited, accent);
    palette.setColor(QPalette::Light, mixed(window, dark ? text : surface, dark ? 0.2 : 0.8));
    palette.setColor(QPalette::Midlight, mixed(window, text, 0.08));
    palette.setColor(QPalette::Mid, mixed(window, text, 0.25));
    palette.setColor(QPalette::Dark, mixed(window, text, 0.4));
    palette.setColor(QPalette::Shadow, mixed(window, Qt::black, 0.6));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, mixed(text, window, 0.55));
    return palette;
}

} // namespace convergence
