"""Results, or a notebook, as one page that can be mailed."""

from __future__ import annotations

from workbench.reports.export import export_report
from workbench.reports.exporter import ReportExporter
from workbench.reports.results import report
from workbench.reports.written import Report

__all__ = [
    "Report",
    "ReportExporter",
    "export_report",
    "report",
]
