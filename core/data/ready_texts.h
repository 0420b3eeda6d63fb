#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/text.h"

namespace convergence {

/// A text that Debian packages bring along.
struct ReadyText {
    std::string id;      ///< e.g. "manual-de"
    std::string title;   ///< e.g. "Manual pages in German"
    std::string package; ///< that it takes
    bool installed = false;
};

/// The King James Bible, and manual pages in several languages; which of them are installed here.
std::vector<ReadyText> readyTexts();

/// Characters or bytes of a ready text, at most `mostBytes` from the start on.
///
/// Manual pages are taken in order of section (7, 5, 1) and name, without their mark-up; which
/// pages there are depends on what is installed, and `source` says how many they were. The verses
/// of the King James Bible are lines that begin with their place, e.g. "Ge1:1 In the beginning".
///
/// Throws InputError for an unknown id, saying which there are, and for a text that is not
/// installed, naming the package that it takes.
TextDataset readyText(std::string_view id, TextUnit unit = TextUnit::characters,
                      std::size_t mostBytes = 2'000'000);

/// The King James Bible, one verse a line after its place, or its first `mostBytes` (4,404,412
/// bytes of 73 different characters in all). Throws InputError naming the package if it is not
/// installed.
std::string kingJamesText(std::size_t mostBytes = std::string::npos);

/// A manual page as plain text: what remains of it without requests, macros and changes of font.
std::string plainManualPage(std::string_view roff);

} // namespace convergence
