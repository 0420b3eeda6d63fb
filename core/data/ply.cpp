#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

#include "core/data/mesh_builder.h"
#include "core/data/text_tokens.h"

namespace convergence {

namespace {

static_assert(std::endian::native == std::endian::little);

struct Type {
    char kind = 'f'; ///< f, i or u
    std::size_t bytes = 4;
};

std::optional<Type> typeOf(std::string_view word) {
    struct Named {
        std::string_view name, sameAs;
        Type type;
    };
    constexpr std::array<Named, 8> types = {{{"char", "int8", {'i', 1}},
                                             {"uchar", "uint8", {'u', 1}},
                                             {"short", "int16", {'i', 2}},
                                             {"ushort", "uint16", {'u', 2}},
                                             {"int", "int32", {'i', 4}},
                                             {"uint", "uint32", {'u', 4}},
                                             {"float", "float32", {'f', 4}},
                                             {"double", "float64", {'f', 8}}}};
    for (const Named& type : types)
        if (word == type.name || word == type.sameAs)
            return type.type;
    return {};
}

struct Property {
    std::string_view name;
    Type type;
    std::optional<Type> count; ///< of a list
};

struct Element {
    std::string_view name;
    std::uint64_t count = 0;
    std::vector<Property> properties;
};

enum class Encoding { text, littleEndian, bigEndian };

struct Header {
    Encoding encoding = Encoding::text;
    std::vector<Element> elements;
};

/// Reads the lines up to end_header; `text` then begins with the data.
Header readHeader(TextTokens& text, const MeshBuilder& builder) {
    const auto refuseLine = [&](std::string_view line, const char* expected) {
        builder.refuse(fmt::format("has the line '{}' in its header", printable(line)), expected);
    };
    Header header;
    if (text.line() != "ply")
        builder.refuseAsOther("PLY");
    bool formatKnown = false;
    for (;;) {
        if (text.atEnd())
            builder.refuse("ends within its header", "a line end_header");
        const std::string_view line = text.line();
        TextTokens words(line);
        const std::string_view keyword = words.word();
        if (keyword == "end_header") {
            break;
        } else if (keyword == "format") {
            const std::string_view encoding = words.word();
            formatKnown = true;
            if (encoding == "ascii")
                header.encoding = Encoding::text;
            else if (encoding == "binary_little_endian")
                header.encoding = Encoding::littleEndian;
            else if (encoding == "binary_big_endian")
                header.encoding = Encoding::bigEndian;
            else
                refuseLine(line, "format ascii, binary_little_endian or binary_big_endian");
        } else if (keyword == "element") {
            const std::string_view name = words.word();
            const auto count = numberOf<std::uint64_t>(words.word());
            if (!count)
                refuseLine(line, "the name of an element and how many there are");
            header.elements.push_back({name, *count, {}});
        } else if (keyword == "property") {
            Property property;
            std::string_view type = words.word();
            if (type == "list") {
                property.count = typeOf(words.word());
                if (!property.count || property.count->kind == 'f')
                    refuseLine(line, "an integer type for the length of a list");
                type = words.word();
            }
            const auto known = typeOf(type);
            property.name = words.word();
            if (!known || property.name.empty() || header.elements.empty())
                refuseLine(line, "a type such as float or uchar and a name, after an element");
            property.type = *known;
            header.elements.back().properties.push_back(property);
        } else if (keyword != "comment" && keyword != "obj_info" && !keyword.empty()) {
            refuseLine(line, "format, comment, element, property or end_header");
        }
    }
    if (!formatKnown)
        builder.refuse("has a header without a line 'format'", "one");
    return header;
}

/// The numbers after the header, one after the other.
class Values {
public:
    Values(std::string_view data, Encoding encoding, const MeshBuilder& builder)
        : text_(data), data_(data), encoding_(encoding), builder_(builder) {}

