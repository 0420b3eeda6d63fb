#include "core/data/mesh_builder.h"
#include "core/data/text_tokens.h"

namespace convergence {

namespace {

/// A statement, with those lines that a backslash at the end continues.
std::string_view statementOf(TextTokens& text, std::string& joined, std::size_t& lines) {
    std::string_view line = text.line();
    ++lines;
    if (!line.ends_with('\\'))
        return line;
    joined.clear();
    while (line.ends_with('\\')) {
        line.remove_suffix(1);
        joined.append(line).push_back(' ');
        line = text.line();
        ++lines;
    }
    joined.append(line);
    return joined;
}

class Reader {
public:
    explicit Reader(const std::string& name) : builder_(name) {}

    Mesh read(std::string_view content) {
        TextTokens text(content);
        std::string joined;
        std::size_t lines = 0;
        while (!text.atEnd()) {
            line_ = lines + 1;
            TextTokens words(statementOf(text, joined, lines));
            const std::string_view keyword = words.word();
            if (keyword == "v")
                readPoint(words);
            else if (keyword == "f")
                readFace(words);
        }
        const std::size_t points = builder_.mesh.points.size();
        if (points == 0)
            builder_.refuseAsOther("OBJ");
        // Faces may come before the points that they name.
        if (largest_ > points)
            builder_.refuse(fmt::format("has the index {} in line {}", largest_, largestLine_),
                            fmt::format("1 to {}, or −1 to −{}", points, points));
        return builder_.finished();
    }

private:
    void readPoint(TextTokens& words) {
        Eigen::Vector3d point;
        for (double& value : point) {
            const std::string_view word = words.word();
            const auto number = numberOf<double>(word);
            if (!number)
                builder_.refuse(fmt::format("has '{}' in line {}", printable(word, 40), line_),
                                "three coordinates");
            value = *number;
        }
        builder_.addPoint(point);
    }

    void readFace(TextTokens& words) {
        for (std::string_view word = words.word(); !word.empty(); word = words.word()) {
            const auto points = static_cast<std::int64_t>(builder_.mesh.points.size());
            const auto index = numberOf<std::int64_t>(word.substr(0, word.find('/')));
            if (!index || *index == 0 || *index < -points || *index > UINT32_MAX)
                builder_.refuse(
                    fmt::format("has the index '{}' in line {}", printable(word, 40), line_),
                    points == 0 ? "points before it"
                                : fmt::format("1 or more, or −1 to −{}", points));
            const auto fromOne =
                static_cast<std::uint32_t>(*index > 0 ? *index : points + *index + 1);
            if (fromOne > largest_) {
                largest_ = fromOne;
                largestLine_ = line_;
            }
            builder_.addCorner(fromOne - 1);
        }
        builder_.endFace();
    }

    MeshBuilder builder_;
    std::size_t line_ = 0;
    std::uint32_t largest_ = 0; ///< index, from 1
    std::size_t largestLine_ = 0;
};

} // namespace

Mesh parseObj(std::string_view content, const std::string& name) {
    return Reader(name).read(content);
}

} // namespace convergence
