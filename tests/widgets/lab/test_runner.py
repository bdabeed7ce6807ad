"""The runs of the prompt lab: one at a time, stopped by a button, going on after a provider died."""

from panels import panel, settled, until


def test_a_second_click_does_not_start_a_second_run(provider):
    lab = panel(prompts={"slow": "{{ question }} hang"})
    lab.controls.run.click()
    until(lambda: provider.hits)
    first = lab._runner._future
    lab.controls.run.click()
    lab.controls.sweep.click()
    assert lab._runner._future is first
    assert "under way" in lab.controls.message.value
    assert lab.controls.run.disabled
    lab.controls.cancel.click()
    settled(lab)
    assert provider.hits == 1


def test_cancel_ends_the_connections_and_leaves_what_was_heard(provider):
    lab = panel(prompts={"slow": "{{ question }} hang"})
    lab.controls.samples.value = 3
    lab.controls.run.click()
    until(lambda: "".join(cell.value for cell in lab.results.cards.children).count("I heard") == 3)
    lab.controls.cancel.click()
    settled(lab)
    provider.wait_until(lambda: provider.cancelled == 3)
    assert all("stopped" in cell.value and "I heard" in cell.value for cell in lab.results.cards.children)
    assert "run again to go on" in lab.controls.message.value
    assert lab.controls.cancel.disabled


def test_a_provider_that_dies_in_mid_stream_is_told_in_its_cell_and_the_panel_goes_on(provider):
    lab = panel(prompts={"good": "{{ question }}", "dead": "{{ question }} die"})
    lab.controls.run.click()
    good, dead = settled(lab).results.cards.children
    assert "right" in good.value
    assert "failed" in dead.value
    lab.controls.run.click()
    assert "kept" in settled(lab).results.cards.children[0].value
