"""The tests mirror the house: where the test of a room is, is answered by the listing."""

from __future__ import annotations

from pathlib import Path

import pytest

import workbench as wb

HOUSE = Path(wb.__file__).parent
TESTS = Path(__file__).parents[1]
LONGEST_FILE_LINES = 400

FACES = {"__init__", "__main__"}
ELSEWHERE = {
    "analysis/step_budgets": "loops/test_reading.py",
    "rows/loop_traces": "loops/test_reading.py",
    "sweeps/decision": "sweeps/test_deciding.py",
    "sweeps/handing_over": "loops/test_layout.py",
    "cache/earlier": "sweeps/test_earlier.py",
    "providers/forms": "whole/test_one_list_of_options.py",
    "providers/own_options": "whole/test_one_list_of_options.py",
    "providers/earlier_caps": "sweeps/test_earlier.py",
    "analysis/handed_on": "analysis/test_face.py",
    "analysis/targets/patterns": "analysis/targets/test_terms.py",
    "scorers/fitting": "scorers/test_named.py",
    "scorers/handed_on": "whole/test_house.py",
    "show/frames": "show/test_tables.py",
    "analysis/compared": "analysis/test_comparison.py",
    "analysis/targets/forms": "analysis/targets/test_places.py",
    "analysis/targets/concluding": "analysis/targets/test_places.py",
    "analysis/targets/cues": "analysis/targets/test_places.py",
    "analysis/in_parts": "rows/test_segments.py",
    "analysis/audited": "sweeps/test_auditing.py",
    "analysis/probe_replies": "analysis/test_host_probes.py",
    "analysis/policies": "analysis/routes/test_routing.py",
    "analysis/routes/cases": "analysis/routes/test_routing.py",
    "asking/batches": "sweeps/test_batching.py",
    "asking/batch/booking": "sweeps/test_batching.py",
    "asking/batch/buying": "sweeps/test_batching.py",
    "asking/batch/delivering": "sweeps/test_batching.py",
    "asking/batch/door": "sweeps/test_batching.py",
    "cache/batch_journal": "sweeps/test_batching.py",
    "asking/batch/counted": "sweeps/test_batching_by_file.py",
    "asking/batch/elsewhere": "sweeps/test_batching_by_file.py",
    "asking/batch/jobs": "sweeps/test_batching.py",
    "asking/batch/messages": "sweeps/test_batching.py",
    "asking/batch/shapes": "sweeps/test_batching.py",
    "asking/stopping": "sweeps/test_spreading.py",
    "providers/outright": "asking/wire/test_tasks.py",
    "cache/task_journal": "asking/wire/test_tasks.py",
    "asking/wire/error_words": "asking/wire/test_failures.py",
    "asking/wire/error_classes": "asking/wire/test_failures.py",
    "asking/wire/parsing": "asking/wire/test_streams.py",
    "asking/wire/growing": "asking/wire/test_merging.py",
    "analysis/versions": "cli/test_comparing.py",
    "cli/checks": "cli/test_sweeping.py",
    "cli/junit": "cli/test_comparing.py",
    "cli/keeping": "cli/test_commands.py",
    "cli/sharing": "cache/test_sharing.py",
    "cache/tool_results": "loops/test_effects.py",
    "loops/keys": "browser/test_trace_page.py",
    "loops/history": "loops/test_replaying.py",
    "loops/loop": "loops/test_starting.py",
    "loops/opening": "loops/test_tools.py",
    "loops/rows": "loops/test_sweeping.py",
    "loops/running": "loops/test_starting.py",
    "replies/traces": "loops/test_showing.py",
    "sweeps/probing": "sweeps/test_auditing.py",
    "cli/remembering": "sweeps/test_opening_runs.py",
    "sweeps/rebuilding": "sweeps/test_opening_runs.py",
    "sweeps/remembering": "sweeps/test_opening_runs.py",
    "rows/failures": "cli/test_sweeping.py",
    "cache/store/beside": "sweeps/test_figures.py",
    "cache/store/protocol": "cache/store/test_store.py",
    "cache/shared/depot": "cache/shared/test_bucket.py",
    "cache/shared/envelope": "cache/shared/test_team.py",
    "cache/shared/outbox": "cache/shared/test_team.py",
    "cache/shared/scripts": "cache/shared/test_team_limits.py",
    "cache/spending": "cache/test_limits.py",
    "cli/watching": "sweeps/test_watching.py",
    "errors": "whole/test_faults.py",
    "providers/bodies": "providers/test_requests.py",
    "providers/fields": "providers/test_facts.py",
    "providers/messages": "providers/test_requests.py",
    "providers/known_parameters": "providers/test_parameters.py",
    "replies/contents": "replies/test_reading.py",
    "replies/reported_cost": "whole/test_siblings.py",
    "replies/harmony": "replies/test_thinking.py",
    "replies/leaked_calls": "replies/test_thinking.py",
    "replies/message": "whole/test_siblings.py",
    "replies/notations": "replies/test_thinking.py",
    "replies/splitter": "replies/test_thinking.py",
    "replies/tool_calls": "whole/test_siblings.py",
    "reports/kernel_messages": "reports/test_execute.py",
    "reports/case_table": "browser/test_report_page.py",
    "reports/result_page": "reports/test_results.py",
    "reports/written": "reports/test_results.py",
    "scorers/choosing/choices": "scorers/test_reading_labelled.py",
    "scorers/scales": "scorers/test_numerals.py",
    "scorers/word_by_word": "scorers/test_number_words.py",
    "scorers/spoken_years": "scorers/test_number_words.py",
    "scorers/amounts/ranges": "scorers/test_matching.py",
    "scorers/sentences/clauses": "scorers/test_reading_labelled.py",
    "scorers/formulas/signs": "scorers/test_reading_labelled.py",
    "scorers/formulas/verifier": "scorers/test_reading.py",
    "scorers/formulas/trees": "scorers/test_reading_labelled.py",
    "scorers/sentences/normal": "scorers/test_reading_labelled.py",
    "scorers/labels": "scorers/test_reading_labelled.py",
    "scorers/numbers_compared": "scorers/test_matching.py",
    "scorers/numbers": "scorers/test_reading_labelled.py",
    "scorers/choosing/options": "scorers/test_reading_labelled.py",
    "scorers/amounts/sums": "scorers/test_reading_labelled.py",
    "scorers/sentences/phrases": "scorers/test_reading_labelled.py",
    "scorers/amounts/sentence_numbers": "scorers/test_reading_labelled.py",
    "scorers/texts": "scorers/test_reading_labelled.py",
    "scorers/truths": "scorers/test_reading_labelled.py",
    "scorers/sentences/written": "scorers/test_reading_labelled.py",
    "sweeps/chunks": "sweeps/test_spreading.py",
    "sweeps/hints": "sweeps/test_understanding.py",
    "sweeps/stops": "sweeps/test_run.py",
    "tasks/answers": "tasks/test_shapes.py",
    "tasks/building": "tasks/test_tasks.py",
    "tasks/chat": "tasks/test_chat_and_images.py",
    "tasks/choosing": "tasks/test_columns.py",
    "tasks/csv_files": "tasks/test_task_files.py",
    "tasks/documents": "tasks/test_task_files.py",
    "tasks/question_columns": "tasks/test_columns.py",
    "tasks/slots": "tasks/test_columns.py",
    "tasks/target_columns": "tasks/test_columns.py",
    "tasks/images": "tasks/test_chat_and_images.py",
    "tasks/names": "tasks/test_columns.py",
    "tasks/parquet_files": "tasks/test_workbooks.py",
    "tasks/promptfoo": "tasks/test_imports.py",
    "tasks/records": "tasks/test_task_files.py",
    "tasks/settings": "tasks/test_columns.py",
    "tasks/targets": "tasks/test_shapes.py",
    "tasks/task": "tasks/test_tasks.py",
    "tasks/understood": "tasks/test_columns.py",
    "tasks/values": "tasks/test_task_files.py",
    "tasks/wording": "tasks/test_columns.py",
}
"""Rooms without a test file of their name, and the file that tests them: what crosses rooms, or is seen from afar."""

