"""The scene of the role table, which the tests of the whole site's defences walk."""

from tests.readers.conftest import as_user, blinded, clock, make_world  # noqa: F401
from tests.roles.conftest import scene  # noqa: F401
