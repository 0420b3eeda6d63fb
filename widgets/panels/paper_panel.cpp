#include "widgets/panels/paper_panel.h"

#include <QDesktopServices>
#include <QDialog>
#include <QFile>
#include <QScreen>
#include <QVBoxLayout>

#include "core/error.h"
#include "widgets/theme.h"

namespace convergence {

namespace {

constexpr const char* readLarge = "read:large";

/// The page on the paper in resources/papers; empty where there is none, for example for the
/// experiments of a plugin that comes without one.
QString pageOf(const QString& id) {
    try {
        QFile page(resourceFolder("papers") + "/" + id + ".md");
        return page.open(QIODevice::ReadOnly) ? QString::fromUtf8(page.readAll()) : QString();
    } catch (const InputError&) {
        return {};
    }
}

/// Reference, summary, questions and the page, in Markdown.
QString textOf(const Description& description) {
    const Paper& paper = description.paper;
    QString text = QString::fromStdString(description.summary) + "\n\n";
    if (!paper.title.empty()) // what is a person's own has no paper
        text = QString("**%1**\n\n%2, %3 (%4), [arXiv %5](https://arxiv.org/abs/%5)\n\n%6\n\n")
                   .arg(QString::fromStdString(paper.title), QString::fromStdString(paper.authors))
                   .arg(paper.year)
                   .arg(QString::fromStdString(paper.venue), QString::fromStdString(paper.arxiv),
                        QString::fromStdString(description.summary));
    if (!description.questions.empty())
        text += PaperPanel::tr("### Questions") + "\n\n";
    for (const auto& [question, answer] : description.questions)
        text += QString("**%1**\n\n> %2\n\n")
                    .arg(QString::fromStdString(question), QString::fromStdString(answer));
    const QString page = pageOf(QString::fromStdString(description.id));
    return page.isEmpty() ? text : text + "---\n\n" + page;
}

/// In a window of its own, as wide as lines are that one reads at ease.
void openLarge(const QString& title, const QString& text, QWidget* parent) {
    auto* dialog = new QDialog(parent);
    dialog->setObjectName("paperLarge");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    auto* page = new ReadingPage(dialog);
    page->setOpenExternalLinks(true);
    page->setAccessibleName(title);
    QFont font = page->font();
    font.setPointSizeF(1.2 * font.pointSizeF());
    page->setFont(font);
    constexpr int pageMargin = 32;
    page->setMargin(pageMargin);
    page->setPage(text);
    auto* layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(page);
    const QFontMetrics type(font);
    const QSize wanted(page->readingWidth() + type.averageCharWidth() * 3, 44 * type.lineSpacing());
    const QSize screen = dialog->screen()->availableSize();
    dialog->resize(wanted.boundedTo(screen - QSize(40, 80)));
    dialog->show();
}

} // namespace

PaperPanel::PaperPanel(const Description& description, QWidget* parent) : ReadingPage(parent) {
    setOpenLinks(false);
    setAccessibleName(tr("Paper"));
    const QString text = textOf(description);
    setPage(QString("[%1](%2)\n\n%3").arg(tr("Read it large"), readLarge, text));
    connect(this, &QTextBrowser::anchorClicked, this,
            [this, text, title = QString::fromStdString(description.paper.title)](const QUrl& url) {
                if (url == QUrl(readLarge))
                    openLarge(title, text, this);
                else
                    QDesktopServices::openUrl(url);
            });
}

} // namespace convergence
