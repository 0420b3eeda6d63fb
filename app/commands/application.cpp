#include "app/commands/application.h"

#include <set>

#include <QFileInfo>
#include <QSurfaceFormat>
#include <fmt/format.h>

#include "app/commands/command_line.h"
#include "widgets/outlined_style.h"
#include "widgets/volume/vtk_widget.h"

namespace convergence {

namespace {

void tellOnlyWhatIsCritical(QtMsgType type, const QMessageLogContext& /*context*/,
                            const QString& message) {
    if (type == QtCriticalMsg || type == QtFatalMsg)
        fmt::print(stderr, "{}\n", message.toStdString());
}

} // namespace

void keepQtQuiet() {
    if (qEnvironmentVariableIsEmpty("QT_LOGGING_RULES") &&
        qEnvironmentVariableIsEmpty("QT_DEBUG_PLUGINS"))
        qInstallMessageHandler(tellOnlyWhatIsCritical);
}

std::unique_ptr<QApplication> makeApplication(int& argc, char** argv, DrawOn platform) {
    const bool hasDisplay = !qEnvironmentVariableIsEmpty("DISPLAY") ||
                            !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
                            !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
    if (platform == DrawOn::offscreen || !hasDisplay)
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QSurfaceFormat::setDefaultFormat(VtkWidget::surfaceFormat());
    auto application = std::make_unique<QApplication>(argc, argv);
    QApplication::setStyle(new OutlinedStyle);
    return application;
}

int toldOfPicture(const std::string& trouble, const std::vector<const ViewWidget*>& views,
                  ShownIn place) {
    // Several views may lack the same.
    std::set<std::string> reasons;
    for (const ViewWidget* view : views)
        reasons.insert(lackingPicture(*view, place).toStdString());
    reasons.insert(trouble);
    reasons.erase("");
    for (const std::string& reason : reasons)
        fmt::print(stderr, "{}\n", reason);
    return reasons.empty() ? exitFine : exitClaimFailedOrDiverged;
}

bool isPicture(const QString& path) {
    return QStringList{"png", "svg", "pdf", "tex"}.contains(QFileInfo(path).suffix().toLower());
}

} // namespace convergence
