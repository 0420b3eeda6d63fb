// The small inputs of tests/data/cases, by what becomes of them: whatever lies there is tested.

#pragma once

#include <QDir>
#include <QtTest>

namespace convergence::testing {

inline const QString casesFolder = TEST_DATA "/cases/";

/// Meshes that are refused in one sentence, as their README names them.
inline const QStringList refusedMeshes{"index_out.ply", "lying_count.ply", "little_truncated.ply",
                                       "nan.ply",       "points_only.ply", "short.stl",
                                       "zero_index.obj"};

/// Scenes that can be trained on, as paths below the folder: all other meshes, and photographs.
inline QStringList readableScenes() {
    QStringList paths;
    for (const QString& name : QDir(casesFolder + "meshes").entryList(QDir::Files))
        if (!refusedMeshes.contains(name))
            paths << "meshes/" + name;
    for (const QString& name :
         QDir(casesFolder + "scenes").entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        paths << "scenes/" + name;
    return paths;
}

/// Gradient norms, as paths below the folder.
inline QStringList normTables() {
    QStringList paths;
    for (const QString& name : QDir(casesFolder + "tables").entryList(QDir::Files))
        paths << "tables/" + name;
    return paths;
}

/// A row of test data for each, in the column "path".
inline void addRows(const QStringList& paths) {
    QTest::addColumn<QString>("path");
    for (const QString& path : paths)
        QTest::newRow(qPrintable(path)) << path;
}

} // namespace convergence::testing
