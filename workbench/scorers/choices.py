"""Which of its options an answer chooses: by letter, in whatever script the options are labelled, or by their text."""

from __future__ import annotations

import re

from workbench.scorers.leading import Found, leading
from workbench.scorers.normal import BOLD
from workbench.scorers.option_texts import by_text, without_texts
from workbench.scorers.options import (
    EDGES,
    Choice,
    Options,
    is_subject_of_less,
    label_pattern,
    named_option,
    option_patterns,
    several_places,
)
from workbench.scorers.reading import Claim, Reading


def choice_of(reading: Reading, options: Options, *, several: bool = False) -> Choice | None:
    """Find the option that an answer chooses, and say where; None where it chooses none, or cannot decide.

    >>> from workbench.scorers.reading import reading
    >>> choice_of(reading("A is a fish. The answer is (b)."), Options(("A", "B"), ("trout", "crow"))).text
    'B'
    """
    for claim in reading.claims[:6]:
        chosen = _of_claim(claim, reading, options, several)
        if chosen is not None:
            return chosen if chosen.places else None
    whole = _whole(reading, options, several)
    if whole is not None:
        return whole if whole.places else None
    mentioned = _mentions(reading, options)
    if mentioned is not None:
        return mentioned if mentioned.places else None
    return by_text(reading, options)


def _of_claim(claim: Claim, reading: Reading, options: Options, several: bool) -> Choice | None:
    """What a claim chooses: a Choice, one without places where it is undecided, None where it names no option."""
    text = claim.text if claim.evidence == "tag" else claim.text.split("\n")[0]
    if claim.denied:
        return None
    if text[:1] in "{[" and text.strip("{[(").strip() != text:
        field = re.search(r'"(?:final_)?(?:answer|choice|option|letter)"\s*:\s*"?([^",}]+)', text)
        text = field[1] if field else text
    return leading(text, reading, options, Found(claim.evidence, claim.where, claimed=True), several=several)


def _whole(reading: Reading, options: Options, several: bool) -> Choice | None:
    """An answer that is a choice as a whole, or begins or ends with a line that is one."""
    lines = reading.lines
    if not lines:
        return None
    texts = [reading.text[line.start : line.end] for line in lines if line.start >= reading.since]
    if not texts:
        return None
    if texts[0][:1] == "{":
        field = re.search(r'"(?:final_)?(?:answer|choice|option|letter)"\s*:\s*"?([^",}]+)', reading.text)
        if field:
            return leading(field[1], reading, options, Found("json", "in JSON", claimed=True), several=several)
    if len(texts[-1].strip(EDGES)) <= 2 or several_places(texts[-1].strip(EDGES), options):
        found = Found("whole" if len(lines) == 1 else "last", "as the last line", claimed=True)
        return leading(texts[-1], reading, options, found, several=several)
    if len(texts) == 1 or len(texts[0].strip(EDGES)) <= 2 or _is_label_line(texts[0], options):
        labelled = [text for text in texts if _is_label_line(text, options)]
        if len({options.index(re.match(r"\W*(\w+)", text)[1]) for text in labelled}) > 1 and len(labelled) > 1:  # type: ignore[index]
            return None
        if len(texts) == 1 and len(reading.sentences) > 1 and not _is_label_line(texts[0], options):
            return None
        found = Found("whole" if len(lines) == 1 else "first", "at the start", claimed=False)
        lead = leading(texts[0], reading, options, found, several=several)
        if lead is not None and (_is_label_line(texts[0], options) or len(texts[0]) < 80):
            return lead
    return None


def _is_label_line(text: str, options: Options) -> bool:
    """Whether a line starts with a label that is set off: `B)`, `(B)`, `B.`, `B: …`, or is one."""
    label = label_pattern(options, any_case=True)
    return bool(re.match(rf"\W{{0,4}}(?:\((?:{label})\)|\[(?:{label})\]|(?:{label})(?:[).:\]]|\s[-–—]\s|\W*\Z))", text))


