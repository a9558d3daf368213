"""A timing belongs to one model and one machine; no clock is read here."""

import json
import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.timings import timing
from mnist_autoencoders.timings.timing import Timing

KNOWN = Timing("aa", "Processor, 2 cores, cpu", 92.36, 7.714, 7778, 1057)


def test_a_training_is_measured_by_its_sum_and_its_middle_epoch() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    measured = timing.measure("aa", "gpu", [10.0, 2.0, 3.00649, 2.5], 1000)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert measured.model_sha256 == "aa"
    assert measured.machine == f"{timing.processor()}, {os.cpu_count()} cores, gpu"
    assert measured.seconds == 17.51
    # between 2.5 and 3.00649
    assert measured.seconds_per_epoch == 2.753
    assert measured.images_per_second == 363
    unit = 2**20 if sys.platform == "darwin" else 2**10
    assert round(before / unit) <= measured.peak_memory_mib <= round(after / unit)


def test_its_metrics_are_its_numbers() -> None:
    assert KNOWN.metrics() == {
        "seconds": 92.36,
        "seconds_per_epoch": 7.714,
        "images_per_second": 7778,
        "peak_memory_mib": 1057,
    }


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "timings" / "net.json"
    assert timing.read(path) is None
    timing.keep(KNOWN, path)
    assert timing.read(path) == KNOWN
    assert json.loads(path.read_text(encoding="utf-8")) == asdict(KNOWN)


@pytest.mark.parametrize(("digest", "kept"), [("aa", 92.36), ("bb", 1.0)])
def test_the_first_timing_of_a_model_is_kept_until_there_is_another_model(
    tmp_path: Path, digest: str, kept: float
) -> None:
    path = tmp_path / "net.json"
    timing.keep(KNOWN, path)
    timing.keep(Timing(digest, "another machine", 1.0, 1.0, 1, 1), path)
    read = timing.read(path)
    assert read is not None
    assert (read.model_sha256, read.seconds) == (digest, kept)


def test_a_model_is_shown_with_its_own_timing_alone(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    unknown = {"seconds": None, "machine": None}
    assert timing.of_model("aa", path) == unknown
    timing.keep(KNOWN, path)
    measured = {"seconds": 92.36, "machine": "Processor, 2 cores, cpu"}
    assert timing.of_model("aa", path) == measured
    assert timing.of_model("bb", path) == unknown


def test_a_file_from_when_stages_ran_side_by_side_is_read(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text(json.dumps(asdict(KNOWN) | {"stages_at_once": 2}), encoding="utf-8")
    assert timing.read(path) == KNOWN


def test_a_processor_says_its_own_name() -> None:
    info = Path("/proc/cpuinfo")
    named = [
        line.removeprefix("model name").strip("\t :")
        for line in (info.read_text(encoding="utf-8") if info.exists() else "").splitlines()
        if line.startswith("model name")
    ]
    assert timing.processor()
    assert timing.processor() in named or not named


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text("{")
    with pytest.raises(UserError, match="damaged since it was written"):
        timing.read(path)
    timing.keep(KNOWN, path)
    assert timing.read(path) == KNOWN