    /// The fewest bytes of a number: in a text a digit and what separates it from the next.
    [[nodiscard]] std::size_t fewestBytes(const Type& type) const {
        return encoding_ == Encoding::text ? 2 : type.bytes;
    }
    /// How many things of at least so many bytes there can still be. The last number of a text
    /// needs nothing that separates it.
    [[nodiscard]] std::size_t mostOf(std::size_t bytes) const {
        return (encoding_ == Encoding::text ? text_.rest().size() + 1 : data_.size()) / bytes;
    }

    double next(const Type& type, const Element& element, std::uint64_t index) {
        if (encoding_ == Encoding::text)
            return nextWord(element, index);
        if (data_.size() < type.bytes)
            refuseEnd(element, index);
        std::array<char, 8> bytes{};
        std::memcpy(bytes.data(), data_.data(), type.bytes);
        data_.remove_prefix(type.bytes);
        if (encoding_ == Encoding::bigEndian)
            std::reverse(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(type.bytes));
        if (type.kind == 'f')
            return type.bytes == 4 ? static_cast<double>(as<float>(bytes)) : as<double>(bytes);
        if (type.kind == 'i')
            return type.bytes == 1   ? as<std::int8_t>(bytes)
                   : type.bytes == 2 ? as<std::int16_t>(bytes)
                                     : as<std::int32_t>(bytes);
        return as<std::uint32_t>(bytes); // the bytes beyond a shorter one are zero
    }

    /// Elements end with the file.
    void requireEnd() {
        if (encoding_ == Encoding::text ? !text_.word().empty()
                                        : data_.find_first_not_of(" \t\r\n") != data_.npos)
            builder_.refuse("goes on after the elements that its header declares", "nothing more");
    }

private:
    template <typename Number>
    static Number as(const std::array<char, 8>& bytes) {
        Number value{};
        std::memcpy(&value, bytes.data(), sizeof value);
        return value;
    }
    [[noreturn]] void refuseEnd(const Element& element, std::uint64_t index) const {
        builder_.refuse(fmt::format("ends within {} {} of {}", printable(element.name), index + 1,
                                    element.count),
                        "all of them");
    }
    double nextWord(const Element& element, std::uint64_t index) {
        const std::string_view word = text_.word();
        if (word.empty())
            refuseEnd(element, index);
        const auto number = numberOf<double>(word);
        if (!number)
            builder_.refuse(fmt::format("has '{}' in {} {}", printable(word, 40),
                                        printable(element.name), index + 1),
                            "a number");
        return *number;
    }

