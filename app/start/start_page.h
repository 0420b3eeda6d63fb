#pragma once

#include <QWidget>

#include "app/start/continue_page.h"

class QLabel;
class QLineEdit;
class QStackedWidget;
class QTabBar;

namespace convergence {

class Gallery;
class TeachPage;

/// What the window shows before an experiment: *Explore*, a gallery of all experiments; *Teach*,
/// the lessons as a course; *Continue*, what one did last. A search field over them filters the
/// first two. Escape clears the search first, then leads in.
class StartPage final : public QWidget {
    Q_OBJECT

public:
    enum class Page { explore, teach, resume };

    StartPage(const Registry& registry, const Theme& theme, QWidget* parent = nullptr);

    /// Shows a page; the keyboard is in the search field.
    void enter(Page page, const QString& currentExperiment, const ContinuePage::Offers& offers);
    void setTheme(const Theme& theme);
    [[nodiscard]] Page page() const;
    [[nodiscard]] Gallery& gallery() const { return *gallery_; }

Q_SIGNALS:
    void experimentChosen(const QString& id);
    void lessonChosen(const QString& id);
    /// Back to what is open, or in if nothing is.
    void left();
    void lastSessionWanted();
    void runWanted(const QString& experiment, const QString& key);
    void fileWanted(const QString& path);
    void troubled(const QString& sentence);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void filter(const QString& text);
    void chooseFirst();
    void focusContent();
    void turnTo(Page page);

    QLabel* title_;
    QLineEdit* search_;
    QTabBar* tabs_;
    QStackedWidget* stack_;
    Gallery* gallery_;
    TeachPage* teach_ = nullptr;
    ContinuePage* resume_;
};

} // namespace convergence