ROOMS = sorted(
    path.relative_to(HOUSE).with_suffix("").as_posix() for path in HOUSE.rglob("*.py") if path.stem not in FACES
)


def own_test(room):
    folder, _, name = room.rpartition("/")
    return TESTS / folder / f"test_{name}.py"


def test_a_room_has_a_test_of_its_name_or_a_line_that_says_where():
    for room in ROOMS:
        if room in ELSEWHERE:
            assert not own_test(room).exists(), f"{room} has a test of its own now: take its line out of ELSEWHERE"
            assert (TESTS / ELSEWHERE[room]).exists(), f"{room}: there is no {ELSEWHERE[room]}"
        else:
            assert own_test(room).exists(), f"{room} needs {own_test(room).relative_to(TESTS.parent)}"


def test_every_line_is_of_a_room():
    assert not ELSEWHERE.keys() - {*ROOMS}


def test_a_file_of_tests_is_of_one_subject_and_short():
    for path in sorted(TESTS.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= LONGEST_FILE_LINES, path
        assert text.startswith('"""'), path


@pytest.mark.parametrize("folder", sorted(path.name for path in TESTS.iterdir() if any(path.glob("test_*.py"))))
def test_a_folder_of_tests_is_a_wing_or_what_crosses_wings(folder):
    assert (HOUSE / folder).is_dir() or folder in ("whole", "browser", "benchmarks")


def test_files_of_a_wing_are_of_its_rooms_or_of_a_part_of_one():
    """`test_store_damage.py` is of the room `store`; what is of no room belongs into `whole/`, or is named here."""
    of_a_whole_wing = {"analysis/test_face.py", "tasks/test_shapes.py"}
    for path in TESTS.rglob("test_*.py"):
        place = path.relative_to(TESTS)
        if place.parts[0] in ("whole", "browser", "benchmarks") or place.as_posix() in of_a_whole_wing:
            continue
        rooms = {room.stem for room in (HOUSE / place.parent).glob("*.py")}
        words = path.stem.removeprefix("test_").split("_")
        assert any("_".join(words[:count]) in rooms for count in range(1, len(words) + 1)), place
