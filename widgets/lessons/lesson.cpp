#include "widgets/lessons/lesson.h"

#include <algorithm>

#include <QDir>
#include <QFile>

#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

namespace {

class Reader {
public:
    explicit Reader(const QString& id) { lesson_.id = id; }

    void take(const QString& line) {
        ++number_;
        if (line.startsWith("# ")) {
            if (!lesson_.title.isEmpty())
                refuse("a lesson has one title");
            lesson_.title = line.mid(2).trimmed();
        } else if (line.startsWith("## ")) {
            lesson_.steps.emplace_back();
            lesson_.steps.back().title = line.mid(3).trimmed();
        } else if (line.startsWith('@')) {
            directive(line.mid(1).section(' ', 0, 0), line.section(' ', 1).trimmed());
        } else if (!lesson_.steps.empty()) {
            lesson_.steps.back().text += line + "\n";
        } else if (!line.trimmed().isEmpty()) {
            refuse("text comes after the first '## Step'");
        }
    }

    Lesson finish() {
        if (lesson_.title.isEmpty())
            refuse("a line '# Title' is missing");
        if (lesson_.steps.empty())
            refuse("it has no steps ('## Step')");
        for (LessonStep& step : lesson_.steps)
            step.text = step.text.trimmed();
        return std::move(lesson_);
    }

private:
    [[noreturn]] void refuse(const QString& reason) const {
        throw InputError(QString("The lesson '%1', line %2: %3.")
                             .arg(lesson_.id)
                             .arg(number_)
                             .arg(QString::fromStdString(printable(reason.toStdString(), 400)))
                             .toStdString());
    }

    LessonStep& step() {
        if (lesson_.steps.empty())
            refuse("a directive comes after the first '## Step'");
        return lesson_.steps.back();
    }

    PredictionSpec& prediction() {
        if (!step().prediction)
            refuse("it belongs to a prediction; put '@predict' first");
        return *step().prediction;
    }

    void directive(const QString& name, const QString& rest) {
        const QStringList words = rest.split(' ', Qt::SkipEmptyParts);
        if (name == "preset") {
            if (words.isEmpty() || words.size() > 2)
                refuse("expected '@preset <experiment> <preset>'");
            step().experiment = words[0];
            step().preset = words.value(1);
        } else if (name == "set") {
            const qsizetype equals = rest.indexOf('=');
            if (equals < 1)
                refuse("expected '@set <parameter>=<value>'");
            step().settings.emplace_back(rest.left(equals).trimmed(),
                                         rest.mid(equals + 1).trimmed());
        } else if (name == "predict") {
            predict(words);
        } else if (name == "arm") {
            prediction().arm = rest;
        } else if (name == "metric") {
            prediction().metric = words.value(0);
            prediction().mostWins = words.mid(1).contains("most");
            prediction().tuned = words.mid(1).contains("tuned");
        } else if (name == "where") {
            const qsizetype equals = rest.indexOf('=');
            bool isNumber = false;
            const double value = rest.mid(equals + 1).toDouble(&isNumber);
            if (equals < 1 || !isNumber)
                refuse("expected '@where <factor>=<number>'");
            prediction().where[rest.left(equals).trimmed().toStdString()] = value;
        } else if (name == "axes") {
            axes(words);
        } else if (name == "run") {
            bool isNumber = false;
            const qlonglong steps = rest.toLongLong(&isNumber);
            if (rest != "to the end" && rest != "\"to the end\"" && (!isNumber || steps < 1))
                refuse("expected '@run <iterations>' or '@run to the end'");
            if (step().run)
                refuse("a step has one run; begin another step");
            step().run = isNumber ? steps : 0;
        } else if (name == "reveal") {
            if (words.size() != 1)
                refuse("expected '@reveal <view or claim>'");
            step().reveal << words[0];
        } else {
            refuse(QString("there is no directive '@%1'; known are preset, set, predict, arm, "
                           "metric, where, axes, run, reveal")
                       .arg(name));
        }
    }

    void predict(const QStringList& words) {
        PredictionSpec spec;
        if (words.value(0) == "winner" && words.size() > 1) {
            spec.question = words.mid(1).join(' ');
        } else if (words.value(0) == "curve" && words.size() > 2) {
            spec.kind = PredictionSpec::Kind::curve;
            spec.view = words[1];
            spec.question = words.mid(2).join(' ');
        } else {
            refuse("expected '@predict winner <question>' or '@predict curve <view> <question>'");
        }
        step().prediction = spec;
    }

    void axes(const QStringList& words) {
        PredictionSpec& spec = prediction();
        double* const ends[] = {&spec.xMinimum, &spec.xMaximum, &spec.yMinimum, &spec.yMaximum};
        bool valid = words.size() == 4;
        for (int i = 0; valid && i < 4; ++i)
            *ends[i] = words[i].toDouble(&valid);
        if (!valid || spec.xMinimum >= spec.xMaximum || spec.yMinimum >= spec.yMaximum)
            refuse("expected '@axes <x from> <x to> <y from> <y to>', each from below its to");
        spec.hasAxes = true;
    }

    Lesson lesson_;
    int number_ = 0;
};

} // namespace

Lesson parseLesson(const QString& id, const QString& text) {
    Reader reader(id);
    for (const QString& line : text.split('\n'))
        reader.take(line.endsWith('\r') ? line.chopped(1) : line);
    return reader.finish();
}

std::vector<Lesson> loadLessons(const QString& folder) {
    std::vector<Lesson> lessons;
    for (const QFileInfo& info : QDir(folder).entryInfoList({"*.md"}, QDir::Files, QDir::Name)) {
        QFile file(info.filePath());
        if (!file.open(QIODevice::ReadOnly))
            throw InputError(QString("The lesson '%1' cannot be read: %2.")
                                 .arg(info.filePath(), file.errorString())
                                 .toStdString());
        lessons.push_back(parseLesson(info.completeBaseName(), QString::fromUtf8(file.readAll())));
    }
    std::stable_sort(lessons.begin(), lessons.end(), [](const Lesson& a, const Lesson& b) {
        return a.title.localeAwareCompare(b.title) < 0;
    });
    return lessons;
}

} // namespace convergence
