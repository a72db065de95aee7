"""Guards of the product, and the tests that fail without them; see mutations.py."""

from .guards_of_concerns import GUARDS_OF_CONCERNS
from .guards_of_rights import GUARDS_OF_RIGHTS

GUARDS = (*GUARDS_OF_RIGHTS, *GUARDS_OF_CONCERNS)
