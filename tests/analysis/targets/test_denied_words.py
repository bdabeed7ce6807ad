"""A no before the word for it."""

import pytest

from workbench.analysis.targets.places import places
from workbench.analysis.thoughts.text import Thought


@pytest.mark.parametrize(
    ("question", "thought", "target", "codes"),
    [
        ("Is 77 prime? Answer yes or no.", "77 is 7 times 11, so it is ⟦not prime. Answer: no.", "no", ("en",)),
        ("Is glass edible?", "Glass is sand. Therefore it ⟦isn't edible. No.", "no", ("en",)),
        ("Верно ли, что 77 простое?", "77 = 7 · 11, значит, ⟦не простое. Ответ: нет.", "нет", ("en", "ru")),
        ("Is 77 prime?", "It is not on my list. So ⟦no.", "no", ("en",)),
        ("Could Nero have seen Brazil? yes/no", "There was no trade. So he ⟦couldn't have seen it. No.", "no", ("en",)),
        ("Is 77 prime? yes or no", "2: no, odd. 7 · 11 = 77. So ⟦no.", "no", ("en",)),
        ("True or false: owls are fish.", "They are birds. The claim is a ⟦myth. So it's false.", "false", ("en",)),
        ("La somme est-elle impaire ? Oui ou non ?", "Elle ⟦n'est jamais impaire. Non.", "non", ("en", "fr")),
        ("È vero che l'Etna è spento? Rispondi sì o no.", "Erutta. Quindi ⟦non è spento. No.", "no", ("en", "it")),
        ("所有偶数都是合数吗?", "2是质数。这个说法⟦不正确,答案是“否”。", "否", ("en", "zh")),
        ("Which word denies: no or yes?", "It is not easy to say which word denies. ⟦No.", "no", ("en",)),
    ],
)
def test_a_denial_of_what_is_asked_is_a_no(question, thought, target, codes):
    found = places(target, Thought(thought.replace("⟦", ""), codes, question))
    assert found[0][0] == thought.find("⟦")
