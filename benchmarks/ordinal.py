"""Print every table and simulated rate of docs/reference/ordinal.md, and how long a mixed model takes.

python -m benchmarks.ordinal
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np

from stats.agreement.reliability import reliability
from stats.ordinal.change_tests import crossed_t, sign_by_video, sign_flip_by_video, wilcoxon_by_video
from stats.ordinal.mixed_model import fit, likelihood_ratio
from stats.ordinal.planning import SIGMA_AT_FOUR_READERS, LatentNormal, simulate
from tests.stats.paper import CRITERIA, paper_columns, paper_ratings

GOLDEN = json.loads(Path("tests/golden/agreement_golden.json").read_text(encoding="utf-8"))
LIKERT = (1, 2, 3, 4, 5)
STUDIES = 600


def change() -> None:
    print("criterion: mean change; below/at/above; p of Wilcoxon, sign, sign-flip, crossed t (interval)")
    for criterion in CRITERIA:
        columns = paper_columns(criterion)
        scores, videos = columns["score"], columns["video"]
        signs, t = sign_by_video(scores, videos), crossed_t(scores, videos, columns["reader"])
        tests = (wilcoxon_by_video(scores, videos), signs, sign_flip_by_video(scores, videos), t)
        ps = " ".join(f"{test.p_two_sided:.2g}" for test in tests)
        where = f"{signs.down}/{signs.tied}/{signs.up}"
        print(f"{criterion}: {t.mean_change:+.2f} {where} {ps} ({t.ci_low:+.2f} to {t.ci_high:+.2f})")


def false_alarms() -> None:
    print(f"false alarms in {STUDIES} studies of 20 videos x 4 readers without change")
    rng = np.random.default_rng(0)
    video, reader = np.repeat(np.arange(20), 4), np.tile(np.arange(4), 20)
    for reader_sd in (0.0, 0.8):
        alarms = np.zeros(5)
        for _ in range(STUDIES):
            latent = 1.2 * rng.normal(size=20)[video] + reader_sd * rng.normal(size=4)[reader]
            noisy = np.round(latent + 0.7 * rng.normal(size=80))
            scores, videos = (3 + np.clip(noisy, -2, 2)).astype(int).tolist(), video.tolist()
            by_video = [
                test(scores, videos) for test in (wilcoxon_by_video, sign_by_video, sign_flip_by_video)
            ]
            crossed = crossed_t(scores, videos, reader.tolist())
            found = [*by_video, crossed, wilcoxon_by_video(scores, range(80))]
            alarms += [test.p_two_sided is not None and test.p_two_sided < 0.05 for test in found]
        names = ("Wilcoxon", "sign", "sign-flip", "crossed t", "Wilcoxon of single ratings")
        rates = ", ".join(f"{name} {rate:.1%}" for name, rate in zip(names, alarms / STUDIES, strict=True))
        print(f"readers' SD {reader_sd}: {rates}")


def mixed_models() -> None:
    print("criterion: role (SE), Wald p, LR p, SD video, SD reader, logLik; against R: logLik, role, SE")
    for criterion in CRITERIA:
        columns, expected = paper_columns(criterion), GOLDEN["clmm_R"]["values"][criterion]
        groups = {"video": columns["video"], "reader": columns["reader"]}
        start = time.perf_counter()
        model = fit(columns["score"], LIKERT, fixed={"role": columns["role"]}, groups=groups)
        seconds = time.perf_counter() - start
        role, test = (
            model.coefficients[0],
            likelihood_ratio(model, fit(columns["score"], LIKERT, groups=groups)),
        )
        print(
            f"{criterion}: {role.estimate:+.2f} ({role.se:.2f}) {role.p_two_sided:.2f} {test.p:.2f} "
            f"{model.sd('video'):.1f} {model.sd('reader'):.2f} {model.log_likelihood:.2f}; "
            f"{model.log_likelihood - expected['logLik']:.1e} {role.estimate - expected['role_surgeon']:.1e} "
            f"{role.se / expected['se'] - 1:.1e}; {1000 * seconds:.0f} ms"
        )


def readers() -> None:
    print("criterion: ICC(A,1) (interval) ICC(C,1) ICC(A,k) W Friedman p")
    for criterion in CRITERIA:
        found = reliability(paper_ratings(criterion))
        icc = {result.form: result for result in found.icc}
        one = icc["ICC(A,1)"]
        print(
            f"{criterion}: {one.estimate:.2f} ({one.ci_low:.2f} to {one.ci_high:.2f}) "
            f"{icc['ICC(C,1)'].estimate:.2f} {icc['ICC(A,k)'].estimate:.2f} {found.kendall.w:.2f} "
            f"{found.friedman.statistic:.1f} {found.friedman.p:.2g}"
        )


def planning() -> None:
    print("criterion: AC1, sigma of reconstructions, sigma of the model")
    for criterion, ac1 in zip(CRITERIA[:5], (0.61, 0.80, 0.83, 0.76, 0.60), strict=True):
        counts = GOLDEN["paper_reconstruction_R"][criterion]["counts"]
        sigma = LatentNormal.calibrated(counts, ac1).sigma(4)
        print(f"{criterion}: {ac1} {SIGMA_AT_FOUR_READERS[ac1]} {sigma:.2f}")
    model = LatentNormal.calibrated(
        GOLDEN["paper_reconstruction_R"]["pelvis_ring"]["counts"], 0.61, reader_sd=0.3
    )
    for n_readers in (4, 8):
        print(simulate(model, 30, n_readers, replicates=300))


if __name__ == "__main__":
    for part in (change, false_alarms, mixed_models, readers, planning):
        part()
        print()
