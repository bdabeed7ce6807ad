"""A comparison as a JUnit file, which pipelines show beside other tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from workbench.base import regular_expressions as re
from workbench.base.files import written_whole
from workbench.show.markdown import visible

if TYPE_CHECKING:
    from workbench.analysis.versions import Change

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def comparison_as_junit(change: Change, path: Path) -> Path:
    """Write a comparison of two tables as JUnit: one test for the judgement, and one for each task that moved.

    A judgement that is not decisive, and a task that fell while the whole is not worse, are skipped tests; they fail
    where it is worse.
    """
    worse = change.judgement == "worse"
    cases = [("not worse", change.sentence if change.judgement != "not worse" else "")]
    cases += [(f"task {name}", "it did better before") for name in change.fell]
    cases += [(f"task {name}", "") for name in change.rose]
    told = sum(bool(text) for _, text in cases)
    suite = ElementTree.Element(
        "testsuite",
        name="workbench compare",
        tests=str(len(cases)),
        failures=str(told if worse else 0),
        skipped=str(0 if worse else told),
    )
    for name, text in cases:
        case = ElementTree.SubElement(suite, "testcase", classname="workbench.compare", name=_clean(name))
        if text:
            ElementTree.SubElement(case, "failure" if worse else "skipped", message=_clean(text))
    ElementTree.SubElement(suite, "system-out").text = _clean(repr(change))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    with written_whole(path) as draft:
        draft.write_bytes(ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True))
    return path


def _clean(text: str) -> str:
    """A text of a task or a model that XML can hold."""
    return _NOT_XML.sub("�", visible(text))
