#pragma once

#include <memory>
#include <vector>

#include <QWidget>

#include "core/experiment/experiment.h"

class QLineEdit;
class QTreeWidget;

namespace convergence {

/// A family's id as a heading: "Neural networks" for neural-networks.
QString familyInWords(const std::string& family);

/// The experiments by family, with a search field over title, id, authors, year and topics.
class ExperimentBrowser : public QWidget {
    Q_OBJECT

public:
    explicit ExperimentBrowser(std::vector<std::shared_ptr<const ExperimentType>> types,
                               QWidget* parent = nullptr);

    /// Marks an experiment as chosen, without a signal.
    void setCurrent(const QString& id);
    /// Puts the keyboard into the search field.
    void focusSearch();

Q_SIGNALS:
    void chosen(const QString& id);

private:
    void filter(const QString& words);

    QLineEdit* search_;
    QTreeWidget* tree_;
};

} // namespace convergence
