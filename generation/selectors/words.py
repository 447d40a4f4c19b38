"""Words that imports store as they are in reports, in the language of whoever reads a page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS: dict[str, Promise] = {
    # kinds of reasons: generation.imaging.exclusions
    "damaged": _("damaged"),
    "text may be written in the picture": _("text may be written in the picture"),
    "refused on review": _("refused on review"),
    "several pictures in one file": _("several pictures in one file"),
    "no picture": _("no picture"),
    "no decoder": _("no decoder"),
    "too large": _("too large"),
    "pixel format not taken": _("pixel format not taken"),
    "no registry row": _("no registry row"),
    "registry row refused": _("registry row refused"),
    "registry rows contradict each other": _("registry rows contradict each other"),
    "same pixels with other attributes": _("same pixels with other attributes"),
    "same pixels as another file": _("same pixels as another file"),
    "same SOP instance as another file": _("same SOP instance as another file"),
    "already in the cohort": _("already in the cohort"),
    "nothing was imported": _("nothing was imported"),
    "not readable as a file": _("not readable as a file"),
    # why a picture is held
    "BurnedInAnnotation is not NO: names may be written in the picture": _(
        "BurnedInAnnotation is not NO: names may be written in the picture"
    ),
    "text was found in the picture": _("text was found in the picture"),
    "text may be in the picture: no header says that there is none": _(
        "text may be in the picture: no header says that there is none"
    ),
    # values of categories
    "F": pgettext_lazy("sex", "F"),
    "M": pgettext_lazy("sex", "M"),
    "left": pgettext_lazy("side of the body", "left"),
    "right": pgettext_lazy("side of the body", "right"),
    "bilateral": pgettext_lazy("side of the body", "bilateral"),
    "yes": _("yes"),
    "no": _("no"),
}


def said(word: str) -> str:
    """Return a stored word for people; a word of the hospital's own as it is."""
    return str(WORDS.get(word, word))
