"""What was set is there the next time."""

import pytest
from panels import panel, until


def test_what_was_set_is_back_when_the_cell_is_run_again_and_start_anew_forgets_it(provider):
    lab = panel()
    lab.controls.variant_form.box.children[1].children[0].click()
    lab.controls.samples.value = 4
    until(lambda: lab.memory.file.exists() and '"samples": 4' in lab.memory.file.read_text())
    again = panel()
    assert (len(again.state.variants), again.controls.samples.value) == (2, 4)
    assert "last time" in again.controls.message.value
    again.controls.fresh.click()
    assert (len(again.state.variants), again.controls.samples.value) == (1, 1)
    assert panel().controls.samples.value == 1


@pytest.mark.parametrize("text", ["{", '{"version": 1, "variants": [{}]}', '{"version": 99}'])
def test_a_damaged_memory_of_the_panel_starts_it_anew(text, provider):
    file = panel().memory.file
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert "starts anew" in panel().controls.message.value
