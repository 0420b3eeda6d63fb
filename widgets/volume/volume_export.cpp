#include "widgets/volume/volume_export.h"

#include <cmath>

#include <fmt/format.h>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPLYWriter.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkUnsignedCharArray.h>
#include <vtkXMLImageDataWriter.h>

#include "core/data/output_file.h"
#include "core/error.h"
#include "widgets/charts/csv_text.h"

namespace convergence {

namespace {

/// Calls visit(index with x fastest, index with z fastest) for all points.
void eachPoint(const VolumeFrame& frame, const auto& visit) {
    const auto [nx, ny, nz] = frame.size;
    for (std::size_t z = 0; z < nz; ++z)
        for (std::size_t y = 0; y < ny; ++y)
            for (std::size_t x = 0; x < nx; ++x)
                visit((z * ny + y) * nx + x, (x * ny + y) * nz + z);
}

void addValues(vtkImageData& image, const VolumeFrame& frame, const std::string& name,
               const std::vector<float>& values) {
    vtkNew<vtkFloatArray> array;
    array->SetName(name.c_str());
    array->SetNumberOfTuples(vtkIdType(values.size()));
    float* to = array->GetPointer(0);
    eachPoint(frame, [&](std::size_t out, std::size_t in) { to[out] = values[in]; });
    image.GetPointData()->AddArray(array);
}

} // namespace

QString volumeCsv(const VolumeFrame& frame, const VolumeSettings& settings) {
    std::string text = "x,y,z,opacity";
    if (!frame.rgb.empty())
        text += ",red,green,blue";
    for (const VolumeFrame::Layer& layer : frame.layers)
        text +=
            "," + csvField(std::string_view(
                      layer.unit.empty() ? layer.label : layer.label + " [" + layer.unit + "]"));
    text += "\r\n";
    const std::vector<float>& values = shownValues(frame, settings.quantity);
    const ValueRange range = shownRange(frame, settings.quantity);
    for (std::size_t at = 0; at < values.size(); ++at) {
        const double share = range.share(double(values[at]));
        if (!(share > 0.0 && share >= settings.threshold))
            continue;
        const std::array<std::size_t, 3> index = {at / (frame.size[1] * frame.size[2]),
                                                  at / frame.size[2] % frame.size[1],
                                                  at % frame.size[2]};
        for (std::size_t axis = 0; axis < 3; ++axis)
            text += csvField(std::lerp(frame.low[axis], frame.high[axis],
                                       double(index[axis]) / double(frame.size[axis] - 1))) +
                    ",";
        text += csvField(double(frame.opacity[at]));
        for (std::size_t c = 0; !frame.rgb.empty() && c < 3; ++c)
            text += "," + std::to_string(frame.rgb[3 * at + c]);
        for (const VolumeFrame::Layer& layer : frame.layers)
            text += "," + csvField(double(layer.values[at]));
        text += "\r\n";
    }
    return QString::fromStdString(text);
}

void writeVti(const VolumeFrame& frame, const std::filesystem::path& path) {
    vtkNew<vtkImageData> image;
    image->SetDimensions(int(frame.size[0]), int(frame.size[1]), int(frame.size[2]));
    image->SetOrigin(frame.low.data());
    std::array<double, 3> spacing{};
    for (std::size_t a = 0; a < 3; ++a)
        spacing[a] = (frame.high[a] - frame.low[a]) / double(frame.size[a] - 1);
    image->SetSpacing(spacing.data());
    addValues(*image, frame, "opacity", frame.opacity);
    image->GetPointData()->SetActiveScalars("opacity");
    if (!frame.rgb.empty()) {
        vtkNew<vtkUnsignedCharArray> colors;
        colors->SetName("rgb");
        colors->SetNumberOfComponents(3);
        colors->SetNumberOfTuples(vtkIdType(frame.opacity.size()));
        std::uint8_t* to = colors->GetPointer(0);
        eachPoint(frame, [&](std::size_t out, std::size_t in) {
            std::copy_n(&frame.rgb[3 * in], 3, to + 3 * out);
        });
        image->GetPointData()->AddArray(colors);
    }
    for (const VolumeFrame::Layer& layer : frame.layers)
        addValues(*image, frame, layer.label, layer.values);
    vtkNew<vtkXMLImageDataWriter> writer;
    writer->SetInputData(image);
    writer->SetDataModeToAppended();
    writer->EncodeAppendedDataOff();
    writer->SetCompressorTypeToZLib();
    writer->SetHeaderTypeToUInt64();
    writer->WriteToOutputStringOn();
    if (!writer->Write())
        throw InputError(fmt::format("The volume cannot be written as {}.", path.string()));
    writeWholeFile(path, writer->GetOutputString());
}

void writePly(const TriangleMesh& mesh, const std::filesystem::path& path) {
    if (mesh.triangles.empty())
        throw InputError(fmt::format("The file {} was not written: there is no surface at this "
                                     "level; choose a level that the volume crosses.",
                                     path.string()));
    vtkNew<vtkPoints> points;
    vtkNew<vtkFloatArray> normals;
    vtkNew<vtkUnsignedCharArray> colors;
    normals->SetNumberOfComponents(3);
    normals->SetName("Normals");
    colors->SetNumberOfComponents(3);
    colors->SetName("rgb");
    for (std::size_t i = 0; i < mesh.points.size(); i += 3) {
        points->InsertNextPoint(&mesh.points[i]);
        normals->InsertNextTuple(&mesh.normals[i]);
        colors->InsertNextTypedTuple(&mesh.rgb[i]);
    }
    vtkNew<vtkCellArray> triangles;
    for (std::size_t i = 0; i + 2 < mesh.triangles.size(); i += 3) {
        const vtkIdType corners[] = {mesh.triangles[i], mesh.triangles[i + 1],
                                     mesh.triangles[i + 2]};
        triangles->InsertNextCell(3, corners);
    }
    vtkNew<vtkPolyData> surface;
    surface->SetPoints(points);
    surface->SetPolys(triangles);
    surface->GetPointData()->SetNormals(normals);
    surface->GetPointData()->AddArray(colors);
    vtkNew<vtkPLYWriter> writer;
    writer->SetInputData(surface);
    writer->SetArrayName("rgb");
    writer->SetFileTypeToBinary();
    // The writer cannot make a binary string; it only sees a file that can be written.
    writeWholeFile(path, "");
    const std::filesystem::path part = path.string() + ".part.ply"; // it insists on the suffix
    writer->SetFileName(part.string().c_str());
    writer->Write();
    std::filesystem::rename(part, path);
}

} // namespace convergence
