#include "core/math/typed_formula.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace convergence {

namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

struct Spelling {
    std::string_view typed, meant;
};
constexpr std::array signs = {Spelling{"**", "^"}, Spelling{"·", "*"},  Spelling{"⋅", "*"},
                              Spelling{"×", "*"},  Spelling{"÷", "/"},  Spelling{"−", "-"},
                              Spelling{"≤", "<="}, Spelling{"≥", ">="}, Spelling{"≠", "!="}};
constexpr std::array raised = {Spelling{"⁰", "0"}, Spelling{"¹", "1"}, Spelling{"²", "2"},
                               Spelling{"³", "3"}, Spelling{"⁴", "4"}, Spelling{"⁵", "5"},
                               Spelling{"⁶", "6"}, Spelling{"⁷", "7"}, Spelling{"⁸", "8"},
                               Spelling{"⁹", "9"}, Spelling{"⁻", "-"}};

/// Goes through a formula from left to right, one word at a time.
class Writer {
public:
    Writer(std::string_view formula, std::span<const std::string> variables)
        : formula_(formula), variables_(variables) {}

    TypedFormula write() {
        while (at_ < formula_.size() && result_.trouble.empty())
            takeWord();
        const auto bar =
            std::find_if(open_.rbegin(), open_.rend(), [](const Open& open) { return open.isBar; });
        if (result_.trouble.empty() && bar != open_.rend())
            refuse(bar->place, "a bar | opens here that nothing closes");
        return std::move(result_);
    }

private:
    /// What stands before the place that is read.
    enum class Before { nothing, number, name, group };
    struct Open {
        bool isBar;
        std::size_t place;
        bool isTight; ///< what it will be follows / or ^
    };

    void takeWord() {
        const char c = formula_[at_];
        if (std::isspace(static_cast<unsigned char>(c)) != 0)
            return copy(1);
        if (isDigit(c) || (c == '.' && at_ + 1 < formula_.size() && isDigit(formula_[at_ + 1])))
            return takeNumber();
        if (isLetter(c))
            return takeName();
        if (c == '(')
            return open();
        if (c == ')')
            return close();
        if (c == '|')
            return takeBar();
        if (const Spelling* found = spelling(raised))
            return takeRaised(*found);
        if (formula_.substr(at_).starts_with("√"))
            return takeRoot();
        if (formula_.substr(at_).starts_with("π"))
            return takeConstant("_pi", std::string_view("π").size());
        takeSign();
    }

    template <std::size_t count>
    const Spelling* spelling(const std::array<Spelling, count>& table) const {
        const auto found = std::find_if(table.begin(), table.end(), [&](const Spelling& entry) {
            return formula_.substr(at_).starts_with(entry.typed);
        });
        return found == table.end() ? nullptr : &*found;
    }

    void put(std::string_view text) {
        result_.text += text;
        result_.places.insert(result_.places.end(), text.size(), at_);
    }
    void copy(std::size_t count) {
        for (; count > 0; --count, ++at_)
            put(formula_.substr(at_, 1));
    }
    void refuse(std::size_t place, std::string reason) {
        result_.trouble = std::move(reason);
        result_.troublePlace = place;
    }

    /// Something begins that is multiplied with what stands before it, if anything does.
    void multiply() {
        if (before_ == Before::nothing)
            return;
        if (isTight_)
            return refuse(at_, "after / and ^ a product without * can be read in two ways; write * "
                               "or parentheses");
        put("*");
        isTight_ = false;
        before_ = Before::nothing;
    }

    void takeNumber() {
        std::size_t end = at_;
        const auto digits = [&] {
            while (end < formula_.size() && isDigit(formula_[end]))
                ++end;
        };
        digits();
        if (end < formula_.size() && formula_[end] == '.')
            ++end;
        digits();
        // 2e3 is a number, 2e and 2e^x are products.
        if (end < formula_.size() && (formula_[end] == 'e' || formula_[end] == 'E')) {
            std::size_t power = end + 1;
            if (power < formula_.size() && (formula_[power] == '+' || formula_[power] == '-'))
                ++power;
            if (power < formula_.size() && isDigit(formula_[power])) {
                end = power;
                digits();
            }
        }
        copy(end - at_);
        before_ = Before::number;
    }

    [[nodiscard]] bool isVariable(std::string_view name) const {
        return std::find(variables_.begin(), variables_.end(), name) != variables_.end();
    }
    /// The name of Expression for one of ours.
    [[nodiscard]] std::optional<std::string_view> constant(std::string_view name) const {
        if (isVariable(name))
            return std::nullopt;
        if (name == "pi" || name == "_pi")
            return "_pi";
        if (name == "e" || name == "_e")
            return "_e";
        return std::nullopt;
    }

