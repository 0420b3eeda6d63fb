// Taggers against twins that are written from the formulas, on words as text.

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <QtTest>

#include "core/language/lexical_model.h"
#include "core/language/tagging_task.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::language;

namespace {

using Counts = std::map<std::string, std::map<std::size_t, double>>;

double sum(const std::map<std::size_t, double>& counts) {
    double all = 0.0;
    for (const auto& [tag, count] : counts)
        all += count;
    return all;
}

/// The formulas of the lexical model and the transitions, on strings.
struct Twin {
    Twin(const TaggedText& text, const TaggedSentences& read)
        : words(text.words), tags(text.tags.size()) {
        for (std::size_t i = 0; i < read.count(); ++i) {
            std::string before = "start";
            for (const Token& token : read.sentence(i)) {
                const std::string& word = words[token.word];
                if (!ofWord.contains(word))
                    for (const std::string& feature : featuresOf(word))
                        ++suffix[feature][token.tag];
                ++ofWord[word][token.tag];
                ++all[""][token.tag];
                ++follow[before][token.tag];
                before = std::to_string(token.tag);
            }
        }
    }
    static std::vector<std::string> featuresOf(const std::string& word) {
        std::string lower = word;
        for (char& c : lower)
            c = char(std::tolower(c));
        std::vector<std::string> features{std::isupper(word[0]) != 0 ? "upper" : "not"};
        for (std::size_t length = 1; length <= 3; ++length)
            features.push_back(std::to_string(length) + "-" +
                               lower.substr(lower.size() - std::min(length, lower.size())));
        return features;
    }
    double prior(std::size_t t) { return (all[""][t] + 0.1) / (sum(all[""]) + 0.1 * double(tags)); }
    double probability(std::size_t t, const std::string& word) {
        if (ofWord.contains(word))
            return (ofWord[word][t] + 1e-3 * prior(t)) / (sum(ofWord[word]) + 1e-3);
        double p = prior(t);
        for (const std::string& feature : featuresOf(word))
            p = (suffix[feature][t] + 2.0 * p) / (sum(suffix[feature]) + 2.0);
        return p;
    }
    double transition(const std::string& before, std::size_t t) {
        return (follow[before][t] + 8.0 * prior(t)) / (sum(follow[before]) + 8.0);
    }
    double score(std::span<const Token> sentence, const std::vector<std::uint32_t>& path) {
        double total = 0.0;
        std::string before = "start";
        for (std::size_t i = 0; i < sentence.size(); ++i) {
            total += std::log(transition(before, path[i])) +
                     std::log(probability(path[i], words[sentence[i].word]) / prior(path[i]));
            before = std::to_string(path[i]);
        }
        return total;
    }

    const std::vector<std::string>& words;
    std::size_t tags;
    Counts ofWord, all, follow, suffix;
};

/// Words with endings that hint at tags; sentences that have a grammar.
TaggedText smallText(std::size_t tags) {
    TaggedText text = madeUpTaggedText(3000, 5);
    for (Token& token : text.tokens)
        token.tag = static_cast<std::uint32_t>(token.tag % tags);
    text.tags.resize(tags);
    for (std::size_t w = 0; w < text.words.size(); ++w) // letters in the place of digits
        for (char& c : text.words[w])
            if (c >= '0' && c <= '9')
                c = char((w % 3 == 0 ? 'A' : 'a') + (c - '0'));
    return text;
}

struct Learned {
    Learned(const TaggedText& from, std::size_t training, std::size_t testing)
        : text(from), words(std::make_shared<const TaggerWords>(text)) {
        for (std::size_t i = 0; i < training; ++i)
            read.add(text.sentence(i));
        for (std::size_t i = training; i < training + testing; ++i)
            test.add(text.sentence(i).first(std::min<std::size_t>(6, text.sentence(i).size())));
    }
    void teach(Tagger& tagger) const {
        for (std::size_t i = 0; i < read.count(); ++i)
            tagger.learn(read.sentence(i));
        tagger.prepare();
    }
    TaggedText text;
    std::shared_ptr<const TaggerWords> words;
    TaggedSentences read, test;
};

/// The perceptron by its definition, features as text.
struct PlainPerceptron {
    std::map<std::string, std::map<std::size_t, double>> weights, changes;
    double read = 0.0;
    std::size_t tags;

