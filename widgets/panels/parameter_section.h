#pragma once

#include <QWidget>

class QGridLayout;
class QToolButton;

namespace convergence {

/// A heading that opens and closes what stands below it. Without a title it is always open.
class ParameterSection : public QWidget {
    Q_OBJECT

public:
    explicit ParameterSection(const QString& title, QWidget* parent = nullptr);

    [[nodiscard]] QWidget& body() { return *body_; }
    [[nodiscard]] QGridLayout& grid() { return *grid_; }
    void setOpen(bool open);
    [[nodiscard]] bool isOpen() const;
    /// How much there is below, and how much of it was changed; nothing: the section is not there.
    void setCounts(int rows, int changed);
    /// Open for as long as something is searched for.
    void setSearched(bool searched);

private:
    void show();

    QString title_;
    QToolButton* heading_ = nullptr;
    QWidget* body_;
    QGridLayout* grid_;
    bool searched_ = false;
};

} // namespace convergence
