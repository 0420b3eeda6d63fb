#pragma once

#include <QObject>
#include <QPointer>

#include "app/films/film_dialog.h"
#include "app/window/sides.h"

namespace convergence {

class ViewWidget;

/// Asks for what a film of a view needs, and makes it with a dialog that can stop it. The film runs
/// the view's run again by itself, so that the window can be used meanwhile.
class Films : public QObject {
    Q_OBJECT

public:
    /// Both outlive this.
    Films(Sides& sides, QWidget* parent);

    /// Of one of the sides' views.
    void ask(ViewWidget* view);
    /// Begins without asking. Throws InputError as RunFilm, and without a run.
    void begin(ViewWidget& view, const FilmPlan& plan, const QString& path);

Q_SIGNALS:
    void troubled(const QString& sentence);

private:
    [[nodiscard]] RunController& controllerOf(const ViewWidget& view);
    void chooseFile(ViewWidget& view, const FilmPlan& plan);

    Sides& sides_;
    FilmPlan last_; ///< what was chosen the last time
};

} // namespace convergence