    static std::string last(const std::string& word, std::size_t letters) {
        std::string lower = word;
        for (char& c : lower)
            c = char(std::tolower(c));
        return lower.substr(lower.size() - std::min(letters, lower.size()));
    }
    static std::vector<std::string> features(const Learned& of, std::span<const Token> sentence,
                                             std::size_t i, std::size_t before, std::size_t two) {
        const auto word = [&](std::size_t k) {
            return k < sentence.size() ? of.text.words[sentence[k].word] : std::string();
        };
        const auto ending = [&](std::size_t k) {
            return k < sentence.size() ? last(word(k), 3) : "none";
        };
        const std::string b = std::to_string(before);
        std::string first = word(i).substr(0, 1);
        first[0] = char(std::tolower(first[0]));
        return {"bias",
                "w" + word(i),
                "f" + first,
                "2" + last(word(i), 2),
                "3" + ending(i),
                "t" + b,
                "tt" + b + "," + std::to_string(two),
                "tw" + b + "," + word(i),
                "l" + word(i - 1),
                "r" + word(i + 1),
                "l3" + ending(i - 1),
                "r3" + ending(i + 1)};
    }
    std::size_t best(const std::vector<std::string>& active, double share) {
        std::vector<double> score(tags, 0.0);
        for (const std::string& feature : active)
            for (std::size_t t = 0; t < tags; ++t)
                score[t] += weights[feature][t] - share * changes[feature][t];
        return std::size_t(std::max_element(score.begin(), score.end()) - score.begin());
    }
    void learn(const Learned& of, std::span<const Token> sentence) {
        std::size_t before = tags, two = tags;
        for (std::size_t i = 0; i < sentence.size(); ++i) {
            const auto active = features(of, sentence, i, before, two);
            read += 1.0;
            const std::size_t guess = best(active, 0.0);
            if (guess != sentence[i].tag)
                for (const std::string& feature : active) {
                    weights[feature][sentence[i].tag] += 1.0;
                    weights[feature][guess] -= 1.0;
                    changes[feature][sentence[i].tag] += read;
                    changes[feature][guess] -= read;
                }
            two = before;
            before = guess;
        }
    }
    std::vector<std::uint32_t> tag(const Learned& of, std::span<const Token> sentence) {
        std::vector<std::uint32_t> found;
        std::size_t before = tags, two = tags;
        for (std::size_t i = 0; i < sentence.size(); ++i) {
            const std::size_t guess = best(features(of, sentence, i, before, two), 1.0 / read);
            found.push_back(std::uint32_t(guess));
            two = before;
            before = guess;
        }
        return found;
    }
};

} // namespace

class TaggersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wordsSpeakByTheFormula() {
        const Learned of(smallText(5), 40, 10);
        LexicalModel model(of.words);
        for (const Token& token : of.read.tokens)
            model.learn(token);
        Twin twin(of.text, of.read);
        std::vector<double> prior(5), found(5);
        model.prior(prior);
        for (std::size_t t = 0; t < 5; ++t)
            expectNear(prior[t], twin.prior(t), 1e-14);
        std::size_t unread = 0;
        for (std::uint32_t w = 0; w < 400; ++w) {
            model.ofWord(w, prior, found);
            unread += twin.ofWord.contains(of.text.words[w]) ? 0 : 1;
            for (std::size_t t = 0; t < 5; ++t)
                expectNear(found[t], twin.probability(t, of.text.words[w]), 1e-12,
                           of.text.words[w]);
        }
        QVERIFY(unread > 50 && unread < 390);
    }

    void theUnigramTaggerTakesTheLikeliestTag() {
        const Learned of(smallText(5), 60, 30);
        const auto tagger = unigramTagger(of.words, of.test);
        of.teach(*tagger);
        Twin twin(of.text, of.read);
        std::vector<std::uint32_t> tags(of.test.tokens.size());
        const double accuracy = tagAll(*tagger, of.test, tags);
        double right = 0.0;
        for (std::size_t i = 0; i < tags.size(); ++i) {
            const std::string& word = of.text.words[of.test.tokens[i].word];
            for (std::size_t t = 0; t < 5; ++t)
                QVERIFY(twin.probability(tags[i], word) >= twin.probability(t, word) - 1e-12);
            right += tags[i] == of.test.tokens[i].tag ? 1.0 : 0.0;
        }
        expectNear(accuracy, 100.0 * right / double(tags.size()), 1e-12);
    }

    // All 3⁶ paths, and with 11 tags, which take more lanes than one, all of two words.
    void viterbiFindsTheBestOfAllPaths() {
        for (const std::size_t tags : {std::size_t{3}, std::size_t{11}}) {
            const Learned of(smallText(tags), 60, 20);
            const auto tagger = hmmTagger(of.words, of.test);
            of.teach(*tagger);
            Twin twin(of.text, of.read);
            for (std::size_t s = 0; s < of.test.count(); ++s) {
                const auto sentence =
                    of.test.sentence(s).first(tags == 3 ? of.test.sentence(s).size() : 2);
                std::vector<std::uint32_t> found(sentence.size()), path(sentence.size(), 0);
                tagger->tag(sentence, found);
                double best = -std::numeric_limits<double>::infinity();
                for (bool isDone = false; !isDone;) {
                    best = std::max(best, twin.score(sentence, path));
                    isDone = true;
                    for (auto& tag : path)
                        if (++tag < tags) {
                            isDone = false;
                            break;
                        } else {
                            tag = 0;
                        }
                }
                expectNear(twin.score(sentence, found), best, 1e-4, std::to_string(s));
            }
        }
    }

    void wideRowsAreSearchedWhole() {
        // 60 tags, of which each token's is told by the word alone: 8 lanes of tags.
        TaggedText text = madeUpTaggedText(6000, 8);
        text.tags.assign(60, "T");
        for (Token& token : text.tokens)
            token.tag = token.word % 60;
        const Learned of(text, 200, 20);
        const auto tagger = hmmTagger(of.words, of.test);
        of.teach(*tagger);
        std::vector<std::uint32_t> tags(of.test.tokens.size());
        std::set<std::uint32_t> known;
        for (const Token& token : of.read.tokens)
            known.insert(token.word);
        tagAll(*tagger, of.test, tags);
        std::set<std::uint32_t> used;
        double read = 0.0, right = 0.0;
        for (std::size_t i = 0; i < tags.size(); ++i) {
            used.insert(tags[i]);
            if (!known.contains(of.test.tokens[i].word))
                continue;
            read += 1.0;
            right += tags[i] == of.test.tokens[i].tag ? 1.0 : 0.0;
        }
        QVERIFY2(right > 0.97 * read, qPrintable(QString("%1 of %2").arg(right).arg(read)));
        QVERIFY(*used.rbegin() >= 48);
    }

    void withoutTransitionsWordsAreAlone() {
        const Learned of(smallText(5), 60, 20);
        const auto tagger = hmmTagger(of.words, of.test, Transitions::uniform);
        of.teach(*tagger);
        Twin twin(of.text, of.read);
        std::vector<std::uint32_t> tags(of.test.tokens.size());
        tagAll(*tagger, of.test, tags);
        for (std::size_t i = 0; i < tags.size(); ++i) {
            const std::string& word = of.text.words[of.test.tokens[i].word];
            const auto ratio = [&](std::size_t t) {
                return std::log(twin.probability(t, word) / twin.prior(t));
            };
            for (std::size_t t = 0; t < 5; ++t)
                QVERIFY(ratio(tags[i]) >= ratio(t) - 1e-4);
        }
    }

    void thePerceptronIsItsDefinition() {
        const Learned of(smallText(5), 60, 30);
        const auto tagger = perceptronTagger(of.words);
        PlainPerceptron plain{.weights = {}, .changes = {}, .tags = 5};
        for (std::size_t i = 0; i < of.read.count(); ++i) {
            tagger->learn(of.read.sentence(i));
            plain.learn(of, of.read.sentence(i));
        }
        tagger->prepare();
        std::size_t same = 0;
        for (std::size_t s = 0; s < of.test.count(); ++s) {
            std::vector<std::uint32_t> found(of.test.sentence(s).size());
            tagger->tag(of.test.sentence(s), found);
            const auto expected = plain.tag(of, of.test.sentence(s));
            for (std::size_t i = 0; i < found.size(); ++i)
                same += found[i] == expected[i] ? 1 : 0;
        }
        // Ties of averages may be broken by rounding.
        QVERIFY2(double(same) > 0.97 * double(of.test.tokens.size()),
                 qPrintable(QString("%1 of %2").arg(same).arg(of.test.tokens.size())));
    }

    // A grammar is worth more than words alone, and the perceptron learns it as well.
    void taggersLearn() {
        const TaggedText text = madeUpTaggedText(40'000, 3);
        const TaggingTask task(text, {.testWords = 3000});
        const auto words = std::make_shared<const TaggerWords>(text);
        std::vector<std::uint32_t> tags(task.test.tokens.size());
        std::vector<double> accuracies;
        for (const auto& tagger : {unigramTagger(words, task.test), hmmTagger(words, task.test),
                                   perceptronTagger(words)}) {
            for (std::size_t i = 0; i < task.training.count(); ++i)
                tagger->learn(task.training.sentence(i));
            tagger->prepare();
            accuracies.push_back(tagAll(*tagger, task.test, tags));
        }
        QVERIFY2(
            accuracies[0] > 60.0 && accuracies[1] > accuracies[0] + 2.0 &&
                accuracies[2] > accuracies[0],
            qPrintable(
                QString("%1, %2, %3").arg(accuracies[0]).arg(accuracies[1]).arg(accuracies[2])));
    }

    void foldsTestOnWhatTheyDoNotRead() {
        const TaggedText text = madeUpTaggedText(5000, 1);
        std::size_t all = 0;
        for (std::size_t i = 0; i < text.sentences(); ++i)
            all += text.sentence(i).size();
        std::vector<std::vector<Token>> tests;
        for (const std::size_t fold : {0, 1, 2}) {
            const TaggingTask task(text, {.testWords = 700, .seed = 4, .fold = fold});
            QVERIFY(task.test.tokens.size() >= 700 && task.test.tokens.size() < 740);
            QCOMPARE(task.test.tokens.size() + task.training.tokens.size(), all);
            QCOMPARE(task.test.count() + task.training.count(), text.sentences());
            for (const auto& other : tests)
                QVERIFY(!std::equal(other.begin(), other.begin() + 50, task.test.tokens.begin()));
            tests.push_back(task.test.tokens);
            const TaggingTask part(text,
                                   {.testWords = 700, .seed = 4, .fold = fold, .mostWords = 900});
            QVERIFY(part.training.tokens.size() >= 900 && part.training.tokens.size() < 940);
            QVERIFY(std::equal(part.training.tokens.begin(), part.training.tokens.end(),
                               task.training.tokens.begin()));
            const TaggingTask ordered(text,
                                      {.testWords = 700, .seed = 4, .fold = fold, .inOrder = true});
            QVERIFY(ordered.test.tokens == task.test.tokens);
            // The text without the sentences to test on.
            std::size_t next = 0;
            for (std::size_t i = 0; i < text.sentences() && next < ordered.training.count(); ++i)
                if (std::ranges::equal(text.sentence(i), ordered.training.sentence(next)))
                    ++next;
            QCOMPARE(next, ordered.training.count());
        }
        expectRefusal([&] { return TaggingTask(text, {.testWords = 6000}); }, "6000 words",
                      "fewer test words");
        expectRefusal([&] { return TaggingTask(text, {.testWords = 2000, .fold = 5}); }, "6 times");
    }

    void theMadeUpTextIsAsItSays() {
        const TaggedText text = madeUpTaggedText(20'000, 2);
        QCOMPARE(text.tags.size(), std::size_t{12});
        QCOMPARE(text.words.size(), std::size_t{20'000});
        QVERIFY(text.tokens.size() >= 20'000 && text.tokens.size() < 20'040);
        std::map<std::uint32_t, std::set<std::uint32_t>> tagsOf;
        for (const Token& token : text.tokens)
            tagsOf[token.word].insert(token.tag);
        for (const auto& [word, tags] : tagsOf)
            QVERIFY(tags.size() <= 3);
        QVERIFY(madeUpTaggedText(20'000, 2).tokens == text.tokens);
        QVERIFY(madeUpTaggedText(20'000, 3).tokens != text.tokens);
    }
};

REGISTER_TEST(TaggersTest)
#include "taggers_test.moc"
