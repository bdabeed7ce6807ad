"""A name of a face loads its room and no other."""

import subprocess
import sys

import pytest

from workbench.base.faces import loading


def test_a_name_loads_its_room_and_no_other():
    program = (
        "import sys; from workbench.base.faces import loading\n"
        "load = loading('face', {'close_to': 'base.words', 'forget': 'base.machine'})\n"
        "load('close_to'); print(*sorted({'workbench.base.words', 'workbench.base.machine'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["workbench.base.words"]


def test_a_name_of_no_room_is_an_attribute_that_is_not_there():
    with pytest.raises(AttributeError, match="module 'face' has no attribute 'frobnicate'"):
        loading("face", {"close_to": "base.words"})("frobnicate")