def _mentions(reading: Reading, options: Options) -> Choice | None:
    """The option that sentences name as the right one, or the only one that none of them denies."""
    known = option_patterns(
        label_pattern(options, any_case=False), label_pattern(options, any_case=True), reading.codes
    )
    denied: set[int] = set()
    neutral: dict[int, int] = {}
    for sentence in reversed(
        [s for s in reading.sentences if s.start >= reading.since and s.role not in ("question", "other")][-60:]
    ):
        text = without_texts(reading.words(sentence), options)
        hits: list[tuple[int, int]] = []
        only_named = True
        for several in known["none_of"].finditer(text):
            denied |= {p for m in known["letter"].finditer(several[0]) if (p := options.index(m[1])) is not None}
        for name in ("choose", "choose_after", "right", "end", "option"):
            for match in known[name].finditer(text):
                place = options.index(match[1])
                before = (text[: match.start(1)].lower(), text[: match.start()].lower() if name == "choose" else "")
                if place is None or any(known["not_before"].search(each) for each in before):
                    denied |= {place} - {None}  # type: ignore[arg-type]  # None is taken out
                    continue
                if (
                    match[1] in ("A", "I", "a", "i")
                    and re.match(r"\s+[a-z]", text[match.end(1) :])
                    and name in ("choose", "end")
                ):
                    continue
                wrong = (
                    any(other.start(1) == match.start(1) for other in known["wrong"].finditer(text)) and name != "right"
                )
                if name == "right":
                    wrong = bool(re.search(r"\bnot\b|n['’]t\b|\bnever\b", text[match.end(1) : match.end()].lower()))
                if name == "option" and not wrong and is_subject_of_less(text, match.end(1)):
                    continue
                if wrong and any(right.start(1) == match.start(1) for right in known["right"].finditer(text)):
                    continue  # "A is right, B is wrong": what is wrong comes later
                if wrong:
                    denied.add(place)
                else:
                    hits.append((match.start(1), place))
                    only_named = only_named and name == "option"
        for match in known["wrong"].finditer(text):
            place = options.index(match[1])
            if place is not None and not any(p == place for _, p in hits):
                denied.add(place)
                start = match.start()
                for other in known["letter"].finditer(text[start : match.end()]):
                    if (q := options.index(other[1])) is not None and not any(p == q for _, p in hits):
                        denied.add(q)
        for match in known["letter"].finditer(text):
            place = options.index(match[1])
            if (
                place is not None
                and known["not_before"].search(text[: match.start(1)].lower())
                and not any(p == place for _, p in hits)
            ):
                denied.add(place)
            article = (
                match[1] in ("A", "I") and match[0] == match[1] and re.match(r"['’\s]\s?[a-z]", text[match.end() :])
            )
            if place is not None and not article:
                neutral.setdefault(place, sentence.start)
        places = {place for _, place in hits} - denied
        if not hits and reading.patterns.undecided.search(text.lower()):
            open_places = {options.index(m[1]) for m in known["letter"].finditer(text)} - denied - {None}
            if len(open_places) > 1:
                return Choice(frozenset(), "", "option", "undecided")
        if len(places) == 1 and hits:
            lower = text.lower()
            beside = {options.index(m[1]) for m in known["letter"].finditer(text)} - {next(iter(places)), None}
            others = beside - denied
            if (
                others
                and (reading.patterns.alternative.search(lower) or re.search(r"\b(?:both|either)\b", lower))
                and not re.search(r"although|though|however|but|while", lower)
            ):
                return Choice(frozenset(), "", "option", "undecided")
            where = "as the option that a sentence names"
            return named_option(places.pop(), options, "option", where, sure=not (only_named and beside))
        if len(places) > 1:
            ordered = [place for _, place in sorted(hits) if place in places]
            if re.search(r"\b(?:and|or|both|either)\b", text.lower()):
                return Choice(frozenset(), "", "option", "undecided")
            return named_option(ordered[-1], options, "option", "in the last phrase that names an option", sure=False)
    left = [place for place in neutral if place not in denied]
    bold = {
        place
        for span in reading.form.of_kind(BOLD)
        if len(t := reading.text[span.start : span.end].strip(EDGES)) <= 2 and (place := options.index(t)) is not None
    }
    if len(bold) == 1:
        return named_option(bold.pop(), options, "bold", "in bold")
    bracketed = {options.index(m[1]) for m in known["bracket"].finditer(reading.text)} - {None}
    if len(bracketed) == 1:
        return named_option(next(iter(bracketed)) or 0, options, "option", "in brackets")
    if len(left) == 1 and (denied or reading.text):
        letter = options.labels[left[0]].upper()
        certain = letter not in ("A", "I") and len(reading.plain) < 400
        return named_option(left[0], options, "option", "as the only option that is not denied", sure=certain)
    if len(left) > 1:
        asserted = [
            p for p in left if re.search(rf"\b[Oo]nly\s[(*]?{re.escape(options.labels[p].upper())}\b", reading.text)
        ]
        if len(asserted) == 1:
            return named_option(asserted[0], options, "option", "as the only one")
    return None


def is_denied(letter: str, reading: Reading, options: Options) -> bool:
    """Whether every mention of an option's letter says that it is not meant: `D is incorrect`, `not B`."""
    known = option_patterns(
        label_pattern(options, any_case=False), label_pattern(options, any_case=True), reading.codes
    )
    text = reading.text[:4_000]
    places = [match.start(1) for match in known["letter"].finditer(text) if match[1].upper() == letter]
    wrong = {match.start(1) for match in known["wrong"].finditer(text)}
    return bool(places) and all(
        place in wrong or known["not_before"].search(text[max(0, place - 40) : place].lower()) for place in places
    )
