"""What the emulated carrier's front page (the docstring of local/carrier) says."""

import re
import textwrap
from pathlib import Path

import local.carrier
from local.carrier.exchange import Exchange
from local.carrier.messages import Response
from local.carrier.settings import CarrierSettings, Number

FRONT_PAGE = local.carrier.__doc__
HERE = Path(local.carrier.__file__).parent


def test_its_least_example_takes_a_call():
    example = FRONT_PAGE.partition("The least that takes a call:\n\n")[2].partition("\n\n")[0]
    known = {"Exchange": Exchange, "Response": Response, "CarrierSettings": CarrierSettings, "Number": Number}
    exec(textwrap.dedent(example), known)  # noqa: S102  our own docstring
    assert known["exchange"].errors == []


def test_every_file_and_room_that_it_names_is_there_and_every_room_is_named():
    named = set(
        re.findall(r"[a-z_]+(?:/[a-z_]+)*(?:\.py|\.json|/)(?![a-z])", FRONT_PAGE.partition("In one process")[0])
    )
    assert {name for name in named if not (HERE / name).exists()} == set()
    rooms = {path.parent.name + "/" for path in HERE.glob("*/__init__.py")}
    assert rooms <= named
