#include <cmath>
#include <numeric>
#include <vector>

#include <QtTest>

#include "core/language/hashed_ngrams.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/optim/optimizer.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::language;
using namespace convergence::testing;

namespace {

constexpr int hashBits = 4;
using Values = std::vector<double>;

std::shared_ptr<const TextChunks> chunks() {
    static const auto made = [] {
        RandomStream stream({.seed = 3, .purpose = "test"});
        std::string text;
        for (int i = 0; i < 40 * 9; ++i)
            text += "ab cd\xc3\xa4"[stream.integer(7)];
        return std::make_shared<const TextChunks>(TextChunks::bytesOf(text), 8, 0, 0, 1);
    }();
    return made;
}

/// FNV-1a of a context that is written as it is read, folded to 4 bits.
std::size_t rowOf(const std::string& before, std::size_t order) {
    std::uint32_t h = 2166136261U + static_cast<std::uint32_t>(order) - 1;
    for (std::size_t k = 1; k <= order; ++k)
        h = (h ^ static_cast<unsigned char>(before[before.size() - k])) * 16777619U;
    return (h ^ (h >> 15U)) & 15U;
}

/// −ln p by the definition, from a table of parameters.
double bruteForceLoss(const HashedNgrams<double>& model, std::uint32_t number) {
    const std::string text = chunks()->decode(chunks()->chunk(number));
    const auto symbols = chunks()->chunk(number);
    const auto V = static_cast<Eigen::Index>(chunks()->vocabulary());
    double total = 0.0;
    for (std::size_t j = 3; j < text.size(); ++j) {
        const std::string before = text.substr(0, j);
        const Eigen::ArrayXd logits =
            model.parameters().col(0) + model.parameters().col(1 + symbols[j - 1]) +
            model.parameters().col(1 + V + Eigen::Index(rowOf(before, 2))) +
            model.parameters().col(1 + V + 16 + Eigen::Index(rowOf(before, 3)));
        total += std::log(logits.exp().sum()) - logits[symbols[j]];
    }
    return total / static_cast<double>(text.size() - 3);
}

template <typename Scalar>
void randomize(HashedNgrams<Scalar>& model) {
    RandomStream stream({.seed = 8, .purpose = "test"});
    for (Scalar& parameter : model.parameters().reshaped())
        parameter = static_cast<Scalar>(stream.normal());
}

} // namespace

class HashedNgramsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theLossIsThatOfItsDefinition() {
        HashedNgrams<double> model(chunks(), hashBits);
        QCOMPARE(model.rows(), 1 + model.vocabulary() + 2 * 16);
        expectNear(model.loss(4), std::log(double(model.vocabulary())), 1e-12);
        randomize(model);
        for (const std::uint32_t chunk : {0U, 7U, 39U})
            expectNear(model.loss(chunk), bruteForceLoss(model, chunk), 1e-12);
    }

    void theGradientIsThatOfTheWeightedLoss() {
        HashedNgrams<double> model(chunks(), hashBits);
        randomize(model);
        const std::vector<std::uint32_t> batch{2, 9, 9};
        const Values weights{0.5, 3.0, 1.0};
        const auto value = [&] { return (0.5 * model.loss(2) + 4.0 * model.loss(9)) / 3.0; };
        expectNear(model.gradient(batch, weights), value(), 1e-12);
        HashedNgrams<double>::Table gradient =
            HashedNgrams<double>::Table::Zero(model.vocabulary(), model.rows());
        for (const std::uint32_t row : model.touched())
            gradient.col(row) = model.gradient().col(row);
        expectNear(model.squaredNorm(), gradient.matrix().squaredNorm(), 1e-12);
        const auto check = checkGradient(value, model.parameters(), gradient);
        QVERIFY2(check.relativeError() < 1e-8, check.text().c_str());
    }

    void probabilitiesOfTheNextSymbolSumToOne() {
        HashedNgrams<double> model(chunks(), hashBits);
        randomize(model);
        Values p(std::size_t(model.vocabulary()));
        model.next(chunks()->chunk(3).first(5), p);
        expectNear(std::accumulate(p.begin(), p.end(), 0.0), 1.0, 1e-12);
        QVERIFY_EXCEPTION_THROWN(model.next(chunks()->chunk(3).first(2), p), std::logic_error);
    }

    /// The trainer leaves rows alone that no batch touches for long; Adam over all parameters does
    /// not.
    void trainingIsAdamOnAllParameters() {
        constexpr std::int64_t steps = 700;
        HashedNgramTrainer trainer(chunks(), hashBits, 0.02);
        HashedNgrams<double> twin(chunks(), hashBits);
        Adam<double> adam(twin.parameters().size(), {.beta2 = 0.98, .epsilon = 1e-6});
        RandomStream stream({.seed = 12, .purpose = "test"});
        Eigen::VectorXd theta = Eigen::VectorXd::Zero(twin.parameters().size());
        for (std::int64_t t = 1; t <= steps; ++t) {
            // For some hundred steps nothing but three chunks, so that rows come to rest.
            const std::uint64_t bound = t > 150 && t < 500 ? 3 : 40;
            const std::vector<std::uint32_t> batch{
                static_cast<std::uint32_t>(stream.integer(bound)),
                static_cast<std::uint32_t>(stream.integer(bound))};
            const Values weights{1.0, 2.0};
            trainer.step(batch, weights);
            twin.gradient(batch, weights);
            Eigen::VectorXd gradient = Eigen::VectorXd::Zero(theta.size());
            for (const std::uint32_t row : twin.touched())
                gradient.segment(row * twin.vocabulary(), twin.vocabulary()) =
                    twin.gradient().col(row).matrix();
            adam.step(theta, gradient, HashedNgramTrainer::rateAt(t, 0.02));
            twin.parameters() =
                Eigen::Map<Eigen::ArrayXXd>(theta.data(), twin.vocabulary(), twin.rows());
        }
        const double off =
            (trainer.model().parameters().cast<double>() - twin.parameters()).abs().maxCoeff();
        QVERIFY2(off < 2e-3, std::to_string(off).c_str()); // of parameters of about 1, in float
        Values losses(40);
        std::vector<std::uint32_t> all(40);
        std::iota(all.begin(), all.end(), 0U);
        trainer.losses(all, losses);
        for (std::uint32_t chunk = 0; chunk < 40; ++chunk)
            expectNear(losses[chunk], twin.loss(chunk), 1e-3);
    }

    void ratesWarmUpAndDecayByTheSquareRoot() {
        expectNear(HashedNgramTrainer::rateAt(1, 0.02), 0.0002, 1e-15);
        expectNear(HashedNgramTrainer::rateAt(100, 0.02), 0.02, 1e-15);
        expectNear(HashedNgramTrainer::rateAt(400, 0.02), 0.01, 1e-15);
    }

    void normsOfSingleChunks() {
        HashedNgramTrainer trainer(chunks(), hashBits, 0.02);
        const std::vector<std::uint32_t> batch{5, 6};
        trainer.step(batch, Values{1.0, 1.0});
        Values norms(2);
        trainer.squaredNorms(batch, norms);
        HashedNgrams<float> model(chunks(), hashBits);
        model.parameters() = trainer.model().parameters();
        model.gradient(std::span(batch).first(1), Values{1.0});
        expectNear(norms[0], model.squaredNorm(), 1e-7);
    }
};

REGISTER_TEST(HashedNgramsTest)
#include "hashed_ngrams_test.moc"
