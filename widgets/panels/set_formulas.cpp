#include "widgets/panels/set_formulas.h"

#include <algorithm>
#include <array>
#include <optional>

#include <QFontMetricsF>
#include <QRegularExpression>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>

namespace convergence {

namespace {

constexpr std::array operations = {"mean", "max", "min",  "argmin", "argmax", "sup",  "inf", "lim",
                                   "log",  "exp", "prox", "proj",   "tr",     "diag", "Var", "Pr"};

bool isLatin(QChar c) {
    return c.isLetter() && c.script() == QChar::Script_Latin &&
           c.category() != QChar::Letter_Modifier;
}

bool isSmallLatin(QChar c) {
    return c >= u'a' && c <= u'z';
}

bool isMark(QChar c) {
    return c.isMark();
}

/// ½, ², ₀ and their like, which are numbers but no digits.
bool isSetNumber(QChar c) {
    return c.category() == QChar::Number_Other;
}

/// Indices within scripts, as far as there are characters for them: "t_j" is "tⱼ".
QString withSmallIndices(QString text) {
    static const QString letters = "aehijklmnoprstuvx0123456789";
    static const QString small = "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₀₁₂₃₄₅₆₇₈₉";
    for (qsizetype i = text.indexOf('_'); i >= 0 && i + 1 < text.size();
         i = text.indexOf('_', i + 1)) {
        qsizetype from = i + 1, to = i + 2;
        const bool hasBraces = text[from] == u'{';
        if (hasBraces)
            to = text.indexOf('}', from);
        if (to < 0)
            break;
        QString set;
        const QString typed = text.mid(from, to - from).remove('{');
        for (const QChar c : typed)
            if (const auto at = letters.indexOf(c); at >= 0)
                set += small[at];
            else if (c == u'+' || c == u'−')
                set += c == u'+' ? u'₊' : u'₋';
        const qsizetype wanted = to - from - (hasBraces ? 1 : 0);
        if (set.size() == wanted)
            text.replace(i, to + (hasBraces ? 1 : 0) - i, set);
    }
    return text;
}

class Scanner {
public:
    explicit Scanner(const QString& line) : line_(line) {}

    std::vector<MathScript> scripts() {
        std::vector<MathScript> found;
        for (qsizetype i = 0; i < line_.size();) {
            const QChar c = line_[i];
            if (c == u'_' || c == u'^') {
                if (const auto script = carries(i) ? scriptAt(i) : std::nullopt) {
                    found.push_back(*script);
                    i = word_ = script->to;
                    continue;
                }
            }
            // An underscore that is no mark belongs to a name, which is one word.
            if (!isLatin(c) && !isMark(c) && c != u'_')
                word_ = i + 1;
            ++i;
        }
        return found;
    }

private:
    /// Whether what is before a mark can have a script.
    [[nodiscard]] bool carries(qsizetype mark) const {
        if (mark == 0)
            return false;
        const QChar before = line_[mark - 1];
        if (mark > word_) {
            QString word;
            for (const QChar c : line_.mid(word_, mark - word_))
                if (!isMark(c))
                    word += c;
            return word.size() == 1 || (word.size() == 2 && word[0] == u'd' && word[1].isUpper()) ||
                   std::any_of(operations.begin(), operations.end(),
                               [&](const char* name) { return word == QLatin1String(name); });
        }
        if (before.isLetter() || isMark(before) || isSetNumber(before))
            return true;
        if (before.isDigit())
            return line_[mark] == u'^';
        return QString(")]}‖|⟩′'*∫Σ∑Π∏∗").contains(before);
    }

