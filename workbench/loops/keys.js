// The keyboard of a trace in a notebook: search, walk, fold. The card comes whole from Python, where every text of a
// model or a tool was escaped; what is added here are elements of our own, and texts of them alone.
const HELP = "j and k walk, Enter opens, o opens all, / searches, n and N go over what was found";

function render({ model, el }) {
  const make = (tag, more) => Object.assign(document.createElement(tag), more);
  const card = make("div", { innerHTML: model.get("card") });
  const bar = make("div", { className: "wb-trace-bar" });
  const search = make("input", { type: "search", placeholder: "in the steps …", value: model.get("search") });
  search.setAttribute("aria-label", "Search in the steps");
  const all = make("button", { type: "button", textContent: "Open all" });
  const count = make("span", { className: "wb-quiet" });
  count.setAttribute("role", "status");
  bar.append(search, all, count, make("span", { className: "wb-quiet", textContent: HELP }));
  (card.querySelector(".wb-trace") ?? card).prepend(bar);
  el.append(card);

  const steps = [...card.querySelectorAll("details")];
  const first = steps.map((step) => step.open);
  const texts = steps.map((step) => step.textContent.toLowerCase());
  let found = [];

  function go(to, among) {
    if (!among.length) return;
    const step = among[Math.min(among.length - 1, Math.max(0, to))];
    step.querySelector("summary").focus({ preventScroll: true });
    step.scrollIntoView({ block: "nearest" });
  }

  function filter() {
    const wanted = search.value.trim().toLowerCase();
    found = wanted ? steps.filter((step, at) => texts[at].includes(wanted)) : [];
    steps.forEach((step, at) => {
      step.open = wanted ? found.includes(step) || step.closest(".wb-parts") !== null : first[at];
      step.classList.toggle("wb-found", found.includes(step));
    });
    count.textContent = wanted ? `${found.length} of ${steps.length} steps hold it` : "";
  }

  function fold() {
    const open = all.textContent === "Open all";
    for (const step of steps) step.open = open;
    all.textContent = open ? "Fold all" : "Open all";
  }

  const here = (among) => among.findIndex((step) => step.contains(document.activeElement));
  // Where the step that has the focus was not found itself: the next one in the order of the page.
  const next = (back) => {
    const at = here(steps);
    const places = found.map((step) => steps.indexOf(step));
    return back ? places.findLastIndex((place) => place < at) : places.findIndex((place) => place > at);
  };
  const presses = {
    j: () => go(here(steps) + 1, steps),
    k: () => go(here(steps) - 1, steps),
    Home: () => go(0, steps),
    End: () => go(steps.length - 1, steps),
    o: fold,
    n: () => next(false) >= 0 && go(next(false), found),
    N: () => next(true) >= 0 && go(next(true), found),
    "/": () => search.focus(),
  };
  presses.ArrowDown = presses.j;
  presses.ArrowUp = presses.k;

  function onKey(event) {
    if (!el.contains(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target === search) {
      if (event.key === "Enter") go(0, found);
      else if (event.key === "Escape") go(here(steps), steps);
      else return event.stopPropagation();
    } else if (presses[event.key] && event.target !== all) {
      presses[event.key]();
    } else if (event.key === " " || event.key === "Enter" || event.key === "Tab" || event.key === "Shift") {
      return event.key === "Enter" || event.key === " " ? event.stopPropagation() : undefined; // the step opens by itself
    } else {
      // A letter must not reach the notebook, where it cuts or moves a cell.
      if (event.key.length === 1) event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  search.addEventListener("input", filter);
  all.addEventListener("click", fold);
  el.addEventListener("keydown", onKey);
  if (search.value) filter();
}

export default { render };
