"""What each shipped register holds, worked out by plain reads of its records.

By the name after "register_": title, model, which records, in which order, headings
with a function that gives the value of a record, and what is printed below. To ship
another register, add it to the module of its concern, registers_expected_*.py, and
records to registers_fixtures.py.
"""

from .registers_expected_custody import OF_CUSTODY
from .registers_expected_files import OF_FILES
from .registers_expected_parties import OF_PARTIES
from .registers_expected_supervision import OF_SUPERVISION

EXPECTED = {**OF_FILES, **OF_CUSTODY, **OF_PARTIES, **OF_SUPERVISION}
# Lists of what is going on have what isn't over yet, too.
SELDOM = {("sharing", "From")}
