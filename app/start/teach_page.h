#pragma once

#include <vector>

#include <QScrollArea>

#include "app/start/syllabus.h"
#include "core/experiment/registry.h"
#include "widgets/theme.h"

class QCommandLinkButton;
class QLabel;

namespace convergence {

struct Lesson;

/// The lessons in the order of a course, each with its minutes and the experiment it is about.
class TeachPage final : public QScrollArea {
    Q_OBJECT

public:
    /// Lessons that the syllabus does not name come last; entries without a lesson are left out.
    TeachPage(const Registry& registry, const std::vector<SyllabusPart>& syllabus,
              const std::vector<Lesson>& lessons, const Theme& theme, QWidget* parent = nullptr);

    /// Those alone whose title, part or experiment's topics have all the words.
    void filter(const QStringList& words);
    void setTheme(const Theme& theme);
    /// Of the lessons in sight, the first; empty: none.
    [[nodiscard]] QString firstMatch() const;
    void focusFirst();

Q_SIGNALS:
    void chosen(const QString& lesson);

private:
    struct Item {
        QString lesson;
        QString searched;
        QCommandLinkButton* button;
    };
    struct Part {
        QLabel* heading;
        QLabel* note;
        std::vector<Item> items;
    };
    void addPart(const SyllabusPart& part, int number, const std::vector<Lesson>& lessons,
                 const Registry& registry);

    std::vector<Part> parts_;
};

} // namespace convergence
