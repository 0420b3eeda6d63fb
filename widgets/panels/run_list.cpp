#include "widgets/panels/run_list.h"

#include <algorithm>
#include <cmath>

#include <QAction>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/panels/flow_layout.h"
#include "widgets/panels/run_words.h"

namespace convergence {

namespace {

constexpr int keyRole = Qt::UserRole;
constexpr int sparklineRole = Qt::UserRole + 1;

/// Two lines of text, with the run's first curve at the right.
class RunDelegate final : public QStyledItemDelegate {
public:
    RunDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), theme_(theme) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyleOptionViewItem text = option;
        initStyleOption(&text, index);
        const int width = sparklineWidth(option);
        painter->save();
        painter->setClipRect(option.rect.adjusted(0, 0, -width - 6, 0));
        QStyledItemDelegate::paint(painter, option, index);
        painter->setClipRect(option.rect);
        const QRect rest(option.rect.right() - width - 6, option.rect.top(), width + 7,
                         option.rect.height());
        painter->fillRect(rest, option.state & QStyle::State_Selected
                                    ? option.palette.brush(QPalette::Active, QPalette::Highlight)
                                    : option.palette.brush(QPalette::Base));
        paintSparkline(*painter, QRectF(rest).adjusted(3, 5, -4, -5),
                       index.data(sparklineRole).value<QList<double>>(),
                       option.state & QStyle::State_Selected
                           ? option.palette.color(QPalette::HighlightedText)
                           : theme_.mutedText);
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {120, 2 * option.fontMetrics.lineSpacing() + 8};
    }

private:
    static int sparklineWidth(const QStyleOptionViewItem& option) {
        return std::min(64, option.rect.width() / 3);
    }
    static void paintSparkline(QPainter& painter, const QRectF& area, const QList<double>& values,
                               const QColor& color) {
        double low = INFINITY, high = -INFINITY;
        for (const double value : values)
            if (std::isfinite(value)) {
                low = std::min(low, value);
                high = std::max(high, value);
            }
        if (!(low <= high))
            return;
        QPolygonF line;
        for (qsizetype i = 0; i < values.size(); ++i)
            if (std::isfinite(values[i]))
                line << QPointF(area.left() + area.width() * double(i) /
                                                  double(std::max<qsizetype>(1, values.size() - 1)),
                                high > low ? area.bottom() -
                                                 area.height() * (values[i] - low) / (high - low)
                                           : area.center().y());
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(color, 1.3));
        painter.drawPolyline(line);
    }
    const Theme& theme_;
};

QIcon swatch(const QColor& color) {
    QPixmap picture(12, 12);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(color);
    painter.setPen(Qt::NoPen);
    painter.drawRoundedRect(QRectF(1, 1, 10, 10), 3, 3);
    return picture;
}

QString whenInWords(const QDateTime& when) {
    const QDateTime local = when.toLocalTime();
    return local.date() == QDate::currentDate() ? local.toString("HH:mm:ss")
                                                : local.toString("yyyy-MM-dd HH:mm");
}

} // namespace

RunList::RunList(const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme), filter_(new QLineEdit(this)), order_(new QComboBox(this)),
      list_(new QListWidget(this)), name_(new QLineEdit(this)), tags_(new QLineEdit(this)),
      notes_(new QPlainTextEdit(this)) {
    setObjectName("runList");
    filter_->setPlaceholderText(tr("Filter by name, tag, state, notes"));
    filter_->setClearButtonEnabled(true);
    filter_->setAccessibleName(tr("Filter runs"));
    filter_->setObjectName("runFilter");
    for (const QString& order : {tr("Newest first"), tr("Oldest first"), tr("By name"),
                                 tr("By state"), tr("Furthest first")})
        order_->addItem(order);
    order_->setAccessibleName(tr("Order of the runs"));
    order_->setObjectName("runOrder");
    order_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    order_->setMinimumContentsLength(6);
    order_->setToolTip(tr("Order of the runs; pinned ones always come first"));
    list_->setAccessibleName(tr("Kept runs"));
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list_->setItemDelegate(new RunDelegate(theme_, list_));
    list_->setTextElideMode(Qt::ElideRight);
    list_->setUniformItemSizes(true);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setToolTip(tr("Ticked runs are drawn over the present one"));
    list_->setMinimumHeight(80);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(filter_);
    layout->addWidget(order_);
    layout->addWidget(list_, 1);
    buildActions(*layout);
    auto* details = new QFormLayout;
    details->setContentsMargins(0, 0, 0, 0);
    details->setVerticalSpacing(3);
    name_->setObjectName("runName");
    name_->setAccessibleName(tr("Name of the run"));
    tags_->setObjectName("runTags");
    tags_->setAccessibleName(tr("Tags of the run, separated by commas"));
    tags_->setPlaceholderText(tr("one, two"));
    notes_->setObjectName("runNotes");
    notes_->setAccessibleName(tr("Notes on the run"));
    notes_->setTabChangesFocus(true);
    notes_->setMaximumHeight(3 * fontMetrics().lineSpacing() + 10);
    details->addRow(tr("Name"), name_);
    details->addRow(tr("Tags"), tags_);
    details->addRow(tr("Notes"), notes_);
    layout->addLayout(details);

    connect(filter_, &QLineEdit::textChanged, this, &RunList::rebuild);
    connect(order_, &QComboBox::currentIndexChanged, this, &RunList::rebuild);
    connect(list_, &QListWidget::itemSelectionChanged, this, &RunList::showDetails);
    connect(list_, &QListWidget::itemChanged, this, &RunList::ticked);
    connect(list_, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) {
        Q_EMIT openRequested(item->data(keyRole).toString());
    });
    connect(name_, &QLineEdit::editingFinished, this, &RunList::emitLabels);
    connect(tags_, &QLineEdit::editingFinished, this, &RunList::emitLabels);
    connect(notes_, &QPlainTextEdit::textChanged, this, &RunList::emitLabels);
    showDetails();
}

