#pragma once

#include <map>
#include <vector>

#include <QColor>
#include <QDateTime>
#include <QStringList>
#include <QWidget>

#include "widgets/theme.h"

class QComboBox;
class QLineEdit;
class QListWidget;
class QListWidgetItem;
class QPlainTextEdit;
class QToolButton;

namespace convergence {

/// A kept run as the list shows it.
struct RunListEntry {
    QString key;
    QString name;    ///< never empty
    QString ownName; ///< as a person gave it; may be empty
    QString state;
    QString notes;
    QStringList tags;
    bool isPinned = false;
    bool canContinue = false;
    double fraction = 0.0; ///< done
    QDateTime created;
    std::vector<float> sparkline; ///< may hold values that are not finite
};

/// The kept runs of one experiment: a picture of each, filter, order, name, tags, notes, pin,
/// delete; those that are ticked are drawn over the present run, in the color shown beside them.
class RunList : public QWidget {
    Q_OBJECT

public:
    explicit RunList(const Theme& theme, QWidget* parent = nullptr);

    /// Keeps selection, ticks and what is being typed.
    void setRuns(std::vector<RunListEntry> runs);
    void setTheme(const Theme& theme);
    /// The run that is shown; it is marked and cannot be overlaid on itself.
    void setPresent(const QString& key);

    /// Ticked runs, in the order in which they were ticked.
    [[nodiscard]] const QStringList& overlaid() const { return overlaid_; }
    void setOverlaid(const QStringList& keys);
    [[nodiscard]] QStringList selected() const;
    /// Keys in the order shown, without those that the filter hides.
    [[nodiscard]] QStringList shown() const;
    /// Color index (Theme::seriesColor) of an overlaid run; the present run has 0.
    [[nodiscard]] int colorIndex(const QString& key) const;

Q_SIGNALS:
    void openRequested(const QString& key);
    void continueRequested(const QString& key);
    void overlayChanged(const QStringList& keys);
    void compareRequested();
    void labelsChanged(const QString& key, const QString& name, const QString& notes,
                       const QStringList& tags, bool isPinned);
    void deleteRequested(const QStringList& keys);

private:
    void buildActions(class QVBoxLayout& layout);
    void rebuild();
    void showDetails();
    void emitLabels();
    void ticked(QListWidgetItem* item);
    [[nodiscard]] const RunListEntry* current() const;
    [[nodiscard]] bool matches(const RunListEntry& run) const;

    Theme theme_;
    std::vector<RunListEntry> runs_;
    QString present_;
    QStringList overlaid_;
    QString detailsOf_;
    QLineEdit* filter_;
    QComboBox* order_;
    QListWidget* list_;
    QLineEdit* name_;
    QLineEdit* tags_;
    QPlainTextEdit* notes_;
    QToolButton* open_;
    QToolButton* continue_;
    QToolButton* pin_;
    QToolButton* delete_;
};

} // namespace convergence
