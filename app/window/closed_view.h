#pragma once

#include <QPointer>
#include <QUndoCommand>

#include "app/window/view_area.h"

namespace convergence {

/// A view was closed; undo shows it again.
class ClosedView final : public QUndoCommand {
public:
    ClosedView(ViewArea& views, const QString& id, const QString& title)
        : QUndoCommand(ViewArea::tr("Close the view \"%1\"").arg(title)), views_(&views),
          id_(id.toStdString()) {}

    void undo() override {
        if (views_)
            views_->reveal(id_);
    }
    void redo() override {
        if (views_)
            views_->hideView(id_);
    }

private:
    QPointer<ViewArea> views_;
    std::string id_;
};

} // namespace convergence