void RunList::buildActions(QVBoxLayout& layout) {
    auto* row = new FlowLayout;
    row->setSpacing(2);
    const auto add = [&](const QString& text, const QString& tip, const QKeySequence& key) {
        auto* button = new QToolButton(this);
        button->setText(text);
        button->setAccessibleName(tip);
        button->setToolTip(key.isEmpty() ? tip : tip + " (" + key.toString() + ")");
        button->setFocusPolicy(Qt::TabFocus);
        row->addWidget(button);
        if (!key.isEmpty()) {
            auto* action = new QAction(tip, list_);
            action->setShortcut(key);
            action->setShortcutContext(Qt::WidgetShortcut);
            list_->addAction(action);
            connect(action, &QAction::triggered, button, &QToolButton::click);
        }
        return button;
    };
    open_ = add(tr("Open"), tr("Show this run"), {});
    continue_ = add(tr("Continue"), tr("Replay this run from its seed and go on"), {});
    pin_ = add(tr("Pin"), tr("Keep this run at the top"), QKeySequence("P"));
    auto* compare = add(tr("≠"), tr("Parameters in which the runs differ"), QKeySequence("D"));
    delete_ = add(tr("✕"), tr("Delete the selected runs"), QKeySequence::Delete);
    open_->setObjectName("runOpen");
    continue_->setObjectName("runContinue");
    pin_->setObjectName("runPin");
    compare->setObjectName("runCompare");
    delete_->setObjectName("runDelete");
    pin_->setCheckable(true);
    layout.addLayout(row);
    connect(open_, &QToolButton::clicked, this, [this] {
        if (const RunListEntry* run = current())
            Q_EMIT openRequested(run->key);
    });
    connect(continue_, &QToolButton::clicked, this, [this] {
        if (const RunListEntry* run = current())
            Q_EMIT continueRequested(run->key);
    });
    connect(pin_, &QToolButton::clicked, this, &RunList::emitLabels);
    connect(compare, &QToolButton::clicked, this, &RunList::compareRequested);
    connect(delete_, &QToolButton::clicked, this, [this] {
        if (const QStringList keys = selected(); !keys.isEmpty())
            Q_EMIT deleteRequested(keys);
    });
}

void RunList::setRuns(std::vector<RunListEntry> runs) {
    runs_ = std::move(runs);
    const QStringList before = overlaid_;
    overlaid_.removeIf([&](const QString& key) {
        return std::none_of(runs_.begin(), runs_.end(),
                            [&](const RunListEntry& run) { return run.key == key; });
    });
    rebuild();
    if (overlaid_ != before)
        Q_EMIT overlayChanged(overlaid_);
}

void RunList::setTheme(const Theme& theme) {
    theme_ = theme;
    rebuild();
}

void RunList::setPresent(const QString& key) {
    if (key == present_)
        return;
    present_ = key;
    rebuild();
}

void RunList::setOverlaid(const QStringList& keys) {
    overlaid_ = keys;
    rebuild();
    Q_EMIT overlayChanged(overlaid_);
}

int RunList::colorIndex(const QString& key) const {
    return key == present_ ? 0 : 1 + static_cast<int>(overlaid_.indexOf(key));
}

QStringList RunList::selected() const {
    QStringList keys;
    for (const QListWidgetItem* item : list_->selectedItems())
        keys << item->data(keyRole).toString();
    return keys;
}

QStringList RunList::shown() const {
    QStringList keys;
    for (int i = 0; i < list_->count(); ++i)
        keys << list_->item(i)->data(keyRole).toString();
    return keys;
}

bool RunList::matches(const RunListEntry& run) const {
    const QString text = QStringList{run.name, run.state, run.notes, run.tags.join(' ')}.join(' ');
    const QStringList words = filter_->text().split(' ', Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(), [&](const QString& word) {
        return text.contains(word, Qt::CaseInsensitive);
    });
}

