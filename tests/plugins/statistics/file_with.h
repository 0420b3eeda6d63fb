#pragma once

#include <fstream>
#include <string>

#include <QTemporaryDir>

/// A file of a folder that holds this text; its path.
inline std::string fileWith(const QTemporaryDir& folder, const char* name,
                            const std::string& text) {
    const std::string path = (folder.path() + "/" + name).toStdString();
    std::ofstream(path) << text;
    return path;
}
