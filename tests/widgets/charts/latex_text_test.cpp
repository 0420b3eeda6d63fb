#include <QTest>

#include "tests/registered_test.h"
#include "widgets/charts/csv_text.h"
#include "widgets/charts/latex_text.h"

using namespace convergence;

class LatexTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void specialCharactersAreEscaped() {
        QCOMPARE(latexText("50 % of a_b & {c}"), std::string("50 \\% of a\\_b \\& \\{c\\}"));
    }
    void symbolsAreMath() {
        QCOMPARE(latexText("η‖∇f‖"), std::string("\\ensuremath{\\eta}\\ensuremath{\\|}"
                                                 "\\ensuremath{\\nabla}f\\ensuremath{\\|}"));
    }
    void neighboringScriptsAreOne() {
        QCOMPARE(latexText("10⁻¹²"), std::string("10\\ensuremath{^{-12}}"));
        QCOMPARE(latexText("XXᵀ"), std::string("XX\\ensuremath{^{{\\mathsf T}}}"));
    }
    void unknownCharactersAreNamed() { QCOMPARE(latexText("⊕"), std::string("U+2295")); }
    void csvFieldsFollowRfc4180() {
        QCOMPARE(csvField(std::string_view("plain")), std::string("plain"));
        QCOMPARE(csvField(std::string_view("a,\"b\"")), std::string("\"a,\"\"b\"\"\""));
        QCOMPARE(csvField(0.1), std::string("0.1"));
    }
};

REGISTER_TEST(LatexTextTest)
#include "latex_text_test.moc"
