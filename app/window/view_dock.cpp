#include "app/window/view_dock.h"

#include <QAction>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

#include "widgets/views/plot_view.h"

namespace convergence {

ViewDock::ViewDock(const QString& title, QWidget* parent)
    : QDockWidget(title, parent), pointer_(new QLabel("◂ " + tr("here"), this)),
      list_(makeButton("▾", tr("Other views behind these tabs"), "otherViews")),
      close_(makeButton("✕", tr("Close this view (Ctrl+W); undo or the menu View brings it back"),
                        "closeView")) {
    list_->setPopupMode(QToolButton::InstantPopup);
    list_->setStyleSheet("QToolButton::menu-indicator { image: none; }");
    auto* menu = new QMenu(list_);
    list_->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        for (QDockWidget* other : others_)
            menu->addAction(other->windowTitle(), other, [other] {
                other->show();
                other->raise();
            });
    });
    float_ = new QAction(tr("In a window of its own, or back"), this);
    float_->setObjectName("floatView");
    connect(float_, &QAction::triggered, this, [this] { setFloating(!isFloating()); });
    connect(close_, &QToolButton::clicked, this, &ViewDock::closeWanted);
    list_->hide();
    pointer_->setObjectName("lessonPointsHere");
    pointer_->setToolTip(tr("The lesson's step is about this view"));
    pointer_->hide();
    // A label alone would be among the words that give way in a narrow line.
    auto* inside = new QHBoxLayout(new QWidget(this));
    inside->setContentsMargins(0, 0, 0, 0);
    inside->addWidget(pointer_);
}

QToolButton* ViewDock::makeButton(const QString& text, const QString& tip, const char* name) {
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setText(text);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setToolTip(tip);
    button->setAccessibleName(tip + ": " + windowTitle());
    return button;
}

void ViewDock::setViews(const std::vector<ViewWidget*>& views) {
    views_ = views;
    if (views.size() == 1 && views.front()->headLine()) {
        setWidget(views.front());
        for (QWidget* widget :
             std::initializer_list<QWidget*>{pointer_->parentWidget(), list_, close_})
            views.front()->addToHeadLine(widget);
        if (const auto* plot = qobject_cast<PlotView*>(views.front()))
            plot->menu()->addAction(float_);
        setTitleBarWidget(views.front()->headLine());
        return;
    }
    auto* pair = new QWidget(this);
    auto* columns = new QHBoxLayout(pair);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(4);
    for (ViewWidget* view : views) {
        view->setNamed(false);
        view->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Expanding);
        columns->addWidget(view, 1);
    }
    setWidget(pair);
    line_ = new QWidget(this);
    auto* row = new QHBoxLayout(line_);
    row->setContentsMargins(8, 1, 4, 1);
    row->setSpacing(4);
    auto* name = new QLabel(windowTitle(), line_);
    name->setObjectName("viewTitle");
    name->setMinimumWidth(1);
    name->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(name, 1);
    for (QWidget* widget : std::initializer_list<QWidget*>{pointer_->parentWidget(), list_, close_})
        row->addWidget(widget);
    setTitleBarWidget(line_);
}

void ViewDock::setTabs(const QList<QDockWidget*>& others) {
    others_ = others;
    const bool isTabbed = !others.isEmpty();
    // With two or three the tabs themselves are in sight.
    constexpr qsizetype fewTabs = 2;
    list_->setVisible(others.size() > fewTabs);
    if (line_)
        line_->findChild<QLabel*>("viewTitle")->setText(isTabbed ? QString() : windowTitle());
    else
        for (ViewWidget* view : views_)
            view->setNamed(!isTabbed);
}

void ViewDock::closeEvent(QCloseEvent* event) {
    event->ignore();
    Q_EMIT closeWanted();
}

} // namespace convergence
