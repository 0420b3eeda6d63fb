#include <bit>
#include <cctype>
#include <cstring>
#include <unordered_map>

#include "core/data/mesh_builder.h"
#include "core/data/text_tokens.h"

namespace convergence {

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::size_t headerBytes = 84; // 80 of text, then the number of triangles
constexpr std::size_t triangleBytes = 50;

char lower(char letter) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
}

/// Corners at the same place are one point.
class Welder {
public:
    explicit Welder(MeshBuilder& builder) : builder_(builder) {}

    void addTriangle(const std::array<Eigen::Vector3d, 3>& corners) {
        std::array<std::uint32_t, 3> indices{};
        for (std::size_t k = 0; k < 3; ++k)
            indices[k] = indexOf(corners[k]);
        if (indices[0] == indices[1] || indices[1] == indices[2] || indices[2] == indices[0])
            return;
        for (const std::uint32_t index : indices)
            builder_.addCorner(index);
        builder_.endFace();
    }

private:
    struct Hash {
        std::size_t operator()(const std::array<std::uint32_t, 3>& bits) const {
            std::uint64_t hash = 0;
            for (const std::uint32_t part : bits) {
                hash = (hash ^ part) * 0x9E3779B97F4A7C15U;
                hash ^= hash >> 32;
            }
            return hash;
        }
    };
    std::uint32_t indexOf(const Eigen::Vector3d& point) {
        std::array<std::uint32_t, 3> bits{};
        for (std::size_t k = 0; k < 3; ++k) // adding 0 makes −0 and 0 one place
            bits[k] = std::bit_cast<std::uint32_t>(
                static_cast<float>(point[static_cast<Eigen::Index>(k)]) + 0.0F);
        const auto [found, isNew] =
            indices_.try_emplace(bits, static_cast<std::uint32_t>(builder_.mesh.points.size()));
        if (isNew)
            builder_.addPoint(point);
        return found->second;
    }
    MeshBuilder& builder_;
    std::unordered_map<std::array<std::uint32_t, 3>, std::uint32_t, Hash> indices_;
};

/// Call with at least headerBytes.
std::uint32_t declaredTriangles(std::string_view content) {
    std::uint32_t count = 0;
    std::memcpy(&count, content.data() + headerBytes - sizeof count, sizeof count);
    return count;
}

std::uint64_t binarySize(std::uint32_t triangles) {
    return headerBytes + std::uint64_t{triangleBytes} * triangles;
}

/// A text begins with "solid", has no zero bytes and not just the size that a binary file has.
bool isText(std::string_view content) {
    std::string start(TextTokens(content).word().substr(0, 5));
    for (char& letter : start)
        letter = lower(letter);
    return start == "solid" && content.find('\0') == std::string_view::npos &&
           (content.size() < headerBytes ||
            content.size() != binarySize(declaredTriangles(content)));
}

void readBinary(std::string_view content, MeshBuilder& builder) {
    const std::uint32_t count = declaredTriangles(content);
    const std::uint64_t expected = binarySize(count);
    if (content.size() != expected)
        builder.refuse(fmt::format("declares {} triangles and has {} bytes", count, content.size()),
                       fmt::format("{} bytes", expected));
    Welder welder(builder);
    for (std::uint32_t i = 0; i < count; ++i) {
        std::array<float, 12> numbers{}; // normal, three corners
        std::memcpy(numbers.data(), content.data() + headerBytes + std::size_t{triangleBytes} * i,
                    sizeof numbers);
        std::array<Eigen::Vector3d, 3> corners;
        for (std::size_t k = 0; k < 3; ++k)
            corners[k] = Eigen::Vector3f(numbers.data() + 3 * (k + 1)).cast<double>();
        welder.addTriangle(corners);
    }
}

/// Words of a text in lower case, with the place for messages.
class Facets {
public:
    Facets(std::string_view content, const MeshBuilder& builder)
        : text_(content), builder_(builder) {}

    std::string word() {
        std::string word(text_.word());
        for (char& letter : word)
            letter = lower(letter);
        return word;
    }
    void skipLine() { static_cast<void>(text_.line()); }
    void expect(std::initializer_list<std::string_view> words) {
        for (const std::string_view expected : words)
            if (const std::string found = word(); found != expected)
                refuse(found, fmt::format("'{}'", expected));
    }
    Eigen::Vector3d vector() {
        Eigen::Vector3d values;
        for (double& value : values) {
            const std::string_view found = text_.word();
            const auto number = numberOf<double>(found);
            if (!number)
                refuse(found, "a number");
            value = *number;
        }
        return values;
    }
    [[noreturn]] void refuse(std::string_view found, const std::string& expected) const {
        builder_.refuse(found.empty()
                            ? fmt::format("ends within facet {}", facet)
                            : fmt::format("has '{}' in facet {}", printable(found, 40), facet),
                        expected);
    }

    std::size_t facet = 1; ///< from 1

private:
    TextTokens text_;
    const MeshBuilder& builder_;
};

void readText(std::string_view content, MeshBuilder& builder) {
    Facets facets(content, builder);
    Welder welder(builder);
    for (std::string solid = facets.word(); !solid.empty(); solid = facets.word()) {
        if (solid != "solid")
            facets.refuse(solid, "'solid'");
        facets.skipLine(); // its name
        for (std::string word = facets.word(); word != "endsolid"; word = facets.word()) {
            if (word != "facet")
                facets.refuse(word, "'facet' or 'endsolid'");
            facets.expect({"normal"});
            static_cast<void>(facets.vector());
            facets.expect({"outer", "loop"});
            std::array<Eigen::Vector3d, 3> corners;
            for (Eigen::Vector3d& corner : corners) {
                facets.expect({"vertex"});
                corner = facets.vector();
            }
            facets.expect({"endloop", "endfacet"});
            welder.addTriangle(corners);
            ++facets.facet;
        }
        facets.skipLine();
    }
}

} // namespace

Mesh parseStl(std::string_view content, const std::string& name) {
    MeshBuilder builder(name);
    if (isText(content))
        readText(content, builder);
    else if (content.size() >= headerBytes)
        readBinary(content, builder);
    else
        builder.refuseAsOther("STL");
    return builder.finished();
}

} // namespace convergence
