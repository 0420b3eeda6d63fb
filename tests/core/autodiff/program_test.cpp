// Memory, sharing, copies and threads of compiled programs.

#include <atomic>
#include <cstdlib>
#include <new>

#include <QtTest>

#include <tbb/global_control.h>

#include "core/autodiff/operations.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::autodiff;

namespace {

std::atomic<long> allocations{0};

} // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size))
        return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace {

/// A classifier with everything in one vector of parameters.
struct Classifier {
    Graph<float> graph;
    Tensor<float> x = graph.input({32, 20});
    Indices<float> labels = graph.indexInput({32});
    Tensor<float> theta = graph.input({20 * 64 + 64 + 64 * 5 + 5});
    Tensor<float> loss, slope;

    Classifier() {
        const auto hidden = relu(matmul(x, part(theta, 0, {20, 64})) + part(theta, 20 * 64, {64}));
        const auto logits =
            matmul(hidden, part(theta, 21 * 64, {64, 5})) + part(theta, 21 * 64 + 64 * 5, {5});
        loss = mean(crossEntropy(logits, labels));
        slope = gradient(loss, theta);
    }

    void setData(Program<float>& program) const {
        RandomStream stream({.seed = 1, .purpose = "data"});
        stream.fillNormal(program.value(x));
        stream.fillNormal(program.value(theta), 0.2F);
        for (auto& label : program.value(labels))
            label = static_cast<std::int32_t>(stream.integer(5));
    }
};

} // namespace

class ProgramTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void stepDoesNotAllocate() {
        const tbb::global_control oneThread(tbb::global_control::max_allowed_parallelism, 1);
        const Classifier classifier;
        Program<float> program(classifier.graph, {classifier.loss, classifier.slope});
        classifier.setData(program);
        program.run(); // each thread allocates its packing buffers once
        const long before = allocations;
        for (std::uint64_t step = 0; step < 100; ++step)
            program.run(step);
        QCOMPARE(allocations.load(), before);
    }

    /// Nor do the operations that keep memory of their own in each thread.
    void convolutionsAndAttentionDoNotAllocate() {
        const tbb::global_control oneThread(tbb::global_control::max_allowed_parallelism, 1);
        Graph<float> graph;
        const auto pictures = graph.input({3, 12, 12, 2}), kernel = graph.input({3, 3, 2, 8});
        const auto h = maxPool(averagePool(relu(conv2d(pictures, kernel, 1, 1)), 2, 2), 2, 2);
        const auto words = reshape(h, {3, 9, 8});
        const auto pattern = std::make_shared<SparsePattern>(
            9, 9, std::vector<SparsePattern::Place>{{0, 1}, {4, 4}, {8, 2}});
        const auto mixed = sparseProduct(
            pattern, graph.constant({3}, 0.5),
            slice(reshape(attention(words, words, words, {.heads = 2}), {27, 8}), 0, 0, 9));
        const auto loss =
            mean(square(mixed)) + mean(logSoftmax(standardizeRows(words, Centering::mean)));
        const auto slopes = gradient(loss, {pictures, kernel});
        Program<float> program(graph, {loss, slopes[0], slopes[1]});
        RandomStream stream({.seed = 6, .purpose = "allocations"});
        stream.fillNormal(program.value(pictures));
        stream.fillNormal(program.value(kernel));
        program.run();
        const long before = allocations;
        for (std::uint64_t step = 0; step < 10; ++step)
            program.run(step);
        QCOMPARE(allocations.load(), before);
    }

    void piecesOfTheGradientAreComputedInTheirPlaces() {
        const Classifier classifier;
        Program<float> program(classifier.graph, {classifier.loss, classifier.slope});
        classifier.setData(program);
        program.run();
        Graph<double> reference;
        // The same slopes, one leaf a parameter.
        const auto x = reference.input({32, 20}), w1 = reference.input({20, 64}),
                   b1 = reference.input({64}), w2 = reference.input({64, 5}),
                   b2 = reference.input({5});
        const auto labels = reference.indexInput({32});
        const auto loss = mean(crossEntropy(matmul(relu(matmul(x, w1) + b1), w2) + b2, labels));
        const auto slopes = gradient(loss, {w1, b1, w2, b2});
        Program<double> separate(reference, slopes);
        std::copy_n(program.value(classifier.x).begin(), 32 * 20, separate.value(x).begin());
        std::copy_n(program.value(classifier.labels).begin(), 32, separate.value(labels).begin());
        const auto* theta = program.value(classifier.theta).data();
        for (const auto& leaf : {w1, b1, w2, b2}) {
            const auto values = separate.uses(leaf) ? separate.value(leaf) : std::span<double>();
            std::copy_n(theta, values.size(), values.begin());
            theta += leaf.shape().elements();
        }
        separate.run();
        const auto* found = program.value(classifier.slope).data();
        for (const auto& slope : slopes)
            for (const double expected : separate.value(slope))
                expectNear(static_cast<double>(*found++), expected, 1e-5);
    }

    void buffersAreReused() {
        Graph<float> graph;
        const auto x = graph.input({1000});
        auto y = x;
        for (int i = 0; i < 50; ++i)
            y = tanh(y) * x;
        Program<float> program(graph, {y});
        QVERIFY(program.arenaElements() < 5000);
        QCOMPARE(program.operations(), std::size_t{100});
    }

    void overwritingLeavesBroadcastPartsAlone() {
        Graph<double> graph;
        const auto x = graph.input({4, 3});
        const auto y = exp(x);
        const auto z = y + slice(y, 0, 0, 1); // the first row is read for all rows
        Program<double> program(graph, {z});
        program.vector(x).setLinSpaced(0.0, 1.1);
        program.run();
        for (Index i = 0; i < 4; ++i)
            for (Index j = 0; j < 3; ++j)
                expectNear(program.matrix(z)(i, j) - std::exp(program.matrix(x)(i, j)),
                           std::exp(program.matrix(x)(0, j)), 1e-14);
    }

    void equalNodesAreRecordedOnce() {
        Graph<double> graph;
        const auto x = graph.input({4});
        QCOMPARE(exp(x).id(), exp(x).id());
        QVERIFY(exp(x).id() != exp(x + 1.0).id());
        QVERIFY((x + 1.0).id() != (x + 2.0).id());
    }

    void copiesHaveMemoryOfTheirOwn() {
        Graph<double> graph;
        const auto x = graph.input({3}), w = graph.input({3});
        const auto y = dot(x, w);
        Program<double> first(graph, {y});
        const Eigen::Vector3d shared(1.0, 2.0, 3.0);
        first.bind(w, {shared.data(), 3});
        first.vector(x) << 1.0, 0.0, 0.0;
        Program<double> second(first);
        second.vector(x) << 0.0, 1.0, 1.0;
        first.run();
        second.run();
        QCOMPARE(first.scalar(y), 1.0);
        QCOMPARE(second.scalar(y), 5.0);
    }

    void outputsAreWrittenToMemoryElsewhere() {
        Graph<double> graph;
        const auto x = graph.input({4});
        const auto head = part(x, 0, {2}), tail = part(x, 2, {2});
        const auto slope = gradient(sum(square(head)) + sum(exp(tail)), x);
        Program<double> program(graph, {slope});
        program.vector(x) << 1.0, 2.0, 0.0, std::log(3.0);
        Eigen::Vector4d first, second;
        program.bindOutput(slope, {first.data(), 4});
        program.run();
        expectNear(first, Eigen::Vector4d(2.0, 4.0, 1.0, 3.0), 1e-15);
        program.vector(x) << 5.0, 0.0, 0.0, 0.0;
        program.bindOutput(slope, {second.data(), 4});
        program.run();
        expectNear(first[0], 2.0, 0.0);
        expectNear(second, Eigen::Vector4d(10.0, 0.0, 1.0, 1.0), 1e-15);
        QVERIFY_EXCEPTION_THROWN(program.bindOutput(slope, {second.data(), 3}), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(program.bindOutput(x, {second.data(), 4}), std::logic_error);
    }

    void resultsAreTheSameBitsForAnyNumberOfThreads() {
        std::vector<std::vector<float>> results;
        for (const std::size_t threads : {1U, 2U, 4U}) {
            const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
            Graph<float> graph;
            const auto x = graph.input({300, 500}), w = graph.input({500, 400});
            const auto loss = mean(square(gelu(matmul(x, w))));
            const auto slope = gradient(loss, w);
            Program<float> program(graph, {loss, slope});
            RandomStream stream({.seed = 2, .purpose = "threads"});
            stream.fillNormal(program.value(x));
            stream.fillNormal(program.value(w), 0.05F);
            program.run();
            const auto slopes = program.value(slope);
            results.emplace_back(slopes.begin(), slopes.end());
            results.back().push_back(program.scalar(loss));
        }
        QCOMPARE(results[1], results[0]);
        QCOMPARE(results[2], results[0]);
    }

    /// Products that leave a row or two over when they are divided among threads.
    void oddProductsAreTheSameBitsForAnyNumberOfThreads() {
        for (const auto& [m, n] :
             {std::pair<Index, Index>{49, 48}, {97, 64}, {2, 5000}, {31, 97}}) {
            std::vector<Eigen::VectorXf> results;
            for (const std::size_t threads : {1U, 2U, 3U, 4U}) {
                const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                                threads);
                Graph<float> graph;
                const auto a = graph.input({m, 1100}), b = graph.input({1100, n});
                const auto c = matmul(a, b);
                Program<float> program(graph, {c});
                RandomStream stream({.seed = 3, .purpose = "odd products"});
                stream.fillNormal(program.value(a));
                stream.fillNormal(program.value(b));
                program.run();
                results.emplace_back(program.vector(c));
            }
            for (const auto& result : results)
                QVERIFY2(result == results.front(), qPrintable(QString("%1 × %2").arg(m).arg(n)));
        }
    }
};

REGISTER_TEST(ProgramTest)
#include "program_test.moc"
