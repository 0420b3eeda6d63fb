#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace convergence {

/// A whole episode of things that move in a plane: an arm, a pendulum, robots in a maze. The view
/// plays it on a clock of its own, in a loop; a solver makes a new episode when it evaluates.
///
/// Bodies are rigid: shapes are in the coordinates of their body, and a pose moves all of them.
struct SceneFrame {
    static constexpr std::size_t mostShapes = 10'000;
    static constexpr std::size_t mostPoses = 5'000'000; ///< bodies × times

    enum class ShapeKind {
        line,    ///< an open path through `x`, `y`
        polygon, ///< closed
        circle,  ///< about the one point of `x`, `y`
        text,    ///< `text`, its middle at the one point, upright whatever the pose
    };
    struct Shape {
        ShapeKind kind = ShapeKind::line;
        int body = -1;            ///< −1: fixed in the world
        std::vector<double> x, y; ///< in coordinates of the body
        double radius = 0.0;      ///< of a circle, in scene units; positive
        std::string text = {};    ///< of a text
        int color = -1;           ///< as of the i-th arm; −1: of text and outlines
        bool isFilled = true;     ///< polygon, circle
        double width = 1.0;       ///< of lines, relative to a curve's
    };
    std::vector<Shape> shapes; ///< later ones lie over earlier ones

    struct Pose {
        float x = 0.0F, y = 0.0F;
        float angle = 0.0F; ///< in radians from x to y
    };
    std::size_t bodies = 0;
    std::vector<std::string> bodyLabels = {}; ///< one a body, in the legend; empty: none
    std::vector<int> bodyColors = {};         ///< one a body, as Shape::color; empty: −1
    std::vector<double> times = {};           ///< increasing; of an episode that stands still: one
    std::string timeLabel = {};               ///< "t"
    std::string timeUnit = {};
    std::vector<Pose> poses = {};            ///< row-major, times × bodies
    std::vector<std::uint8_t> hasTrail = {}; ///< one a body: its way so far is drawn
    std::vector<std::string> captions = {};  ///< one a time, shown over the scene; empty: none
    double secondsToPlay = 5.0;              ///< the whole episode

    enum class Camera { fits, follows };
    Camera camera = Camera::fits; ///< shows all that there ever is to see, or follows a body
    std::size_t followed = 0;     ///< body
    double viewHeight = 0.0;      ///< of a camera that follows, in scene units; 0: as much as fits
};

} // namespace convergence
