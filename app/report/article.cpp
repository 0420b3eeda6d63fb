#include "app/report/article.h"

#include <algorithm>

#include <QTextBlock>
#include <QTextDocument>
#include <QTextList>
#include <QTextTable>
#include <fmt/format.h>

#include "app/report/markup.h"
#include "widgets/panels/set_formulas.h"

namespace convergence {

namespace {

class Writer {
public:
    std::string markupOf(const QTextFrame& frame) {
        std::string markup;
        QTextList* list = nullptr;
        std::string items, code;
        const auto endGroups = [&] {
            if (list)
                markup += element(isNumbered(*list) ? "ol" : "ul", items);
            if (!code.empty())
                markup += element("pre", element("code", code));
            list = nullptr;
            items.clear();
            code.clear();
        };
        for (auto it = frame.begin(); !it.atEnd(); ++it) {
            if (const QTextFrame* inner = it.currentFrame()) {
                endGroups();
                const auto* table = qobject_cast<const QTextTable*>(inner);
                markup += table ? tableMarkup(*table) : markupOf(*inner);
                continue;
            }
            const QTextBlock block = it.currentBlock();
            const bool isCode = block.blockFormat().hasProperty(QTextFormat::BlockCodeLanguage) ||
                                block.blockFormat().hasProperty(QTextFormat::BlockCodeFence);
            if (isCode) {
                if (code.empty())
                    endGroups();
                code += escaped(block.text().toStdString()) + "\n";
                continue;
            }
            if (QTextList* own = block.textList()) {
                if (own != list) {
                    endGroups();
                    list = own;
                }
                items += element("li", textOf(block));
                continue;
            }
            endGroups();
            if (!block.text().trimmed().isEmpty())
                markup += element(nameOf(block), textOf(block));
        }
        endGroups();
        return markup;
    }

private:
    static bool isNumbered(const QTextList& list) {
        return list.format().style() <= QTextListFormat::ListDecimal;
    }

    /// Its heading below those of the page, or a paragraph.
    static std::string nameOf(const QTextBlock& block) {
        const int level = block.blockFormat().headingLevel();
        return level > 0 ? fmt::format("h{}", std::clamp(level + 1, 3, 6)) : "p";
    }

    static std::string textOf(const QTextBlock& block) {
        std::string markup;
        for (auto it = block.begin(); !it.atEnd(); ++it) {
            const QTextFragment fragment = it.fragment();
            const QTextCharFormat format = fragment.charFormat();
            QString plain = fragment.text();
            plain.replace(QChar::LineSeparator, ' ');
            std::string text = withScripts(plain, format.fontFixedPitch());
            if (format.fontFixedPitch())
                text = element("code", text);
            if (format.fontItalic())
                text = element("em", text);
            if (format.fontWeight() > QFont::Normal && block.blockFormat().headingLevel() == 0)
                text = element("strong", text);
            const QString link = format.anchorHref();
            if (link.startsWith("https://"))
                text = element("a", text, {{"href", link.toStdString()}});
            markup += text;
        }
        return markup;
    }

    /// Indices and exponents are set, as in the panel of the window.
    static std::string withScripts(const QString& line, bool isCode) {
        const auto set = [&](const QString& part) {
            return isCode ? escaped(part.toStdString()) : typeset(part.toStdString());
        };
        std::string markup;
        qsizetype from = 0;
        for (const MathScript& script : mathScripts(line)) {
            markup += set(line.mid(from, script.from - from)) +
                      element(script.isAbove ? "sup" : "sub", set(script.text));
            from = script.to;
        }
        return markup + set(line.mid(from));
    }

    std::string tableMarkup(const QTextTable& table) {
        std::string rows, head;
        for (int row = 0; row < table.rows(); ++row) {
            std::string cells;
            for (int column = 0; column < table.columns(); ++column) {
                std::string text;
                const QTextTableCell cell = table.cellAt(row, column);
                for (auto it = cell.begin(); !it.atEnd(); ++it)
                    text += (text.empty() ? "" : " ") + textOf(it.currentBlock());
                cells += row == 0 ? element("th", text, {{"scope", "col"}}) : element("td", text);
            }
            (row == 0 ? head : rows) += element("tr", cells);
        }
        return element("div", element("table", element("thead", head) + element("tbody", rows)),
                       {{"class", "wide"}, {"tabindex", "0"}});
    }
};

} // namespace

std::string articleMarkup(const QString& markdown) {
    QTextDocument document;
    document.setMarkdown(markdown);
    return element("div", Writer().markupOf(*document.rootFrame()), {{"class", "article"}});
}

} // namespace convergence
