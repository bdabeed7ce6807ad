"""Results go where they were sent, or it is said that there are none."""

import pytest

from workbench.cli.output import leaving_rows


@pytest.mark.parametrize("before", [False, True])
def test_what_ends_before_its_first_row_says_that_none_were_written(tmp_path, capsys, before):
    output = tmp_path / "rows.jsonl"
    if before:
        output.write_text("rows of yesterday")
    with pytest.raises(KeyboardInterrupt), leaving_rows(output):
        raise KeyboardInterrupt
    told = f"no rows were written: {output} {'stays as it was' if before else 'was not made'}\n"
    assert capsys.readouterr().err == told
    assert output.exists() is before
