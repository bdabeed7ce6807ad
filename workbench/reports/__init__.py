"""Results, or a notebook, as one page that can be mailed."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.reports.export import export_report
    from workbench.reports.exporter import ReportExporter
    from workbench.reports.results import report
    from workbench.reports.written import Report

__all__ = ["Report", "ReportExporter", "export_report", "report"]

_HOMES = {"Report": "written", "ReportExporter": "exporter", "export_report": "export", "report": "results"}


def __getattr__(name: str) -> Any:
    # On first use: the libraries of notebooks take seconds to import, and a page of rows needs none of them.
    if name not in _HOMES:
        raise AttributeError(f"module 'workbench.reports' has no attribute {name!r}")
    return getattr(importlib.import_module(f"workbench.reports.{_HOMES[name]}"), name)
