"""Something fell where it is asked by how much it rose: the number is the same, the answer is not."""

import pytest

from workbench.scorers import by_name, score_answer
from workbench.scorers.amounts.directions import goes_the_other_way
from workbench.tasks.tasks import Task

AUTOMATIC = by_name("automatic")
PAIRS = {
    "en": ("By how much did sales rise?", "Sales rose by 18 %.", "Sales fell by 18 %."),
    "de": ("Um wie viel ist der Umsatz gestiegen?", "Er stieg um 18 %.", "Er ist um 18 % gefallen."),
    "fr": ("De combien les ventes ont-elles augmenté ?", "Elles ont augmenté de 18 %.", "Elles ont diminué de 18 %."),
    "es": ("¿Cuánto subieron las ventas?", "Subieron un 18 %.", "Cayeron un 18 %."),
    "it": ("Di quanto sono aumentate le vendite?", "Sono aumentate del 18 %.", "Sono calate del 18 %."),
    "pt": ("Quanto subiram as vendas?", "As vendas subiram 18 %.", "As vendas caíram 18 %."),
    "ru": ("На сколько выросли продажи?", "Продажи выросли на 18 %.", "Продажи упали на 18 %."),
    "zh": ("销售额增加了多少？", "销售额增加了18%。", "销售额减少了18%。"),
    "ja": ("売上はどれだけ増えましたか。", "売上は18%増えました。", "売上は18%減りました。"),
    "ko": ("매출은 얼마나 늘었습니까?", "매출은 18% 늘었습니다.", "매출은 18% 줄었습니다."),
    "ar": ("كم ارتفعت المبيعات؟", "ارتفعت المبيعات بنسبة 18%.", "انخفضت المبيعات بنسبة 18%."),
}


@pytest.mark.parametrize("language", PAIRS)
def test_the_opposite_of_what_is_asked_is_wrong(language):
    question, same, opposite = PAIRS[language]
    task = Task("1", question, "18 %")
    assert score_answer(AUTOMATIC, same, task).correct
    assert not score_answer(AUTOMATIC, opposite, task).correct


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("By what share must it rise after it fell by a tenth?", "It fell to 90, so it must go up by 18 %."),
        ("By how much did it change?", "It fell by 18 %."),
        ("By how much did it rise?", "Costs fell, and sales rose by 18 %."),
        ("How high did it rise?", "It sank first to 18 %."),
    ],
)
def test_other_words_of_rise_and_fall_decide_nothing(question, answer):
    place = answer.find("18")
    assert not goes_the_other_way(answer.lower(), place, place + 4, question)
