#pragma once

#include <functional>
#include <vector>

#include <QFrame>

#include "widgets/volume/volume_settings.h"

class QCheckBox;
class QComboBox;
class QSlider;

namespace convergence {

/// The panel of a volume view: what is shown, sliders, slices, cameras.
class VolumeControls : public QFrame {
    Q_OBJECT

public:
    explicit VolumeControls(QWidget* parent);

    [[nodiscard]] const VolumeSettings& settings() const { return settings_; }
    void setSettings(const VolumeSettings& settings);
    /// Offers the layers and cameras that there are.
    void setContent(const VolumeContent& content);

    /// All controls, without scrolling.
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void settingsChanged();
    /// The person wants to look through the chosen camera.
    void lookThroughRequested();

private:
    QCheckBox* addCheck(const QString& name, const QString& text, const QString& tip,
                        bool VolumeSettings::*member);
    /// `toShare` and `toSlider` convert between the slider's 0…1000 and the value.
    struct Curve {
        double (*toValue)(double);
        double (*toSlider)(double);
    };
    QSlider* addSlider(const QString& name, const QString& label, const QString& tip, Curve curve,
                       const std::function<double&(VolumeSettings&)>& value);
    void apply(const std::function<void(VolumeSettings&)>& change);
    void showSettings();

    VolumeSettings settings_;
    std::vector<std::function<void()>> shows_; ///< each brings a control up to date
    std::vector<std::string> layers_, cameras_;
    bool hasColors_ = false;
    QWidget* body_;
    QComboBox* quantity_;
    QComboBox* colors_;
    QComboBox* camera_;
    bool showing_ = false;
};

} // namespace convergence
