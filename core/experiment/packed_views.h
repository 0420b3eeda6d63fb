#pragma once

#include "core/experiment/bytes.h"
#include "core/experiment/frames.h"

namespace convergence {

/// Tables, timelines, points, graphs and scenes as bytes (packFrames()).
void putFrame(ByteWriter& out, const TableFrame& frame);
void putFrame(ByteWriter& out, const TimelineFrame& frame);
void putFrame(ByteWriter& out, const PointsFrame& frame);
void putFrame(ByteWriter& out, const GraphFrame& frame);
void putFrame(ByteWriter& out, const SceneFrame& frame);

/// The inverses. Throw InputError for bytes that end early, and for frames that could not be drawn
/// (frameTrouble()).
TableFrame getTable(ByteReader& in);
TimelineFrame getTimeline(ByteReader& in);
PointsFrame getPoints(ByteReader& in);
GraphFrame getGraph(ByteReader& in);
SceneFrame getScene(ByteReader& in);

void putTexts(ByteWriter& out, const std::vector<std::string>& texts);
std::vector<std::string> getTexts(ByteReader& in);

} // namespace convergence
