"""What the prompt lab shows, and what it leaves in a saved notebook."""

from panels import HOSTILE, panel, settled

import workbench as wb


def test_a_run_shows_outcome_score_tokens_and_what_it_took(provider):
    lab = panel()
    lab.controls.run.click()
    (cell,) = settled(lab).results.cards.children
    for part in ("right", "<strong>5</strong>", "thinking", "unknown", "bought"):
        assert part in cell.value
    assert provider.hits == 1
    assert not lab.controls.message.value


def test_hostile_text_is_shown_and_never_becomes_a_tag(provider):
    lab = wb.prompt_lab(
        [{"id": HOSTILE, "question": HOSTILE, "target": HOSTILE, "note": HOSTILE}],
        ["fake/kimi-x"],
        prompts={HOSTILE: "{{ question }}"},
    )
    lab.controls.run.click()
    settled(lab)
    pages = [lab.results.cards.children[0].value, lab.controls.task_form.shown.value, lab._saved_form()["text/html"]]
    assert not [page for page in pages if "<img" in page or "<script" in page]
    assert all("&lt;img" in page for page in pages)


def test_the_saved_form_holds_results_prompts_and_code_and_no_request(provider):
    lab = panel()
    lab.controls.run.click()
    settled(lab)
    page = lab._saved_form()["text/html"]
    for part in ("What is 2 + 3?", "<strong>5</strong>", "{{ question }}", "wb.sweep("):
        assert part in page
    assert "src=" not in page
    assert "http" not in page.replace(HOSTILE, "")
