#include <numeric>

#include <QtTest>

#include "core/data/text.h"
#include "core/error.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

class TextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void charactersAreNumberedByCodePointAndComeBack() {
        std::string text;
        for (int i = 0; i < 300; ++i)
            text += "bañ€ ";
        const auto dataset = makeText(text, TextUnit::characters, "test");
        QCOMPARE(dataset.tokens, (std::vector<std::string>{" ", "a", "b", "ñ", "€"}));
        QCOMPARE(dataset.train.size(), std::size_t{1350});
        QCOMPARE(dataset.decode(dataset.train) + dataset.decode(dataset.test), text);
    }
    void bytesStandForThemselves() {
        const auto dataset = makeText(std::string(2000, '\xff'), TextUnit::bytes, "test");
        QCOMPARE(dataset.vocabulary(), 256);
        QCOMPARE(dataset.train.front(), 255);
    }
    void whatIsNotUtf8IsRefusedWithItsPlace() {
        std::string text(2000, 'x');
        text[1234] = '\x80';
        expectRefusal([&] { (void)makeText(text, TextUnit::characters, "test"); }, "1234");

        QVERIFY_THROWS_EXCEPTION(InputError, (void)makeText("short", TextUnit::bytes, "test"));
        QVERIFY_THROWS_EXCEPTION(InputError, (void)loadText("/no/such/file"));
    }
    void windowsAreFollowedByTheirSuccessorsAndCanBeRepeated() {
        std::vector<std::int32_t> text(500);
        std::iota(text.begin(), text.end(), 0);
        std::vector<std::int32_t> inputs(40), targets(40), again(40);
        drawWindows(text, {.length = 10, .seed = 3, .step = 17}, inputs, targets);
        drawWindows(text, {.length = 10, .seed = 3, .step = 18}, again, targets);
        QVERIFY(inputs != again);
        drawWindows(text, {.length = 10, .seed = 3, .step = 17}, again, targets);
        QCOMPARE(again, inputs);
        for (std::size_t i = 0; i < 40; ++i) {
            QCOMPARE(targets[i], inputs[i] + 1);
            if (i % 10 > 0)
                QCOMPARE(inputs[i], inputs[i - 1] + 1);
        }
        QVERIFY_THROWS_EXCEPTION(
            InputError, drawWindows(text, {.length = 500, .seed = 1, .step = 1}, inputs, targets));
    }
};

REGISTER_TEST(TextTest)
#include "text_test.moc"
