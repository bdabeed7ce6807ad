r"""An answer read once: its normal form, its languages, its sentences, and the final answers that it claims in words.

A claim is what follows a marker (`Answer: …`, `The answer is …`, a heading *Answer*, `#### …`), what is boxed, and what
stands in an element such as `<answer>`. A claim that is taken back later, that depends on a condition, that is a
question or somebody else's, is none. Everything takes time linear in the answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from workbench.base import regular_expressions as re
from workbench.scorers.languages import (
    Patterns,
    as_written,
    languages_of,
    patterns,
    signs_of,
    table,
    worded,
    words,
    words_of,
)
from workbench.scorers.once import compiled, once
from workbench.scorers.sentences.normal import BOX, HASH, TAG, Line, Normal, Span, normal_form, sentences
from workbench.scorers.sentences.written import FOLD

LONGEST_CLAIM: Final = 600
"""Characters read of a claim: a final answer is short."""

_MOST_CLAIMS: Final = 24
_BLANK: Final = " \t*_:$#>-\\[(=\"'"
_REMARK: Final = re.compile(rf"[^\w]*{worded('remark')}")
_WOULD: Final = re.compile(worded("would"))
_CONFIRMED: Final = re.compile(rf"✓|✔|✅|{worded('confirmed')}")
_WEAK_BACK: Final = re.compile(as_written("weak_back"))
_THEN: Final = re.compile(rf"[,，、;]|{worded('then')}")
_THEN_OR_COLON: Final = re.compile(rf"[,，、;:]|{as_written('then')}")
_WORD: Final = re.compile(r"[^\W\d_]{3}")
_SOURCE: Final = re.compile(r"\s*[-*]?\s?(\[\^?\d{1,3}\]):?\s")
_LABEL_IN_BRACKETS: Final = re.compile(r"\([^()\s]{1,4}\)\s{0,2}[:=]\s*\Z")
_EVERY: Final = tuple(table())
_DOUBTLESS: Final = re.compile(as_written("doubtless"))
_ENUMERATION: Final = re.compile(rf"\s*{as_written('enumeration')}\b", re.IGNORECASE)


class Claim(NamedTuple):
    """An explicit final answer: its text, where it stands, and in words that finish *found …* how it was marked."""

    text: str
    start: int
    evidence: str
    where: str
    denied: bool = False


class Sentence(NamedTuple):
    """A sentence. Its role says why it is no final answer: check, question, if, other; it is empty otherwise."""

    start: int
    end: int
    line: int
    role: str = ""


class Reading:
    """What is known of an answer before it is compared with anything."""

    def __init__(self, answer: str) -> None:
        self.form: Normal = normal_form(answer)
        self.text, self.lower = self.form.text, self.form.lower
        self._words = words_of(self.lower)
        self.codes = languages_of(self.lower, self._words)
        self.patterns: Patterns = patterns(self.codes)

    def may_say(self, *keys: str) -> bool:
        """Whether any of the words under some keys may stand in the answer: only then is a search for them worth it."""
        told, pieces = signs_of(self.codes, keys)
        return not told.isdisjoint(self._words) or any(piece in self.lower for piece in pieces)

    @once
    def _tells_of_others(self) -> bool:
        return self.may_say("other")

    def words(self, sentence: Sentence) -> str:
        """The text of a sentence."""
        return self.text[sentence.start : sentence.end]

    @once
    def folded(self) -> str:
        """The whole text in small letters, without accents."""
        return self.lower.translate(FOLD)

    @once
    def plain(self) -> str:
        """The whole text in one piece, without blanks around it."""
        return self.text.strip()

    @once
    def lines(self) -> list[Line]:
        """The lines that hold something."""
        return [line for line in self.form.lines if self.text[line.start : line.end].strip(" .*_-#>|=")]

    @once
    def sentences(self) -> list[Sentence]:
        """The sentences in order, each with its role."""
        found: list[Sentence] = []
        checking = ""
        previous_end = 0
        for number, line in enumerate(self.form.lines):
            if line.start == line.end:
                if checking == "block":
                    checking = ""
                continue
            text = self.lower[line.start : line.end]
            check = self.patterns.check.match(text)
            is_check = bool(check) and self._is_check(text, check.end() if check else 0, line)
            is_check = is_check or self._is_source(text, line)
            if line.heading:
                checking = "heading" if is_check else ""
            elif is_check and text.rstrip(" *_").endswith(":"):
                checking = "block"
            elif checking and self.patterns.label.match(text):
                checking = ""
            previous_end = line.end
            for start, end in sentences(self.text, line.start, line.end):
                role = "check" if is_check or checking else self._role(start, end)
                turn = self._turn(start, end) if role == "other" else end
                found.append(Sentence(start, turn, number, role))
                if turn < end:  # "Many say 12, but it is 14": the second half is a statement of its own
                    found.append(Sentence(turn, end, number, self._role(turn, end)))
        del previous_end
        return found

    def _is_source(self, text: str, line: Line) -> bool:
        """Whether a line after others is an entry of a list of sources: `[1] Handbook, 2014`."""
        mark = _SOURCE.match(text)
        return bool(mark) and bool(self.text[: line.start].strip()) and bool(_WORD.search(text))

    def _is_check(self, text: str, end: int, line: Line) -> bool:
        after = text[end : end + 60]
        if self.patterns.label.match(text):
            return False
        colon = re.match(r"[^:.!?\n]{0,50}:", after)
        if colon:
            return True
        if line.heading or not after.strip(" *_.!"):
            return True
        return bool(_REMARK.match(text))

    def _turn(self, start: int, end: int) -> int:
        """Where a sentence turns to what is meant; its end where it does not."""
        word = self.patterns.either("turn")
        turn = compiled(rf"[,;，、]?\s?{word}(?:[\s,，、]|(?<=、))|[,，、;]{word}").search(self.lower[start:end])
        return start + turn.end() if turn and turn.start() > 8 and end - start - turn.end() > 4 else end

    def _role(self, start: int, end: int) -> str:
        text = self.lower[start:end]
        if text.rstrip("\"'”’»)* ").endswith(("?", "？", "؟")):
            return "question"
        if self.patterns.conditional.match(text):
            comma = _THEN.search(text)
            if not comma or not text[comma.end() :].strip() or _WOULD.search(text, comma.end()):
                return "if"
            return "half"
        if self._tells_of_others and self.patterns.other.search(text[:120]):
            return "other"
        headed = self.patterns.check.match(text)
        if headed and ":" in text[headed.end() : headed.end() + 2] and not self.patterns.label.match(text):
            return "check"
        return ""

    @once
    def statements(self) -> list[Sentence]:
        """The sentences that may hold the final answer: those without a role, or all if there are none such."""
        kept = [
            sentence for sentence in self.sentences if sentence.role in ("", "half") and sentence.start >= self.since
        ]
        parted = [s._replace(start=self.since) for s in self.sentences if s.start < self.since < s.end]
        return kept or parted or [s for s in self.sentences if s.role == "check"] or self.sentences

    @once
    def _backs(self) -> list[re.Match[str]]:
        if not self.may_say("back"):
            return []
        return [match for match in self.patterns.back.finditer(self.lower) if self.lower[match.end() :].strip(" .!…\n")]

    @once
    def since(self) -> int:
        """Where the text begins that nothing takes back; claims before it do not count."""
        if not self._backs:
            return 0
        if not (self._all_claims or self._backs[-1].start() > 0):
            return 0
        for match in reversed(self._backs):
            if any(claim.start > match.start() for claim in self._all_claims):
                return match.start()
        last = self._backs[-1]
        if _WEAK_BACK.search(last[0]) and _CONFIRMED.search(self.lower, last.end()):
            return 0
        return last.start()

    @once
    def claims(self) -> list[Claim]:
        """The explicit final answers that stand, the last one first."""
        return [claim for claim in self._all_claims if claim.start >= self.since]

    @once
    def withdrawn(self) -> bool:
        """Whether a claim was taken back."""
        return len(self.claims) < len(self._all_claims)

    @once
    def open(self) -> bool:
        """Whether the answer says in its last statement that nothing can be said."""
        if not self.may_say("open"):
            return False
        return bool(self.statements) and bool(self.patterns.open.search(self.lower, self.statements[-1].start))

    @once
    def _all_claims(self) -> list[Claim]:
        found = [*self._spans(), *self._marked()]
        found.sort(key=lambda claim: -claim.start)
        return found

    def _spans(self) -> list[Claim]:
        made: list[Claim] = []
        boxes = self.form.of_kind(BOX)
        outer = [
            box for box in boxes if not any(o.start <= box.start and box.end <= o.end and o != box for o in boxes[-60:])
        ]
        for number, box in enumerate(outer[-_MOST_CLAIMS:]):
            text = self.form.shown(box).strip()
            if not text or self._refused(box.start) or self._was_first(box):
                continue
            earlier = outer[-_MOST_CLAIMS:][number - 1] if number else None
            if earlier is not None and made and "\n" not in self.text[earlier.end : box.start]:
                between = self.lower[earlier.end : box.start]
                if (
                    len(between) < 40
                    and not self.patterns.so.search(between)
                    and not re.search(self.patterns.either("turn", "back", "other"), between)
                    and "=" not in between.replace("x=", "").replace("x =", "")
                ):
                    text = f"{made[-1].text}, {text}"
                    made.pop()
            made.append(Claim(text, box.start, "boxed", r"in \boxed{}"))
        for tag in self.form.of_kind(TAG)[-_MOST_CLAIMS:]:
            text = self.form.shown(tag).strip()
            inner = any(tag.start <= box.start <= tag.end for box in boxes)
            nested = any(
                o != tag and o.start >= tag.start and o.end <= tag.end for o in self.form.of_kind(TAG)[-_MOST_CLAIMS:]
            )
            if text and not inner and not nested:
                made.append(Claim(text[:LONGEST_CLAIM], tag.start, "tag", "in a tag"))
        hashes = self.form.of_kind(HASH)
        if hashes:
            text = self.form.shown(hashes[-1]).strip()
            last = not self.text[hashes[-1].end :].strip()
            short = len(text) <= 40 and bool(re.search(r"\d", text)) and not _ENUMERATION.match(text)
            if text and (last or (short and not self.text[hashes[-1].end :].strip("\n ")[:1].isalpha())):
                made.append(Claim(text, hashes[-1].start, "marker", "after '####'"))
        return made

    def _marked(self) -> list[Claim]:
        if not self.may_say("answer", "result", "option"):
            return []
        found: list[Claim] = []
        matches = [*self.patterns.label.finditer(self.lower), *self.patterns.copula.finditer(self.lower)]
        matches.sort(key=lambda match: match.end())
        boxes = self.form.of_kind(BOX)
        for match in matches[-_MOST_CLAIMS:]:
            start, text = self._rest(self._end_of_marker(match))
            if not text or any(
                abs(box.start - start) <= 60
                and self.text.count("\n", min(start, box.start), max(start, box.start)) <= 1
                and box.end >= start
                for box in boxes
            ):
                continue
            if self._refused(match.start(), match.end()) or self._heads_a_working(match):
                continue
            if "no" in match.re.groupindex and match["no"] and not text.lower().startswith(words(_EVERY, "after_no")):
                text, start = "not " + text, start - 4
            marker = self.text[match.start() : match.end()].strip(" \n*_#>.。")
            found.append(self._resolved(text, start, f"after {marker[-60:]!r}"))
        for number, line in enumerate(self.form.lines):
            if (
                line.end - line.start < 60
                and line.end > line.start
                and self.patterns.heading.match(self.lower[line.start : line.end])
            ):
                start, text = self._rest(line.end)
                weak = not self.patterns.named.search(self.lower, line.start, line.end)
                if weak and sum(1 for other in self.lines if other.start >= line.end) > 1:
                    continue
                if text and not self._boxed_near(start, boxes):
                    found.append(
                        self._resolved(text, start, f"after {self.text[line.start : line.end].strip(' *_#>:')!r}")
                    )
            del number
        return found

    def _end_of_marker(self, match: re.Match[str]) -> int:
        """Where what is claimed begins: in brackets after a verb, `The choice is (C): …`, it is the claim itself."""
        bracket = _LABEL_IN_BRACKETS.search(match[0])
        verb = bracket and compiled(rf"{self.patterns.either('is')}\s?\Z").search(match[0], 0, bracket.start())
        return match.start() + bracket.start() if bracket and verb else match.end()

    def _heads_a_working(self, match: re.Match[str]) -> bool:
        """Whether a weaker name of the answer, alone on its line, stands over its steps: `Solution:`."""
        if self.text[match.end() : match.end() + 1] not in ("", "\n") and "\n" not in match[0]:
            return False
        return (
            not self.patterns.named.search(match[0]) and sum(1 for line in self.lines if line.start >= match.end()) > 1
        )

    def _boxed_near(self, start: int, boxes: list[Span]) -> bool:
        return any(0 <= box.start - start < 40 for box in boxes)

    def _rest(self, start: int) -> tuple[int, str]:
        """What follows on the line, or, where nothing does, the next line that holds something."""
        end = self.text.find("\n", start)
        end = len(self.text) if end < 0 else end
        if self.text[start:end].strip(_BLANK + ".。"):
            begun = start + len(self.text[start:end]) - len(self.text[start:end].lstrip())
            return begun, self.text[start : min(end, start + LONGEST_CLAIM)].strip()
        for line in self.form.lines:
            if line.start > start and self.text[line.start : line.end].strip(_BLANK):
                if line.start - start > 200:
                    return start, ""
                return line.start, self.text[line.start : min(line.end, line.start + LONGEST_CLAIM)].strip()
        return start, ""

    def _refused(self, start: int, end: int | None = None) -> bool:
        """Whether the sentence around a marker makes it no claim: a question, a condition, somebody else's."""
        line = max(self.lower.rfind("\n", 0, start), -1) + 1
        begun = line
        for stop in re.finditer(r"[.!?。！？]\s", self.lower[max(line, start - 400) : start]):
            begun = max(line, start - 400) + stop.end()
        before = self.lower[begun:start]
        marker = self.lower[start : end or start]
        if self.patterns.conditional.match(before + marker[:12]) and not _THEN_OR_COLON.search(before):
            return True
        said = compiled(self.patterns.either("turn")).split(before[-120:])[-1]
        if self.patterns.other.search(said + marker):
            return True
        if (
            self.patterns.check.match(self.lower[line:start])
            and start - line < 40
            and end is not None
            and ":" not in before
        ):
            return True
        finish = re.search(r"[.?!。？！؟\n]", self.lower[end or start :])
        if end is not None and finish and finish[0] in "?？؟":
            return True
        return (
            end is not None
            and bool(compiled(rf"{self.patterns.either('not')}\s?\Z").search(before))
            and not _DOUBTLESS.search(before)
        )

    def _was_first(self, box: Span) -> bool:
        """Whether a box is called an earlier answer just after it: `… was my first guess`."""
        rest = self.lower[box.end : box.end + 60]
        said = compiled(rf"\W*(?:{self.patterns.either('is')})\s").match(rest)
        return bool(said) and bool(self.patterns.other.search(re.split(r"[.,;\n]", rest, maxsplit=1)[0]))

    def _resolved(self, text: str, start: int, where: str) -> Claim:
        """A claim, or what it says instead: `not A but B` claims B."""
        lower = text.lower()
        if len(lower) == len(text):
            denial = self.patterns.negation.match(lower)
            if denial and lower[: denial.end()].strip() not in words(_EVERY, "half_denials"):
                meant = self.patterns.instead_of_it.search(lower, denial.end() + 1)
                if meant:
                    return Claim(text[meant.end() :].strip(), start + meant.end(), "marker", where)
                return Claim(text, start, "marker", where, denied=True)
            after = self.patterns.not_after.search(lower[:80])
            if after and after.start():
                goes_on = after[0].rstrip("、 ").endswith(words(_EVERY, "goes_on"))
                if goes_on and lower[after.end() :].strip(" .。、"):
                    return Claim(text[after.end() :].strip("、 "), start + after.end(), "marker", where)
                return Claim(text, start, "marker", where, denied=True)
        return Claim(text, start, "marker", where)


@lru_cache(256)
def reading(answer: str) -> Reading:
    """Read an answer; the last ones are remembered.

    >>> reading("Answer: 41\\nWait, I misread it.\\nAnswer: 42").claims[0].text
    '42'
    """
    return Reading(answer)
