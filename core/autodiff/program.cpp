#include "core/autodiff/program.h"

#include <algorithm>
#include <limits>
#include <map>

#include "core/autodiff/shape_operations.h"

namespace convergence::autodiff {

namespace {

constexpr Index unplaced = -1;
constexpr Index alignment = 16; // elements: 64 bytes or more

Index aligned(Index elements) {
    return (elements + alignment - 1) / alignment * alignment;
}

} // namespace

template <typename Scalar>
struct Plan {
    struct Slot {
        Node<Scalar> node;
        NodeId id = -1;
        std::size_t buffer = 0; ///< the slot whose buffer holds its elements
        Index offset = 0;       ///< of its first element in that buffer
        Index place = unplaced; ///< of the buffer in the arena, for slots that are buffers
        bool output = false;
    };
    struct Instruction {
        void (*kernel)(const Call<Scalar>&);
        std::size_t slot;
        std::size_t firstOperand;
        Index scratch;
    };
    std::vector<Slot> slots; ///< in order of evaluation
    std::vector<Instruction> instructions;
    std::vector<std::size_t> operandSlots;
    std::vector<std::size_t> slotOf; ///< by node; slots.size() where there is none
    Index arena = 0;
};

namespace {

template <typename Scalar>
class Planner {
    using Storage = typename Operation<Scalar>::Storage;

public:
    Planner(const Graph<Scalar>& graph, const std::vector<Tensor<Scalar>>& outputs)
        : plan_(std::make_shared<Plan<Scalar>>()) {
        select(graph, outputs);
        chooseBuffers();
        findLifetimes();
        place();
    }
    std::shared_ptr<const Plan<Scalar>> plan() const { return plan_; }

private:
    void select(const Graph<Scalar>& graph, const std::vector<Tensor<Scalar>>& outputs) {
        std::vector<char> needed(static_cast<std::size_t>(graph.size()), 0);
        for (const auto& output : outputs) {
            if (!output.exists() || &output.graph() != &graph)
                throw std::logic_error("An output of a program must belong to its graph.");
            needed[static_cast<std::size_t>(output.id())] = 2;
        }
        for (NodeId id = graph.size() - 1; id >= 0; --id)
            if (needed[static_cast<std::size_t>(id)] != 0)
                for (const NodeId input : graph.node(id).inputs)
                    needed[static_cast<std::size_t>(input)] =
                        std::max<char>(needed[static_cast<std::size_t>(input)], 1);
        const auto count = static_cast<std::size_t>(
            std::count_if(needed.begin(), needed.end(), [](char flag) { return flag != 0; }));
        plan_->slotOf.assign(needed.size(), count);
        for (NodeId id = 0; id < graph.size(); ++id) {
            const auto i = static_cast<std::size_t>(id);
            if (needed[i] == 0)
                continue;
            plan_->slotOf[i] = plan_->slots.size();
            plan_->slots.push_back(
                {graph.node(id), id, plan_->slots.size(), 0, unplaced, needed[i] == 2});
        }
    }

    [[nodiscard]] std::size_t inputSlot(const typename Plan<Scalar>::Slot& slot,
                                        std::size_t k) const {
        return plan_->slotOf[static_cast<std::size_t>(slot.node.inputs[k])];
    }

    /// Views lie in the buffer of what they view; the pieces of an assembled tensor are computed in
    /// their places where nothing forbids it, which saves copying every gradient.
    void chooseBuffers() {
        auto& slots = plan_->slots;
        for (auto& slot : slots)
            if (slot.node.operation->storage == Storage::view) {
                const auto& viewed = slots[inputSlot(slot, 0)];
                slot.buffer = viewed.buffer;
                slot.offset = viewed.offset + slot.node.attributes.integers[0];
            }
        std::vector<char> keeps(slots.size(), 0); // buffers that an output lies in
        for (const auto& slot : slots)
            if (slot.output)
                keeps[slot.buffer] = 1;
        for (std::size_t s = slots.size(); s-- > 0;) {
            if (!isAssembly(slots[s].node))
                continue;
            const auto& begins = assemblyBegins(slots[s].node);
            for (std::size_t k = 0; k < begins.size(); ++k) {
                const auto& piece = slots[inputSlot(slots[s], k)];
                auto& root = slots[piece.buffer];
                const bool whole =
                    piece.offset == 0 && root.node.shape.elements() == piece.node.shape.elements();
                const auto storage = root.node.operation->storage;
                if (!whole || storage != Storage::computed || root.node.operation->integer ||
                    keeps[piece.buffer] != 0 || &root == &slots[s])
                    continue;
                moveBuffer(piece.buffer, slots[s].buffer, slots[s].offset + begins[k]);
            }
        }
    }

