"""The scene of the role table, on whose pages the languages are compared."""

from tests.readers.conftest import as_user, clock, make_world  # noqa: F401
from tests.roles.conftest import scene  # noqa: F401
