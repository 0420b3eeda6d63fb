#include <QTest>
#include <QTextBlock>
#include <QTextDocument>

#include "tests/registered_test.h"
#include "widgets/panels/reading_page.h"
#include "widgets/panels/set_formulas.h"

using namespace convergence;

namespace {

/// The line with its scripts in brackets: [below] or <above>.
QString marked(const QString& line) {
    QString text;
    qsizetype end = 0;
    for (const MathScript& script : mathScripts(line)) {
        text += line.mid(end, script.from - end) +
                (script.isAbove ? "<" + script.text + ">" : "[" + script.text + "]");
        end = script.to;
    }
    return text + line.mid(end);
}

/// Text of a document that is set as index or exponent, in order.
QStringList setIn(const QTextDocument& document) {
    QStringList texts;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next())
        for (auto it = block.begin(); !it.atEnd(); ++it) {
            const QTextFragment fragment = it.fragment();
            if (fragment.charFormat().verticalAlignment() != QTextCharFormat::AlignNormal)
                texts << fragment.text();
        }
    return texts;
}

} // namespace

class SetFormulasTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void indicesAndExponents_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* line, const char* expected) {
            QTest::newRow(line) << QString::fromUtf8(line) << QString::fromUtf8(expected);
        };
        row("x_i ← x_i − ĝ_i", "x[i] ← x[i] − ĝ[i]");
        row("F̄_k a_k, w̄_t, x̃_i", "F̄[k] a[k], w̄[t], x̃[i]");
        row("D_{t+1} = D_t + γ_t (S_t − D_t)", "D[t+1] = D[t] + γ[t] (S[t] − D[t])");
        row("ρ_t = t^−½, ln t/t^¼", "ρ[t] = t<−½>, ln t/t<¼>");
        row("z_iᵀθ and C_i = X_iX_iᵀ/n_i", "z[i]ᵀθ and C[i] = X[i]X[i]ᵀ/n[i]");
        row("Σ g_iw_i, g_ig_i'Δt, r_iΔt", "Σ g[i]w[i], g[i]g[i]'Δt, r[i]Δt");
        row("D_kl = d(Y_k, Y_l), ω_old", "D[kl] = d(Y[k], Y[l]), ω[old]");
        row("mean_S (x_i − λ ĝ_i)", "mean[S] (x[i] − λ ĝ[i])");
        row("A_i(I + αρA_i), ∇F_i(x_i)", "A[i](I + αρA[i]), ∇F[i](x[i])");
        row("(1 − ηΛ)^{−k}, ‖x‖^q, 2^{q−2}, 10^3", "(1 − ηΛ)<−k>, ‖x‖<q>, 2<q−2>, 10<3>");
        row("Δt Σ λ^{t_j−t_i}ΔM_j, e^{−βt_{i+1}}J_{i+1}", "Δt Σ λ<tⱼ−tᵢ>ΔM[j], e<−βtᵢ₊₁>J[i+1]");
        row("λ^Δt z, θ_Δt, dX_t, ∫₀^∞ l dt", "λ<Δt> z, θ[Δt], dX[t], ∫₀<∞> l dt");
        row("E‖ξ‖^p ≤ σ^p, J^θ(t, X_t)", "E‖ξ‖<p> ≤ σ<p>, J<θ>(t, X[t])");
        // Names of the program, and what is not complete, stay as they are.
        row("batch_size, strong_1, ctd_lambda_online, fcc_net",
            "batch_size, strong_1, ctd_lambda_online, fcc_net");
        row("x_ and y^ and _z and {a_{b", "x_ and y^ and _z and {a_{b");
        row("seed_0^2", "seed_0<2>");
    }
    void indicesAndExponents() {
        QFETCH(QString, line);
        QFETCH(QString, expected);
        QCOMPARE(marked(line), expected);
    }

    void textAndCodeAreSetAndReferencesAreNot() {
        QTextDocument document;
        document.setMarkdown("At rest x_i = x^2, with `batch_size`.\n\n"
                             "```\nx_i ← x;  K times:\n    g ← F_{i+1}       a comment\n```\n\n"
                             "```\n@article{a_b,\n  note = {x_i},\n}\n```\n");
        setFormulas(document);
        QCOMPARE(setIn(document), (QStringList{"i", "2", "i", "i+1"}));
        QVERIFY(document.toPlainText().contains("{x_i}"));
        QVERIFY(document.toPlainText().contains("batch_size"));
        QVERIFY(document.toPlainText().contains("    g ← Fi+1\ta comment"));
    }

    void aWidePageHasLinesThatOneReads() {
        ReadingPage page;
        page.setPage(QString("word ").repeated(400) + "\n\n> " + QString("said ").repeated(100));
        page.resize(2400, 600);
        page.show();
        const auto room = [&] {
            const QTextFrameFormat frame = page.document()->rootFrame()->frameFormat();
            return page.viewport()->width() - frame.leftMargin() - frame.rightMargin();
        };
        const int letter = page.fontMetrics().averageCharWidth();
        QVERIFY2(room() <= 76 * letter, qPrintable(QString("%1 of %2").arg(room()).arg(letter)));
        QVERIFY(room() >= 70 * letter);
        page.resize(300, 600);
        QVERIFY(room() > 300 - page.verticalScrollBar()->sizeHint().width() - 20);
        // A quotation has nearly all of it, too.
        const QTextBlock said = page.document()->lastBlock();
        QVERIFY(said.blockFormat().leftMargin() + said.blockFormat().rightMargin() < 3 * letter);
    }
};

REGISTER_GUI_TEST(SetFormulasTest)
#include "set_formulas_test.moc"