    void moveBuffer(std::size_t from, std::size_t to, Index offset) {
        for (auto& slot : plan_->slots)
            if (slot.buffer == from) {
                slot.buffer = to;
                slot.offset += offset;
            }
    }

    void findLifetimes() {
        auto& slots = plan_->slots;
        firstUse_.assign(slots.size(), std::numeric_limits<std::size_t>::max());
        lastUse_.assign(slots.size(), 0);
        for (std::size_t s = 0; s < slots.size(); ++s) {
            const auto& slot = slots[s];
            const auto storage = slot.node.operation->storage;
            const bool stays =
                slot.output || storage == Storage::leaf || storage == Storage::constant;
            firstUse_[slot.buffer] = std::min(firstUse_[slot.buffer], s);
            lastUse_[slot.buffer] = std::max(lastUse_[slot.buffer],
                                             stays ? std::numeric_limits<std::size_t>::max() : s);
            for (std::size_t k = 0; k < slot.node.inputs.size(); ++k) {
                auto& last = lastUse_[slots[inputSlot(slot, k)].buffer];
                last = std::max(last, s);
            }
        }
    }

    void place() {
        auto& slots = plan_->slots;
        std::vector<std::vector<std::size_t>> ending(slots.size());
        for (std::size_t s = 0; s < slots.size(); ++s) {
            const auto storage = slots[s].node.operation->storage;
            if (slots[s].buffer == s && (storage == Storage::leaf || storage == Storage::constant))
                slots[s].place = take(slots[s].node.shape.elements());
            if (lastUse_[s] < slots.size())
                ending[lastUse_[s]].push_back(s);
        }
        for (std::size_t s = 0; s < slots.size(); ++s) {
            auto& slot = slots[s];
            const std::size_t buffer = slot.buffer;
            if (slot.node.operation->storage == Storage::computed && firstUse_[buffer] == s &&
                slots[buffer].place == unplaced && !overwriteInput(s))
                slots[buffer].place = take(slots[buffer].node.shape.elements());
            if (slot.node.operation->storage == Storage::computed)
                addInstruction(s);
            for (const std::size_t ended : ending[s])
                if (slots[ended].place != unplaced && slots[ended].buffer == ended &&
                    !std::binary_search(inherited_.begin(), inherited_.end(), ended))
                    give(slots[ended].place, slots[ended].node.shape.elements());
        }
    }

    /// Gives the result the buffer of an input that nothing needs any more.
    bool overwriteInput(std::size_t s) {
        auto& slots = plan_->slots;
        if (!slots[s].node.operation->overwrites || slots[s].buffer != s)
            return false;
        for (std::size_t k = 0; k < slots[s].node.inputs.size(); ++k) {
            const auto& input = slots[inputSlot(slots[s], k)];
            const auto& root = slots[input.buffer];
            if (lastUse_[input.buffer] == s && root.place != unplaced && input.offset == 0 &&
                root.node.shape.elements() == slots[s].node.shape.elements() &&
                input.node.shape.elements() == slots[s].node.shape.elements() &&
                readsNoOtherPart(s, input.buffer)) {
                slots[s].place = root.place;
                inherited_.insert(
                    std::upper_bound(inherited_.begin(), inherited_.end(), input.buffer),
                    input.buffer);
                return true;
            }
        }
        return false;
    }

    /// Whether all inputs in that buffer cover all of it, so that element i is read where i is
    /// written. A part of it, broadcast, would be read again after it was overwritten.
    [[nodiscard]] bool readsNoOtherPart(std::size_t s, std::size_t buffer) const {
        const auto& slots = plan_->slots;
        for (std::size_t k = 0; k < slots[s].node.inputs.size(); ++k) {
            const auto& input = slots[inputSlot(slots[s], k)];
            if (input.buffer == buffer &&
                input.node.shape.elements() != slots[s].node.shape.elements())
                return false;
        }
        return true;
    }

