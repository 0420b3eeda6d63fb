#pragma once

#include "widgets/views/frame_view.h"

class QPlainTextEdit;

namespace convergence {

/// A TextFrame as it stands, in monospace, of one arm at a time.
class TextView final : public TrialView {
    Q_OBJECT

public:
    TextView(View view, std::shared_ptr<const Description> description, const Theme& theme,
             QWidget* parent);

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

protected:
    bool takeUp() override;
    void inputChanged() override;
    void paintPlot(QPainter& painter, const QRectF& area) override;
    void themeChanged() override;

private:
    QPlainTextEdit* text_ = nullptr;
};

} // namespace convergence