    [[nodiscard]] std::optional<MathScript> scriptAt(qsizetype mark) const {
        const bool isAbove = line_[mark] == u'^';
        const auto end = line_.size();
        qsizetype at = mark + 1;
        if (at >= end)
            return std::nullopt;
        if (line_[at] == u'{') {
            int depth = 0;
            for (qsizetype i = at; i < end; ++i) {
                depth += line_[i] == u'{' ? 1 : line_[i] == u'}' ? -1 : 0;
                if (depth == 0)
                    return MathScript{mark, i + 1, withSmallIndices(line_.mid(at + 1, i - at - 1)),
                                      isAbove};
            }
            return std::nullopt;
        }
        if (isAbove && QString("-−+").contains(line_[at]))
            ++at;
        qsizetype to = at;
        const auto isPart = [&](auto test) {
            while (to < end && test(line_[to]))
                ++to;
            return to > at;
        };
        const bool isScript = isPart([](QChar c) { return c.isDigit() || isSetNumber(c); }) ||
                              isPart([](QChar c) { return isSmallLatin(c); });
        if (isScript) {
            const bool hasScript = to < end && (line_[to] == u'_' || line_[to] == u'^');
            if (hasScript && to - at > 1 && isSmallLatin(line_[to - 1]))
                --to;
        } else if (at < end && (line_[at].isLetter() || QString("*∞∗†").contains(line_[at]))) {
            to = at + 1;
            if (line_[at] == u'Δ' && to < end && isSmallLatin(line_[to]))
                ++to;
        } else {
            return std::nullopt;
        }
        while (to < end && isMark(line_[to]))
            ++to;
        return MathScript{mark, to, line_.mid(mark + 1, to - mark - 1), isAbove};
    }

    const QString& line_;
    qsizetype word_ = 0; ///< where the run of letters before the present place begins
};

bool isCode(const QTextBlock& block) {
    return block.blockFormat().hasProperty(QTextFormat::BlockCodeFence) ||
           block.blockFormat().hasProperty(QTextFormat::BlockCodeLanguage);
}

void setScripts(const QTextBlock& block) {
    const std::vector<MathScript> scripts = mathScripts(block.text());
    for (auto script = scripts.rbegin(); script != scripts.rend(); ++script) {
        QTextCursor cursor(block);
        cursor.setPosition(block.position() + int(script->to) - 1);
        cursor.setPosition(block.position() + int(script->to), QTextCursor::KeepAnchor);
        QTextCharFormat format = cursor.charFormat();
        format.setVerticalAlignment(script->isAbove ? QTextCharFormat::AlignSuperScript
                                                    : QTextCharFormat::AlignSubScript);
        cursor.setPosition(block.position() + int(script->from));
        cursor.setPosition(block.position() + int(script->to), QTextCursor::KeepAnchor);
        cursor.insertText(script->text, format);
    }
}

/// Where the comment beside a line of code begins; −1: it has none.
qsizetype commentOf(const QString& line) {
    static const QRegularExpression gap("\\S {3,}(?=\\S)");
    const auto match = gap.match(line);
    return match.hasMatch() ? match.capturedEnd() : -1;
}

/// Lines that are too long go on below, further in; comments begin at one place again, though
/// scripts are narrower than what they were typed as.
void arrangeCode(const std::vector<QTextBlock>& lines) {
    if (lines.empty())
        return;
    double width = 0.0;
    for (const QTextBlock& block : lines) {
        const QFontMetricsF type(block.begin().fragment().charFormat().font());
        const qsizetype comment = commentOf(block.text());
        if (comment < 0)
            continue;
        const QString before = block.text().left(comment).trimmed();
        width = std::max(width, type.horizontalAdvance(block.text().left(
                                    block.text().indexOf(before) + before.size())));
    }
    for (const QTextBlock& block : lines) {
        const QFontMetricsF type(block.begin().fragment().charFormat().font());
        const double step = 4.0 * type.averageCharWidth();
        QTextCursor cursor(block);
        if (const qsizetype comment = commentOf(block.text()); comment >= 0) {
            qsizetype from = comment;
            while (from > 0 && block.text()[from - 1] == u' ')
                --from;
            cursor.setPosition(block.position() + int(from));
            cursor.setPosition(block.position() + int(comment), QTextCursor::KeepAnchor);
            cursor.insertText("\t", block.begin().fragment().charFormat());
        }
        QTextBlockFormat format = block.blockFormat();
        format.setNonBreakableLines(false);
        format.setLeftMargin(step);
        format.setTextIndent(-step);
        format.setTabPositions({QTextOption::Tab(width + step, QTextOption::LeftTab)});
        cursor.setBlockFormat(format);
    }
}

} // namespace

std::vector<MathScript> mathScripts(const QString& line) {
    return Scanner(line).scripts();
}

void setFormulas(QTextDocument& document) {
    std::vector<QTextBlock> code;
    bool isReference = false;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        if (!isCode(block)) {
            arrangeCode(code);
            code.clear();
            isReference = false;
            setScripts(block);
            continue;
        }
        isReference = isReference || block.text().startsWith('@');
        if (!isReference)
            setScripts(block);
        if (!block.text().isEmpty())
            code.push_back(block);
    }
    arrangeCode(code);
}

} // namespace convergence
