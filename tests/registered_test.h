#pragma once

#include <string_view>

#include <QtTest>

namespace convergence::testing {

/// A test class of a program that holds those of a whole folder. The program runs the one that its
/// first argument names ("schedule", "matrix-sensing/experiment"), alone in its process; the
/// arguments after it are QTest's.
class RegisteredTest {
public:
    using Run = int (*)(int argc, char** argv);
    /// `source`: the file that declares the test; its path from `folder` (from the root of the
    /// tree, "tests/core/optim/") without "_test.cpp" is the name.
    RegisteredTest(std::string_view source, std::string_view folder, Run run);
};

/// Creates the application, then the test, and runs it.
template <class Application, class Test>
int runTest(int argc, char** argv) {
    Application application(argc, argv);
    Application::setApplicationName("convergence-lab");
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace convergence::testing

/// At the end of a test's file, before its ".moc". TEST_FOLDER is the program's
/// (tests/CMakeLists.txt).
#define REGISTER_TEST_WITH(Application, Test)                                                      \
    static const convergence::testing::RegisteredTest registered##Test(                            \
        __FILE__, TEST_FOLDER, convergence::testing::runTest<Application, Test>);
#define REGISTER_TEST(Test) REGISTER_TEST_WITH(QCoreApplication, Test)
#define REGISTER_GUI_TEST(Test) REGISTER_TEST_WITH(QApplication, Test)
