"""An executed notebook becomes one HTML file that needs nothing else: no request, no script but its own."""

from __future__ import annotations

import base64
import copy
import hashlib
import html
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from nbconvert.exporters.html import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets import default
from traitlets.config import Config

from workbench.base import regular_expressions as re
from workbench.reports.case_table import shown_evidence
from workbench.reports.evidence import gather, verdict_of, without_statistics
from workbench.reports.execute import failures_in
from workbench.reports.harmless import harmless
from workbench.reports.lessons import drop_lessons, is_demonstration
from workbench.reports.markdown_tables import with_even_rows
from workbench.reports.mathematics import mathml
from workbench.reports.notebook_file import whole_characters
from workbench.reports.outputs import shown
from workbench.reports.privacy import refuse_secrets, without_paths
from workbench.reports.static_widgets import make_static
from workbench.show.figures import unbroken
from workbench.show.markdown import visible
from workbench.show.styles import css

TEMPLATES = Path(__file__).parent / "templates"
SCRIPTS = ("markdown.js", "trace.js", "report.js")
SCRIPT_PLACE = "WORKBENCH-SCRIPT-HASH"
CONTENTS_PLACE = "WORKBENCH-CONTENTS"

# Pandoc's rule for inline mathematics, with digits barred at both ends: "$5 and $10" is money.
_INLINE_MATH = r"(?<![\\$\w])\$(?=[^\s$\d])(?P<math_inline_tex>[^\n$]*?[^\s\\$])\$(?![\w$])"
_TITLE = re.compile(r"\A\s*#\s+(.+?)\s*#*\s*(?:\n|\Z)")
_SECTION = re.compile(r'<h2 id="([^"]*)">(.*?)</h2>', re.DOTALL)


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
            }
        )
        merged = Config(super().default_config)
        merged.merge(config)
        return merged

    def default_filters(self) -> Any:
        yield from super().default_filters()
        yield ("markdown2html", self.markdown2html)
        yield ("shown", self.shown)
        yield ("visible", visible)
        yield ("unbroken", unbroken)

    @pass_context
    def shown(self, context: Any, output: Any) -> str:
        """One output as HTML, cleaned."""
        return shown(output.get("data", {}), lambda source: self.markdown2html(context, source))

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Render a Markdown cell, with mathematics as MathML."""
        cell = context.get("cell", {})
        renderer = _Renderer(
            self._anchors,
            escape=False,
            attachments=cell.get("attachments", {}),
            embed_images=self.embed_images,
            path=context.get("resources", {}).get("metadata", {}).get("path", ""),
            anchor_link_text="",
            exclude_anchor_links=True,
        )
        markdown = MarkdownWithMath(renderer=renderer)
        markdown.inline.specification["inline_math_tex"] = _INLINE_MATH
        return harmless(str(markdown.render(with_even_rows(source))))

    def from_notebook_node(  # type: ignore[override]  # an HTML exporter makes text, whatever its base class says
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """Export a notebook; the caller's copy stays as it is."""
        nb = whole_characters(copy.deepcopy(nb))
        resources = dict(resources or {})
        failures = resources.pop("failures", None)  # of the run, where it is known: an output may say nothing of them
        failures = failures_in(nb) if failures is None else failures
        rows_file = resources.pop("rows_file", None)  # the name of the file of all rows that is written beside the page
        make_static(nb)
        refuse_secrets(nb)
        here = Path(resources.get("metadata", {}).get("path") or Path.cwd()).resolve()
        without_paths(nb, here)
        evidence = gather(nb)
        verdict = [without_statistics(text) for text in verdict_of(nb)]
        if evidence is not None and evidence.tasks and not is_demonstration(evidence.tasks):
            drop_lessons(nb)
        self._anchors: dict[str, int] = {}
        resources["workbench"] = {
            "title": _take_title(nb),
            "verdict": [text for text, _ in verdict],
            "how_sure": "; ".join(filter(None, (statistics for _, statistics in verdict))),
            "evidence": None if evidence is None else shown_evidence(evidence, nb),
            "failures": without_paths(list(failures), here),
            "rows_file": rows_file,
            "made_at": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
            "style": css("workbench.show", "tables.css")
            + css("workbench.replies", "cards.css")
            + css("workbench.show", "thought.css"),
        }
        page, resources = super().from_notebook_node(nb, resources, **kwargs)
        page = page.replace(CONTENTS_PLACE, _contents(page), 1)
        folder = TEMPLATES / "workbench"
        script = "".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS)
        # The hash must be that of the script as it stands in the page: nothing rewrites the page after this.
        digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
        page = page.replace(SCRIPT_PLACE, f"sha256-{digest}", 1)
        head, _, tail = page.rpartition("</body>")
        return f"{head}<script>{script}</script></body>{tail}", resources


class _Renderer(IPythonRenderer):
    def __init__(self, anchors: dict[str, int], **options: Any) -> None:
        super().__init__(**options)
        self._used = anchors

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        name = re.sub(r"[^\w]+", "-", html.unescape(re.sub(r"<[^>]*>", "", text))).strip("-").lower() or "section"
        self._used[name] = self._used.get(name, 0) + 1
        anchor = name if self._used[name] == 1 else f"{name}-{self._used[name]}"
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'

    def block_math(self, body: str) -> str:
        return mathml(body, display=True)

    def inline_math(self, body: str) -> str:
        return mathml(body, display=False)

    def latex_environment(self, name: str, body: str) -> str:
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", display=True)


def _contents(page: str) -> str:
    """Links to the sections of a page, where there are several."""
    sections = _SECTION.findall(page)
    if len(sections) < 3:
        return ""
    links = "".join(f'<li><a href="#{anchor}">{re.sub(r"<[^>]*>", "", text)}</a></li>' for anchor, text in sections)
    return f'<nav class="contents" aria-label="Contents"><ol>{links}</ol></nav>'


def _take_title(nb: NotebookNode) -> str:
    """The title, taken out of the first cell: the page has it above everything else."""
    first = nb.cells[0] if nb.cells else None
    match = _TITLE.match(first.source) if first is not None and first.cell_type == "markdown" else None
    if first is not None and match:
        first.source = first.source[match.end() :]
    return str(nb.metadata.get("title") or (re.sub(r"[`*_]", "", match[1]) if match else "Report"))
