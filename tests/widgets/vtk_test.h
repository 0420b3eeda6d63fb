#pragma once

#include <QApplication>
#include <QSurfaceFormat>

#include "tests/registered_test.h"
#include "widgets/volume/vtk_widget.h"

namespace convergence::testing {

/// An application whose windows can show VTK's pictures, which has to be said before it is made.
class VtkApplication : public QApplication {
public:
    VtkApplication(int& argc, char** argv) : QApplication(prepared(argc), argv) {}

private:
    static int& prepared(int& argc) {
        QSurfaceFormat::setDefaultFormat(VtkWidget::surfaceFormat());
        return argc;
    }
};

} // namespace convergence::testing

/// A test with widgets that VTK draws into.
#define REGISTER_VTK_TEST(Test) REGISTER_TEST_WITH(convergence::testing::VtkApplication, Test)