    void addInstruction(std::size_t s) {
        const auto& slot = plan_->slots[s];
        const auto& operation = *slot.node.operation;
        Index scratch = 0;
        if (operation.scratch != nullptr) {
            const Index elements = operation.scratch(slot.node);
            scratch = take(elements);
            give(scratch, elements);
        }
        plan_->instructions.push_back({operation.kernel, s, plan_->operandSlots.size(), scratch});
        for (std::size_t k = 0; k < slot.node.inputs.size(); ++k)
            plan_->operandSlots.push_back(inputSlot(slot, k));
    }

    /// First fit among the gaps, else at the end.
    Index take(Index elements) {
        const Index size = aligned(elements);
        for (auto gap = gaps_.begin(); gap != gaps_.end(); ++gap)
            if (gap->second >= size) {
                const Index at = gap->first, left = gap->second - size;
                gaps_.erase(gap);
                if (left > 0)
                    gaps_.emplace(at + size, left);
                return at;
            }
        const Index at = plan_->arena;
        plan_->arena += size;
        return at;
    }

    void give(Index at, Index elements) {
        auto gap = gaps_.emplace(at, aligned(elements)).first;
        if (const auto next = std::next(gap);
            next != gaps_.end() && gap->first + gap->second == next->first) {
            gap->second += next->second;
            gaps_.erase(next);
        }
        if (gap != gaps_.begin())
            if (const auto before = std::prev(gap); before->first + before->second == gap->first) {
                before->second += gap->second;
                gaps_.erase(gap);
            }
    }

