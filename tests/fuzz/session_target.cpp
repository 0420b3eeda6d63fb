// A session as File > Open reads it. What was read is written and read again: the same.

#include "app/sessions/session.h"
#include "tests/fuzz/fuzz_target.h"

using namespace convergence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    SessionDocument session;
    if (!fuzz::survives([&] { session = parseSession(fuzz::textOf(data, size), "The session"); }))
        return 0;
    const std::string text = toText(session);
    if (toText(parseSession(text, "The session as written")) != text)
        fuzz::fail("A session changes when it is saved and opened.");
    return 0;
}
