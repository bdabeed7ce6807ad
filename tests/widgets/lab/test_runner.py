"""The runs of the prompt lab: one at a time, stopped by a button, going on after a provider died."""

from panels import panel, settled, until


def test_a_second_click_does_not_start_a_second_run(provider):
    lab = panel(prompts={"slow": "{{ question }} hang"})
    lab.run_button.click()
    until(lambda: provider.hits)
    first = lab._runner._future
    lab.run_button.click()
    lab.sweep_button.click()
    assert lab._runner._future is first
    assert "under way" in lab._message.value
    assert lab.run_button.disabled
    lab.cancel_button.click()
    settled(lab)
    assert provider.hits == 1


def test_cancel_ends_the_connections_and_leaves_what_was_heard(provider):
    lab = panel(prompts={"slow": "{{ question }} hang"})
    lab.samples.value = 3
    lab.run_button.click()
    until(lambda: "".join(cell.value for cell in lab.results.children).count("I heard") == 3)
    lab.cancel_button.click()
    settled(lab)
    provider.wait_until(lambda: provider.cancelled == 3)
    assert all("stopped" in cell.value and "I heard" in cell.value for cell in lab.results.children)
    assert "run again to go on" in lab._message.value
    assert lab.cancel_button.disabled


def test_a_provider_that_dies_in_mid_stream_is_told_in_its_cell_and_the_panel_goes_on(provider):
    lab = panel(prompts={"good": "{{ question }}", "dead": "{{ question }} die"})
    lab.run_button.click()
    good, dead = settled(lab).results.children
    assert "right" in good.value
    assert "failed" in dead.value
    lab.run_button.click()
    assert "kept" in settled(lab).results.children[0].value