void RunList::rebuild() {
    const QStringList chosen = selected();
    const int order = order_->currentIndex();
    const auto before = [order](const RunListEntry* a, const RunListEntry* b) {
        if (a->isPinned != b->isPinned)
            return a->isPinned;
        switch (order) {
        case 1:
            return a->created < b->created;
        case 2:
            return a->name.localeAwareCompare(b->name) < 0;
        case 3:
            return a->state < b->state;
        case 4:
            return a->fraction > b->fraction;
        default:
            return a->created > b->created;
        }
    };
    std::vector<const RunListEntry*> rows;
    for (const RunListEntry& run : runs_)
        if (matches(run))
            rows.push_back(&run);
    std::stable_sort(rows.begin(), rows.end(), before);

    const QSignalBlocker blocker(list_);
    while (list_->count() > static_cast<int>(rows.size()))
        delete list_->takeItem(list_->count() - 1);
    for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
        const RunListEntry& run = *rows[static_cast<std::size_t>(i)];
        if (i >= list_->count())
            list_->addItem(new QListWidgetItem);
        QListWidgetItem& item = *list_->item(i);
        const bool isPresent = run.key == present_;
        const bool isTicked = overlaid_.contains(run.key);
        const QString detail =
            stateInWords(run.state) +
            (run.fraction < 1.0 ? QString(" %1 %").arg(int(100 * run.fraction)) : "") + " · " +
            whenInWords(run.created) + (run.tags.isEmpty() ? "" : " · " + run.tags.join(", "));
        item.setText((run.isPinned ? "★ " : "") + run.name + (isPresent ? tr(" (shown)") : "") +
                     "\n" + detail);
        item.setData(Qt::AccessibleTextRole, run.name + ", " + detail);
        item.setToolTip(run.notes.isEmpty() ? QString() : run.notes.toHtmlEscaped());
        item.setData(keyRole, run.key);
        item.setData(sparklineRole, QVariant::fromValue(
                                        QList<double>(run.sparkline.begin(), run.sparkline.end())));
        item.setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable |
                      (isPresent ? Qt::NoItemFlags : Qt::ItemIsUserCheckable));
        item.setData(Qt::CheckStateRole,
                     isPresent ? QVariant() : QVariant(isTicked ? Qt::Checked : Qt::Unchecked));
        item.setIcon(isTicked && !isPresent ? swatch(theme_.seriesColor(colorIndex(run.key)))
                     : isPresent && !overlaid_.isEmpty() ? swatch(theme_.seriesColor(0))
                                                         : QIcon());
        item.setSelected(chosen.contains(run.key));
        if (item.isSelected() && chosen.size() == 1)
            list_->setCurrentItem(&item);
    }
    showDetails();
}

void RunList::ticked(QListWidgetItem* item) {
    const QString key = item->data(keyRole).toString();
    const bool wanted = item->checkState() == Qt::Checked;
    if (wanted == overlaid_.contains(key))
        return;
    if (wanted)
        overlaid_ << key;
    else
        overlaid_.removeAll(key);
    rebuild();
    Q_EMIT overlayChanged(overlaid_);
}

const RunListEntry* RunList::current() const {
    const QStringList keys = selected();
    if (keys.size() != 1)
        return nullptr;
    const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const RunListEntry& run) {
        return run.key == keys.front();
    });
    return found == runs_.end() ? nullptr : &*found;
}

void RunList::showDetails() {
    const RunListEntry* run = current();
    open_->setEnabled(run);
    continue_->setEnabled(run && run->canContinue);
    pin_->setEnabled(run);
    pin_->setChecked(run && run->isPinned);
    delete_->setEnabled(!list_->selectedItems().isEmpty());
    name_->setEnabled(run);
    tags_->setEnabled(run);
    notes_->setEnabled(run);
    const QString key = run ? run->key : QString();
    if (key == detailsOf_ && !key.isEmpty())
        return; // what is being typed stays
    detailsOf_ = key;
    const QSignalBlocker blocker(notes_);
    name_->setText(run ? run->ownName : "");
    name_->setPlaceholderText(run ? run->name : "");
    tags_->setText(run ? run->tags.join(", ") : "");
    notes_->setPlainText(run ? run->notes : "");
}

void RunList::emitLabels() {
    const RunListEntry* run = current();
    if (!run)
        return;
    QStringList tags;
    for (const QString& tag : tags_->text().split(',', Qt::SkipEmptyParts))
        if (const QString trimmed = tag.trimmed(); !trimmed.isEmpty() && !tags.contains(trimmed))
            tags << trimmed;
    const QString name = name_->text().trimmed();
    if (name == run->ownName && tags == run->tags && notes_->toPlainText() == run->notes &&
        pin_->isChecked() == run->isPinned)
        return;
    Q_EMIT labelsChanged(run->key, name, notes_->toPlainText(), tags, pin_->isChecked());
}

} // namespace convergence
