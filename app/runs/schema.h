#pragma once

#include "app/runs/sql_connection.h"

namespace convergence {

/// The version of the tables that this program reads and writes.
int currentSchemaVersion();

/// Brings the tables from whatever older version (0: an empty file) to `version`, one step a
/// transaction. Throws DatabaseError, also for tables of a newer version, which are left alone.
void migrate(SqlConnection& connection, int version);

} // namespace convergence
