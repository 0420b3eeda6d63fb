#pragma once

#include <string>
#include <vector>

#include "app/report/comparison.h"
#include "app/report/report.h"

namespace convergence {

/// The pages of a report: one with the table of all claims, and one a paper. Well-formed XML as
/// well as HTML, with all text escaped; nothing is loaded but the pictures beside them.

/// What all pages have: the template (resources/report/page.html) with the marks title, style and
/// content, and the style that goes into it.
struct PageFrame {
    std::string page;
    std::string style;
};

/// A chart beside the pages.
struct PageFigure {
    std::string claim; ///< id of the claim that it belongs to
    std::string title;
    std::string help;    ///< what to look at
    std::string caption; ///< which run, which fits
    std::string command; ///< makes the run, for a POSIX shell
    std::string file;    ///< name of the picture; it suits light and dark
    std::string narrowFile;
    /// The same in dark, where one picture cannot be both; empty otherwise.
    std::string darkFile;
    std::string darkNarrowFile;
};

/// index.html; `comparison` may be null.
std::string overviewPage(const Report& report, const ReportComparison* comparison,
                         const PageFrame& frame);

/// <id>.html. `article` is markup on the paper itself, from articleMarkup(); may be empty.
std::string paperPage(const Report& report, const ReportedExperiment& experiment,
                      const std::vector<PageFigure>& figures, const std::string& article,
                      const PageFrame& frame);

/// The name of a paper's page.
std::string pageName(const ReportedExperiment& experiment);

} // namespace convergence
