"""A notebook as one page that can be mailed."""

from __future__ import annotations

from workbench.reports.export import Report, export_report
from workbench.reports.exporter import ReportExporter

__all__ = [
    "Report",
    "ReportExporter",
    "export_report",
]
