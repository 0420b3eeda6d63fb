#include "app/start/teach_page.h"

#include <algorithm>
#include <set>

#include <QCommandLinkButton>
#include <QLabel>
#include <QVBoxLayout>

#include "core/error.h"
#include "widgets/lessons/lesson.h"

namespace convergence {

namespace {

/// Of the experiment that a lesson opens first; null: none that there is.
std::shared_ptr<const ExperimentType> experimentOf(const Lesson& lesson, const Registry& registry) {
    for (const LessonStep& step : lesson.steps)
        for (const auto& type : registry.all())
            if (QString::fromStdString(type->description.id) == step.experiment)
                return type;
    return nullptr;
}

} // namespace

TeachPage::TeachPage(const Registry& registry, const std::vector<SyllabusPart>& syllabus,
                     const std::vector<Lesson>& lessons, const Theme& theme, QWidget* parent)
    : QScrollArea(parent) {
    setObjectName("teachPage");
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setSpacing(2);
    setWidget(content);
    std::set<QString> placed;
    int number = 0;
    for (const SyllabusPart& part : syllabus) {
        addPart(part, ++number, lessons, registry);
        for (const SyllabusPart::Entry& entry : part.entries)
            placed.insert(entry.lesson);
    }
    SyllabusPart others{.title = tr("Further lessons"), .note = {}, .entries = {}};
    for (const Lesson& lesson : lessons)
        if (!placed.contains(lesson.id))
            others.entries.push_back({lesson.id, 0});
    if (!others.entries.empty())
        addPart(others, ++number, lessons, registry);
    layout->addStretch(1);
    setTheme(theme);
}

void TeachPage::addPart(const SyllabusPart& part, int number, const std::vector<Lesson>& lessons,
                        const Registry& registry) {
    auto* layout = static_cast<QVBoxLayout*>(widget()->layout());
    Part made{.heading = new QLabel(QString("%1. %2").arg(number).arg(part.title), widget()),
              .note = new QLabel(part.note, widget()),
              .items = {}};
    layout->addSpacing(8);
    layout->addWidget(made.heading);
    layout->addWidget(made.note);
    made.note->setWordWrap(true);
    made.note->setVisible(!part.note.isEmpty());
    for (const SyllabusPart::Entry& entry : part.entries) {
        const auto lesson = std::find_if(lessons.begin(), lessons.end(), [&](const Lesson& known) {
            return known.id == entry.lesson;
        });
        if (lesson == lessons.end())
            continue;
        const auto type = experimentOf(*lesson, registry);
        QStringList about;
        if (entry.minutes > 0)
            about << tr("%1 minutes").arg(entry.minutes);
        about << tr("%n steps", nullptr, int(lesson->steps.size()));
        QStringList searched{lesson->title, lesson->id, part.title};
        if (type) {
            about << QString::fromStdString(type->description.title);
            searched << about.last();
            for (const std::string& topic : type->description.topics)
                searched << QString::fromStdString(topic);
        }
        auto* button = new QCommandLinkButton(lesson->title, about.join("  ·  "), widget());
        button->setObjectName("lesson_" + lesson->id);
        button->setAccessibleName(lesson->title + ", " + about.join(", "));
        button->setIcon({});
        connect(button, &QAbstractButton::clicked, this,
                [this, id = lesson->id] { Q_EMIT chosen(id); });
        layout->addWidget(button);
        made.items.push_back({lesson->id, searched.join(' '), button});
    }
    parts_.push_back(std::move(made));
}

void TeachPage::filter(const QStringList& words) {
    for (const Part& part : parts_) {
        bool any = false;
        for (const Item& item : part.items) {
            const bool matches = std::all_of(words.begin(), words.end(), [&](const QString& word) {
                return item.searched.contains(word, Qt::CaseInsensitive);
            });
            item.button->setVisible(matches);
            any |= matches;
        }
        part.heading->setVisible(any || words.isEmpty());
        part.note->setVisible(words.isEmpty() && !part.note->text().isEmpty());
    }
}

void TeachPage::setTheme(const Theme& theme) {
    QPalette muted = theme.palette();
    setPalette(muted);
    muted.setColor(QPalette::WindowText, theme.mutedText);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    bold.setPointSizeF(1.15 * bold.pointSizeF());
    for (const Part& part : parts_) {
        part.heading->setFont(bold);
        part.note->setFont(font());
        part.note->setPalette(muted);
        for (const Item& item : part.items)
            item.button->setFont(font());
    }
}

QString TeachPage::firstMatch() const {
    for (const Part& part : parts_)
        for (const Item& item : part.items)
            if (!item.button->isHidden())
                return item.lesson;
    return {};
}

void TeachPage::focusFirst() {
    for (const Part& part : parts_)
        for (const Item& item : part.items)
            if (!item.button->isHidden())
                return item.button->setFocus(Qt::TabFocusReason);
}

} // namespace convergence
