#pragma once

#include <vector>

#include <QScrollArea>

#include "app/runs/kept_run.h"
#include "core/experiment/registry.h"
#include "widgets/theme.h"

class QLabel;
class QVBoxLayout;

namespace convergence {

/// What one can go on with: the experiment that is open, the session of the last time, the newest
/// kept runs and the files that were opened last.
class ContinuePage final : public QScrollArea {
    Q_OBJECT

public:
    explicit ContinuePage(const Registry& registry, const Theme& theme, QWidget* parent = nullptr);

    struct Offers {
        QString open;        ///< title of the open experiment; empty: none is
        bool hasLastSession; ///< that is not open
        std::vector<KeptRun> runs;
        QStringList files;
    };
    /// Lists anew.
    void offer(const Offers& offers);
    void setTheme(const Theme& theme);
    void focusFirst();

Q_SIGNALS:
    void backWanted();
    void lastSessionWanted();
    void runWanted(const QString& experiment, const QString& key);
    void fileWanted(const QString& path);

private:
    void addHeading(const QString& text);
    template <typename Action>
    void addItem(const QString& text, const QString& about, const QString& name, Action action);
    [[nodiscard]] QString titleOf(const QString& experiment) const;

    const Registry& registry_;
    Theme theme_;
    QVBoxLayout* list_ = nullptr;
};

} // namespace convergence