    void takeName() {
        std::size_t end = at_;
        while (end < formula_.size() && (isLetter(formula_[end]) || isDigit(formula_[end])))
            ++end;
        const std::string_view name = formula_.substr(at_, end - at_);
        if (const auto meant = constant(name))
            return takeConstant(*meant, name.size());
        if (!isVariable(name) && isProductOfVariables(name))
            return refuse(at_, fmt::format("there is no name '{}', a product of variables is "
                                           "written {}",
                                           name, fmt::join(name, "*")));
        // Two names side by side, or a name behind a number and a blank that is none.
        if (before_ == Before::number || before_ == Before::group)
            multiply();
        copy(name.size());
        before_ = Before::name;
        isCall_ = !isVariable(name);
    }

    void takeConstant(std::string_view meant, std::size_t size) {
        if (before_ == Before::number || before_ == Before::group)
            multiply();
        put(meant);
        at_ += size;
        before_ = Before::name;
        isCall_ = false;
    }

    [[nodiscard]] bool isProductOfVariables(std::string_view name) const {
        return name.size() > 1 && std::all_of(name.begin(), name.end(), [&](char letter) {
                   return isLetter(letter) && isVariable(std::string_view(&letter, 1));
               });
    }

    void open() {
        if (before_ == Before::name && isCall_)
            before_ = Before::nothing; // of a function
        multiply();
        open_.push_back({false, at_, isTight_});
        isTight_ = false;
        copy(1);
    }

    void close() {
        if (!open_.empty() && open_.back().isBar)
            return refuse(at_, "a bar | is open here");
        endGroup();
        copy(1);
    }

    /// What was opened last is one thing from here on, after the sign that stands before it.
    void endGroup() {
        if (!open_.empty()) {
            isTight_ = open_.back().isTight;
            open_.pop_back();
        }
        before_ = Before::group;
    }

    void takeBar() {
        if (before_ != Before::nothing && !open_.empty() && open_.back().isBar) {
            endGroup();
            put(")");
            ++at_;
            return;
        }
        if (before_ != Before::nothing && formula_.substr(at_).starts_with("||"))
            return takeSign(); // or
        multiply();
        open_.push_back({true, at_, isTight_});
        isTight_ = false;
        put("abs(");
        ++at_;
    }

    void takeRoot() {
        std::size_t next = at_ + std::string_view("√").size();
        if (next >= formula_.size() || formula_[next] != '(')
            return refuse(at_, "a root is written √(x) or sqrt(x)");
        multiply();
        put("sqrt");
        at_ = next;
        before_ = Before::name;
        isCall_ = true;
    }

    void takeRaised(const Spelling& first) {
        if (before_ == Before::name && isCall_)
            return refuse(at_, "the power of a function is written behind it: sin(x)²");
        if (before_ == Before::nothing)
            return refuse(at_, fmt::format("nothing stands before the raised {}, of which it is "
                                           "the power",
                                           first.meant));
        put("^(");
        while (const Spelling* next = at_ < formula_.size() ? spelling(raised) : nullptr) {
            put(next->meant);
            at_ += next->typed.size();
        }
        --at_; // the parenthesis has the place of what it closes
        put(")");
        ++at_;
        before_ = Before::group;
        const std::size_t next = formula_.find_first_not_of(' ', at_);
        if (next != std::string_view::npos &&
            (formula_[next] == '^' || formula_.substr(next).starts_with("**")))
            refuse(next, "a power of a raised number can be read in two ways; write parentheses");
    }

    void takeSign() {
        const Spelling* found = spelling(signs);
        const std::string_view meant = found ? found->meant : formula_.substr(at_, 1);
        const bool isSignOfNumber = before_ == Before::nothing && (meant == "-" || meant == "+");
        if (!isSignOfNumber) // e^-2x is as tight as e^2x
            isTight_ = meant == "/" || meant == "^";
        if (found) {
            put(meant);
            at_ += found->typed.size();
        } else {
            copy(1);
            if (meant == "|" && at_ < formula_.size())
                copy(1);
        }
        before_ = Before::nothing;
    }

    std::string_view formula_;
    std::span<const std::string> variables_;
    std::size_t at_ = 0;
    Before before_ = Before::nothing;
    bool isCall_ = false;  ///< the name before is no variable
    bool isTight_ = false; ///< what stands before follows / or ^
    std::vector<Open> open_;
    TypedFormula result_;
};

} // namespace

TypedFormula typedFormula(const std::string& formula, std::span<const std::string> variables) {
    return Writer(formula, variables).write();
}

} // namespace convergence
