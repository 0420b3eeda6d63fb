#include "core/math/differentiable_expression.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <functional>
#include <map>
#include <numbers>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/expression.h"
#include "core/math/typed_formula.h"

namespace convergence {

using Jets = std::vector<Jet>;

struct DifferentiableExpression::Node {
    /// Of the arguments' jets; null for c ? a : b, which looks at one branch only.
    std::function<Jet(const Jets&)> operation;
    std::vector<std::unique_ptr<const Node>> arguments;
    int variable = -1; ///< 0: x, 1: y
    double constant = 0.0;

    [[nodiscard]] Jet evaluate(const Jet& x, const Jet& y) const {
        if (variable >= 0)
            return variable == 0 ? x : y;
        if (arguments.empty())
            return {constant};
        if (!operation)
            return arguments[arguments[0]->evaluate(x, y).value != 0.0 ? 1 : 2]->evaluate(x, y);
        Jets values;
        values.reserve(arguments.size());
        for (const auto& argument : arguments)
            values.push_back(argument->evaluate(x, y));
        return operation(values);
    }
};

namespace {

using Node = DifferentiableExpression::Node;
using NodePointer = std::unique_ptr<const Node>;

Jet atan2(const Jet& y, const Jet& x) {
    // The derivatives of atan(y/x) or of −atan(x/y), whichever is defined.
    Jet angle = std::abs(x.value) >= std::abs(y.value) ? atan(y / x) : -atan(x / y);
    angle.value = std::atan2(y.value, x.value);
    return angle;
}

double signOf(double value) {
    return value > 0.0 ? 1.0 : value < 0.0 ? -1.0 : 0.0;
}

const std::map<std::string, std::function<Jet(const Jets&)>, std::less<>>& functions() {
    const auto total = [](const Jets& a) {
        Jet sum;
        for (const Jet& jet : a)
            sum = sum + jet;
        return sum;
    };
    const auto extreme = [](const Jets& a, double sign) {
        return *std::min_element(a.begin(), a.end(), [&](const Jet& p, const Jet& q) {
            return sign * p.value < sign * q.value;
        });
    };
    static const std::map<std::string, std::function<Jet(const Jets&)>, std::less<>> all = {
        {"exp", [](const Jets& a) { return exp(a[0]); }},
        {"ln", [](const Jets& a) { return log(a[0]); }},
        {"log", [](const Jets& a) { return log(a[0]); }},
        {"log2", [](const Jets& a) { return log(a[0]) / std::numbers::ln2; }},
        {"log10", [](const Jets& a) { return log(a[0]) / std::numbers::ln10; }},
        {"sqrt", [](const Jets& a) { return sqrt(a[0]); }},
        {"sin", [](const Jets& a) { return sin(a[0]); }},
        {"cos", [](const Jets& a) { return cos(a[0]); }},
        {"tan", [](const Jets& a) { return tan(a[0]); }},
        {"asin", [](const Jets& a) { return asin(a[0]); }},
        {"acos", [](const Jets& a) { return acos(a[0]); }},
        {"atan", [](const Jets& a) { return atan(a[0]); }},
        {"atan2", [](const Jets& a) { return atan2(a[0], a[1]); }},
        {"sinh", [](const Jets& a) { return sinh(a[0]); }},
        {"cosh", [](const Jets& a) { return cosh(a[0]); }},
        {"tanh", [](const Jets& a) { return tanh(a[0]); }},
        {"abs", [](const Jets& a) { return abs(a[0]); }},
        {"sign", [](const Jets& a) { return Jet(signOf(a[0].value)); }},
        {"rint", [](const Jets& a) { return Jet(std::floor(a[0].value + 0.5)); }},
        {"min", [extreme](const Jets& a) { return extreme(a, 1.0); }},
        {"max", [extreme](const Jets& a) { return extreme(a, -1.0); }},
        {"sum", total},
        {"avg", [total](const Jets& a) { return total(a) / static_cast<double>(a.size()); }}};
    return all;
}

NodePointer apply(std::function<Jet(const Jets&)> operation, std::vector<NodePointer> arguments) {
    auto node = std::make_unique<Node>();
    node->operation = std::move(operation);
    node->arguments = std::move(arguments);
    return node;
}

/// Recursive descent over a formula that Expression has accepted.
class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    NodePointer parse() {
        NodePointer root = conditional();
        if (!atEnd())
            fail();
        return root;
    }

private:
    template <typename... Rest>
    static NodePointer node(std::function<Jet(const Jets&)> operation, NodePointer first,
                            Rest... rest) {
        std::vector<NodePointer> arguments;
        arguments.push_back(std::move(first));
        (arguments.push_back(std::move(rest)), ...);
        return apply(std::move(operation), std::move(arguments));
    }

    NodePointer conditional() {
        NodePointer condition = binary(0);
        if (!take("?"))
            return condition;
        NodePointer yes = conditional();
        expect(":");
        return node({}, std::move(condition), std::move(yes), conditional());
    }

