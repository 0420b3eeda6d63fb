// The LaTeX of one view of every kind compiles by itself where LaTeX is installed.

#include <QApplication>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/registered_test.h"
#include "tests/widgets/sample_recording.h"
#include "tests/widgets/volume/sample_volume.h"
#include "widgets/view_widget.h"
#include "widgets/volume/offscreen_window.h"

using namespace convergence;

namespace {

/// Text with everything that TeX takes for itself, and letters beyond ASCII.
const std::string awkward = "50 % of a_b^c & {d} #1 ~ \\x, σ₁ ≤ ‖U‖ ⟨A⟩ $";

FieldFrame bowl() {
    FieldFrame field{.xCount = 9, .yCount = 7};
    for (int j = 0; j < 7; ++j)
        for (int i = 0; i < 9; ++i)
            field.values.push_back(float(0.1 + std::pow(i - 4, 2) + std::pow(j - 3, 2)));
    return field;
}

/// One frame of every type, by the name of the views that show it.
std::shared_ptr<const Frames> sampleFrames() {
    auto frames = std::make_shared<Frames>();
    MatrixFrame matrix{.title = awkward, .rows = 2, .columns = 3, .symmetricScale = true};
    matrix.values = {1.0F, -2.0F, std::nanf(""), 4.0F, 0.0F, -6.0F};
    frames->shared["matrix"] = matrix;
    frames->shared["row"] = MatrixFrame{
        .title = "one row", .rows = 1, .columns = 4, .values = {1.0F, 2.0F, 3.0F, 4.0F}};
    frames->shared["column"] =
        MatrixFrame{.title = "one column", .rows = 3, .columns = 1, .values = {1.0F, 1.0F, 1.0F}};
    MatrixFrame large{.title = "beyond TeX", .rows = 100, .columns = 90};
    large.values.assign(9000, 0.5F);
    large.values[17] = 2.0F;
    frames->shared["large"] = large;
    frames->shared["curves"] = CurvesFrame{
        {{.label = awkward, .x = {0.0, 1.0, 2.0}, .y = {1.0, 3.0, 2.0}},
         {.label = "points", .x = {0.5}, .y = {2.5}, .markers = true},
         {.label = "stairs", .x = {0.0, 1.0, 2.0}, .y = {0.0, 1.0, 0.5}, .staircase = true}}};
    PathFrame path{.x = {-0.8, 0.0, 0.2}, .y = {0.7, 0.1, 0.0}, .iteration = {0, 1, 10}};
    path.arrows = {{.label = "step", .x = 0.2, .y = 0.0, .dx = -0.1, .dy = 0.2}};
    for (int trial = 0; trial < 4; ++trial)
        frames->trials.push_back({{"path", path}});
    frames->shared["bars"] = BarsFrame{.categories = {"a_1", "b & c"},
                                       .series = {{awkward, {1.0, -2.0}, {{0.5, 1.5}, {}}}}};
    BarsFrame histogram{.categories = {}, .series = {{"share", {}}}};
    for (int bin = 0; bin < 20; ++bin) {
        histogram.categories.push_back(std::to_string(0.5 + bin));
        histogram.series[0].values.push_back(bin);
    }
    frames->shared["histogram"] = histogram;
    frames->shared["field"] = bowl();
    frames->shared["text"] = TextFrame{awkward + "\n\n  indented\n"};
    PicturesFrame pictures;
    pictures.pictures.push_back(
        {.title = awkward, .width = 2, .height = 1, .rgb = {255, 0, 0, 0, 0, 255}});
    frames->shared["pictures"] = pictures;
    frames->shared["volume"] = sampleVolume(8);
    return frames;
}

View viewOf(ViewKind kind, const std::vector<std::string>& frames) {
    return {.id = "view",
            .title = awkward,
            .kind = kind,
            .x = {.label = awkward},
            .y = {.label = "depth"},
            .frames = frames};
}

View pivotOver(const std::string& row, const std::string& column) {
    View view = viewOf(ViewKind::pivot, {});
    view.fromTrials = true;
    view.pivot = PivotSpec{.rowFactor = row, .columnFactor = column, .value = "test"};
    return view;
}

/// "view.log" of pdflatex where it fails; empty where it does not.
QString complaint(const QString& pdflatex, const QString& document) {
    const QTemporaryDir folder;
    QFile file(folder.filePath("view.tex"));
    if (!file.open(QIODevice::WriteOnly) || file.write(document.toUtf8()) < 0)
        return "the document cannot be written";
    file.close();
    QProcess compile;
    compile.setWorkingDirectory(folder.path());
    compile.start(pdflatex, {"-interaction=nonstopmode", "-halt-on-error", "view.tex"});
    if (!compile.waitForFinished(120000))
        return "pdflatex does not end";
    const bool good = compile.exitCode() == 0 && QFile::exists(folder.filePath("view.pdf"));
    return good ? QString() : QString::fromUtf8(compile.readAllStandardOutput()).right(2000);
}

} // namespace

class LatexTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyKindCompiles_data() {
        QTest::addColumn<View>("view");
        QTest::addColumn<bool>("fromTrials");
        const auto row = [](const char* name, const View& view, bool fromTrials = false) {
            QTest::newRow(name) << view << fromTrials;
        };
        View lines = errorView();
        lines.title = awkward;
        row("line chart", lines);
        row("pivot", pivotOver("rate", "budget"), true);
        View parallel = viewOf(ViewKind::parallelCoordinates, {});
        parallel.fromTrials = true;
        parallel.series = {{"budget", awkward}, {"rate", "rate"}, {"test", "test"}};
        parallel.y = {"test", "test"};
        row("parallel coordinates", parallel, true);
        row("heat maps", viewOf(ViewKind::heatMaps, {"matrix", "row", "column"}));
        row("large heat map", viewOf(ViewKind::heatMaps, {"large"}));
        row("trajectory", viewOf(ViewKind::trajectory, {"path", "field"}));
        row("bars", viewOf(ViewKind::bars, {"bars"}));
        row("histogram", viewOf(ViewKind::bars, {"histogram"}));
        row("curves", viewOf(ViewKind::curves, {"curves"}));
        row("text", viewOf(ViewKind::text, {"text"}));
        row("pictures", viewOf(ViewKind::pictures, {"pictures"}));
        row("surface", viewOf(ViewKind::surface, {"path", "field"}));
        row("volume", viewOf(ViewKind::volume, {"volume"}));
    }
    void everyKindCompiles() {
        const QString pdflatex = QStandardPaths::findExecutable("pdflatex");
        if (pdflatex.isEmpty())
            QSKIP("There is no pdflatex here.");
        QFETCH(View, view);
        QFETCH(bool, fromTrials);
        if (view.kind == ViewKind::volume && !OffscreenWindow::problem().isEmpty())
            QSKIP(qPrintable(OffscreenWindow::problem()));
        const std::unique_ptr<ViewWidget> widget(
            ViewWidget::create(view, sampleDescription(), Theme::load("light")));
        widget->resize(640, 420);
        widget->setRuns({{"", fromTrials ? sampleTrials() : sampleRecording(200)}});
        widget->setFrames(sampleFrames());
        widget->refresh();
        const QString wrong = complaint(pdflatex, widget->pgfplots());
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
};

REGISTER_GUI_TEST(LatexTest)
#include "latex_test.moc"