    std::shared_ptr<Plan<Scalar>> plan_;
    std::vector<std::size_t> firstUse_, lastUse_; ///< of buffers, as slots in order
    std::vector<std::size_t> inherited_;          ///< buffers whose place a later one took, sorted
    std::map<Index, Index> gaps_;                 ///< free parts of the arena: place, size
};

} // namespace

template <typename Scalar>
Program<Scalar>::Program(const Graph<Scalar>& graph, const std::vector<Tensor<Scalar>>& outputs)
    : plan_(Planner<Scalar>(graph, outputs).plan()) {
    using Storage = typename Operation<Scalar>::Storage;
    const auto elements = static_cast<std::size_t>(std::max<Index>(plan_->arena, 1));
    arena_.reset(static_cast<Scalar*>(
        Eigen::internal::aligned_malloc((elements + alignment) * sizeof(Scalar))));
    std::fill_n(arena_.get(), elements, Scalar(0));
    for (const auto& slot : plan_->slots) {
        Scalar* const place = arena_.get() + plan_->slots[slot.buffer].place + slot.offset;
        values_.push_back(place);
        if (slot.node.operation->storage == Storage::constant) {
            const auto& values =
                *static_cast<const std::vector<Scalar>*>(slot.node.attributes.data.get());
            std::copy(values.begin(), values.end(), place);
        }
    }
    for (const std::size_t slot : plan_->operandSlots)
        operands_.push_back(values_[slot]);
}

template <typename Scalar>
Program<Scalar>::Program(const Program& other) : plan_(other.plan_) {
    const auto elements = static_cast<std::size_t>(std::max<Index>(plan_->arena, 1));
    arena_.reset(static_cast<Scalar*>(
        Eigen::internal::aligned_malloc((elements + alignment) * sizeof(Scalar))));
    std::copy_n(other.arena_.get(), elements, arena_.get());
    const auto moved = [&](void* value) -> void* {
        auto* const at = static_cast<Scalar*>(value);
        const bool bound = at < other.arena_.get() || at >= other.arena_.get() + elements;
        return bound ? at : arena_.get() + (at - other.arena_.get());
    };
    std::transform(other.values_.begin(), other.values_.end(), std::back_inserter(values_), moved);
    std::transform(other.operands_.begin(), other.operands_.end(), std::back_inserter(operands_),
                   moved);
}

template <typename Scalar>
Program<Scalar>::Program(Program&&) noexcept = default;
template <typename Scalar>
Program<Scalar>::~Program() = default;

template <typename Scalar>
std::size_t Program<Scalar>::slot(NodeId id) const {
    using Storage = typename Operation<Scalar>::Storage;
    const auto i = static_cast<std::size_t>(id);
    if (id < 0 || i >= plan_->slotOf.size() || plan_->slotOf[i] == plan_->slots.size())
        throw std::logic_error("The outputs of the program do not depend on this tensor.");
    const auto& slot = plan_->slots[plan_->slotOf[i]];
    if (slot.node.operation->storage != Storage::leaf && !slot.output)
        throw std::logic_error("Only leaves and outputs of a program can be looked at; '" +
                               std::string(slot.node.operation->name) + "' is neither.");
    return plan_->slotOf[i];
}

template <typename Scalar>
std::span<Scalar> Program<Scalar>::value(Tensor<Scalar> tensor) {
    const std::size_t s = slot(tensor.id());
    return {static_cast<Scalar*>(values_[s]),
            static_cast<std::size_t>(plan_->slots[s].node.shape.elements())};
}

template <typename Scalar>
std::span<const Scalar> Program<Scalar>::value(Tensor<Scalar> tensor) const {
    const std::size_t s = slot(tensor.id());
    return {static_cast<const Scalar*>(values_[s]),
            static_cast<std::size_t>(plan_->slots[s].node.shape.elements())};
}

template <typename Scalar>
std::span<std::int32_t> Program<Scalar>::value(Indices<Scalar> indices) {
    const std::size_t s = slot(indices.id());
    return {static_cast<std::int32_t*>(values_[s]),
            static_cast<std::size_t>(plan_->slots[s].node.shape.elements())};
}

template <typename Scalar>
Eigen::Map<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>
Program<Scalar>::vector(Tensor<Scalar> tensor) {
    const auto elements = value(tensor);
    return {elements.data(), static_cast<Index>(elements.size())};
}

template <typename Scalar>
Eigen::Map<Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>
Program<Scalar>::matrix(Tensor<Scalar> tensor) {
    const Shape& shape = plan_->slots[slot(tensor.id())].node.shape;
    return {value(tensor).data(), shape.rows(), shape.columns()};
}

template <typename Scalar>
bool Program<Scalar>::uses(Tensor<Scalar> leaf) const {
    const auto i = static_cast<std::size_t>(leaf.id());
    return i < plan_->slotOf.size() && plan_->slotOf[i] < plan_->slots.size();
}

template <typename Scalar>
bool Program<Scalar>::uses(Indices<Scalar> leaf) const {
    return uses(Tensor<Scalar>(nullptr, leaf.id()));
}

template <typename Scalar>
void Program<Scalar>::bind(Tensor<Scalar> leaf, std::span<const Scalar> values) {
    const std::size_t bound = slot(leaf.id());
    if (plan_->slots[bound].node.operation->storage != Operation<Scalar>::Storage::leaf ||
        values.size() != value(leaf).size())
        throw std::logic_error("Only a leaf can be bound, to memory of its size.");
    // Leaves are never written by a kernel.
    place(bound, const_cast<Scalar*>(values.data()));
}

template <typename Scalar>
void Program<Scalar>::bindOutput(Tensor<Scalar> output, std::span<Scalar> memory) {
    const std::size_t bound = slot(output.id());
    const auto& bySlot = plan_->slots[bound];
    if (bySlot.node.operation->storage != Operation<Scalar>::Storage::computed ||
        bySlot.buffer != bound || memory.size() != value(output).size())
        throw std::logic_error("Only an output with elements of its own can be bound, to memory of "
                               "its size.");
    place(bound, memory.data());
}

template <typename Scalar>
void Program<Scalar>::place(std::size_t buffer, Scalar* memory) {
    for (std::size_t s = 0; s < plan_->slots.size(); ++s)
        if (plan_->slots[s].buffer == buffer)
            values_[s] = memory + plan_->slots[s].offset;
    for (std::size_t k = 0; k < operands_.size(); ++k)
        operands_[k] = values_[plan_->operandSlots[k]];
}

template <typename Scalar>
void Program<Scalar>::run(std::uint64_t step) {
    for (const auto& instruction : plan_->instructions)
        instruction.kernel({plan_->slots[instruction.slot].node,
                            operands_.data() + instruction.firstOperand, values_[instruction.slot],
                            arena_.get() + instruction.scratch, step});
}

template <typename Scalar>
std::size_t Program<Scalar>::operations() const {
    return plan_->instructions.size();
}

template <typename Scalar>
std::size_t Program<Scalar>::arenaElements() const {
    return static_cast<std::size_t>(plan_->arena);
}

template class Program<float>;
template class Program<double>;

} // namespace convergence::autodiff
