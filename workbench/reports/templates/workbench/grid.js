(() => {
  const source = document.getElementById("grid-data");
  const opened = window.workbenchCases;
  if (!source || !opened) return;
  const { labels, names, fields, cases } = JSON.parse(source.textContent);
  const STANDINGS = ["right", "wrong", "never answered", "error", "unscored"];
  const SIGNS = { right: "✓", wrong: "✗", "never answered": "…", error: "!", unscored: "?", mixed: "±" };
  const PAGE = 25;
  const width = names.length;
  const table = document.getElementById("grid");
  const body = table.tBodies[0];
  const filters = document.getElementById("grid-filters");
  const lines = new Map();
  cases[0].forEach((task, line) => {
    const place = task * width + cases[1][line];
    lines.set(place, [...(lines.get(place) ?? []), line]);
  });
  const state = { page: 0 };
  const of = (task) => fields.slice(task * width, (task + 1) * width);
  const wanted = {
    "": () => true,
    differ: (own) => new Set(own.join("")).size > 1,
    none: (own) => !own.join("").includes("0"),
    failed: (own) => own.join("").includes("3"),
  };
  const fieldOf = (task, line, row) => {
    const digits = fields[task * width + line];
    const cell = document.createElement("td");
    if (!digits) {
      cell.className = "field none";
      cell.title = "not asked";
      return cell;
    }
    const kinds = new Set(digits);
    const kind = kinds.size === 1 ? STANDINGS[digits[0]] : "mixed";
    const right = [...digits].filter((digit) => digit === "0").length;
    const plain = digits.length === 1 || kind === "error" || kind === "unscored";
    cell.className = `field ${kind.replaceAll(" ", "-")}`;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = plain ? SIGNS[kind] : `${right}/${digits.length}`;
    const said = plain ? kind : `${right} of ${digits.length} right`;
    button.title = `${names[line]}: ${said}`;
    button.setAttribute("aria-label", `${names[line]}: ${said}; open the reply`);
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") === "true";
      body.querySelectorAll("button[aria-expanded=true]").forEach((other) => other.setAttribute("aria-expanded", "false"));
      body.querySelectorAll("tr.full").forEach((other) => other.remove());
      if (open) return;
      button.setAttribute("aria-expanded", "true");
      const replies = lines.get(task * width + line) ?? [];
      const full = replies.map((each) => opened.inFull(each, width + 1));
      if (!full.length) {
        const away = document.createElement("tr");
        away.className = "full";
        const inside = document.createElement("td");
        inside.colSpan = width + 1;
        inside.textContent = "The text of this reply is not on this page; it is in the file of all rows beside it.";
        away.append(inside);
        full.push(away);
      }
      row.after(...full);
    });
    cell.append(button);
    return cell;
  };
  const show = () => {
    const test = wanted[new FormData(filters).get("grid-show") ?? ""];
    const tasks = labels.map((_, task) => task).filter((task) => test(of(task)));
    const last = Math.max(0, Math.ceil(tasks.length / PAGE) - 1);
    state.page = Math.min(state.page, last);
    const from = state.page * PAGE;
    const shown = tasks.slice(from, from + PAGE);
    body.replaceChildren(...shown.map((task) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = opened.visible(labels[task]);
      row.append(head, ...names.map((_, line) => fieldOf(task, line, row)));
      return row;
    }));
    const range = shown.length ? `${from + 1} to ${from + shown.length} of ` : "";
    document.getElementById("grid-count").textContent = `${range}${tasks.length.toLocaleString("en")} tasks, those first that most configurations fail. Columns are the numbers of the table above; a click opens the reply.`;
    const [back, forth] = document.querySelectorAll("#grid-pages button");
    back.disabled = state.page === 0;
    forth.disabled = state.page === last;
    document.getElementById("grid-pages").hidden = last === 0;
  };
  filters.addEventListener("input", () => { state.page = 0; show(); });
  filters.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("grid-pages").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    state.page += Number(button.dataset.page);
    show();
    document.getElementById("every-task").scrollIntoView();
  });
  filters.hidden = false;
  show();
})();
