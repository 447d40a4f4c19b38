"""The paper's study in words: criteria and anchors as its Table 2 prints them, findings as its Table 3.

Its ratings are simulated to match the printed frequencies (``data/README.md``); they are nobody's answers.
"""

from __future__ import annotations

from pathlib import Path

from stats.report import CriterionFacts

SLUG = "paper-reconstruction"
TITLE = "Racial differences in pelvic radiographs (synthetic reconstruction)"
GROUP_A, GROUP_B = "White", "African American"
NOTICE = (
    "Synthetic reconstruction: ratings simulated to match the paper's printed frequencies; "
    "not the readers' real answers."
)
RATINGS = Path(__file__).parent / "data" / "paper_ratings.csv"

ELONGATED_TO_ROUND = (
    "Becomes much more elongated",
    "Becomes slightly elongated",
    "Does not change",
    "Becomes slightly more round",
    "Becomes much more round",
)
ELLIPTICAL_TO_ROUND = (
    "Becomes much more elliptical",
    "Becomes slightly elliptical",
    "Does not change",
    "Becomes slightly more round",
    "Becomes much more round",
)
DECREASE_TO_INCREASE = (
    "Decreases significantly",
    "Decreases slightly",
    "Does not change",
    "Increases slightly",
    "Increases significantly",
)
CRITERIA = (
    CriterionFacts("pelvis_ring", "Pelvis ring", ELONGATED_TO_ROUND, "More elongated", "More circular"),
    CriterionFacts(
        "obturator_foramen", "Obturator foramen", ELLIPTICAL_TO_ROUND, "More elliptical", "More circular"
    ),
    CriterionFacts("interacetabular_distance", "Interacetabular distance", DECREASE_TO_INCREASE),
    CriterionFacts("neck_shaft_angle", "Femoral neck-shaft angle", DECREASE_TO_INCREASE),
    CriterionFacts(
        "cortical_thickness", "Medial femoral metaphyseal cortical thickness", DECREASE_TO_INCREASE
    ),
    CriterionFacts(
        "osteoarthritis", "Osteoarthritis severity", DECREASE_TO_INCREASE, "Lower grade", "Higher grade"
    ),
)
REMARKS = {
    "cortical_thickness": (
        "The paper prints 2 (1), which its own printed frequencies (1, 6, 26, 27 and 40 %) cannot give: "
        "under every definition of quantiles they make the median 4 and the IQR 2. Shown is what is computed."
    )
}
