#include <random>

#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/figures/apart.h"
#include "widgets/figures/figure.h"

using namespace convergence;

namespace {

Figure twoViews() {
    Figure figure;
    figure.run.experiment = "sample";
    figure.run.parameters = {{"seed", 3}, {"rate", 0.1}};
    figure.run.iteration = 512;
    figure.run.tables = "ab12";
    figure.views = {{.view = "error",
                     .arms = {"power"},
                     .hidden = {"theory"},
                     .choices = {{"arm", "power law"}},
                     .xScale = Scale::linear,
                     .yLimits = AxisRange{1e-15, 10.0},
                     .fitWindow = AxisRange{10.0, 0.0}},
                    {.view = "other"}};
    figure.rows = 2;
    figure.columns = 1;
    figure.style = loadStyle("paper-column");
    return figure;
}

std::string withReplaced(std::string text, const std::string& part, const std::string& other) {
    const std::size_t at = text.find(part);
    return at == std::string::npos ? std::string() : text.replace(at, part.size(), other);
}

double overlapOf(const std::vector<WantedPlace>& wanted, const std::vector<double>& middles) {
    double worst = 0.0;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        for (std::size_t j = i + 1; j < wanted.size(); ++j)
            worst = std::max(worst, 0.5 * (wanted[i].height + wanted[j].height) -
                                        std::abs(middles[i] - middles[j]));
    return worst;
}

} // namespace

class FigureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFigureIsReadAsItWasWritten() {
        const Figure figure = twoViews();
        QVERIFY(parseFigure(toText(figure), "a figure") == figure);
        Figure other = figure;
        other.views[0].yLimits->maximum = 11.0;
        QVERIFY(parseFigure(toText(other), "a figure") != figure);
    }

    void whatIsNoFigureIsRefused() {
        const std::string text = toText(twoViews());
        const auto refused = [&](const std::string& changed, const char* word) {
            QVERIFY(!changed.empty());
            expectRefusal([&] { static_cast<void>(parseFigure(changed, "f.json")); }, word);
        };
        refused("{", "f.json");
        refused("[1]", "f.json");
        refused(withReplaced(text, "\"version\": 1,", "\"version\": 2,"), "newer");
        refused(withReplaced(text, "\"letters\"", "\"leters\""), "letters");
        refused(withReplaced(text, "\"hidden\"", "\"hiden\""), "did you mean 'hidden'");
        refused(withReplaced(text, "\"rows\": 2", "\"rows\": -2"), "rows");
        refused(withReplaced(text, "1e-15", "20"), "y_limits");
        refused(withReplaced(text, "\"legend\": \"ends\"", "\"legend\": \"end\""),
                "did you mean 'ends'");
        refused(withReplaced(text, "\"text_pt\": 7.5", "\"text_pt\": 1e9"), "text_pt");
        refused(withReplaced(text, "\"rows\": 2", "\"rows\": 1"), "do not fit");
        refused(std::string(5 << 20, ' '), "bytes");
    }

    void everyStyleOfTheProgramIsReadAndWritten() {
        for (const char* id :
             {"screen", "paper-column", "paper-two-columns", "text-width", "slide", "poster"}) {
            const FigureStyle style = loadStyle(id);
            QVERIFY(styleFromJson(toJson(style), "it") == style);
            QVERIFY2(style.smallestText >= 6.0, id);
        }
        expectNear(loadStyle("paper-column").width, 84.0, 0.0);
        expectNear(loadStyle("paper-two-columns").width, 174.0, 0.0);
        expectNear(loadStyle("text-width").width, 140.0, 0.0);
        expectNear(loadStyle("slide").width / loadStyle("slide").height, 16.0 / 9.0, 1e-6);
        expectRefusal([] { static_cast<void>(loadStyle("paper-colum")); },
                      "did you mean 'paper-column'");
    }

    void lengthsHaveUnits() {
        expectNear(parseLength("84mm", "--width"), 84.0, 0.0);
        expectNear(parseLength("8.4cm", "--width"), 84.0, 1e-12);
        expectNear(parseLength("3.5in", "--width"), 88.9, 1e-12);
        expectNear(parseLength("255pt", "--width"), 255.0 * 25.4 / 72.0, 1e-12);
        for (const char* bad : {"84", "mm", "-84mm", "1mm", "nanmm", "1e9mm", "84 mm", "84mmm"}) {
            expectRefusal([&] { static_cast<void>(parseLength(bad, "--width")); }, bad);
        }
    }

    void panelsAreDividedAsTheWidthAllows() {
        Figure figure = twoViews();
        figure.rows = figure.columns = 0;
        QCOMPARE(panelGrid(figure).rows, 2); // 84 mm: below each other
        figure.style = loadStyle("paper-two-columns");
        QCOMPARE(panelGrid(figure).columns, 2);
        QCOMPARE(panelGrid(figure).rows, 1);
    }

    void boxesAreMovedApartAsLittleAsNeeded() {
        // Far from each other: where they want to be.
        const std::vector<WantedPlace> far{{50.0, 10.0}, {20.0, 10.0}, {80.0, 10.0}};
        QVERIFY(movedApart(far, 0.0, 100.0) == (std::vector<double>{50.0, 20.0, 80.0}));
        // Three that want the same place stand around it.
        const std::vector<WantedPlace> same{{50.0, 10.0}, {50.0, 10.0}, {50.0, 10.0}};
        QVERIFY(movedApart(same, 0.0, 100.0) == (std::vector<double>{40.0, 50.0, 60.0}));
        // At the border they stay inside.
        const std::vector<WantedPlace> low{{2.0, 10.0}, {3.0, 20.0}};
        QVERIFY(movedApart(low, 0.0, 100.0) == (std::vector<double>{5.0, 20.0}));
        std::mt19937 random(7);
        std::uniform_real_distribution<double> place(0.0, 200.0), height(4.0, 12.0);
        for (int trial = 0; trial < 200; ++trial) {
            std::vector<WantedPlace> wanted;
            for (int i = 0; i < 12; ++i)
                wanted.push_back({place(random), height(random)});
            const auto middles = movedApart(wanted, 0.0, 200.0);
            QVERIFY(overlapOf(wanted, middles) < 1e-9);
            for (std::size_t i = 0; i < wanted.size(); ++i)
                QVERIFY(middles[i] - 0.5 * wanted[i].height > -1e-9 &&
                        middles[i] + 0.5 * wanted[i].height < 200.0 + 1e-9);
        }
    }
};

REGISTER_GUI_TEST(FigureTest)
#include "figure_test.moc"
