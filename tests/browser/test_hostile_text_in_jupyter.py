"""What a hostile model writes does nothing in JupyterLab: it runs no script and makes no request."""

import json

from fakes.server import FakeServer, completion

ATTACKS = """# Result
<script>window.hacked = 'script'; fetch('BEACON/script')</script>
<img src="BEACON/img" onerror="window.hacked = 'img'">
<svg onload="window.hacked = 'svg'"><image href="BEACON/svg"/></svg>
<iframe srcdoc="<script>parent.hacked = 'iframe'</script>"></iframe>
<details open ontoggle="window.hacked = 'toggle'">x</details>
<style>@import url('BEACON/style'); body {display: none}</style>
<link rel="stylesheet" href="BEACON/link"><meta http-equiv="refresh" content="0;url=BEACON/meta">
[press](javascript:window.hacked='link') ![picture](BEACON/markdown)
$\\href{javascript:window.hacked='tex'}{x}$ </pre></div></td></table><script>window.hacked = 'closed'</script>
"""


def test_it_runs_nothing_and_requests_nothing(open_notebook):
    with FakeServer("beacon") as beacon:
        attacks = ATTACKS.replace("BEACON", f"http://127.0.0.1:{beacon.port}")
        with FakeServer(completion(attacks, thinking=attacks, model=attacks[:200], dialect="moonshot")) as server:
            notebook = open_notebook(
                "hostile.ipynb",
                f"""import json
import workbench as wb
attacks = json.loads({json.dumps(attacks)!r})
wb.add_provider("fake", base_url={server.base_url!r}, dialect="moonshot")
wb.ask("first", model="fake/m")""",
                "rows = wb.sweep([{'question': attacks, 'target': attacks}, 'two'], models='fake/m'); wb.summary(rows)",
                "rows",
                "%load_ext workbench",
                "%%ask -m fake/m -m fake/other both\nWhat is in it?",
                "wb.side_by_side(rows)",
                """lab = wb.prompt_lab([{'question': attacks, 'target': 'x', 'note': attacks}], 'fake/m')
lab.state.add(); lab.controls.variant_form.draw(); lab.controls.run.click(); lab""",
            )
            notebook.run_all()
            page = notebook.page
            page.wait_for_function("() => document.querySelectorAll('.wb-cell .wb-sent').length === 2")
            page.locator("button.wb-diff").click()
            page.locator(".wb-side-by-side").get_by_role("button", name="Word diff").click()
            page.locator(".wb-side-by-side").get_by_placeholder("question, answer, thinking").fill("<script>")
            summaries = page.locator(".wb-card summary").all()
            assert len(summaries) >= 6
            for summary in summaries:
                summary.evaluate("element => element.click()")
            for link in page.locator(".wb-card a").all():
                assert not (link.get_attribute("href") or "").startswith("javascript")
            page.wait_for_timeout(500)
            notebook.picture("hostile")
            assert server.hits >= 2
        assert notebook.errors() == []
        assert page.evaluate("() => window.hacked") is None
        assert beacon.requests == []
        assert notebook.requests_elsewhere() == []
