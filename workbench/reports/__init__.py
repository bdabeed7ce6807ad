"""Results, or a notebook, as one page that can be mailed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.base.faces import loading

if TYPE_CHECKING:
    from workbench.reports.export import export_report
    from workbench.reports.exporter import ReportExporter
    from workbench.reports.results import report
    from workbench.reports.written import Report

__all__ = ["Report", "ReportExporter", "export_report", "report"]

_HOMES = {
    "Report": "reports.written",
    "ReportExporter": "reports.exporter",
    "export_report": "reports.export",
    "report": "reports.results",
}
"""Loaded on first use: the libraries of notebooks take seconds to import, and a page of rows needs none of them."""

__getattr__ = loading(__name__, _HOMES)
