"""Task files that are not UTF-8: read where one code page alone makes a language of them, else refused."""

import pytest

import workbench as wb
from workbench.errors import InputError
from workbench.tasks.encodings import in_a_code_page

GERMAN = "Frage;Antwort\nWie heißt der größte See der Schweiz?;Genfersee\nWas ist süß und für die Bären?;Honig\n"
CZECH = "Jaké je hlavní město a kolik je v něm lidí?;Praha\nCo je na stole?;kniha\n"
FRENCH = "Quel élève est très bon dans la classe et pour les maîtres?;lui\n"


@pytest.mark.parametrize(
    ("text", "page", "read_as"),
    [
        (GERMAN, "cp1252", "Windows-1252"),
        (FRENCH, "cp1252", "Windows-1252"),  # é and è are letters of Czech in another page
        ("¿Cuál es la capital de España y en qué año?", "cp1252", "Windows-1252"),
        ("What is “the” answer to the question of Bob’s?", "cp1252", "Windows-1252"),
        ("Vad är huvudstaden i Sverige och hur stor är det på ön?", "iso8859_1", "Windows-1252"),
        (CZECH, "cp1250", "Windows-1250"),
        ("Jaka jest stolica i ile osób w niej się śmieje?;Łódź nie", "cp1250", "Windows-1250"),
        ("Türkiye'nin başkenti nedir ve kaç kişi var?", "cp1254", "Windows-1254"),
        ("Какой город и сколько в нём людей? Это не он", "cp1251", "Windows-1251"),
        ("Ποια είναι η πρωτεύουσα και τι είναι το ποτάμι;", "cp1253", "Windows-1253"),
    ],
)
def test_one_page_makes_a_language_of_it(text, page, read_as):
    found = in_a_code_page(text.encode(page))
    assert (found.text, found.page) == (text, read_as)
    assert found.shown in text


@pytest.mark.parametrize(
    ("text", "page"),
    [
        (GERMAN, "mac_roman"),
        (GERMAN, "cp850"),
        ("Jak se to šťastně řekne na stole a v němž?", "iso8859_2"),
        (FRENCH, "mac_roman"),
        ("voilà la réponse de la France et du pays", "cp850"),
        ("Who is the composer of the opera, and what is it, by Dvořák?", "cp1250"),  # or Dvoøák: English tells nothing
        ("Who is the best at the café and in the bar?", "cp1252"),  # one letter
        ("Müller;Köln", "cp1252"),  # no word of any language
        ("Какой город и сколько в нём людей? Это не он", "koi8_r"),
        ("首都はどこですか", "shift_jis"),
        ("Wie heißt der größte See und die Stadt? 5 €", "iso8859_15"),
    ],
)
def test_in_doubt_nothing_is_read(text, page):
    assert in_a_code_page(text.encode(page)) is None


def test_damaged_utf_8_is_no_code_page():
    assert in_a_code_page(GERMAN.encode() + "für den Bären und die Öfen".encode("cp1252")) is None


def test_how_a_file_was_read_is_said(tmp_path):
    path = tmp_path / "aus-excel.csv"
    path.write_bytes(GERMAN.encode("cp1252"))
    tasks = wb.load_tasks(path)
    assert next(task.question for task in tasks) == "Wie heißt der größte See der Schweiz?"
    assert "the file is not UTF-8: read as Windows-1252, such as 'heißt'" in tasks.understood.notes
    path.write_bytes(GERMAN.encode("cp850"))
    with pytest.raises(InputError, match=r"not UTF-8: byte 0xe1 at offset 21, line 2\. Save it as UTF-8"):
        wb.load_tasks(path)
