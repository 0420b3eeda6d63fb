#include "widgets/panels/experiment_browser.h"

#include <algorithm>

#include <QLineEdit>
#include <QResizeEvent>
#include <QStyle>
#include <QStyledItemDelegate>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace convergence {

namespace {

constexpr int idRole = Qt::UserRole;
constexpr int searchRole = Qt::UserRole + 1;

/// Names go on in a second line where they are longer than the list is wide.
class WrappedNames final : public QStyledItemDelegate {
public:
    explicit WrappedNames(QTreeWidget& tree) : QStyledItemDelegate(&tree), tree_(tree) {
        tree.viewport()->installEventFilter(this);
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QSize size = QStyledItemDelegate::sizeHint(option, index);
        QStyleOptionViewItem filled = option;
        initStyleOption(&filled, index);
        const int depth = index.parent().isValid() ? 2 : 1;
        const int margins = 2 * (tree_.style()->pixelMetric(QStyle::PM_FocusFrameHMargin) + 1);
        const int room = tree_.viewport()->width() - depth * tree_.indentation() - margins;
        const QRect text =
            QFontMetrics(filled.font)
                .boundingRect(QRect(0, 0, std::max(1, room), 10000), Qt::TextWordWrap, filled.text);
        size.setHeight(std::max(size.height(), text.height() + 2));
        return size;
    }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (watched == tree_.viewport() && event->type() == QEvent::Resize &&
            static_cast<QResizeEvent*>(event)->oldSize().width() != tree_.viewport()->width())
            QMetaObject::invokeMethod(
                &tree_, [this] { tree_.doItemsLayout(); }, Qt::QueuedConnection);
        return QStyledItemDelegate::eventFilter(watched, event);
    }

private:
    QTreeWidget& tree_;
};

} // namespace

QString familyInWords(const std::string& family) {
    QString words = QString::fromStdString(family).replace('-', ' ');
    if (!words.isEmpty())
        words[0] = words[0].toUpper();
    return words;
}

ExperimentBrowser::ExperimentBrowser(std::vector<std::shared_ptr<const ExperimentType>> types,
                                     QWidget* parent)
    : QWidget(parent), search_(new QLineEdit(this)), tree_(new QTreeWidget(this)) {
    search_->setPlaceholderText(tr("Search title, author, topic"));
    search_->setClearButtonEnabled(true);
    search_->setAccessibleName(tr("Search experiments"));
    tree_->setHeaderHidden(true);
    tree_->setAccessibleName(tr("Experiments"));
    tree_->setWordWrap(true);
    tree_->setIndentation(12);
    tree_->setItemDelegate(new WrappedNames(*tree_));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(search_);
    layout->addWidget(tree_);

    QHash<QString, QTreeWidgetItem*> families;
    for (const auto& type : types) {
        const Description& d = type->description;
        const QString family = familyInWords(d.family);
        if (!families.contains(family)) {
            auto* item = new QTreeWidgetItem(tree_, {family});
            item->setFlags(Qt::ItemIsEnabled);
            QFont bold = item->font(0);
            bold.setBold(true);
            item->setFont(0, bold);
            families[family] = item;
        }
        auto* item = new QTreeWidgetItem(families[family], {QString::fromStdString(d.title)});
        item->setData(0, idRole, QString::fromStdString(d.id));
        QString searched =
            QString("%1 %2 %3 %4 %5")
                .arg(QString::fromStdString(d.title), QString::fromStdString(d.id),
                     QString::fromStdString(d.paper.title), QString::fromStdString(d.paper.authors))
                .arg(d.paper.year);
        for (const std::string& topic : d.topics)
            searched += ' ' + QString::fromStdString(topic);
        item->setData(0, searchRole, searched);
        item->setToolTip(0, QString("<p><b>%1</b></p><p>%2</p>")
                                .arg(QString::fromStdString(d.paper.title).toHtmlEscaped(),
                                     QString::fromStdString(d.summary).toHtmlEscaped()));
    }
    tree_->expandAll();

    connect(search_, &QLineEdit::textChanged, this, &ExperimentBrowser::filter);
    connect(search_, &QLineEdit::returnPressed, this, [this] { tree_->setFocus(); });
    connect(tree_, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
        if (item && item->data(0, idRole).isValid())
            Q_EMIT chosen(item->data(0, idRole).toString());
    });
}

void ExperimentBrowser::setCurrent(const QString& id) {
    const QSignalBlocker blocker(tree_);
    for (QTreeWidgetItemIterator it(tree_); *it; ++it)
        if ((*it)->data(0, idRole).toString() == id)
            tree_->setCurrentItem(*it);
}

void ExperimentBrowser::focusSearch() {
    search_->setFocus();
    search_->selectAll();
}

void ExperimentBrowser::filter(const QString& words) {
    const QStringList parts = words.split(' ', Qt::SkipEmptyParts);
    for (int i = 0; i < tree_->topLevelItemCount(); ++i) {
        QTreeWidgetItem* family = tree_->topLevelItem(i);
        bool any = false;
        for (int j = 0; j < family->childCount(); ++j) {
            const QString text = family->child(j)->data(0, searchRole).toString();
            const bool matches = std::all_of(parts.begin(), parts.end(), [&](const QString& part) {
                return text.contains(part, Qt::CaseInsensitive);
            });
            family->child(j)->setHidden(!matches);
            any |= matches;
        }
        family->setHidden(!any);
    }
}

} // namespace convergence
