"""What the scripts that compare with numpy share: the best rates of either side, in one run."""
import json
import os
import subprocess
import sys
import time

REPETITIONS = 5


def build_folder():
    """The folder named on the command line, or build/release."""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    return sys.argv[1] if len(sys.argv) > 1 else os.path.join(root, "build", "release")


def own_rates(benchmark, build=None, cases=".", repetitions=REPETITIONS):
    """Items per second of the cases that a pattern names of a Google Benchmark, the best of all
    repetitions."""
    output = subprocess.run(
        [os.path.join(build or build_folder(), "benchmarks", benchmark), "--benchmark_format=json",
         f"--benchmark_filter={cases}", f"--benchmark_repetitions={repetitions}",
         "--benchmark_min_time=0.2"],
        check=True, capture_output=True, text=True).stdout
    best = {}
    for entry in json.loads(output)["benchmarks"]:
        if entry["run_type"] == "iteration":
            best[entry["run_name"]] = max(best.get(entry["run_name"], 0), entry["items_per_second"])
    return best


def rate_for_a_while(step):
    """A run of 0.2 seconds; step() returns how many items it did. Seconds of the processor, as
    Google Benchmark's rates are: a busy machine slows neither side alone."""
    count, start = 0, time.process_time()
    while time.process_time() - start < 0.2:
        count += step()
    return count / (time.process_time() - start)


def best_rate(step):
    """The best of REPETITIONS runs."""
    return max(rate_for_a_while(step) for _ in range(REPETITIONS))


def rates_in_turn(benchmark, case, *steps):
    """The best rates of one case of a Google Benchmark and of each step, which take turns: what
    slows a shared machine for seconds meets all of them."""
    turns = [[own_rates(benchmark, cases=f"^{case}$", repetitions=1)[case],
              *map(rate_for_a_while, steps)] for _ in range(REPETITIONS)]
    return map(max, *turns)
