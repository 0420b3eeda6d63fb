// The pages of a report: well-formed, complete, and loading nothing.

#include <QXmlStreamReader>

#include "app/report/markup.h"
#include "app/report/pages.h"
#include "tests/app/report/report_values.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/theme.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

std::string resource(const QString& name) {
    QFile file(resourceFolder("report") + "/" + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : "";
}

PageFrame frame() {
    return {resource("page.html"), resource("report.css")};
}

/// An element with its attributes and all text in it.
struct Element {
    QString name;
    QXmlStreamAttributes attributes;
    QString text;
    [[nodiscard]] QString at(const char* attribute) const {
        return attributes.value(QLatin1String(attribute)).toString();
    }
};

struct Page {
    QList<Element> elements;
    QString problem;

    [[nodiscard]] QList<Element> named(const QString& name) const {
        QList<Element> found;
        for (const Element& element : elements)
            if (element.name == name)
                found << element;
        return found;
    }
    [[nodiscard]] QString text() const { return elements.isEmpty() ? "" : elements[0].text; }
};

Page pageOf(const std::string& markup) {
    Page page;
    QXmlStreamReader reader(QString::fromStdString(markup));
    QList<qsizetype> open;
    while (!reader.atEnd()) {
        switch (reader.readNext()) {
        case QXmlStreamReader::StartElement:
            open << page.elements.size();
            page.elements << Element{reader.name().toString(), reader.attributes(), {}};
            break;
        case QXmlStreamReader::EndElement:
            open.removeLast();
            break;
        case QXmlStreamReader::Characters:
            for (const qsizetype index : open)
                page.elements[index].text += reader.text();
            break;
        default:
            break;
        }
    }
    if (reader.hasError())
        page.problem = QString("line %1: %2").arg(reader.lineNumber()).arg(reader.errorString());
    return page;
}

std::vector<PageFigure> figures() {
    const PageFigure first{.claim = "rate",
                           .title = "Error <&>",
                           .help = "\"Look\" here.",
                           .caption = "Run ‘a’, seed 0.",
                           .command = "convergence-lab run a --set x='<1>'",
                           .file = "a-1.svg",
                           .narrowFile = "a-1-narrow.svg"};
    PageFigure again = first;
    again.claim = "seen";
    PageFigure second = first;
    second.file = "a-2.svg";
    second.darkFile = "a-2-dark.svg";
    return {first, second, again};
}

QList<Page> allPages() {
    const Report report = sampleReport();
    Report earlier = report;
    earlier.experiments[0].claims[0].own.verdict = Verdict::fails;
    earlier.experiments[0].claims[1].own.measured = 4.0;
    earlier.experiments[1].claims[0].id = "<gone>";
    const auto comparison = compareReports(earlier, report, ReportScope::everything);
    return {pageOf(overviewPage(report, nullptr, frame())),
            pageOf(overviewPage(report, &comparison, frame())),
            pageOf(paperPage(report, report.experiments[0], figures(), "<p>Article.</p>", frame())),
            pageOf(paperPage(report, report.experiments[1], {}, "", frame()))};
}

} // namespace

class PagesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pagesAreWellFormed() {
        for (const Page& page : allPages()) {
            QVERIFY2(page.problem.isEmpty(), qPrintable(page.problem));
            QCOMPARE(page.named("h1").size(), 1);
            QCOMPARE(page.named("title").size(), 1);
            QCOMPARE(page.elements[0].at("lang"), QString("en"));
        }
    }

    void nothingIsLoadedFromElsewhere() {
        static const QRegularExpression local("^[a-z0-9-]+(-narrow|-dark)*\\.svg$");
        for (const Page& page : allPages())
            for (const Element& element : page.elements) {
                QVERIFY2(element.name != "script" && element.name != "link" &&
                             element.name != "iframe",
                         qPrintable(element.name));
                for (const char* attribute : {"src", "srcset"})
                    if (const QString file = element.at(attribute); !file.isEmpty())
                        QVERIFY2(local.match(file).hasMatch(), qPrintable(file));
                if (!element.at("href").isEmpty())
                    QCOMPARE(element.name, QString("a"));
            }
        const QString style = QString::fromStdString(frame().style);
        QVERIFY(!style.contains("url(") && !style.contains("@import"));
        QVERIFY(!style.contains('<') && !style.contains('&'));
    }

    void linksLeadSomewhere() {
        const QList<Page> pages = allPages();
        const QMap<QString, Page> byName{
            {"index.html", pages[1]}, {"a.html", pages[2]}, {"b.html", pages[3]}};
        for (auto page = byName.begin(); page != byName.end(); ++page)
            for (const Element& link : page.value().named("a")) {
                const QString href = link.at("href");
                if (href.startsWith("https://arxiv.org/"))
                    continue;
                const QStringList parts = href.split('#');
                const QString target = parts[0].isEmpty() ? page.key() : parts[0];
                QVERIFY2(byName.contains(target), qPrintable(href));
                if (parts.size() < 2)
                    continue;
                int found = 0;
                for (const Element& element : byName[target].elements)
                    found += element.at("id") == parts[1] ? 1 : 0;
                QCOMPARE(found, 1);
            }
    }

    void whatIsSeenCanBeHeard() {
        for (const Page& page : allPages()) {
            for (const Element& picture : page.named("img"))
                QVERIFY(!picture.at("alt").isEmpty());
            QCOMPARE(page.named("caption").size(), page.named("table").size());
            for (const Element& cell : page.named("th"))
                QVERIFY2(!cell.at("scope").isEmpty(), qPrintable(cell.text));
            QSet<QString> ids;
            for (const Element& element : page.elements)
                if (const QString id = element.at("id"); !id.isEmpty()) {
                    QVERIFY2(!ids.contains(id), qPrintable(id));
                    ids << id;
                }
        }
    }

    void theTableTellsAllOfAClaim() {
        const QString text = allPages()[0].text();
        for (const char* part :
             {"Slope < −2 & \"steep\"", "✔ holds", "−1.97 [−2.01, −1.93]", "slope −2 ± 0.1",
              "theorem: Theorem 1, <b>margin</b> ours", "12 seeds", "12 runs, 4.2\u00a0s",
              "1 of 1 fail as they must", "no <momentum>: ✘ fails ∞", "● observed",
              "Not the known verdict.", "it is too small here", "A Processor & Co, 4 cores",
              "3 claims of 2 experiments: 1 holds, 1 lacks data, 1 is observed"})
            QVERIFY2(text.contains(part), part);
    }

    void thePaperTellsHowToRepeatIt() {
        const QString text = allPages()[2].text();
        for (const char* part :
             {"convergence-lab verify a --claim rate --fresh", "--set 'x=<1>'",
              "alpha=0.3 (seeds 0, 1)", "learning_rate", "1.2.3 core x experiment y",
              "Slope −1.97 at 1.5e−3.", "Figure 1.", "Shown by figure 1.", "Article."})
            QVERIFY2(text.contains(part), part);
        QVERIFY(!text.contains("Figure 3."));
        QCOMPARE(allPages()[2].named("picture").size(), 2);
        QCOMPARE(allPages()[2].named("source").size(), 3);
    }

    void changesComeFirst() {
        const QString text = allPages()[1].text();
        QVERIFY(text.indexOf("Another verdict") >= 0);
        QVERIFY(text.indexOf("Another verdict") < text.indexOf("Moved by more"));
        QVERIFY(text.indexOf("Moved by more") < text.indexOf("All claims"));
        QVERIFY(text.contains("Claims that are gone"));
    }

    void hyphensBeforeNumbersBecomeMinusSigns() {
        const std::vector<std::pair<const char*, const char*>> cases{
            {"-1.5", "−1.5"},
            {"(-.5, -2)", "(−.5, −2)"},
            {"1e-3 and 2.E-4", "1e−3 and 2.E−4"},
            {"UNSW-NB15, 0-2, e-3, x-1, a - b, --set", "UNSW-NB15, 0-2, e-3, x-1, a - b, --set"}};
        for (const auto& [from, to] : cases)
            QCOMPARE(typeset(from), std::string(to));
    }

    void marksThatNobodyFillsAreRefused() {
        QCOMPARE(filled("a{{x}}b{{x}}{{", {{"x", "{{y}}"}}), std::string("a{{y}}b{{y}}{{"));
        expectRefusal([] { return filled("{{nope}}", {{"x", ""}}); }, "'nope'");
    }
};

REGISTER_TEST(PagesTest)
#include "pages_test.moc"
