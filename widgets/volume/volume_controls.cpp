#include "widgets/volume/volume_controls.h"

#include <algorithm>
#include <cmath>

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

namespace convergence {

namespace {

constexpr int sliderSteps = 1000;

QComboBox* addCombo(QVBoxLayout& layout, QWidget* parent, const QString& name,
                    const QString& label) {
    auto* text = new QLabel(label, parent);
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(label);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(10);
    text->setBuddy(box);
    layout.addWidget(text);
    layout.addWidget(box);
    return box;
}

} // namespace

VolumeControls::VolumeControls(QWidget* parent) : QFrame(parent) {
    setObjectName("volumeControls");
    setAccessibleName(tr("What is shown of the volume, and how"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setFocusPolicy(Qt::ClickFocus);
    setCursor(Qt::ArrowCursor);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setAccessibleName(accessibleName());
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    outer->addWidget(scroll);
    body_ = new QWidget(scroll);
    auto* layout = new QVBoxLayout(body_);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->setSpacing(3);
    scroll->setWidget(body_);

    quantity_ = addCombo(*layout, body_, "quantity", tr("Quantity"));
    connect(quantity_, &QComboBox::activated, this, [this](int index) {
        apply([&](VolumeSettings& s) {
            const bool toLayer = index > 0;
            // A layer is rarely thin: shown as fully opaque it would be a block.
            if (toLayer != (s.quantity.layer >= 0))
                s.density = toLayer ? 0.1 : 1.0;
            s.quantity.layer = index - 1;
            s.quantity.ownColors = !toLayer;
        });
    });
    colors_ = addCombo(*layout, body_, "colors", tr("Colors"));
    colors_->addItems({tr("its own"), tr("color map")});
    connect(colors_, &QComboBox::activated, this, [this](int index) {
        apply([&](VolumeSettings& s) { s.quantity.ownColors = index == 0; });
    });

    constexpr Curve plain{[](double t) { return t; }, [](double v) { return v; }};
    constexpr Curve inside{[](double t) { return 0.01 + 0.98 * t; },
                           [](double v) { return (v - 0.01) / 0.98; }};
    constexpr Curve decades{[](double t) { return std::pow(10.0, 3.0 * t - 2.0); },
                            [](double v) { return (std::log10(v) + 2.0) / 3.0; }};
    addCheck("showVolume", tr("Volume"), tr("Light through all points"),
             &VolumeSettings::showsVolume);
    addSlider("density", tr("Opacity ×"), tr("Factor on the opacity, from 0.01 to 10"), decades,
              [](VolumeSettings& s) -> double& { return s.density; });
    addSlider("threshold", tr("From"), tr("Smaller shares of the range are not drawn"), plain,
              [](VolumeSettings& s) -> double& { return s.threshold; });
    addCheck("showSurface", tr("Isosurface"), tr("Where the quantity crosses a level"),
             &VolumeSettings::showsSurface);
    addSlider("level", tr("Level"), tr("Share of the range at which the surface lies"), inside,
              [](VolumeSettings& s) -> double& { return s.level; });
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const QString name(QChar('x' + int(axis)));
        auto* check = new QCheckBox(tr("Slice across %1").arg(name), body_);
        check->setObjectName("slice_" + name);
        layout->addWidget(check);
        connect(check, &QCheckBox::toggled, this, [this, axis](bool on) {
            apply([&](VolumeSettings& s) { s.showsSlice[axis] = on; });
        });
        shows_.emplace_back([this, check, axis] { check->setChecked(settings_.showsSlice[axis]); });
        addSlider("slicePosition_" + name, tr("at"), tr("Share of the box's edge"), plain,
                  [axis](VolumeSettings& s) -> double& { return s.slice[axis]; });
    }
    addCheck("showOutlines", tr("Boxes"), tr("Outlines of the grid and of other boxes"),
             &VolumeSettings::showsOutlines);
    addCheck("showCameras", tr("Cameras"), tr("Where the pictures were taken"),
             &VolumeSettings::showsCameras);
    addCheck("showThumbnails", tr("Their pictures"),
             tr("Pictures of the cameras behind what is seen"), &VolumeSettings::showsThumbnails);
    camera_ = addCombo(*layout, body_, "camera", tr("Camera"));
    connect(camera_, &QComboBox::activated, this,
            [this](int index) { apply([&](VolumeSettings& s) { s.camera = index - 1; }); });
    auto* through = new QPushButton(tr("Look through it"), body_);
    through->setObjectName("lookThrough");
    through->setToolTip(tr("Look from the chosen camera"));
    layout->addWidget(through);
    connect(through, &QPushButton::clicked, this, &VolumeControls::lookThroughRequested);
    shows_.emplace_back([this, through] { through->setEnabled(settings_.camera >= 0); });
    layout->addStretch(1);
    showSettings();
}

QCheckBox* VolumeControls::addCheck(const QString& name, const QString& text, const QString& tip,
                                    bool VolumeSettings::*member) {
    auto* check = new QCheckBox(text, body_);
    check->setObjectName(name);
    check->setToolTip(tip);
    body_->layout()->addWidget(check);
    connect(check, &QCheckBox::toggled, this,
            [this, member](bool on) { apply([&](VolumeSettings& s) { s.*member = on; }); });
    shows_.emplace_back([this, check, member] { check->setChecked(settings_.*member); });
    return check;
}

QSlider* VolumeControls::addSlider(const QString& name, const QString& label, const QString& tip,
                                   Curve curve,
                                   const std::function<double&(VolumeSettings&)>& value) {
    auto* row = new QHBoxLayout;
    auto* text = new QLabel(label, body_);
    auto* slider = new QSlider(Qt::Horizontal, body_);
    auto* number = new QLabel(body_);
    slider->setRange(0, sliderSteps);
    slider->setPageStep(sliderSteps / 20);
    slider->setObjectName(name);
    slider->setAccessibleName(label);
    slider->setToolTip(tip);
    text->setBuddy(slider);
    number->setMinimumWidth(number->fontMetrics().horizontalAdvance("0.000"));
    number->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addSpacing(18);
    row->addWidget(text);
    row->addWidget(slider, 1);
    row->addWidget(number);
    static_cast<QVBoxLayout*>(body_->layout())->addLayout(row);
    connect(slider, &QSlider::valueChanged, this, [this, curve, value](int at) {
        apply([&](VolumeSettings& s) { value(s) = curve.toValue(double(at) / sliderSteps); });
    });
    shows_.emplace_back([this, slider, number, curve, value] {
        const double now = value(settings_);
        slider->setValue(int(std::lround(sliderSteps * curve.toSlider(now))));
        number->setText(QString::number(now, 'g', 2));
    });
    return slider;
}

QSize VolumeControls::sizeHint() const {
    return body_->sizeHint() + QSize(2 * frameWidth(), 2 * frameWidth());
}

void VolumeControls::apply(const std::function<void(VolumeSettings&)>& change) {
    if (showing_)
        return;
    change(settings_);
    showSettings();
    Q_EMIT settingsChanged();
}

void VolumeControls::showSettings() {
    showing_ = true;
    for (const auto& show : shows_)
        show();
    quantity_->setCurrentIndex(settings_.quantity.layer + 1);
    colors_->setCurrentIndex(settings_.quantity.ownColors && hasColors_ ? 0 : 1);
    camera_->setCurrentIndex(settings_.camera + 1);
    showing_ = false;
}

void VolumeControls::setSettings(const VolumeSettings& settings) {
    if (settings == settings_)
        return;
    settings_ = settings;
    showSettings();
    Q_EMIT settingsChanged();
}

void VolumeControls::setContent(const VolumeContent& content) {
    std::vector<std::string> layers{tr("opacity").toStdString()}, cameras{tr("none").toStdString()};
    if (content.volume)
        for (const VolumeFrame::Layer& layer : content.volume->layers)
            layers.push_back(layer.label);
    if (content.cameras)
        for (const CamerasFrame::Camera& camera : *content.cameras)
            cameras.push_back(camera.label);
    const bool hasColors = content.volume && !content.volume->rgb.empty();
    if (layers == layers_ && cameras == cameras_ && hasColors == hasColors_)
        return;
    const auto fill = [](QComboBox& box, const std::vector<std::string>& texts) {
        box.clear();
        for (const std::string& text : texts)
            box.addItem(QString::fromStdString(text));
    };
    fill(*quantity_, layers);
    fill(*camera_, cameras);
    hasColors_ = hasColors;
    colors_->setEnabled(hasColors);
    layers_ = std::move(layers);
    cameras_ = std::move(cameras);
    settings_.quantity.layer = std::min(settings_.quantity.layer, int(layers_.size()) - 2);
    settings_.camera = std::min(settings_.camera, int(cameras_.size()) - 2);
    showSettings();
}

} // namespace convergence
