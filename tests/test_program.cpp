#include "tests/registered_test.h"

#include <cstdio>
#include <map>
#include <string>

namespace convergence::testing {

namespace {

std::map<std::string, RegisteredTest::Run, std::less<>>& registeredTests() {
    static std::map<std::string, RegisteredTest::Run, std::less<>> tests;
    return tests;
}

/// The part of a source's path below the program's folder, without "_test.cpp".
std::string nameOf(std::string_view source, std::string_view folder) {
    const std::size_t start = source.rfind(folder) + folder.size();
    const std::string_view ending = "_test.cpp";
    return std::string(source.substr(start, source.size() - start - ending.size()));
}

} // namespace

RegisteredTest::RegisteredTest(std::string_view source, std::string_view folder, Run run) {
    registeredTests().emplace(nameOf(source, folder), run);
}

} // namespace convergence::testing

int main(int argc, char** argv) {
    const auto& tests = convergence::testing::registeredTests();
    const auto chosen = argc > 1 ? tests.find(std::string_view(argv[1])) : tests.end();
    if (chosen == tests.end()) {
        std::fprintf(stderr, "Name one of the tests of this program first:\n");
        for (const auto& [name, run] : tests)
            std::fprintf(stderr, "  %s\n", name.c_str());
        return 2;
    }
    // What a test keeps between two starts of the program is its own, and gone with it.
    const QTemporaryDir home;
    qputenv("XDG_DATA_HOME", home.path().toUtf8());
    qputenv("XDG_CONFIG_HOME", home.path().toUtf8());
    qputenv("XDG_CACHE_HOME", home.path().toUtf8());
    argv[1] = argv[0];
    return chosen->second(argc - 1, argv + 1);
}
