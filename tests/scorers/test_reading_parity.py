"""The same answers in five languages: none is refused for its form.

Each shape of answer is written in every language and filled with the same numbers, labels, options and truths, so that
a difference in refusals is one of the reader, and of nothing else.
"""

from __future__ import annotations

from functools import lru_cache

import pytest

from workbench.scorers import by_name
from workbench.tasks.tasks import Task

LANGUAGES = ("en", "de", "zh", "ja", "ru", "es", "fr")
NUMBERS = (7, 24, 96, 315)
NUMBER_SHAPES = {
    "en": (
        "{n}",
        "The answer is {n}.",
        "**{n}**",
        "There are {n} books in all.",
        "Answer: {n}",
        "So {n} books are left.",
    ),
    "de": (
        "{n}",
        "Die Antwort ist {n}.",
        "**{n}**",
        "Insgesamt sind es {n} Bücher.",
        "Antwort: {n}",
        "Also bleiben {n} Bücher übrig.",
    ),
    "zh": ("{n}", "答案是{n}。", "**{n}**", "一共有{n}本书。", "答案：{n}", "所以还剩{n}本书。"),
    "ja": ("{n}", "答えは{n}です。", "**{n}**", "全部で{n}冊あります。", "答え：{n}", "したがって、残りは{n}冊です。"),
    "ru": ("{n}", "Ответ равен {n}.", "**{n}**", "Всего {n} книг.", "Ответ: {n}", "Значит, осталось {n} книг."),
    "es": (
        "{n}",
        "La respuesta es {n}.",
        "**{n}**",
        "En total hay {n} libros.",
        "Respuesta: {n}",
        "Por tanto, quedan {n} libros.",
    ),
    "fr": (
        "{n}",
        "La réponse est {n}.",
        "**{n}**",
        "Il y a {n} livres en tout.",
        "Réponse : {n}",
        "Il reste donc {n} livres.",
    ),
}
TRUTH_SHAPES = {
    "en": (
        ("Yes.", "Yes, that is right.", "The answer is yes.", "That is true."),
        ("No.", "No, that is wrong.", "The answer is no.", "That is false."),
    ),
    "de": (
        ("Ja.", "Ja, das stimmt.", "Die Antwort ist ja.", "Das ist richtig."),
        ("Nein.", "Nein, das stimmt nicht.", "Die Antwort ist nein.", "Das ist falsch."),
    ),
    "zh": (
        ("是。", "是的，没错。", "答案是：是。", "这是正确的。"),
        ("不是。", "不，不对。", "答案是：否。", "这是错误的。"),
    ),
    "ja": (
        ("はい。", "はい、そのとおりです。", "答えは「はい」です。", "正しいです。"),
        ("いいえ。", "いいえ、違います。", "答えは「いいえ」です。", "誤りです。"),
    ),
    "ru": (
        ("Да.", "Да, это верно.", "Ответ: да.", "Это правда."),
        ("Нет.", "Нет, это неверно.", "Ответ: нет.", "Это неправда."),
    ),
    "es": (
        ("Sí.", "Sí, es correcto.", "La respuesta es sí.", "Es verdadero."),
        ("No.", "No, es incorrecto.", "La respuesta es no.", "Es falso."),
    ),
    "fr": (
        ("Oui.", "Oui, c'est exact.", "La réponse est oui.", "C'est vrai."),
        ("Non.", "Non, c'est faux.", "La réponse est non.", "C'est faux."),
    ),
}
OPTIONS = {
    "en": ("Which is a metal?", ("wood", "iron", "glass", "paper")),
    "de": ("Was ist ein Metall?", ("Holz", "Eisen", "Glas", "Papier")),
    "zh": ("哪个是金属？", ("木头", "铁", "玻璃", "纸")),
    "ja": ("金属はどれですか。", ("木材", "鉄鉱", "硝子", "紙類")),
    "ru": ("Что из этого металл?", ("дерево", "железо", "стекло", "бумага")),
    "es": ("¿Cuál es un metal?", ("madera", "hierro", "vidrio", "papel")),
    "fr": ("Lequel est un métal ?", ("bois", "fer", "verre", "papier")),
}
CHOICE_SHAPES = {
    "en": (
        "{a}",
        "{a}) {t}",
        "The answer is {a}.",
        "The correct answer is {a}: {t}.",
        "It is {t}.",
        "**{a}**",
        "I choose {a}.",
    ),
    "de": (
        "{a}",
        "{a}) {t}",
        "Die Antwort ist {a}.",
        "Die richtige Antwort ist {a}: {t}.",
        "Es ist {t}.",
        "**{a}**",
        "Ich wähle {a}.",
    ),
    "zh": ("{a}", "{a}) {t}", "答案是{a}。", "正确答案是{a}：{t}。", "是{t}。", "**{a}**", "我选{a}。"),
    "ja": ("{a}", "{a}) {t}", "答えは{a}です。", "正解は{a}：{t}です。", "{t}です。", "**{a}**", "{a}を選びます。"),
    "ru": ("{a}", "{a}) {t}", "Ответ: {a}.", "Правильный ответ — {a}: {t}.", "Это {t}.", "**{a}**", "Я выбираю {a}."),
    "es": (
        "{a}",
        "{a}) {t}",
        "La respuesta es {a}.",
        "La respuesta correcta es {a}: {t}.",
        "Es {t}.",
        "**{a}**",
        "Elijo {a}.",
    ),
    "fr": (
        "{a}",
        "{a}) {t}",
        "La réponse est {a}.",
        "La bonne réponse est {a} : {t}.",
        "C'est {t}.",
        "**{a}**",
        "Je choisis {a}.",
    ),
}
NAMES = {
    "en": ("Rome", "positive"),
    "de": ("Rom", "positiv"),
    "zh": ("罗马", "积极"),
    "ja": ("ローマ", "肯定的"),
    "ru": ("Рим", "положительный"),
    "es": ("Roma", "positivo"),
    "fr": ("Rome", "positif"),
}
NAME_SHAPES = {
    "en": ("{t}", "The capital is {t}.", "It is {t}.", "Answer: {t}", "**{t}**", "{t}!"),
    "de": ("{t}", "Die Hauptstadt ist {t}.", "Es ist {t}.", "Antwort: {t}", "**{t}**", "{t}!"),
    "zh": ("{t}", "首都是{t}。", "是{t}。", "答案：{t}", "**{t}**", "{t}！"),
    "ja": ("{t}", "首都は{t}です。", "{t}です。", "答え：{t}", "**{t}**", "{t}！"),
    "ru": ("{t}", "Столица — {t}.", "Это {t}.", "Ответ: {t}", "**{t}**", "{t}!"),
    "es": ("{t}", "La capital es {t}.", "Es {t}.", "Respuesta: {t}", "**{t}**", "¡{t}!"),
    "fr": ("{t}", "La capitale est {t}.", "C'est {t}.", "Réponse : {t}", "**{t}**", "{t} !"),
}
LABEL_SHAPES = {
    "en": ("{t}", "Sentiment: {t}", "The sentiment is {t}.", "Label: {t}", "**{t}**"),
    "de": ("{t}", "Stimmung: {t}", "Die Stimmung ist {t}.", "Label: {t}", "**{t}**"),
    "zh": ("{t}", "情感：{t}", "情感是{t}。", "标签：{t}", "**{t}**"),
    "ja": ("{t}", "感情：{t}", "感情は{t}です。", "ラベル：{t}", "**{t}**"),
    "ru": ("{t}", "Тональность: {t}", "Отзыв {t}.", "Ответ: {t}", "**{t}**"),
    "es": ("{t}", "Sentimiento: {t}", "El sentimiento es {t}.", "Etiqueta: {t}", "**{t}**"),
    "fr": ("{t}", "Sentiment : {t}", "Le sentiment est {t}.", "Étiquette : {t}", "**{t}**"),
}


