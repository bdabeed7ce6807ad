"""The bar of a thought in a real browser: it stays in sight, whichever of its marks is clicked."""

from workbench.rows.table import frame
from workbench.widgets.thought_card import read

OUTPUT = (
    "<style>body{{margin:0}}#panel{{height:100vh;overflow:auto}}.output{{overflow:auto}}</style>"
    '<div id="panel"><div style="height:700px"></div><div class="output">{}</div>'
    '<div style="height:1500px"></div></div>'
)
"""A card as JupyterLab shows one: in an output that could scroll, in a panel that does."""
PLACES = """bar => [...bar.querySelectorAll('a')].map(link => {
  link.click();
  const [top, bottom, mark] = [bar.getBoundingClientRect(), bar.parentElement.getBoundingClientRect(),
    document.querySelector(link.getAttribute('href')).getBoundingClientRect()];
  return [top.top, mark.top - top.top - 18, Math.min(bottom.bottom, innerHeight) - mark.bottom];
})"""


def test_the_bar_and_the_mark_are_both_in_sight_after_a_click(chromium):
    rows = [
        {
            "task_id": str(sentences),
            "outcome": "answered",
            "correct": True,
            "task_target": "42",
            "thinking": " ".join(
                f"I put {n} and {n + 3} into one bag, and look at it. " + "Wait, 6 * 7 = 42." * (n % 70 == 4 or n < 2)
                for n in range(sentences)
            ),
        }
        for sentences in (20, 130)
    ]
    page = chromium.new_page(viewport={"width": 900, "height": 700})
    page.set_content(OUTPUT.format(read(frame(rows))._repr_html_()))
    bars = page.evaluate(f"[...document.querySelectorAll('.wb-thought-bar')].map({PLACES})")
    page.close()
    assert [len(places) >= 4 for places in bars] == [True, True]
    assert all(min(place) >= 0 for places in bars for place in places)
