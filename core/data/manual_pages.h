#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/source_fingerprint.h"

namespace convergence {

/// The manual pages of one language as they are written (roff), for texts of several languages of
/// very unequal sizes. For pages as plain text see core/data/ready_texts.h, or plainManualPage().
struct ManualPages {
    std::string text; ///< of all pages, one after another in order of path (as bytes)
    SourceFingerprint fingerprint;
};

/// Languages that Debian has a package of translated pages for, by their code: "de", "pt_BR".
std::vector<std::string> manualLanguages();

/// All pages ROOT/usr/share/man/LANGUAGE/man*/*.gz that are no links. Where the system keeps a
/// list of the files of the language's package (dpkg), of these only: other packages bring a page
/// or two, which would make every machine's text another one.
///
/// `root` is another place for the same tree, e.g. of an unpacked package. Throws InputError for an
/// unknown language, saying which there are; naming the package if there are no pages; naming the
/// file for a page that is damaged; and for more than 256 MB.
ManualPages manualPages(std::string_view language, const std::filesystem::path& root = "/");

} // namespace convergence
