// Compiled with vtk_module_autoinit: these two then register the implementations of their modules
// (OpenGL, FreeType, ray casting) when the library is loaded.
#include <vtkRenderingCoreModule.h>
#include <vtkRenderingVolumeModule.h>
