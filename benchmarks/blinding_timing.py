"""Do replies take longer for one direction than for the other? Pairs of requests, over loopback.

A reader has opened videos that hold the same frames in the order shown, some drawn from A to B, some from B
to A. Each address of one is asked for in turn with that of the other, in an order that is drawn for each
pair. Prints the medians, the shift between the two (Hodges and Lehmann, of the pairs) and the p of Wilcoxon's
signed ranks. A difference below what this shows is not excluded, and a busy machine hides more.

    python benchmarks/blinding_timing.py [--pairs 200]
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SIDE, N_FRAMES, N_VIDEOS = 128, 12, 8


def prepare() -> tuple[str, dict[str, list[str]]]:
    """A session, and the addresses of one case of each direction, in the same order."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from benchmarks.viewer import make_video
    from readers.frame_addresses import bundle_address, frame_addresses
    from readers.models import Assignment
    from readers.services.allocation import allocate_videos
    from readers.services.reading import open_case, submit_case
    from readers.services.studies import create_study, enrol_reader

    call_command("migrate", verbosity=0)
    coordinator, reader = (User.objects.create_user(name) for name in ("coordinator", "reader"))
    study = create_study(
        by=coordinator, slug="timing", title="Timing", group_a="A", group_b="B",
        n_exploratory=N_VIDEOS + 1, n_blinded=1, allocation_seed=1, sign_off_required=False,
    )  # fmt: skip
    enrol_reader(study=study, user=reader, code="R1", specialty="radiologist", by=coordinator)
    rng = np.random.default_rng(20261122)
    half = rng.integers(0, 256, (N_FRAMES // 2, SIDE, SIDE), dtype=np.uint8)
    pictures = [*half, *half[::-1]]  # the same forwards and backwards
    allocate_videos(
        study=study, videos=[make_video(seed, pictures) for seed in range(N_VIDEOS + 2)], by=coordinator
    )
    chosen: dict[str, list[str]] = {}
    cases = Assignment.objects.filter(reader__user=reader, phase="exploratory").order_by("position")
    for case in cases[:N_VIDEOS]:  # one is left, so that those before it can be asked for
        open_case(public_id=case.public_id, by=reader)
        submit_case(public_id=case.public_id, form_sha256="", by=reader)
        chosen[case.direction] = [
            f"/read/{case.public_id}/",
            f"/api/v1/assignments/{case.public_id}/",
            bundle_address(reader, case.public_id),
            frame_addresses(reader, case.public_id, 1)[0],
        ]
    client = Client()
    client.force_login(reader)
    return client.cookies["sessionid"].value, chosen


def milliseconds(session: object, address: str) -> float:
    began = time.perf_counter()
    answer = session.get(address)  # type: ignore[attr-defined]
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}: {answer.text[:200]}")
    return (time.perf_counter() - began) * 1000


def shift(differences: np.ndarray) -> float:
    """The Hodges–Lehmann shift: the median of the means of all pairs of differences."""
    drawn = random.Random(1).sample(list(differences), min(len(differences), 200))
    return statistics.median((a + b) / 2 for a, b in combinations_with_replacement(drawn, 2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=200)
    pairs = parser.parse_args().pairs
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"COUNTERPART_DATA": folder, "DJANGO_SETTINGS_MODULE": "counterpart.settings"}
        import django

        django.setup()
        measure(pairs)


def measure(pairs: int) -> None:
    import requests
    from scipy.stats import wilcoxon

    from benchmarks.viewer import server

    key, chosen = prepare()
    names = ("page", "API", "bundle", "frame")
    order = random.Random(20261122)
    print(f"\n{pairs} pairs, A→B against B→A, ms\n\n| reply | median A→B | median B→A | shift | p |")
    print("|---|---|---|---|---|")
    with server() as base, requests.Session() as session:
        session.cookies.set("sessionid", key)
        for place, name in enumerate(names):
            found: dict[str, list[float]] = {"AB": [], "BA": []}
            for number in range(pairs + 20):
                for direction in order.sample(["AB", "BA"], 2):
                    took = milliseconds(session, base + chosen[direction][place])
                    if number >= 20:  # the first ones fill caches
                        found[direction].append(took)
            differences = np.subtract(found["AB"], found["BA"])
            p = wilcoxon(differences).pvalue
            medians = (f"{statistics.median(found[direction]):.2f}" for direction in ("AB", "BA"))
            print(f"| {name} | {' | '.join(medians)} | {shift(differences):+.3f} | {p:.3f} |")


if __name__ == "__main__":
    main()