    TextTokens text_;
    std::string_view data_;
    Encoding encoding_;
    const MeshBuilder& builder_;
};

/// The file can hold as many elements as its header declares.
void checkCount(const Element& element, const Values& values, const MeshBuilder& builder) {
    std::size_t fewest = 0;
    for (const Property& property : element.properties)
        fewest += values.fewestBytes(property.count.value_or(property.type));
    if (element.count == 0)
        return;
    if (fewest == 0)
        builder.refuse(
            fmt::format("declares elements '{}' without properties", printable(element.name)),
            "at least one property");
    const std::size_t most = values.mostOf(fewest);
    if (element.count > most)
        builder.refuse(
            fmt::format("declares {} elements '{}'", element.count, printable(element.name)),
            fmt::format("at most {} by its length", most));
}

std::size_t listLength(const Property& property, const Element& element, std::uint64_t index,
                       Values& values, const MeshBuilder& builder) {
    const double length = values.next(*property.count, element, index);
    const auto most = static_cast<double>(values.mostOf(values.fewestBytes(property.type)));
    if (!(length >= 0.0 && length <= most) || length != std::floor(length))
        builder.refuse(fmt::format("declares a list of {} numbers in {} {}", length,
                                   printable(element.name), index + 1),
                       fmt::format("0 to {:.0f} by its length", most));
    return static_cast<std::size_t>(length);
}

void readVertices(const Element& element, Values& values, MeshBuilder& builder) {
    constexpr std::array<std::string_view, 6> names = {"x", "y", "z", "red", "green", "blue"};
    std::array<bool, 6> found{};
    std::vector<std::size_t> places; // of each property in `names`
    for (const Property& property : element.properties) {
        const bool color = property.name.size() > 1;
        const auto at = std::find(names.begin(), names.end(), property.name);
        std::size_t place = static_cast<std::size_t>(at - names.begin());
        if (property.count || (color && (property.type.kind != 'u' || property.type.bytes != 1)))
            place = names.size();
        places.push_back(place);
        if (place < names.size())
            found[place] = true;
    }
    if (!found[0] || !found[1] || !found[2])
        builder.refuse("has vertices without x, y and z", "all three");
    const bool colored = found[3] && found[4] && found[5];
    builder.mesh.points.reserve(element.count);
    for (std::uint64_t i = 0; i < element.count; ++i) {
        std::array<double, names.size() + 1> numbers{};
        for (std::size_t k = 0; k < places.size(); ++k) {
            const Property& property = element.properties[k];
            const std::size_t length =
                property.count ? listLength(property, element, i, values, builder) : 1;
            for (std::size_t n = 0; n < length; ++n)
                numbers[places[k]] = values.next(property.type, element, i);
        }
        builder.addPoint({numbers[0], numbers[1], numbers[2]});
        if (!colored)
            continue;
        std::array<std::uint8_t, 3> color{};
        for (std::size_t k = 0; k < 3; ++k) {
            if (!(numbers[3 + k] >= 0.0 && numbers[3 + k] <= 255.0))
                builder.refuse(fmt::format("has the color {} at vertex {}", numbers[3 + k], i + 1),
                               "0 to 255");
            color[k] = static_cast<std::uint8_t>(numbers[3 + k]);
        }
        builder.mesh.colors.push_back(color);
    }
}

/// Faces, and elements that are passed over.
void readLists(const Element& element, Values& values, MeshBuilder& builder) {
    const bool faces = element.name == "face";
    for (std::uint64_t i = 0; i < element.count; ++i)
        for (const Property& property : element.properties) {
            const bool ofCorners =
                faces && property.count &&
                (property.name == "vertex_indices" || property.name == "vertex_index");
            const std::size_t length =
                property.count ? listLength(property, element, i, values, builder) : 1;
            for (std::size_t n = 0; n < length; ++n) {
                const double index = values.next(property.type, element, i);
                if (!ofCorners)
                    continue;
                if (!(index >= 0.0 && index <= UINT32_MAX) || index != std::floor(index))
                    builder.refuse(fmt::format("has the point {} in face {}", index, i + 1),
                                   "the number of a point");
                builder.addCorner(static_cast<std::uint32_t>(index));
            }
            if (ofCorners)
                builder.endFace();
        }
}

} // namespace

Mesh parsePly(std::string_view content, const std::string& name) {
    MeshBuilder builder(name);
    TextTokens text(content);
    const Header header = readHeader(text, builder);
    Values values(text.rest(), header.encoding, builder);
    bool hasVertices = false;
    for (const Element& element : header.elements) {
        checkCount(element, values, builder);
        if (element.name != "vertex") {
            readLists(element, values, builder);
            continue;
        }
        if (hasVertices)
            builder.refuse("declares vertices twice", "one element 'vertex'");
        hasVertices = true;
        readVertices(element, values, builder);
    }
    values.requireEnd();
    // Faces may come before the points that they name.
    const Mesh& mesh = builder.mesh;
    for (std::size_t i = 0; i < mesh.faceCount(); ++i)
        for (const std::uint32_t corner : mesh.face(i))
            if (corner >= mesh.points.size())
                builder.refuse(fmt::format("has the point {} in face {}", corner, i + 1),
                               mesh.points.empty()
                                   ? "an element 'vertex' with the points"
                                   : fmt::format("0 to {}", mesh.points.size() - 1));
    return builder.finished();
}

} // namespace convergence
