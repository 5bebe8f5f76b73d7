from __future__ import annotations

import pytest

from demo.plant import KINDS
from demo.snmprec import RecordingError, load, parse


@pytest.mark.parametrize("family", KINDS)
def test_every_family_has_a_recording_that_says_it_is_a_demo(family: str) -> None:
    recording = load(family)
    assert recording.descr.endswith("(Farol demo)") or "(Farol demo)" in recording.descr
    assert len(recording.interfaces) in (8, 12)
    assert all(0 < interface.index < 2**31 and interface.speed_bps for interface in recording.interfaces)
    assert [interface.hc for interface in recording.interfaces] == [family != "old-switch"] * len(recording.interfaces)


def test_values_are_read_by_their_type() -> None:
    recording = parse("1.3.1|4|a|b\n1.3.2|4x|00ff\n1.3.3|6|1.3.6\n1.3.4|70|18446744073709551615\n1.3.5|67:uptime|\n")
    assert [variable.value for variable in recording.variables] == [b"a|b", b"\x00\xff", (1, 3, 6), 2**64 - 1, ""]
    assert recording.variables[-1].figure == "uptime"


@pytest.mark.parametrize(
    "line",
    ["1.3.6", "1.3.6|4", "x|4|a", "1.3.6|99|1", "1.3.6|2|one", "1.3.6|4x|0g", "1.3.6|4:weather|", "1.3.5|4|before"],
)
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(RecordingError, match="line 2"):
        parse(f"1.3.5.9|4|good\n{line}\n")