@lru_cache(1)
def refused() -> dict[str, list[tuple[str, str, bool]]]:
    """By language: every right answer with its target, and whether it is refused."""
    return {language: list(_marks(language)) for language in LANGUAGES}


def _marks(language: str):
    for number in NUMBERS:
        for shape in NUMBER_SHAPES[language]:
            yield _mark("numeric", shape.format(n=number), "", str(number))
    for truth, shapes in zip(("yes", "no"), TRUTH_SHAPES[language], strict=True):
        for shape in shapes:
            yield _mark("yes_no", shape, "", truth)
    question, texts = OPTIONS[language]
    asked = question + "".join(f"\n{letter}) {text}" for letter, text in zip("ABCD", texts, strict=True))
    for letter, text in zip("ABC", texts, strict=False):
        for shape in CHOICE_SHAPES[language]:
            yield _mark("choice", shape.format(a=letter, t=text), asked, letter)
    name, label = NAMES[language]
    for shape in NAME_SHAPES[language]:
        yield _mark("automatic", shape.format(t=name), "", name)
    for shape in LABEL_SHAPES[language]:
        yield _mark("automatic", shape.format(t=label), "", label)


def _mark(scorer: str, answer: str, question: str, target: str) -> tuple[str, str, bool]:
    return answer, target, not by_name(scorer)(answer, Task("1", question or "?", target)).correct


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_answers(language: str) -> None:
    assert len(refused()[language]) == len(refused()["en"]) >= 60


def test_the_refusal_rates_of_the_languages_lie_within_two_points_of_each_other() -> None:
    rates = {language: sum(no for *_, no in marks) / len(marks) for language, marks in refused().items()}
    assert max(rates.values()) - min(rates.values()) <= 0.02, {
        language: [(answer, target) for answer, target, no in marks if no] for language, marks in refused().items()
    }


@pytest.mark.parametrize(
    "answer",
    [
        "A or C, hard to say which.",
        "Force or pressure, so A or C; I cannot decide.",
        "Ich denke an A oder C, schwer zu sagen.",
        "A ou C, donc ; difficile de choisir.",
        "Direi A o C, difficile dire quale.",
    ],
)
def test_the_letter_a_beside_another_is_an_option(answer: str) -> None:
    task = Task("1", "Which?", "C", options={"A": "force", "B": "energy", "C": "pressure", "D": "power"})
    assert by_name("choice")(answer, task).value == 0


@pytest.mark.parametrize(
    ("labels", "answer", "said"),
    [
        (("P1", "P2", "P3"), "I'd call this **P3**. A P1 would need an outage, and a P2 a deadline.", "P3"),
        (("S1", "S2", "S3"), "Severity: **S2**. An S1 would only be right if data were lost.", "S2"),
        (("T-1", "T-2"), "This belongs to **T-2**. It would be T-1 if somebody were hurt.", "T-2"),
    ],
)
def test_a_label_that_is_a_code_is_told_from_the_others(labels: tuple[str, ...], answer: str, said: str) -> None:
    for label in labels:
        mark = by_name("automatic")(answer, Task("1", "Which priority?", label, labels=labels))
        assert mark.value == (label == said)


@pytest.mark.parametrize(
    "answer",
    [
        "The median is **12**. It lies between 10 and 14, the two in the middle.",
        "Der Median ist **12**. Die beiden mittleren Werte sind 10 und 14.",
        "La médiane est **12**. Les deux valeurs centrales sont 10 et 14.",
    ],
)
def test_one_number_in_bold_outdoes_two_that_follow(answer: str) -> None:
    assert by_name("numeric")(answer, Task("1", "What is the median?", "12")).value == 1
