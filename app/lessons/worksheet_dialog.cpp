#include "app/lessons/worksheet_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>

namespace convergence {

WorksheetDialog::WorksheetDialog(const std::vector<Lesson>& lessons, const QString& lesson,
                                 QWidget* parent)
    : QDialog(parent), lesson_(new QComboBox(this)),
      teachers_(new QCheckBox(tr("A second sheet for the &teacher, with measured figures and "
                                 "answers"),
                              this)) {
    setWindowTitle(tr("Worksheet"));
    lesson_->setObjectName("worksheetLesson");
    for (const Lesson& each : lessons)
        lesson_->addItem(each.title, each.id);
    lesson_->setCurrentIndex(std::max(0, lesson_->findData(lesson)));
    teachers_->setObjectName("worksheetForTeacher");
    teachers_->setChecked(true);
    auto* note = new QLabel(tr("For it the lesson's experiments run once, which may take some "
                               "minutes; you can go on working meanwhile."),
                            this);
    note->setWordWrap(true);
    auto* form = new QFormLayout(this);
    form->addRow(tr("&Lesson"), lesson_);
    form->addRow(teachers_);
    form->addRow(note);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    buttons->addButton(tr("Choose a file …"), QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    form->addRow(buttons);
}

std::size_t WorksheetDialog::lesson() const {
    return static_cast<std::size_t>(lesson_->currentIndex());
}

WorksheetFiles WorksheetDialog::files() const {
    return teachers_->isChecked() ? WorksheetFiles::both : WorksheetFiles::students;
}

} // namespace convergence
