#include "app/start/continue_page.h"

#include <algorithm>

#include <QCommandLinkButton>
#include <QDateTime>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

#include "app/curves/own_curves.h"
#include "widgets/panels/run_words.h"

namespace convergence {

namespace {

constexpr std::size_t mostOfferedRuns = 12;

} // namespace

ContinuePage::ContinuePage(const Registry& registry, const Theme& theme, QWidget* parent)
    : QScrollArea(parent), registry_(registry), theme_(theme) {
    setObjectName("continuePage");
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

QString ContinuePage::titleOf(const QString& experiment) const {
    for (const auto& type : registry_.all())
        if (QString::fromStdString(type->description.id) == experiment)
            return QString::fromStdString(type->description.title);
    return experiment == ownCurvesId ? tr("Own curves") : QString();
}

void ContinuePage::addHeading(const QString& text) {
    auto* heading = new QLabel(text, widget());
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    bold.setPointSizeF(1.15 * bold.pointSizeF());
    heading->setFont(bold);
    list_->addSpacing(8);
    list_->addWidget(heading);
}

template <typename Action>
void ContinuePage::addItem(const QString& text, const QString& about, const QString& name,
                           Action action) {
    auto* button = new QCommandLinkButton(text, about, widget());
    button->setObjectName(name);
    button->setAccessibleName(about.isEmpty() ? text : text + ", " + about);
    button->setIcon({});
    button->setFont(font());
    // Only once the click is over, since the list may be made anew.
    connect(button, &QAbstractButton::clicked, this, action, Qt::QueuedConnection);
    list_->addWidget(button);
}

void ContinuePage::offer(const Offers& offers) {
    setWidget(new QWidget); // deletes the one before
    list_ = new QVBoxLayout(widget());
    list_->setSpacing(2);
    if (!offers.open.isEmpty()) {
        addHeading(tr("Open now"));
        addItem(offers.open, tr("As you left it"), "back", [this] { Q_EMIT backWanted(); });
    }
    if (offers.hasLastSession) {
        addHeading(tr("The last time"));
        addItem(tr("The session of the last time"), tr("Experiment, values, runs and views"),
                "lastSession", [this] { Q_EMIT lastSessionWanted(); });
    }
    std::vector<KeptRun> runs;
    for (const KeptRun& run : offers.runs)
        if (!titleOf(run.experiment).isEmpty())
            runs.push_back(run);
    std::stable_sort(runs.begin(), runs.end(),
                     [](const KeptRun& a, const KeptRun& b) { return a.created > b.created; });
    if (!runs.empty())
        addHeading(tr("Kept runs"));
    for (std::size_t i = 0; i < std::min(runs.size(), mostOfferedRuns); ++i) {
        const KeptRun& run = runs[i];
        const QString when = QLocale().toString(
            QDateTime::fromMSecsSinceEpoch(run.created).toLocalTime(), QLocale::ShortFormat);
        const QString title = titleOf(run.experiment);
        addItem(run.name.isEmpty() ? title : run.name + " – " + title,
                when + "  ·  " + stateInWords(run.state), "run_" + run.key,
                [this, experiment = run.experiment, key = run.key] {
                    Q_EMIT runWanted(experiment, key);
                });
    }
    if (!offers.files.isEmpty())
        addHeading(tr("Files"));
    for (const QString& path : offers.files)
        addItem(QFileInfo(path).fileName(), QFileInfo(path).path(), "file_" + path,
                [this, path] { Q_EMIT fileWanted(path); });
    if (list_->count() == 0)
        list_->addWidget(new QLabel(
            tr("Nothing yet: what you open, run and save will be offered here."), widget()));
    list_->addStretch(1);
}

void ContinuePage::setTheme(const Theme& theme) {
    theme_ = theme;
    setPalette(theme.palette());
}

void ContinuePage::focusFirst() {
    if (auto* first = widget() ? widget()->findChild<QCommandLinkButton*>() : nullptr)
        first->setFocus(Qt::TabFocusReason);
}

} // namespace convergence
