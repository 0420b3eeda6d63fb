// Compiled for x86-64-v4, see CMakeLists.txt.
#define KERNEL_NAMESPACE avx512
#define KERNEL_TILE_ROWS 8
#define KERNEL_TILE_VECTORS 2
#include "core/radiance/kernels/table.h"
