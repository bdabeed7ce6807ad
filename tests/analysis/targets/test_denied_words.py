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
        ("2100年是闰年吗?", "能被100整除,不能被400整除。所以2100年⟦不是闰年。答案是否。", "否", ("en", "zh")),
        ("57は素数ですか。", "57 = 3 × 19。したがって、57は⟦素数ではない。答えは「いいえ」。", "いいえ", ("en", "ja")),
        ("57은 소수인가요?", "57 = 3 × 19이다. 따라서 57은 ⟦소수가 아니다. 답은 아니오.", "아니오", ("en", "ko")),
        ("Can we take the ferry?", "It is winter, which means that the ferry ⟦isn't available. No.", "no", ("en",)),
        ("Darf er arbeiten? ja/nein", "Er hat Urlaub. Also ⟦darf er das nicht. Nein.", "nein", ("en", "de")),
        ("Do auks live in Rome?", "They live by the sea. ⟦None in Rome. So no.", "no", ("en",)),
        ("Is 77 prime or not?", "So 77 = 7 · 11 and is ⟦not prime.", "no", ("en",)),
        ("Can rye bread be frozen?", "Frost does no harm. Thus it ⟦can be frozen. Yes.", "yes", ("en",)),
        ("Can rye bread be frozen?", "Frost does harm it. Thus it can be spoilt. But ⟦yes.", "yes", ("en",)),
        (
            "Was 1900 a leap year?",
            "By that rule, 1900 was ⟦not a leap year. It had 28 days then. So no.",
            "no",
            ("en",),
        ),
        ("Can it be seen from the Moon?", "It is narrow, and it ⟦cannot be seen. I'd say no.", "no", ("en",)),
        ("蝙蝠是鸟类吗？", "它用乳汁哺育幼崽，因此蝙蝠⟦不是鸟类。它会飞。回答“否”。", "否", ("en", "zh")),
        ("Does it follow that some poets are rich?", "Bob, not a poet, is. It does ⟦not follow. No.", "no", ("en",)),
        ("Does it cover this case?", "Also a spill isn't a defect. So this case is ⟦not covered. No.", "no", ("en",)),
        (
            "Is class C allowed?",
            "So the rule is met and class C ⟦is allowed regardless. Yes.",
            "yes",
            ("en",),
        ),
        ("Were both born on one day?", "That means that they ⟦were indeed born on one day. So yes.", "yes", ("en",)),
        ("Which word denies: no or yes?", "It is not easy to say which word denies. ⟦No.", "no", ("en",)),
    ],
)
def test_a_denial_of_what_is_asked_is_a_no(question, thought, target, codes):
    found = places(target, Thought(thought.replace("⟦", ""), codes, question))
    assert found[0][0] == thought.find("⟦")
