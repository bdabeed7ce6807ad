"""An executed notebook becomes one HTML file that needs nothing else: no request, no script but its own."""

from __future__ import annotations

import base64
import copy
import hashlib
import html
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from nbconvert.exporters.html import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets import default
from traitlets.config import Config

from workbench import tables
from workbench.markdown import visible
from workbench.report.case_table import case_data, first_cases, telling
from workbench.report.evidence import caveats, facts, gather, how_it_was_run, verdict_of
from workbench.report.execute import failures_in
from workbench.report.harmless import harmless

TEMPLATES = Path(__file__).parent / "templates"
SCRIPT_PLACE = "WORKBENCH-SCRIPT-HASH"

# Pandoc's rule for inline mathematics, with digits barred at both ends: "$5 and $10" is money.
_INLINE_MATH = r"(?<![\\$\w])\$(?=[^\s$\d])(?P<math_inline_tex>[^\n$]*?[^\s\\$])\$(?![\w$])"
_HEADING = re.compile(r"(#{1,3})\s+(.+?)\s*#*\s*$")


class ReportExporter(HTMLExporter):
    """`jupyter nbconvert --to workbench`, and "Workbench report" in JupyterLab's export menu."""

    export_from_notebook = "Workbench report"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "workbench"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(TEMPLATES)]

    @property
    def default_config(self) -> Config:
        config = Config(
            {
                "HTMLExporter": {"embed_images": True, "anchor_link_text": ""},
                "CoalesceStreamsPreprocessor": {"enabled": True},
                "RegexRemovePreprocessor": {"enabled": True, "patterns": [r"\s*\Z"]},
                "TagRemovePreprocessor": {
                    "enabled": True,
                    "remove_cell_tags": ["remove-cell"],
                    "remove_input_tags": ["hide-input"],
                    "remove_all_outputs_tags": ["hide-output"],
                },
                "NbConvertBase": {
                    "display_data_priority": [
                        "text/html",
                        "image/svg+xml",
                        "image/png",
                        "image/jpeg",
                        "text/markdown",
                        "text/latex",
                        "text/plain",
                    ]
                },
            }
        )
        merged = Config(super().default_config)
        merged.merge(config)
        return merged

    def default_filters(self) -> Any:
        yield from super().default_filters()
        yield ("markdown2html", self.markdown2html)
        yield ("mathml", lambda source: _mathml(source.strip().strip("$"), display=True))
        yield ("visible", visible)
        yield ("harmless", harmless)

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Render a Markdown cell, with mathematics as MathML."""
        cell = context.get("cell", {})
        renderer = _Renderer(
            escape=False,
            attachments=cell.get("attachments", {}),
            embed_images=self.embed_images,
            path=context.get("resources", {}).get("metadata", {}).get("path", ""),
            anchor_link_text="",
            exclude_anchor_links=True,
        )
        markdown = MarkdownWithMath(renderer=renderer)
        markdown.inline.specification["inline_math_tex"] = _INLINE_MATH
        return harmless(str(markdown.render(source)))

    def from_notebook_node(  # type: ignore[override]  # an HTML exporter makes text, whatever its base class says
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """Export a notebook; the caller's copy stays as it is."""
        nb = copy.deepcopy(nb)
        nb.metadata.pop("widgets", None)  # without it the static form of a widget is shown
        resources = dict(resources or {})
        headings = _headings(nb)
        resources["workbench"] = {
            "title": _title(nb, headings),
            "verdict": _verdict(nb),
            "evidence": _evidence(nb),
            "headings": [heading for heading in headings if heading["level"] == 2],
            "failures": failures_in(nb),
            "made_at": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
            "style": re.sub(r"</?style>", "", tables.STYLE),
        }
        _without_title(nb)
        page, resources = super().from_notebook_node(nb, resources, **kwargs)
        script = (TEMPLATES / "workbench" / "report.js").read_text(encoding="utf-8")
        # The hash must be that of the script as it stands in the page: nothing rewrites the page after this.
        digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
        page = page.replace(SCRIPT_PLACE, f"sha256-{digest}", 1)
        head, _, tail = page.rpartition("</body>")
        return f"{head}<script>{script}</script></body>{tail}", resources


class _Renderer(IPythonRenderer):
    def block_math(self, body: str) -> str:
        return _mathml(body, display=True)

    def inline_math(self, body: str) -> str:
        return _mathml(body, display=False)

    def latex_environment(self, name: str, body: str) -> str:
        return _mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", display=True)


def _mathml(source: str, *, display: bool) -> str:
    from latex2mathml.converter import convert

    try:
        return str(convert(source, display="block" if display else "inline"))
    except Exception:  # noqa: BLE001 - whatever it cannot read is shown as it was written
        return f"<code>{html.escape(source)}</code>"


def _headings(nb: NotebookNode) -> list[dict[str, Any]]:
    """The headings of the Markdown cells, with the anchors that the page gives them."""
    found = []
    for cell in nb.cells:
        fenced = False
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if line.lstrip().startswith("```"):
                fenced = not fenced
            match = None if fenced else _HEADING.match(line)
            if match:
                text = re.sub(r"[`*_]", "", match[2])
                found.append({"level": len(match[1]), "text": text, "anchor": re.sub(r"\s+", "-", text)})
    return found


def _verdict(nb: NotebookNode) -> dict[str, str] | None:
    found = verdict_of(nb)
    if found is None:
        return None
    first, stop, rest = found[0].partition(". ")
    return {"first": first + stop.rstrip(), "rest": f" {rest}" if rest else ""}


def _evidence(nb: NotebookNode) -> dict[str, Any] | None:
    evidence = gather(nb)
    if evidence is None:
        return None
    return {
        "facts": facts(evidence),
        "first": first_cases(evidence.rows),
        "total": len(evidence.rows),
        "telling": telling(evidence.rows),
        "prompts": evidence.prompts,
        "caveats": caveats(evidence),
        "run": how_it_was_run(evidence, nb),
        "data": case_data(evidence.rows),
    }


def _without_title(nb: NotebookNode) -> None:
    """Take the title out of the first cell: the page has it above everything else."""
    first = nb.cells[0] if nb.cells else None
    if first is not None and first.cell_type == "markdown" and not nb.metadata.get("title"):
        first.source = re.sub(r"\A\s*# .*\n?", "", first.source, count=1)


def _title(nb: NotebookNode, headings: list[dict[str, Any]]) -> str:
    first = next((heading["text"] for heading in headings if heading["level"] == 1), None)
    return str(nb.metadata.get("title") or first or "Report")
