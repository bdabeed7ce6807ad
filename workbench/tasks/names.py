"""Names under which files keep questions, targets, options and the rest, by frequency, in several languages."""

from __future__ import annotations

from typing import Final

from workbench.tasks.records import plain


def _names(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(", "))


QUESTION_NAMES: Final = _names(
    "question, question text, query, problem, problem statement, prompt, instruction, user input, input, "
    "task, text, sentence, question stem, stem, goal, utterance, utt, message, ticket, review, headline, "
    "statement, claim, user prompt, user message, question content, ctx, tweet, comment, Frage, Aufgabe, "
    "Fragestellung, Aufgabenstellung, 题目, 问题, 題目, 問題, 質問, 設問, 질문, 문제, pregunta, enunciado, domanda, "
    "quesito, pergunta, questão, вопрос, задача, السؤال, سؤال, question en français, énoncé, vraag, "
    "pytanie, soru, document, article, dialogue, passage, content, source, premise, sentence1, question1, "
    "text1, body, title, ques, q, input text, source text, problem text, prompt text, user query, user question, "
    "user, query text, Otázka, spørsmål, fråga, kysymys"
)
"""The first that is there is the question, unless a better reason speaks against it."""

TARGET_NAMES: Final = _names(
    "target, targets, expected, expected output, expected answer, expected response, erwartete Antwort, "
    "réponse attendue, respuesta esperada, risposta attesa, resposta esperada, ideal, ideal answer, "
    "ground truth, ground truths, gold, gold answer, gold label, gold target, reference answer, "
    "reference, references, reference output, correct answer, correct answers, right answer, answer key, "
    "correct option, correct choice, correct label, best answer, true answer, final answer, answer "
    "number, correct answer num, answer, answers, answers spans, label text, label name, label des, "
    "label, labels, answer choice, answer idx, answer index, gold index, correct index, correct, cop, "
    "solution, output, completion, response, summary, highlights, Antwort, Lösung, Ergebnis, richtige "
    "Antwort, richtig, réponse, bonne réponse, réponse correcte, respuesta, respuesta correcta, risposta, "
    "risposta corretta, resposta, resposta correta, gabarito, ответ, правильный ответ, 答案, 正确答案, 正確答案, "
    "标准答案, 正解, 解答, 答え, 정답, 답, الإجابة, الإجابة الصحيحة, antwoord, Musterlösung, "
    "odpowiedź, cevap, ans, golden answer, golden answers, gt, expected result, expected value, target text, "
    "target output, reference response, final ans, translation, assistant, Odpověď, svar, vastaus"
)
"""The first that is there is the target: `answer` beside `reference` is a model's."""

RIGHT_WORDS: Final = _names(
    "right, correct, expected, gold, true, richtige, richtig, erwartete, erwartet, bonne, correcte, attendue, "
    "correcta, esperada, correcto, esperado, certa, correta, correto, giusta, esatta, corretta, attesa, giusto, "
    "juiste, juist, goede, goed, verwachte, verwacht, rätt, rätta, förväntat, förväntade, riktig, riktigt, rigtig, "
    "rigtige, rigtigt, forventet, oikea, odotettu, poprawna, prawidłowa, poprawne, oczekiwana, oczekiwane, "
    "oczekiwany, správná, správně, očekávaná, doğru, beklenen, правильный, правильная, правильное, верный, "
    "ожидаемый, ожидаемое, ожидается"
)
"""What is right or expected, in the forms that stand beside a word for an answer: `Resposta certa`."""

ANSWER_WORDS: Final = _names(
    "value, result, text, option, opção, opción, opzione, optie, choice, alternativa, alternativ, alternatif, "
    "seçenek, opcja, výsledek, wynik, resultado, risultato, résultat, resultat, sonuç, yanıt, вариант, результат"
)
"""Beside a word for what is right these mean the answer, as the names of targets do: `Juiste optie`."""

KEY_NAMES: Final = _names("key, letter, right, correct letter, answer letter, solution letter, key answer")
"""Targets only beside options, and where each is one of their letters."""

CLASS_NAMES: Final = _names(
    "category, class, intent, sentiment, topic, emotion, stance, department, product, Kategorie, Abteilung, Produkt, "
    "Klasse, catégorie, categoría, categoria, категория, 类别, 分类, カテゴリ, 분류"
)
"""Targets only where nothing else is one, and few values stand beside one text."""

