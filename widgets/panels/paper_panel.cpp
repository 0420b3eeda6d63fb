#include "widgets/panels/paper_panel.h"

#include <QFile>

#include "widgets/theme.h"

namespace convergence {

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
    QFile page(resourceFolder("papers") + "/" + QString::fromStdString(description.id) + ".md");
    if (page.open(QIODevice::ReadOnly))
        text += "---\n\n" + QString::fromUtf8(page.readAll());
    setMarkdown(text);
}

} // namespace convergence
