#pragma once

#include <memory>
#include <string>

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QWidget>

#include "tests/widgets/sample_recording.h"
#include "widgets/view_widget.h"

namespace convergence::testing {

/// Hands a frame "frame" of the first trial to a view.
inline void setFrame(ViewWidget& view, Frame frame) {
    auto frames = std::make_shared<Frames>();
    frames->trials.resize(4);
    frames->trials[0]["frame"] = std::move(frame);
    view.setFrames(frames);
    view.refresh();
    QApplication::processEvents();
}

/// A view on the screen that shows a frame; its description names the frame "frame".
inline std::unique_ptr<ViewWidget> shownView(const View& spec, Frame frame,
                                             const char* theme = "light") {
    std::unique_ptr<ViewWidget> view(
        ViewWidget::create(spec, sampleDescription(), Theme::load(theme)));
    view->resize(640, 420);
    view->show();
    view->setRuns({{QString(), sampleRecording(3)}});
    setFrame(*view, std::move(frame));
    return view;
}

inline QWidget& canvasOf(ViewWidget& view) {
    return *view.findChild<QWidget*>("canvas");
}

/// Pixels of nearly a color.
inline int countOf(const QImage& image, const QColor& color, int tolerance = 6) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QColor c = image.pixelColor(x, y);
            count += std::abs(c.red() - color.red()) <= tolerance &&
                     std::abs(c.green() - color.green()) <= tolerance &&
                     std::abs(c.blue() - color.blue()) <= tolerance;
        }
    return count;
}

/// Middle of all pixels of nearly a color; (−1, −1) without any.
inline QPointF middleOf(const QImage& image, const QColor& color, int tolerance = 6) {
    QPointF sum;
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QColor c = image.pixelColor(x, y);
            if (std::abs(c.red() - color.red()) <= tolerance &&
                std::abs(c.green() - color.green()) <= tolerance &&
                std::abs(c.blue() - color.blue()) <= tolerance) {
                sum += QPointF(x, y);
                ++count;
            }
        }
    return count > 0 ? sum / count : QPointF(-1, -1);
}

/// Draws in every theme and writes every kind of file; what went wrong, or nothing.
inline QString troubleInThemesAndFiles(ViewWidget& view) {
    const QTemporaryDir folder;
    for (const QString& theme : Theme::available()) {
        view.setTheme(Theme::load(theme));
        QApplication::processEvents();
        const QImage image = canvasOf(view).grab().toImage();
        if (countOf(image, image.pixelColor(0, 0), 0) == image.width() * image.height())
            return theme + " shows nothing";
        for (const char* suffix : {"png", "svg", "pdf", "csv", "tex"}) {
            const QString path = folder.filePath(theme + "." + suffix);
            view.exportTo(path, {500, 360});
            if (QFile(path).size() < 50)
                return path + " is empty";
        }
    }
    view.setTheme(Theme::load("light"));
    return {};
}

/// What pdflatex says of a view's LaTeX, if it is there; empty: nothing wrong. KEEP_PDF=FOLDER
/// keeps the page under `name`.
inline QString latexTrouble(const ViewWidget& view, const QString& name) {
    const QString pdflatex = QStandardPaths::findExecutable("pdflatex");
    if (pdflatex.isEmpty())
        return {};
    QString text = view.pgfplots();
    if (QProcess::execute("kpsewhich", {"standalone.cls"}) != 0)
        text.replace("[border=4pt]{standalone}", "{article}").replace("{standalone}", "{article}");
    if (text.contains("pgfplots") && QProcess::execute("kpsewhich", {"pgfplots.sty"}) != 0)
        return {};
    const QTemporaryDir folder;
    QFile file(folder.filePath("a.tex"));
    if (!file.open(QIODevice::WriteOnly))
        return "a.tex cannot be written";
    file.write(text.toUtf8());
    file.close();
    QProcess compile;
    compile.setWorkingDirectory(folder.path());
    compile.start(pdflatex, {"-interaction=nonstopmode", "-halt-on-error", "a.tex"});
    if (!compile.waitForFinished(60000) || compile.exitCode() != 0)
        return compile.readAllStandardOutput().right(1500);
    if (qEnvironmentVariableIsSet("KEEP_PDF"))
        QFile::copy(folder.filePath("a.pdf"),
                    QDir(qEnvironmentVariable("KEEP_PDF")).filePath(name + ".pdf"));
    return {};
}

} // namespace convergence::testing
