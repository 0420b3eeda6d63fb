#include "app/figures/figure_dialog.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "app/figures/figure_choices.h"
#include "core/error.h"
#include "widgets/figures/figure_file.h"

namespace convergence {

namespace {

constexpr int redrawDelay = 120; // ms after the last change

QDoubleSpinBox* sizeBox(QWidget* parent, const QString& name, double least, double most,
                        const QString& suffix) {
    auto* box = new QDoubleSpinBox(parent);
    box->setObjectName(name);
    box->setRange(least, most);
    box->setDecimals(1);
    box->setSuffix(suffix);
    return box;
}

QCheckBox* flagBox(QWidget* parent, const QString& name, const QString& text) {
    auto* box = new QCheckBox(text, parent);
    box->setObjectName(name);
    return box;
}

} // namespace

/// The page at its true size.
class FigurePreview final : public QWidget {
public:
    using QWidget::QWidget;

    void show(const FigurePage* page) {
        page_ = page;
        // Units of 1/96 inch, on this screen.
        scale_ = logicalDpiX() / 96.0;
        if (page_)
            setFixedSize((page_->size() * scale_).toSize());
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.scale(scale_, scale_);
        if (page_)
            page_->paint(painter);
    }

private:
    const FigurePage* page_ = nullptr;
    double scale_ = 1.0;
};

FigureDialog::FigureDialog(MadeRun run, std::vector<FigureView> offered, const Figure& start,
                           QWidget* parent)
    : QDialog(parent), run_(std::move(run)), offered_(std::move(offered)), start_(start),
      tables_(tableHash(*run_.recording)) {
    setWindowTitle(tr("Figure"));
    setObjectName("figureDialog");
    resize(1080, 700);
    delay_.setSingleShot(true);
    delay_.setInterval(redrawDelay);
    connect(&delay_, &QTimer::timeout, this, &FigureDialog::redraw);
    build();
    isShowing_ = true;
    for (int i = 0; i < views_->count(); ++i) {
        const std::string& id = offered_[std::size_t(i)].view;
        const bool isChosen = std::any_of(start.views.begin(), start.views.end(),
                                          [&](const FigureView& view) { return view.view == id; });
        views_->item(i)->setCheckState(isChosen ? Qt::Checked : Qt::Unchecked);
    }
    columns_->setCurrentIndex(std::clamp(start.columns, 0, columns_->count() - 1));
    letters_->setChecked(start.hasLetters);
    style_->setCurrentIndex(std::max(0, style_->findData(QString::fromStdString(start.style.id))));
    isShowing_ = false;
    showStyle(start.style);
    redraw();
}

FigureDialog::~FigureDialog() {
    preview_->show(nullptr); // before the page goes
}

void FigureDialog::build() {
    preview_ = new FigurePreview(this);
    preview_->setObjectName("figurePreview");
    preview_->setAccessibleName(tr("The figure at its true size"));
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(preview_);
    scroll->setAlignment(Qt::AlignCenter);
    scroll->setMinimumWidth(360);
    problem_ = new QLabel(this);
    problem_->setObjectName("figureProblem");
    problem_->setWordWrap(true);
    auto* left = new QVBoxLayout;
    left->addWidget(scroll, 1);
    left->addWidget(problem_);
    auto* middle = new QHBoxLayout;
    middle->addLayout(left, 1);
    middle->addWidget(buildChoices());
    auto* whole = new QVBoxLayout(this);
    whole->addLayout(middle, 1);
    whole->addWidget(buildButtons());
}

QWidget* FigureDialog::buildChoices() {
    auto* panel = new QWidget(this);
    panel->setMaximumWidth(320);
    auto* form = new QFormLayout(panel);
    views_ = new QListWidget(panel);
    views_->setObjectName("figureViews");
    for (const FigureView& view : offered_) {
        const View* spec = run_.type->description.findView(view.view);
        auto* item =
            new QListWidgetItem(QString::fromStdString(spec ? spec->title : view.view), views_);
        item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
    }
    connect(views_, &QListWidget::itemChanged, this, &FigureDialog::changed);
    form->addRow(tr("&Views"), views_);

    const auto choice = [&](const char* name, const QString& label) {
        auto* box = new QComboBox(panel);
        box->setObjectName(name);
        form->addRow(label, box);
        return box;
    };
    style_ = choice("figureStyle", tr("&Style"));
    for (const QString& id : availableStyles())
        style_->addItem(id, id);
    connect(style_, &QComboBox::activated, this, &FigureDialog::styleChosen);
    width_ = sizeBox(panel, "figureWidth", smallestSide, largestSide, tr(" mm"));
    height_ = sizeBox(panel, "figureHeight", smallestSide, largestSide, tr(" mm"));
    text_ = sizeBox(panel, "figureText", 4.0, 100.0, tr(" pt"));
    form->addRow(tr("&Width"), width_);
    form->addRow(tr("&Height of a row"), height_);
    form->addRow(tr("&Text"), text_);
    for (QDoubleSpinBox* box : {width_, height_, text_})
        connect(box, &QDoubleSpinBox::valueChanged, this, &FigureDialog::changed);
    legend_ = choice("figureLegend", tr("&Legend"));
    legend_->addItem(tr("at the curves' ends"), "ends");
    legend_->addItem(tr("inside"), "inside");
    legend_->addItem(tr("on the right"), "right");
    legend_->addItem(tr("below"), "below");
    legend_->addItem(tr("none"), "none");
    companion_ = choice("figureCompanion", tr("&Beside colors"));
    companion_->addItem(tr("marks"), "marks");
    companion_->addItem(tr("dashes"), "dashes");
    companion_->addItem(tr("nothing"), "none");
    family_ = choice("figureFamily", tr("T&ype"));
    family_->addItem("DejaVu Sans", "sans");
    family_->addItem("Latin Modern", "latin-modern");
    family_->addItem("Times", "times");
    columns_ = choice("figureColumns", tr("&Columns"));
    columns_->addItem(tr("as the width allows"));
    for (int count = 1; count <= 4; ++count)
        columns_->addItem(QString::number(count));
    for (QComboBox* box : {legend_, companion_, family_, columns_})
        connect(box, &QComboBox::activated, this, &FigureDialog::changed);
    title_ = flagBox(panel, "figureTitle", tr("T&itles"));
    grid_ = flagBox(panel, "figureGrid", tr("&Grid"));
    fits_ = flagBox(panel, "figureFits", tr("&Fitted lines"));
    letters_ = flagBox(panel, "figureLetters", tr("L&etters (a), (b)"));
    for (QCheckBox* box : {title_, grid_, fits_, letters_}) {
        form->addRow(box);
        connect(box, &QCheckBox::toggled, this, &FigureDialog::changed);
    }
    return panel;
}

QWidget* FigureDialog::buildButtons() {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    const auto button = [&](const char* name, const QString& text, auto action) {
        auto* made = new QPushButton(text, row);
        made->setObjectName(name);
        made->setAutoDefault(false);
        layout->addWidget(made);
        connect(made, &QPushButton::clicked, this, action);
        return made;
    };
    const auto copied = [this](const QString& text) {
        QGuiApplication::clipboard()->setText(text);
        Q_EMIT told(tr("Copied: %1").arg(text));
    };
    outputs_.push_back(button("figureCopy", tr("Co&py"), [this] { copyPicture(); }));
    outputs_.push_back(
        button("figureCaption", tr("Copy c&aption"), [this, copied] { copied(caption()); }));
    outputs_.push_back(
        button("figureCommand", tr("Copy comma&nd"), [this, copied] { copied(command()); }));
    layout->addStretch(1);
    outputs_.push_back(button("figureSave", tr("Save …"), [this] { askWhereToSave(); }));
    outputs_.back()->setDefault(true);
    button("figureClose", tr("Close"), [this] { reject(); });
    return row;
}

void FigureDialog::showStyle(const FigureStyle& style) {
    isShowing_ = true;
    width_->setValue(style.width);
    height_->setValue(style.height);
    text_->setValue(style.textSize);
    const auto select = [](QComboBox* box, const std::string& data) {
        box->setCurrentIndex(std::max(0, box->findData(QString::fromStdString(data))));
    };
    select(legend_, nameOf(style.legend));
    select(companion_, nameOf(style.companion));
    select(family_, style.family);
    title_->setChecked(style.hasTitle);
    grid_->setChecked(style.hasGrid);
    fits_->setChecked(style.hasFits);
    isShowing_ = false;
}

void FigureDialog::styleChosen() {
    try {
        showStyle(loadStyle(style_->currentData().toString()));
        changed();
    } catch (const InputError& error) {
        problem_->setText(QString::fromUtf8(error.what()));
    }
}

void FigureDialog::changed() {
    if (!isShowing_)
        delay_.start();
}

FigureStyle FigureDialog::style() const {
    FigureStyle style = start_.style;
    if (const QString id = style_->currentData().toString();
        id.toStdString() != start_.style.id && availableStyles().contains(id))
        style = loadStyle(id);
    // A number of the box is rounded; where it was not changed the style's own stays.
    const auto take = [](double& value, const QDoubleSpinBox* box) {
        if (std::abs(value - box->value()) > 0.051)
            value = box->value();
    };
    take(style.width, width_);
    take(style.height, height_);
    take(style.textSize, text_);
    style.smallestText = std::min(style.smallestText, style.textSize);
    style.legend = parseLegend(legend_->currentData().toString().toStdString(), "legend");
    style.companion =
        parseCompanion(companion_->currentData().toString().toStdString(), "companion");
    style.family = family_->currentData().toString().toStdString();
    style.hasTitle = title_->isChecked();
    style.hasGrid = grid_->isChecked();
    style.hasFits = fits_->isChecked();
    return style;
}

Figure FigureDialog::figure() const {
    Figure figure = start_;
    figure.run.tables = tables_;
    figure.views.clear();
    for (int i = 0; i < views_->count(); ++i)
        if (views_->item(i)->checkState() == Qt::Checked)
            figure.views.push_back(offered_[std::size_t(i)]);
    figure.columns = columns_->currentIndex();
    figure.rows = 0;
    if (figure.columns > 0)
        figure.rows = (int(figure.views.size()) + figure.columns - 1) / std::max(1, figure.columns);
    figure.hasLetters = letters_->isChecked();
    figure.style = style();
    return figure;
}

QString FigureDialog::redraw() {
    delay_.stop();
    preview_->show(nullptr);
    page_.reset();
    QString problem;
    try {
        const Figure now = figure();
        page_.emplace(now, sourceOf(run_));
        preview_->show(&*page_);
        problem = QString::fromStdString(missingFamily(now.style));
    } catch (const InputError& error) {
        problem = QString::fromUtf8(error.what());
    }
    problem_->setText(problem);
    for (QPushButton* button : outputs_)
        button->setEnabled(page_.has_value());
    return page_ ? QString() : problem;
}

QString FigureDialog::caption() const {
    return page_ ? QString::fromStdString(figureCaption(figure(), *page_, run_)) : QString();
}

QString FigureDialog::command() const {
    return QString::fromStdString(
        figureCommand(figure(), run_.type->description, *run_.values, "figure.pdf"));
}

void FigureDialog::copyPicture() {
    if (!page_)
        return;
    const Figure now = figure();
    auto* data = new QMimeData;
    const QByteArray png = figureBytes(*page_, now, "png");
    data->setImageData(QImage::fromData(png));
    data->setData("image/svg+xml", figureBytes(*page_, now, "svg"));
    data->setData("application/pdf", figureBytes(*page_, now, "pdf"));
    QGuiApplication::clipboard()->setMimeData(data);
    Q_EMIT told(tr("Copied: the figure as picture, SVG and PDF."));
}

void FigureDialog::save(const QString& path) {
    if (const QString problem = redraw(); !problem.isEmpty())
        throw InputError(problem.toStdString());
    const Figure now = figure();
    writeFigure(*page_, now, path);
    Q_EMIT saved(path, now);
}

void FigureDialog::askWhereToSave() {
    auto* dialog = new QFileDialog(this, tr("File for the figure"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("PDF (*.pdf)"), tr("SVG (*.svg)"), tr("PNG (*.png)"),
                            tr("LaTeX (*.tex)"), tr("Python with tables (*.py)"),
                            tr("Tables (*.csv)"), tr("Figure (*.json)")});
    const Figure now = figure();
    dialog->setDefaultSuffix("pdf");
    dialog->selectFile(
        QString::fromStdString(now.run.experiment + "-" +
                               (now.views.empty() ? "figure" : now.views.front().view) + ".pdf"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.section("*.", 1).chopped(1));
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        try {
            save(path);
        } catch (const InputError& error) {
            problem_->setText(QString::fromUtf8(error.what()));
        }
    });
    dialog->open();
}

} // namespace convergence
