#pragma once

#include "widgets/views/plot_view.h"

class QPlainTextEdit;

namespace convergence {

/// A TextFrame as it stands, in monospace, of one arm at a time.
class TextView final : public PlotView {
    Q_OBJECT

public:
    TextView(View view, std::shared_ptr<const Description> description, const Theme& theme,
             QWidget* parent);

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

protected:
    bool takeUp() override;
    void paintPlot(QPainter& painter, const QRectF& area) override;
    void themeChanged() override;
    void inputChanged() override;

private:
    QPlainTextEdit* text_ = nullptr;
    QComboBox* arm_ = nullptr;
};

} // namespace convergence
