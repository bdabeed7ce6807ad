"""Numbers and dates of a workbook as its number formats show them: 12.5%, 0071, 31.12.2024."""

from __future__ import annotations

import datetime
from typing import Any, Final

from workbench.base import regular_expressions as re

_LITERALS: Final = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
_LOCALES: Final = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]")
_DATE_CODES: Final = re.compile(r"y+|m+|d+|h+|s+(?:\.0+)?|AM/PM|am/pm|A/P|.", re.IGNORECASE | re.DOTALL)
_NUMBER_CODES: Final = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?")
_SYSTEM_DATE: Final = "mm-dd-yy"
"""The format that Excel shows in the order of whoever looks: here the date is written year first."""


def shown(value: Any, number_format: str) -> Any:
    """A cell as the sheet shows it: text for what a format changes, else the value as it is.

    >>> shown(0.125, "0.0%"), shown(71, "0000"), shown(1234.5, "#,##0.00"), shown(3, "General")
    ('12.5%', '0071', '1,234.50', 3)
    >>> shown(datetime.datetime(2024, 12, 31), "dd.mm.yyyy"), shown(datetime.datetime(2024, 12, 31), "mm-dd-yy")
    ('31.12.2024', '2024-12-31')
    """
    if isinstance(value, datetime.datetime | datetime.date | datetime.time | datetime.timedelta):
        return _date(value, number_format)
    if isinstance(value, bool) or not isinstance(value, int | float) or number_format in ("General", "@", None):
        return value
    return _number_shown(value, number_format)


def _date(value: Any, number_format: str) -> str:
    if isinstance(value, datetime.timedelta):
        return str(value)
    iso = value.isoformat() if not isinstance(value, datetime.datetime) else value.isoformat(" ")
    if number_format.lower() in (_SYSTEM_DATE, "general", "@"):
        return iso.removesuffix(" 00:00:00")
    pattern = _LOCALES.sub("", number_format.split(";")[0])
    codes = _DATE_CODES.findall(_LITERALS.sub(lambda match: match[1] or match[2] or "", pattern))
    pieces, hours, after_hours = [], any(code.lower().startswith(("am", "a/")) for code in codes), False
    moment = (
        value
        if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime)
        else (datetime.datetime.combine(value, datetime.time()))
    )
    for place, code in enumerate(codes):
        low = code.lower()
        rest = next((other.lower() for other in codes[place + 1 :] if other[0].lower() in "ymdhs"), "")
        minutes = low in ("m", "mm") and (after_hours or rest.startswith("s"))
        try:
            pieces.append(_date_piece(moment, low, code, minutes=minutes, twelve=hours))
        except (AttributeError, ValueError):  # a time has no day, a strange format no meaning
            return iso.removesuffix(" 00:00:00")
        if low[0] in "ymdhs":
            after_hours = low[0] == "h"
    return "".join(pieces).strip()


def _date_piece(moment: Any, low: str, code: str, *, minutes: bool, twelve: bool) -> str:
    if low.startswith("y"):
        return f"{moment.year:04d}" if len(low) > 2 else f"{moment.year % 100:02d}"
    if minutes:
        return f"{moment.minute:0{len(low)}d}"
    if low.startswith("m"):
        return (str(moment.month), f"{moment.month:02d}", f"{moment:%b}", f"{moment:%B}")[min(len(low), 4) - 1]
    if low.startswith("d"):
        return (str(moment.day), f"{moment.day:02d}", f"{moment:%a}", f"{moment:%A}")[min(len(low), 4) - 1]
    if low.startswith("h"):
        hour = (moment.hour % 12 or 12) if twelve else moment.hour
        return f"{hour:0{min(len(low), 2)}d}"
    if low.startswith("s"):
        return f"{moment.second:0{min(len(low.split('.')[0]), 2)}d}"
    if low in ("am/pm", "a/p"):
        return "AM" if moment.hour < 12 else "PM"
    return code


def _number_shown(value: float, number_format: str) -> Any:
    sections = number_format.split(";")
    section = sections[1] if value < 0 and len(sections) > 1 and sections[1] else sections[0]
    signed = value if section is sections[0] else abs(value)
    section = _LOCALES.sub(lambda match: match[1] or "", section)
    section = _LITERALS.sub(lambda match: match[1] or match[2] or "", section)
    codes = _NUMBER_CODES.search(section)
    if codes is None or "/" in section or "E+" in section.upper() or "E-" in section.upper():
        return value  # fractions and powers of ten are the same number in other letters
    whole, _, decimals = codes[0].partition(".")
    percent = section.count("%")
    scaled = signed * 100**percent
    text = f"{abs(scaled):{',' if ',' in whole.rstrip(',') else ''}.{len(decimals)}f}"
    optional = len(decimals) - len(decimals.rstrip("#?"))
    if optional and "." in text:
        cut = len(text) - optional
        text = (text[:cut] + text[cut:].rstrip("0")).rstrip(".")
    least = whole.count("0")
    head, dot, tail = text.partition(".")
    head = head.rjust(least, "0") if "," not in head else head
    before, after = section[: codes.start()], section[codes.end() :]
    if (
        before.strip() in ("", "-", "+")
        and after.strip() in ("", "%")
        and not percent
        and head + dot + tail == str(abs(value))
    ):
        return value
    return f"{'-' if scaled < 0 else ''}{before}{head}{dot}{tail}{after}".strip()
