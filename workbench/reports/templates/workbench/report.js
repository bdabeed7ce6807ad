"use strict";
(() => {
  const root = document.documentElement;
  const acts = {
    code(button) {
      const open = button.getAttribute("aria-pressed") !== "true";
      document.querySelectorAll("details.code").forEach((part) => { part.open = open; });
      button.setAttribute("aria-pressed", String(open));
      button.textContent = open ? "Hide code" : "Show code";
    },
    theme() {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
    },
    print() { window.print(); },
  };
  document.querySelector(".tools").addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (button) acts[button.dataset.act](button);
  });

  const source = document.getElementById("case-data");
  if (!source) return;
  const { columns, defused, standings, differs, telling, shown: showing } = JSON.parse(source.textContent);
  for (const [name, column] of Object.entries(columns)) {
    if (!Array.isArray(column)) columns[name] = column.at.map((place) => column.of[place]);
  }
  const total = standings.length;
  const PAGE = 50;
  const value = (name, line) => (columns[name] ? columns[name][line] : null);
  const question = (line) => value("task_question", line) ?? value("task_id", line) ?? "";
  // Control characters and direction overrides are spelt out, as everywhere else on this page.
  const TRICKS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  const visible = (text) => String(text).replace(TRICKS, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
  const snippet = (text) => {
    const line = visible(text ?? "").replace(/\s+/g, " ").trim();
    return line.length > 140 ? line.slice(0, 139) + "…" : line;
  };
  const dollars = (usd) => (usd === null ? "NA" : usd === 0 ? "$0" : "$" + usd.toFixed(usd >= 0.995 ? 2 : Math.min(12, 1 - Math.floor(Math.log10(Number(usd.toPrecision(2)))))));
  const seconds = (time) => (time === null ? "NA" : Number(time.toPrecision(2)) + " s");
  const words = (name, line) => String(value(name, line) ?? "NA");

  const keys = [
    question,
    ...telling.map((name) => (line) => value(name, line)),
    (line) => standings[line],
    ...showing.map((name) => (line) => value(name, line)),
  ];
  // On a narrow page a cell stands under no head, and a bare number would say nothing.
  const headed = (head, cell) => {
    cell.dataset.head = head;
    return cell;
  };
  const cells = {
    answer: (line) => make("td", snippet(window.workbenchMarkdown.plain(visible(value("answer", line) ?? "").slice(0, 600))), "text"),
    task_target: (line) => headed("Target", make("td", snippet(value("task_target", line)))),
    completion_tokens: (line) => headed("Tokens", make("td", value("completion_tokens", line)?.toLocaleString("en") ?? "NA", "number")),
    usd: (line) => make("td", dollars(value("usd", line)), "number"),
    seconds: (line) => make("td", seconds(value("seconds", line)), "number"),
  };
  const places = new Map();
  const place = columns.task_id.map((task) => places.get(task) ?? (places.set(task, places.size), places.size - 1));
  const table = document.getElementById("cases");
  const body = table.tBodies[0];
  const filters = document.getElementById("filters");
  const heads = [...table.tHead.rows[0].cells];
  const state = { page: 0, sort: null, down: false };

  const make = (tag, text, kind) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const copying = (text) => {
    const button = make("button", "Copy");
    button.type = "button";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
      } catch {
        const area = make("textarea", text);
        document.body.append(area);
        area.select();
        button.textContent = document.execCommand("copy") ? "Copied" : "Copying is not allowed here";
        area.remove();
      }
    });
    return button;
  };
  const part = (title, text, open, laidOut) => {
    const details = make("details");
    details.open = open;
    const summary = make("summary", `${title} · ${text.length.toLocaleString("en")} characters`);
    const bar = make("p", undefined, "copy");
    bar.append(copying(text));
    const written = make("pre", visible(text));
    const laid = laidOut ? window.workbenchMarkdown(visible(text)) : written;
    details.append(summary, bar, laid);
    if (laid.textContent.trim() === written.textContent.trim()) {
      laid.replaceWith(written);
    } else {
      const button = make("button", "As written");
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        const pressed = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(pressed));
        details.lastElementChild.replaceWith(pressed ? written : laid);
      });
      bar.prepend(button, " ");
    }
    return details;
  };
  const inFull = (line, width = heads.length) => {
    const row = make("tr", undefined, "full");
    const cell = make("td");
    cell.colSpan = width;
    const inside = make("div");
    cell.append(inside);
    for (const [title, name, open, laidOut] of [["Question", "task_question", true], ["Answer", "answer", true, true], ["Thinking", "thinking", false]]) {
      if (value(name, line) !== null) inside.append(part(title, String(value(name, line)), open, laidOut));
    }
    if (value("loop_trace", line) !== null) {
      const others = [];
      for (let other = 0; other < total; other += 1) {
        if (other === line || place[other] !== place[line] || value("loop_trace", other) === null) continue;
        others.push([telling.map((name) => words(name, other)).join(", ") || `case ${other + 1}`, value("loop_trace", other)]);
      }
      inside.append(window.workbenchTrace(value("loop_trace", line), others, visible));
    }
    const facts = make("dl", undefined, "case-facts");
    for (const name of ["task_id", "outcome", "why", "extracted", "error", "error_message", "finish_reason", "served_model", "prompt_tokens", "thinking_tokens", "thinking_tokens_source", "completion_tokens", "usd_source", "seconds_to_answer", "created_at", "cached", "key"]) {
      if (value(name, line) === null) continue;
      const pair = make("div");
      pair.append(make("dt", name.replaceAll("_", " ")), make("dd", visible(value(name, line))));
      facts.append(pair);
    }
    inside.append(facts);
    row.append(cell);
    return row;
  };
  const lineOf = (line) => {
    const row = make("tr");
    const first = make("td");
    const opener = make("button", snippet(question(line)) || "(no question)", "opener");
    opener.type = "button";
    opener.setAttribute("aria-expanded", "false");
    opener.addEventListener("click", () => {
      const open = opener.getAttribute("aria-expanded") === "true";
      opener.setAttribute("aria-expanded", String(!open));
      if (open) row.nextElementSibling.remove();
      else row.after(inFull(line));
    });
    first.append(opener);
    row.append(first, ...telling.map((name) => make("td", visible(words(name, line)))));
    const stands = make("td");
    stands.append(make("span", standings[line], `stands ${standings[line].replaceAll(" ", "-")}`));
    row.append(stands, ...showing.map((name) => cells[name](line)));
    return row;
  };

  const searched = ["task_id", "task_question", "answer", "thinking", "task_target", "error_message", "extracted", "loop_trace"].filter((name) => columns[name]);
  const haystacks = [];
  const haystack = (line) => (haystacks[line] ??= searched.map((name) => columns[name][line] ?? "").join("\n").toLowerCase());
  const chosen = () => {
    const form = new FormData(filters);
    const search = form.get("search").trim().toLowerCase();
    const stands = form.get("stands");
    const picks = telling.map((name) => [name, form.get(`pick-${name}`)]).filter(([, pick]) => pick);
    let lines = [];
    for (let line = 0; line < total; line += 1) {
      if (stands && stands !== "differs" && standings[line] !== stands) continue;
      if (picks.some(([name, pick]) => words(name, line) !== pick)) continue;
      if (search && !haystack(line).includes(search)) continue;
      lines.push(line);
    }
    if (stands === "differs") {
      const seen = new Map();
      for (const line of lines) seen.set(place[line], (seen.get(place[line]) ?? new Set()).add(standings[line]));
      lines = lines.filter((line) => seen.get(place[line]).size > 1);
    }
    if (state.sort !== null) {
      const key = keys[state.sort];
      const sign = state.down ? -1 : 1;
      const order = new Intl.Collator("en", { numeric: true });
      lines = lines.map((line) => [key(line), line]).sort(([a, i], [b, j]) => {
        if (a === null || b === null) return a === b ? i - j : a === null ? 1 : -1;
        const by = typeof a === "number" && typeof b === "number" ? a - b : order.compare(String(a), String(b));
        return sign * by || i - j;
      }).map(([, line]) => line);
    } else if (!stands && !search && !picks.length) {
      lines.sort((a, b) => differs[b] - differs[a] || place[a] - place[b] || a - b);
    }
    return lines;
  };
  const show = () => {
    const lines = chosen();
    const last = Math.max(0, Math.ceil(lines.length / PAGE) - 1);
    state.page = Math.min(state.page, last);
    const from = state.page * PAGE;
    const shown = lines.slice(from, from + PAGE);
    body.replaceChildren(...shown.map(lineOf));
    const range = shown.length ? `${from + 1} to ${from + shown.length} of ` : "";
    const whole = lines.length === total ? "cases" : `that match, of ${total.toLocaleString("en")} cases`;
    document.getElementById("count").textContent = `${range}${lines.length.toLocaleString("en")} ${whole}. A click on a task opens its reply in full.`;
    const [back, forth] = document.querySelectorAll("#pages button");
    back.disabled = state.page === 0;
    forth.disabled = state.page === last;
    document.getElementById("pages").hidden = last === 0;
  };

  heads.forEach((head, column) => {
    const button = make("button", head.textContent, "sorter");
    button.type = "button";
    button.addEventListener("click", () => {
      state.down = state.sort === column ? !state.down : false;
      state.sort = column;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      state.page = 0;
      show();
    });
    head.replaceChildren(button);
  });
  for (const name of telling) {
    const label = make("label", `${name.replaceAll("_", " ")} `);
    const select = make("select");
    select.name = `pick-${name}`;
    select.append(new Option("any", ""));
    for (const choice of new Set(columns[name].map((_, line) => words(name, line)))) select.append(new Option(visible(choice), choice));
    label.append(select);
    filters.querySelector(".pickers").append(label);
  }
  const again = () => { state.page = 0; show(); };
  filters.addEventListener("input", again);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(again));
  document.getElementById("pages").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    state.page += Number(button.dataset.page);
    show();
    document.getElementById("every-case").scrollIntoView();
  });

  const names = Object.keys(columns);
  const files = {
    jsonl: () => columns[names[0]].map((_, line) => JSON.stringify(Object.fromEntries(names.map((name) => [name, columns[name][line]])))).join("\n") + "\n",
    csv() {
      const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
      const cell = (name, line) => quoted(defused[name]?.[line] ?? String(columns[name][line] ?? ""));
      return "\ufeff" + [names.map(quoted).join(","), ...standings.map((_, line) => names.map((name) => cell(name, line)).join(","))].join("\r\n") + "\r\n";
    },
  };
  document.getElementById("downloads").addEventListener("click", (event) => {
    const button = event.target.closest("button[data-save]");
    if (!button) return;
    const kind = button.dataset.save;
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([files[kind]()], { type: kind === "csv" ? "text/csv" : "application/x-ndjson" }));
    link.download = `rows.${kind}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
  document.getElementById("without-script").remove();
  for (const id of ["filters", "downloads"]) document.getElementById(id).hidden = false;
  show();
  window.workbenchCases = { inFull, visible };
})();
