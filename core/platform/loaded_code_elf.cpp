#include <cstddef>
#include <cstring>

#include <elf.h>
#include <fmt/format.h>
#include <link.h>

#include "core/platform/loaded_code.h"

namespace convergence {

namespace {

struct Search {
    const void* base; ///< where the object is loaded
    std::string buildId;
};

std::size_t padded(std::size_t size) {
    return (size + 3) & ~std::size_t{3};
}

/// The build id among the notes of a segment; empty if there is none.
std::string buildIdIn(const char* notes, std::size_t size) {
    while (size >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) head;
        std::memcpy(&head, notes, sizeof head);
        const std::size_t whole = sizeof head + padded(head.n_namesz) + padded(head.n_descsz);
        if (whole > size)
            break;
        if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == 4 &&
            std::memcmp(notes + sizeof head, "GNU", 4) == 0) {
            std::string text;
            const char* id = notes + sizeof head + padded(head.n_namesz);
            for (std::size_t i = 0; i < head.n_descsz; ++i)
                text += fmt::format("{:02x}", static_cast<unsigned char>(id[i]));
            return text;
        }
        notes += whole;
        size -= whole;
    }
    return {};
}

int visit(dl_phdr_info* object, std::size_t, void* data) {
    auto& search = *static_cast<Search*>(data);
    bool isWanted = false;
    for (int i = 0; i < object->dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = object->dlpi_phdr[i];
        const auto address = reinterpret_cast<const char*>(object->dlpi_addr + segment.p_vaddr);
        isWanted |= segment.p_type == PT_LOAD && search.base >= address &&
                    search.base < address + segment.p_memsz;
    }
    for (int i = 0; isWanted && i < object->dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = object->dlpi_phdr[i];
        if (segment.p_type == PT_NOTE && search.buildId.empty())
            search.buildId =
                buildIdIn(reinterpret_cast<const char*>(object->dlpi_addr + segment.p_vaddr),
                          segment.p_memsz);
    }
    return isWanted ? 1 : 0;
}

} // namespace

std::string buildIdAt(const void* address) {
    Search search{address, {}};
    dl_iterate_phdr(visit, &search);
    return search.buildId;
}

} // namespace convergence