    struct Operator {
        std::string_view symbol;
        std::function<Jet(const Jet&, const Jet&)> apply;
    };
    /// Left-associative operators from the weakest level to the strongest.
    static const std::vector<std::vector<Operator>>& levels() {
        static const std::vector<std::vector<Operator>> all = {
            {{"||", [](auto& a, auto& b) { return Jet(a.value != 0.0 || b.value != 0.0); }}},
            {{"&&", [](auto& a, auto& b) { return Jet(a.value != 0.0 && b.value != 0.0); }}},
            {{"==", [](auto& a, auto& b) { return Jet(a.value == b.value); }},
             {"!=", [](auto& a, auto& b) { return Jet(a.value != b.value); }},
             {"<=", [](auto& a, auto& b) { return Jet(a.value <= b.value); }},
             {">=", [](auto& a, auto& b) { return Jet(a.value >= b.value); }},
             {"<", [](auto& a, auto& b) { return Jet(a.value < b.value); }},
             {">", [](auto& a, auto& b) { return Jet(a.value > b.value); }}},
            {{"+", [](auto& a, auto& b) { return a + b; }},
             {"-", [](auto& a, auto& b) { return a - b; }}},
            {{"*", [](auto& a, auto& b) { return a * b; }},
             {"/", [](auto& a, auto& b) { return a / b; }}}};
        return all;
    }

    NodePointer binary(std::size_t level) {
        if (level == levels().size())
            return unary();
        NodePointer left = binary(level + 1);
        for (;;) {
            const auto& operators = levels()[level];
            const auto found = std::find_if(operators.begin(), operators.end(),
                                            [&](const Operator& o) { return take(o.symbol); });
            if (found == operators.end())
                return left;
            left = node([f = found->apply](const Jets& a) { return f(a[0], a[1]); },
                        std::move(left), binary(level + 1));
        }
    }

    /// A minus sign binds less than ^: −2² = −4.
    NodePointer unary() {
        if (take("-"))
            return node([](const Jets& a) { return -a[0]; }, unary());
        if (take("+"))
            return unary();
        return power();
    }

    NodePointer power() {
        NodePointer base = primary();
        if (!take("^"))
            return base;
        return node([](const Jets& a) { return pow(a[0], a[1]); }, std::move(base), unary());
    }

    NodePointer primary() {
        if (take("(")) {
            NodePointer inner = conditional();
            expect(")");
            return inner;
        }
        skipSpace();
        if (position_ < text_.size() &&
            (std::isdigit(static_cast<unsigned char>(text_[position_])) != 0 ||
             text_[position_] == '.'))
            return number();
        return nameOrCall();
    }

    NodePointer number() {
        auto leaf = std::make_unique<Node>();
        const char* first = text_.data() + position_;
        const auto [end, error] =
            std::from_chars(first, text_.data() + text_.size(), leaf->constant);
        if (error != std::errc())
            fail();
        position_ += static_cast<std::size_t>(end - first);
        return leaf;
    }

    NodePointer nameOrCall() {
        const std::size_t first = position_;
        while (position_ < text_.size() &&
               (std::isalnum(static_cast<unsigned char>(text_[position_])) != 0 ||
                text_[position_] == '_'))
            ++position_;
        const std::string_view name = text_.substr(first, position_ - first);
        if (take("(")) {
            const auto found = functions().find(name);
            if (found == functions().end())
                throw InputError(fmt::format(
                    "The formula '{}' is not accepted: the derivative of '{}' is not known; "
                    "expected functions such as exp, ln, sqrt, sin, cos, tanh, abs, min, max.",
                    text_, name));
            std::vector<NodePointer> arguments;
            do
                arguments.push_back(conditional());
            while (take(","));
            expect(")");
            return apply(found->second, std::move(arguments));
        }
        auto leaf = std::make_unique<Node>();
        if (name == "x" || name == "y")
            leaf->variable = name == "x" ? 0 : 1;
        else if (name == "_pi")
            leaf->constant = std::numbers::pi;
        else if (name == "_e")
            leaf->constant = std::numbers::e;
        else
            fail();
        return leaf;
    }

    void skipSpace() {
        while (position_ < text_.size() &&
               std::isspace(static_cast<unsigned char>(text_[position_])) != 0)
            ++position_;
    }
    bool atEnd() {
        skipSpace();
        return position_ == text_.size();
    }
    bool take(std::string_view symbol) {
        skipSpace();
        if (text_.substr(position_, symbol.size()) != symbol)
            return false;
        position_ += symbol.size();
        return true;
    }
    void expect(std::string_view symbol) {
        if (!take(symbol))
            fail();
    }
    [[noreturn]] void fail() const {
        throw InputError(fmt::format("The formula '{}' is not accepted: its derivatives are not "
                                     "known from character {} on; expected x, y, numbers, "
                                     "operators and functions.",
                                     text_, position_ + 1));
    }

    std::string_view text_;
    std::size_t position_ = 0;
};

} // namespace

DifferentiableExpression::DifferentiableExpression(const std::string& formula) {
    const std::vector<std::string> variables{"x", "y"};
    static_cast<void>(Expression(formula, variables));
    root_ = Parser(typedFormula(formula, variables).text).parse();
}

DifferentiableExpression::~DifferentiableExpression() = default;
DifferentiableExpression::DifferentiableExpression(DifferentiableExpression&&) noexcept = default;
DifferentiableExpression&
DifferentiableExpression::operator=(DifferentiableExpression&&) noexcept = default;

Jet DifferentiableExpression::evaluate(double x, double y) const {
    return root_->evaluate(Jet::variable(0, x), Jet::variable(1, y));
}

} // namespace convergence
