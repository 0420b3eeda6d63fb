// A shared library that exports something else.
extern "C" int answer() {
    return 42;
}
