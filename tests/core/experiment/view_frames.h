#pragma once

#include "core/experiment/frames.h"
#include "core/experiment/not_applicable.h"

namespace convergence::testing {

/// Small frames that use every member of their kind.

inline TableFrame clientsTable() {
    return {.rowTitle = "client",
            .rows = {"alpha", "beta", "gamma"},
            .columns = {{.label = "samples",
                         .unit = "",
                         .values = {30.0, 10.0, 20.0},
                         .best = TableFrame::Best::none,
                         .hasBars = true},
                        {.label = "error",
                         .unit = "m",
                         .values = {0.5, 0.25, notApplicable},
                         .best = TableFrame::Best::smallest,
                         .digits = 3},
                        {.label = "state", .values = {}, .texts = {"waits", "sends", "a, b"}}}};
}

inline TimelineFrame roundsTimeline() {
    return {.lanes = {"server", "client 1", "client 2"},
            .kinds = {"computes", "sends"},
            .intervals = {{1, 0, 0.0, 1.0, 0.25}, {2, 0, 0.0, 2.0}, {0, 1, 2.0, 2.5, 7.0}},
            .instants = {{2, 1, 1.5}},
            .arrows = {{1, 0, 1, 1.0, 2.0}, {2, 0, 1, 2.0, 2.0}},
            .valueLabel = "cost"};
}

inline PointsFrame fourPoints() {
    return {.label = "samples",
            .x = {0.0F, 1.0F, 0.0F, 1.0F},
            .y = {0.0F, 0.0F, 2.0F, 2.0F},
            .values = {1.0F, 2.0F, 3.0F, 4.0F},
            .valueLabel = "energy",
            .valueUnit = "J",
            .classes = {0, 1, 0, 1},
            .classLabels = {"even", "odd"},
            .names = {"a", "b", "c", "d"},
            .behind = {.label = "data", .x = {0.5F}, .y = {1.0F}},
            .contours = PointsFrame::Contours::ofPoints,
            .ellipses = {{"all", 0.5, 1.0, 1.2, 0.6, 1.5, 1}},
            .thumbnailWidth = 1,
            .thumbnailHeight = 2,
            .thumbnails = std::vector<std::uint8_t>(4 * 2 * 3, 200)};
}

inline PointsFrame fourPointsInSpace() {
    PointsFrame frame = fourPoints();
    frame.z = {-1.0F, 0.0F, 1.0F, 3.0F};
    frame.behind.z = {0.5F};
    return frame;
}

inline GraphFrame squareGraph() {
    return {.x = {0.0F, 1.0F, 1.0F, 0.0F},
            .y = {0.0F, 0.0F, 1.0F, 1.0F},
            .values = {1.0F, 2.0F, 3.0F, 4.0F},
            .valueLabel = "cost",
            .valueUnit = "s",
            .classes = {0, 0, 1, 1},
            .classLabels = {"low", "high"},
            .sizes = {1.0F, 2.0F, 1.0F, 0.5F},
            .labels = {"a", "b", "c", "d"},
            .isHighlighted = {1, 0, 0, 0},
            .edges = {{0, 1, 1.0F}, {1, 2, 2.0F}, {2, 3, 0.5F}, {3, 0, 1.0F}},
            .isDirected = true,
            .weightLabel = "weight",
            .highlightedEdges = {1}};
}

/// A pendulum of length 1 about the origin that turns by a quarter, in three poses.
inline SceneFrame pendulum() {
    using Kind = SceneFrame::ShapeKind;
    return {
        .shapes = {{.kind = Kind::line, .x = {-1.0, 1.0}, .y = {0.0, 0.0}},
                   {.kind = Kind::line, .body = 0, .x = {0.0, 1.0}, .y = {0.0, 0.0}, .width = 2.0},
                   {.kind = Kind::circle,
                    .body = 1,
                    .x = {0.0},
                    .y = {0.0},
                    .radius = 0.1,
                    .color = 0,
                    .isFilled = false},
                   {.kind = Kind::polygon, .x = {-1, 1, 0}, .y = {-1.5, -1.5, -1.2}},
                   {.kind = Kind::text, .x = {0.0}, .y = {0.5}, .text = "pivot"}},
        .bodies = 2,
        .bodyLabels = {"rod", "bob"},
        .bodyColors = {-1, 0},
        .times = {0.0, 0.5, 1.0},
        .timeLabel = "t",
        .timeUnit = "s",
        .poses = {{0.0F, 0.0F, 0.0F},
                  {1.0F, 0.0F, 0.0F},
                  {0.0F, 0.0F, 0.7853982F},
                  {0.7071068F, 0.7071068F, 0.0F},
                  {0.0F, 0.0F, 1.5707964F},
                  {0.0F, 1.0F, 0.0F}},
        .hasTrail = {0, 1},
        .captions = {"let go", "", "upright"},
        .secondsToPlay = 2.0,
        .camera = SceneFrame::Camera::follows,
        .followed = 1,
        .viewHeight = 4.0};
}

} // namespace convergence::testing
