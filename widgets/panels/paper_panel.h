#pragma once

#include "core/experiment/description.h"
#include "widgets/panels/reading_page.h"

namespace convergence {

/// The paper behind an experiment: reference, summary, the page of resources/papers with the
/// algorithm in pseudocode, and questions for a class.
class PaperPanel : public ReadingPage {
    Q_OBJECT

public:
    explicit PaperPanel(const Description& description, QWidget* parent = nullptr);
};

} // namespace convergence
