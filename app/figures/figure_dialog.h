#pragma once

#include <optional>
#include <vector>

#include <QDialog>
#include <QTimer>

#include "app/figures/figure_run.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QListWidget;
class QPushButton;

namespace convergence {

class FigurePreview;

/// A figure of a run, drawn at its true size as it will be in a file, with everything that can be
/// chosen beside it: views and how they are divided, style, size, legend, type.
class FigureDialog : public QDialog {
    Q_OBJECT

public:
    /// `offered`: the views of the run as they are in the window; `start`: the figure to begin
    /// with, some of them.
    FigureDialog(MadeRun run, std::vector<FigureView> offered, const Figure& start,
                 QWidget* parent);
    ~FigureDialog() override;

    /// The figure as it is chosen now.
    [[nodiscard]] Figure figure() const;
    /// Draws what was chosen last at once. Empty, or why it cannot be drawn.
    QString redraw();
    [[nodiscard]] QString caption() const;
    [[nodiscard]] QString command() const;
    /// Throws InputError.
    void save(const QString& path);

Q_SIGNALS:
    void told(const QString& sentence);
    /// A file was written; the next figures can be like this one.
    void saved(const QString& path, const convergence::Figure& figure);

private:
    void build();
    QWidget* buildChoices();
    QWidget* buildButtons();
    void showStyle(const FigureStyle& style);
    void styleChosen();
    void changed();
    void copyPicture();
    void askWhereToSave();
    [[nodiscard]] FigureStyle style() const;

    MadeRun run_;
    std::vector<FigureView> offered_;
    Figure start_;
    std::string tables_; ///< hash of the run's tables, made once
    std::optional<FigurePage> page_;
    QTimer delay_;
    bool isShowing_ = false; ///< choices are being set, not changed

    FigurePreview* preview_ = nullptr;
    QLabel* problem_ = nullptr;
    QListWidget* views_ = nullptr;
    QComboBox *style_ = nullptr, *legend_ = nullptr, *companion_ = nullptr, *family_ = nullptr,
              *columns_ = nullptr;
    QDoubleSpinBox *width_ = nullptr, *height_ = nullptr, *text_ = nullptr;
    QCheckBox *title_ = nullptr, *grid_ = nullptr, *fits_ = nullptr, *letters_ = nullptr;
    std::vector<QPushButton*> outputs_; ///< of use only while there is a figure
};

} // namespace convergence
