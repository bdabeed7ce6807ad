"use strict";
// The steps of a loop, folded, searched and walked by key; and those of two loops beside each other.
window.workbenchTrace = (() => {
  // of one text on paper
  const PRINTED_CHARACTERS = 300;
  const PRINTED_LINES = 6;
  const make = (tag, text, css) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (css) element.className = css;
    return element;
  };
  const parsed = (text) => {
    try {
      const isObject = (one) => one !== null && typeof one === "object";
      const steps = JSON.parse(text);
      if (!Array.isArray(steps) || !steps.every(isObject)) return null;
      return steps.map((step) => ({ ...step, calls: Array.isArray(step.calls) ? step.calls.filter(isObject) : [] }));
    } catch {
      return null;
    }
  };
  const given = (call) => {
    try {
      const values = JSON.parse(call.arguments || "{}");
      return Object.entries(values).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ");
    } catch {
      return String(call.arguments);
    }
  };
  const sorted = (value) => {
    if (Array.isArray(value)) return value.map(sorted);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
  };
  const canonical = (call) => {
    try {
      return JSON.stringify([call.name, sorted(JSON.parse(call.arguments || "{}"))]);
    } catch {
      return JSON.stringify([call.name, call.arguments]);
    }
  };
  const aspects = [
    ["calls", (step) => JSON.stringify((step.calls ?? []).map(canonical))],
    ["results", (step) => JSON.stringify((step.calls ?? []).map((call) => call.result ?? ""))],
    ["answer", (step) => (step.calls?.length ? "" : step.answer ?? "")],
  ];
  const parting = (a, b) => {
    for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
      if (!a[at] || !b[at]) return [at, "end"];
      const found = aspects.find(([, told]) => told(a[at]) !== told(b[at]));
      if (found) return [at, found[0]];
    }
    return null;
  };
  const brief = (step) => {
    const calls = (step.calls ?? []).map((call) => `${call.name}(${given(call)})`).join("; ");
    return String(calls || step.answer || step.note || "nothing").replace(/\s+/g, " ").slice(0, 90);
  };
  const dollars = (usd) => "$" + usd.toFixed(usd && usd < 0.001 ? Math.min(12, 1 - Math.floor(Math.log10(usd))) : 4);
  const took = (step) => [
    step.prompt_tokens !== undefined && `${step.prompt_tokens.toLocaleString("en")} tokens in${step.cached_prompt_tokens ? `, ${step.cached_prompt_tokens.toLocaleString("en")} of them cached` : ""}`,
    step.completion_tokens !== undefined && `${step.completion_tokens.toLocaleString("en")} out`,
    step.usd !== undefined && dollars(Number(step.usd)),
    step.seconds !== undefined && `${Number(step.seconds).toFixed(1)} s`,
  ].filter(Boolean).join(" · ");
  const stepOf = (step, visible, open) => {
    const details = make("details", undefined, "trace-step");
    details.open = open;
    const summary = make("summary");
    summary.append(make("b", step.step ?? ""), ` ${visible(brief(step))} `);
    for (const call of step.calls ?? []) {
      if (call.problem) summary.append(make("span", visible(call.problem), "trace-bad"), " ");
      if (call.again) summary.append(make("span", `again, ${call.again + 1} times by now`, "trace-bad"), " ");
    }
    summary.append(make("small", took(step)));
    details.append(summary);
    const text = (head, value, css) => {
      if (!value) return;
      const whole = String(value);
      const shown = make("pre", visible(whole), css);
      details.append(make("span", head, "trace-head"), shown);
      const begun = whole.slice(0, PRINTED_CHARACTERS).split(/\r?\n/).slice(0, PRINTED_LINES).join("\n");
      if (begun.length >= whole.trimEnd().length) return;
      const more = (whole.length - begun.length).toLocaleString("en");
      const printed = make("pre", `${visible(begun)}\n[… ${more} characters more are not printed]`, `${css ?? ""} trace-printed`);
      shown.classList.add("trace-on-screen");
      printed.hidden = true;
      details.append(printed);
    };
    text("thought", step.thinking, "trace-thought");
    for (const call of step.calls ?? []) {
      text("call", `${call.name}(${given(call)})`);
      text(call.problem ? `result: ${call.problem}` : "result", call.result ?? "");
    }
    if (step.answer) details.append(make("span", "answer", "trace-head"), window.workbenchMarkdown(visible(String(step.answer))));
    text("note", step.note);
    return details;
  };
  const walked = (root) => {
    const summaries = () => [...root.querySelectorAll("summary")].filter((one) => !one.parentElement.hidden);
    root.addEventListener("keydown", (event) => {
      if (event.target.closest("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
      const all = summaries();
      const at = all.indexOf(document.activeElement);
      const to = { j: at + 1, ArrowDown: at + 1, k: at - 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to !== undefined) {
        all[Math.min(all.length - 1, Math.max(0, to))]?.focus();
        event.preventDefault();
      } else if (event.key === "/") {
        root.querySelector("input").focus();
        event.preventDefault();
      }
    });
  };
  // `text` is the trace of a line; `others` are [name, text] of other loops of the same task.
  return (text, others, visible) => {
    const steps = parsed(text);
    const root = make("div", undefined, "trace");
    if (!steps) {
      root.append(make("p", "The steps of this loop did not fit on the page; they are in its row.", "note"));
      return root;
    }
    const bar = make("p", undefined, "trace-bar");
    const search = make("input");
    search.type = "search";
    search.placeholder = "in the steps …";
    search.setAttribute("aria-label", "Search in the steps");
    const all = make("button", "Open all");
    all.type = "button";
    const count = make("span", undefined, "count");
    count.setAttribute("role", "status");
    bar.append(make("b", `${steps.length} steps`), search, all);
    const beside = make("select");
    if (others.length) {
      beside.setAttribute("aria-label", "Beside another loop");
      beside.append(new Option("beside another …", ""), ...others.map(([name], place) => new Option(visible(name), String(place))));
      bar.append(beside);
    }
    bar.append(count, make("small", "j and k walk, Enter opens, / searches"));
    const list = make("div");
    const show = () => {
      const other = beside.value === "" ? null : parsed(others[Number(beside.value)][1]);
      list.replaceChildren();
      if (!other) {
        steps.forEach((step, at) => list.append(stepOf(step, visible, at === steps.length - 1)));
        return;
      }
      const parts = parting(steps, other);
      list.append(make("p", parts ? `they part at step ${parts[0] + 1}, in the ${parts[1]}` : "they are the same to the end", "trace-bad"));
      for (let at = 0; at < Math.max(steps.length, other.length); at += 1) {
        const row = make("div", undefined, parts && parts[0] === at ? "trace-two trace-parts" : "trace-two");
        for (const side of [steps, other]) {
          row.append(side[at] ? stepOf(side[at], visible, parts !== null && parts[0] === at) : make("p", "it has ended", "note"));
        }
        list.append(row);
      }
      list.querySelector(".trace-parts")?.scrollIntoView({ block: "nearest" });
    };
    const filter = () => {
      const wanted = search.value.trim().toLowerCase();
      let found = 0;
      for (const details of list.querySelectorAll("details")) {
        const there = !wanted || details.textContent.toLowerCase().includes(wanted);
        details.hidden = !there && !beside.value;
        if (wanted) details.open = there || details.closest(".trace-parts") !== null;
        found += there;
      }
      count.textContent = wanted ? `${found} hold it` : "";
    };
    search.addEventListener("input", (event) => { event.stopPropagation(); filter(); });
    beside.addEventListener("input", (event) => { event.stopPropagation(); show(); filter(); });
    all.addEventListener("click", () => {
      const open = all.textContent === "Open all";
      list.querySelectorAll("details").forEach((details) => { details.open = open; });
      all.textContent = open ? "Fold all" : "Open all";
    });
    show();
    walked(root);
    root.append(bar, list);
    return root;
  };
})();
