#define KERNEL_NAMESPACE baseline
#define KERNEL_TILE_ROWS 6
#define KERNEL_TILE_VECTORS 1
#include "core/radiance/kernels/table.h"
