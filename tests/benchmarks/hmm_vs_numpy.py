#!/usr/bin/python3 -B
"""Tokens per second that a bigram hidden Markov model tags, ours against numpy, one thread each, in one
run.

Usage: tests/benchmarks/hmm_vs_numpy.py [BUILD FOLDER, default build/release]
Needs the packages of resources/packages/debian-benchmark.txt.

36 tags, 20,000 words in sentences of 8 to 32. Two numpy forms of Viterbi's algorithm: word by word, all
tags with all tags before at once, as one writes it; and for many sentences side by side, the longest
first, which takes turns of memory instead of turns of Python. Both are checked to find the same paths,
and on short sentences to find the best of all.
"""
import itertools
import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"

try:
    import numpy as np
except ImportError:
    sys.exit("numpy is missing: install the packages of resources/packages/debian-benchmark.txt")

from rates import best_rate, own_rates

TAGS, WORDS, TOKENS = 36, 2500, 20_000


def drawn(rng):
    """Logarithms of transitions (the last row is the beginning) and of words, and sentences."""
    transitions = np.log(rng.dirichlet(np.full(TAGS, 0.3), TAGS + 1) + 1e-6).astype(np.float32)
    words = np.log(rng.dirichlet(np.full(TAGS, 0.2), WORDS) + 1e-6).astype(np.float32)
    sentences = []
    while sum(map(len, sentences)) < TOKENS:
        sentences.append(rng.integers(0, WORDS, rng.integers(8, 33)))
    return transitions, words, sentences


def word_by_word(transitions, words, sentences):
    paths = []
    inner = transitions[:TAGS]
    for sentence in sentences:
        rows = words[sentence]
        delta = transitions[TAGS] + rows[0]
        back = np.empty((len(sentence), TAGS), dtype=np.intp)
        for i in range(1, len(sentence)):
            reached = delta[:, None] + inner
            back[i] = reached.argmax(axis=0)
            delta = reached.max(axis=0) + rows[i]
        path = [int(delta.argmax())]
        for i in range(len(sentence) - 1, 0, -1):
            path.append(int(back[i, path[-1]]))
        paths.append(path[::-1])
    return paths


def side_by_side(transitions, words, sentences, batch=64):
    order = sorted(range(len(sentences)), key=lambda s: -len(sentences[s]))
    inner = np.ascontiguousarray(transitions[:TAGS].T)  # of each tag those before it
    paths = [None] * len(sentences)
    for first in range(0, len(order), batch):
        these = order[first:first + batch]
        lengths = np.array([len(sentences[s]) for s in these])
        padded = np.zeros((len(these), lengths[0]), dtype=np.intp)
        for row, s in enumerate(these):
            padded[row, :lengths[row]] = sentences[s]
        rows = words[padded]
        delta = transitions[TAGS] + rows[:, 0]
        back = np.empty((lengths[0], len(these), TAGS), dtype=np.intp)
        for i in range(1, lengths[0]):
            count = int((lengths > i).sum())
            reached = delta[:count, None, :] + inner
            back[i, :count] = reached.argmax(axis=2)
            delta[:count] = reached.max(axis=2) + rows[:count, i]
        path = np.empty((len(these), lengths[0]), dtype=np.intp)
        best = delta.argmax(axis=1)
        at = np.arange(len(these))
        for i in range(lengths[0] - 1, -1, -1):
            path[:, i] = best
            if i > 0:
                best = np.where(lengths > i, back[i, at, best], best)
        for row, s in enumerate(these):
            paths[s] = path[row, :lengths[row]].tolist()
    return paths


def check(transitions, words):
    rng = np.random.default_rng(1)
    some = [0, 7, 20]
    small = np.full_like(transitions, -1e9)
    small[np.ix_(some + [TAGS], some)] = transitions[np.ix_(some + [TAGS], some)]
    sentences = [rng.integers(0, WORDS, 5) for _ in range(10)]
    for sentence, found in zip(sentences, word_by_word(small, words, sentences)):
        def score(path):
            return (words[sentence, list(path)].sum() + transitions[TAGS, path[0]] +
                    sum(transitions[a, b] for a, b in zip(path, path[1:])))
        best = max(score(path) for path in itertools.product(some, repeat=5))
        assert abs(score(found) - best) < 1e-3


def main():
    transitions, words, sentences = drawn(np.random.default_rng(0))
    check(transitions, words)
    forms = {"word by word": word_by_word, "side by side": side_by_side}
    paths = [form(transitions, words, sentences) for form in forms.values()]
    assert paths[0] == paths[1]

    tokens = sum(map(len, sentences))

    def rate(form):
        def step():
            form(transitions, words, sentences)
            return tokens
        return best_rate(step)

    rates = {name: rate(form) for name, form in forms.items()}
    ours = own_rates("tagger_benchmark")["hmm/tokens"]
    print(f"tokens tagged per second, {TAGS} tags, {tokens:,} words, one thread")
    for name, found in rates.items():
        print(f"  numpy, {name:<13}{found:>12,.0f}   ours is {ours / found:.1f} times as fast")
    print(f"  ours                {ours:>12,.0f}")


if __name__ == "__main__":
    main()