ID_NAMES: Final = _names("id, task id")

WEAK_ID_NAMES: Final = _names(
    "question id, qid, uid, unique id, uuid, name, key, guid, doc id, example id, record id, row id, "
    "sample id, item id, ind, idx, index, nr, no, number, #, 编号, 番号, 번호, номер, description"
)
"""Columns that are ids only where every task has one and no two are the same."""

CONTEXT_NAMES: Final = _names(
    "context, passage, paragraph, article, document, narrative, story, flores passage, contexts, context "
    "text, Kontext, Textabschnitt, contexte, contexto, contesto, контекст, 上下文, 文章, 背景, 本文, 지문, السياق"
)
"""Sent before the question, which asks about them."""

CHOICE_NAMES: Final = _names(
    "choices, options, endings, candidates, answer choices, answer options, alternatives, mc1 targets, "
    "选项, 選択肢, 보기, 선택지, Antwortmöglichkeiten, opciones, opções, opzioni, варианты"
)
"""Columns that hold all options at once."""

CHOICE_STEMS: Final = _names(
    "option, opt, op, choice, answer, ans, mc answer, sol, solution, ending, alternative, candidate, 选项, "
    "選項, 選択肢, 보기, 선택지, Antwort, Möglichkeit, réponse, choix, opción, opcion, opção, opcao, opzione, "
    "alternativa, risposta, вариант, ответ, الخيار, خيار"
)
"""Before a letter or a number these make the name of one option's column: `option_a`, `Option 1`, `opa`."""

SYSTEM_NAMES: Final = _names("system, system prompt, system message, developer")

MESSAGE_NAMES: Final = _names("messages, conversations, conversation, chat, dialogue, turns, prompt, input, question")

IMAGE_NAMES: Final = _names(
    "image, images, image path, image url, image file, img, picture, photo, Bild, 图片, 图像, 画像, 이미지, "
    "imagen, immagine, изображение"
)

REASONING_NAMES: Final = _names(
    "rationale, explanation, explanation 1, explanation 2, explanation 3, cot, cot content, cot answer, "
    "solution, canonical solution, analysis, exp, reasoning, facts, decomposition, chain of thought, "
    "proof, 解析, 解説, 풀이, Erklärung, Begründung, explication, explicación, spiegazione, explicação, "
    "объяснение"
)
"""Never a target as they stand, and never a part of the prompt: they tell the answer."""

FORMER_NAMES: Final = _names(
    "output, response, completion, prediction, actual output, model answer, model output, generated "
    "answer, generation, answer, chosen, rejected, provider output"
)
"""Beside a surer target these are what a model said before."""

LIKELY_NEEDED: Final = _names(
    "evidence, support, background, table, code, figure, history, starter code, test list, retrieved contexts, "
    "retrieval context, unit, units, image, audio, video, hypothesis"
)
"""Columns that a question may need: a warning when no prompt sends them."""

PAIRS: Final = (
    ("premise", "hypothesis"),
    ("sentence1", "sentence2"),
    ("text1", "text2"),
    ("question1", "question2"),
    ("text_a", "text_b"),
    ("passage1", "passage2"),
)
"""Two texts that are asked about together."""


def matching(names: tuple[str, ...], columns: list[str]) -> list[str]:
    """The columns that bear one of the names, in the order of the names.

    >>> matching(TARGET_NAMES, ["Label", "expectedOutput", "note"])
    ['expectedOutput', 'Label']
    """
    by_name: dict[str, list[str]] = {}
    for column in columns:
        by_name.setdefault(plain(column), []).append(column)
    return [column for name in names for column in by_name.get(plain(name), ())]


_ALL: Final = (
    *QUESTION_NAMES,
    *TARGET_NAMES,
    *CLASS_NAMES,
    *ID_NAMES,
    *WEAK_ID_NAMES,
    *CONTEXT_NAMES,
    *CHOICE_NAMES,
    *SYSTEM_NAMES,
    *MESSAGE_NAMES,
    *IMAGE_NAMES,
    *REASONING_NAMES,
    *FORMER_NAMES,
    *LIKELY_NEEDED,
)
KNOWN: Final = frozenset(map(plain, _ALL))
"""Every name that is known, as `plain` writes it."""
