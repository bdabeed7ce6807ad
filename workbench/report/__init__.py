"""A notebook as one page that can be mailed."""

from __future__ import annotations

from workbench.report.export import Report, export_report
from workbench.report.exporter import ReportExporter

__all__ = [
    "Report",
    "ReportExporter",
    "export_report",
]
