#include "widgets/panels/paper_panel.h"

#include <QFile>

#include "core/error.h"
#include "widgets/theme.h"

namespace convergence {

namespace {

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

} // namespace

PaperPanel::PaperPanel(const Description& description, QWidget* parent) : QTextBrowser(parent) {
    setOpenExternalLinks(true);
    setAccessibleName(tr("Paper"));
    setFrameShape(QFrame::NoFrame);
    const Paper& paper = description.paper;
    QString text =
        QString("## %1\n\n%2, %3 (%4), [arXiv %5](https://arxiv.org/abs/%5)\n\n%6\n\n")
            .arg(QString::fromStdString(paper.title), QString::fromStdString(paper.authors))
            .arg(paper.year)
            .arg(QString::fromStdString(paper.venue), QString::fromStdString(paper.arxiv),
                 QString::fromStdString(description.summary));
    if (!description.questions.empty())
        text += tr("### Questions") + "\n\n";
    for (const auto& [question, answer] : description.questions)
        text += QString("**%1**\n\n> %2\n\n")
                    .arg(QString::fromStdString(question), QString::fromStdString(answer));
    const QString page = pageOf(QString::fromStdString(description.id));
    if (!page.isEmpty())
        text += "---\n\n" + page;
    setMarkdown(text);
}

} // namespace convergence
