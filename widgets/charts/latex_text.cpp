#include "widgets/charts/latex_text.h"

#include <map>

#include <fmt/format.h>

namespace convergence {

namespace {

/// Characters that are math, by code point.
const std::map<char32_t, const char*>& mathSymbols() {
    static const std::map<char32_t, const char*> symbols = {
        {U'α', "\\alpha"},
        {U'β', "\\beta"},
        {U'γ', "\\gamma"},
        {U'δ', "\\delta"},
        {U'ε', "\\varepsilon"},
        {U'ζ', "\\zeta"},
        {U'η', "\\eta"},
        {U'θ', "\\theta"},
        {U'ι', "\\iota"},
        {U'κ', "\\kappa"},
        {U'λ', "\\lambda"},
        {U'μ', "\\mu"},
        {U'µ', "\\mu"},
        {U'ν', "\\nu"},
        {U'ξ', "\\xi"},
        {U'π', "\\pi"},
        {U'ρ', "\\rho"},
        {U'σ', "\\sigma"},
        {U'τ', "\\tau"},
        {U'φ', "\\varphi"},
        {U'ϕ', "\\phi"},
        {U'χ', "\\chi"},
        {U'ψ', "\\psi"},
        {U'ω', "\\omega"},
        {U'Γ', "\\Gamma"},
        {U'Δ', "\\Delta"},
        {U'Θ', "\\Theta"},
        {U'Λ', "\\Lambda"},
        {U'Ξ', "\\Xi"},
        {U'Π', "\\Pi"},
        {U'Σ', "\\Sigma"},
        {U'Φ', "\\Phi"},
        {U'Ψ', "\\Psi"},
        {U'Ω', "\\Omega"},
        {U'‖', "\\|"},
        {U'−', "-"},
        {U'×', "\\times"},
        {U'·', "\\cdot"},
        {U'√', "\\surd"},
        {U'∞', "\\infty"},
        {U'≤', "\\le"},
        {U'≥', "\\ge"},
        {U'≈', "\\approx"},
        {U'≠', "\\ne"},
        {U'±', "\\pm"},
        {U'∇', "\\nabla"},
        {U'∂', "\\partial"},
        {U'→', "\\to"},
        {U'←', "\\leftarrow"},
        {U'⟨', "\\langle"},
        {U'⟩', "\\rangle"},
        {U'∈', "\\in"},
        {U'⊥', "\\perp"},
        {U'∥', "\\parallel"},
        {U'∑', "\\sum"},
        {U'∫', "\\int"},
        {U'∝', "\\propto"},
        {U'⋆', "\\star"},
        {U'∗', "*"},
        {U'⌊', "\\lfloor"},
        {U'⌋', "\\rfloor"},
        {U'°', "^\\circ"},
        {U'ℝ', "\\mathbb{R}"},
        {U'𝒜', "\\mathcal{A}"},
        {U'½', "\\frac12"},
        {U'¼', "\\frac14"},
        {U'′', "'"},
        {U'ℓ', "\\ell"},
        {U'⁰', "^0"},
        {U'¹', "^1"},
        {U'²', "^2"},
        {U'³', "^3"},
        {U'⁴', "^4"},
        {U'⁵', "^5"},
        {U'⁶', "^6"},
        {U'⁷', "^7"},
        {U'⁸', "^8"},
        {U'⁹', "^9"},
        {U'⁻', "^-"},
        {U'⁺', "^+"},
        {U'ᵀ', "^{\\mathsf T}"},
        {U'ᵏ', "^k"},
        {U'ᵗ', "^t"},
        {U'ⁿ', "^n"},
        {U'ⁱ', "^i"},
        {U'₀', "_0"},
        {U'₁', "_1"},
        {U'₂', "_2"},
        {U'₃', "_3"},
        {U'₄', "_4"},
        {U'₅', "_5"},
        {U'₆', "_6"},
        {U'₇', "_7"},
        {U'₈', "_8"},
        {U'₉', "_9"},
        {U'ᵢ', "_i"},
        {U'ⱼ', "_j"},
        {U'ₖ', "_k"},
        {U'ₜ', "_t"},
        {U'ᵣ', "_r"},
        {U'ₙ', "_n"},
        {U'ₘ', "_m"},
        {U'ₛ', "_s"},
        {U'ₐ', "_a"},
    };
    return symbols;
}

/// Characters that are text, escaped or renamed.
const std::map<char32_t, const char*>& textSymbols() {
    static const std::map<char32_t, const char*> symbols = {
        {U'\\', "\\textbackslash{}"},
        {U'{', "\\{"},
        {U'}', "\\}"},
        {U'$', "\\$"},
        {U'&', "\\&"},
        {U'#', "\\#"},
        {U'%', "\\%"},
        {U'_', "\\_"},
        {U'^', "\\textasciicircum{}"},
        {U'~', "\\textasciitilde{}"},
        {U'<', "\\textless{}"},
        {U'>', "\\textgreater{}"},
        {U'|', "\\textbar{}"},
        {U'–', "--"},
        {U'—', "---"},
        {U'…', "\\dots{}"},
        {U'“', "``"},
        {U'”', "''"},
        {U'’', "'"},
        {U'‘', "`"},
        {U'\u00a0', "~"},
        {U'\u2009', "\\,"},
        {U'\u202f', "\\,"},
        {U'\n', " "},
        {U'\t', " "},
    };
    return symbols;
}

/// The next code point; malformed bytes are taken one by one as they are.
char32_t decode(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at);
    const std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (length == 1 || first < 0xc0 || at + length > text.size()) {
        ++at;
        return first;
    }
    char32_t point = first & (0xff >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
        point = (point << 6) | (byte(at + i) & 0x3f);
    at += length;
    return point;
}

} // namespace

std::string latexText(std::string_view text) {
    std::string latex;
    char raised = 0; // '^' or '_' while a run of scripts is open
    const auto close = [&] {
        if (raised)
            latex += "}}";
        raised = 0;
    };
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t point = decode(text, at);
        if (const auto math = mathSymbols().find(point); math != mathSymbols().end()) {
            const char script = *math->second;
            if (script != '^' && script != '_') {
                close();
                latex += fmt::format("\\ensuremath{{{}}}", math->second);
                continue;
            }
            // Neighbouring scripts are one: 10⁻³ is 10^{-3}.
            if (raised != script) {
                close();
                latex += fmt::format("\\ensuremath{{{}{{", script);
                raised = script;
            }
            latex += math->second + 1;
            continue;
        }
        close();
        if (const auto plain = textSymbols().find(point); plain != textSymbols().end())
            latex += plain->second;
        else if (point < 0x180)
            latex += text.substr(begin, at - begin);
        else
            latex += fmt::format("U+{:04X}", static_cast<std::uint32_t>(point));
    }
    close();
    return latex;
}

std::string latexNumber(double value) {
    return fmt::format("{:.9g}", value);
}

} // namespace convergence
