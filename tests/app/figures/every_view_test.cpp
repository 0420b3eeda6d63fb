// Every view of every experiment as a figure in the paper styles, measured in the files.

#include <QTemporaryDir>
#include <QtTest>

#include "app/figures/figure_run.h"
#include "app/plugin_loader.h"
#include "core/error.h"
#include "tests/registered_test.h"
#include "tests/widgets/figures/measured_file.h"
#include "widgets/figures/figure_file.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

/// The first preset, no further than this many iterations (steps over all trials): enough to see
/// text, axes and names.
constexpr std::int64_t enough = 400;

bool isOfText(const View& view) {
    return view.kind == ViewKind::text || view.kind == ViewKind::table;
}

} // namespace

class EveryViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(loadAllPlugins(registry_).empty()); }

    void everyViewIsAFigure_data() {
        QTest::addColumn<QString>("experiment");
        for (const auto& type : registry_.all())
            QTest::newRow(type->description.id.c_str())
                << QString::fromStdString(type->description.id);
    }
    void everyViewIsAFigure() {
        if (!havePoppler())
            QSKIP("poppler-utils is not installed");
        QFETCH(QString, experiment);
        const auto type = registry_.find(experiment.toStdString());
        const Description& description = type->description;
        Figure figure;
        const ParameterValues values = resolveValues(
            *type, description.presets.empty() ? "" : description.presets.front().id, {});
        figure.run = figureRun(description, values);
        figure.run.iteration = enough;
        for (const View& view : description.views)
            if (applies(Parameter{.appliesIf = view.appliesIf},
                        values.numericView(description.parameters)))
                figure.views.push_back({.view = view.id});
        const MadeRun run = makeRun(registry_, figure, {});
        const QTemporaryDir folder;
        const QString path = folder.filePath("a.pdf");
        QStringList problems;
        for (const FigureView& view : figure.views)
            for (const char* style : {"paper-column", "text-width", "paper-two-columns"}) {
                Figure one = figure;
                one.views = {view};
                one.style = loadStyle(style);
                const QString name =
                    QString("%1 %2 %3: ").arg(experiment, view.view.c_str(), style);
                const FigurePage page(one, sourceOf(run));
                writeFigure(page, one, path);
                const auto size = pageSizeOf(path);
                if (!size || std::abs(size->width() - one.style.width) > 0.1 ||
                    std::abs(size->height() - one.style.height) > 0.1)
                    problems << name + "size";
                const auto words = wordsOf(path);
                if (!words.empty() && smallestHeightOf(words) < 0.99 * one.style.smallestText)
                    problems << name + "small text";
                if (!isOfText(*description.findView(view.view)))
                    if (const QString overlap = overlapIn(words); !overlap.isEmpty())
                        problems << name + "overlap: " + overlap;
                if (!words.empty() && !fontsAreEmbedded(path))
                    problems << name + "fonts";
            }
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join("\n")));
    }

private:
    Registry registry_;
};

REGISTER_GUI_TEST(EveryViewTest)
#include "every_view_test.moc"
