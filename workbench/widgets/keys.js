// Keys, presses and copies of one panel of the workbench. Python says which key presses what; this sends names back and
// puts texts into the clipboard. It makes no HTML: no text of a model can become one here.
const QUIET_MS = 300; // after the last letter typed: then the kernel has it, and what is shown is what runs

function render({ model, el }) {
  const root = () => el.closest("." + model.get("panel"));
  const isTyping = (target) => target.matches("textarea, select, input:not([type=checkbox]):not([type=button])");
  let lastInput = -QUIET_MS;

  // "& x" is an x in the item that has the focus; of alternatives between bars the first that is to be seen.
  function found(name) {
    const item = document.activeElement.closest(model.get("walk") || "html");
    for (const action of model.get("presses")[name].split(" | ")) {
      const place = action.startsWith("& ") ? item : root();
      const seen = place && [...place.querySelectorAll(action.replace(/^& /, ""))].find((one) => one.offsetParent !== null);
      if (seen && !seen.disabled) return seen;
    }
    return null;
  }

  function press(name) {
    const button = found(name);
    if (!button) return;
    const active = document.activeElement;
    if (isTyping(active)) active.blur(); // a field may tell what it holds only when it is left
    const wait = Math.max(0, QUIET_MS - (performance.now() - lastInput));
    setTimeout(() => {
      if (button.matches("input, textarea")) button.focus();
      else button.click();
      if (isTyping(active) && active.isConnected) active.focus();
    }, wait);
  }

  function walk(key) {
    const panel = root();
    const items = [...panel.querySelectorAll(model.get("walk"))].filter((item) => item.offsetParent !== null);
    if (!items.length) return false;
    const here = items.findIndex((item) => item.contains(document.activeElement));
    const back = key === "k" || key === "ArrowUp" || key === "ArrowLeft";
    let next = here < 0 ? (back ? items.length - 1 : 0) : here + (back ? -1 : 1);
    if (here >= 0 && (key === "ArrowUp" || key === "ArrowDown")) {
      const from = items[here].getBoundingClientRect();
      const lines = items
        .map((item, place) => ({ place, box: item.getBoundingClientRect() }))
        .filter(({ box }) => (back ? box.bottom <= from.top + 1 : box.top >= from.bottom - 1));
      const far = ({ box }) => 4 * Math.abs(box.top - from.top) + Math.abs(box.left - from.left);
      next = lines.length ? lines.reduce((one, other) => (far(other) < far(one) ? other : one)).place : here;
    }
    const item = items[Math.min(items.length - 1, Math.max(0, next))];
    if (!item.hasAttribute("tabindex") && !item.matches("button")) item.setAttribute("tabindex", "-1");
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    return true;
  }

  function onKey(event) {
    const panel = root();
    if (!panel || !panel.contains(event.target) || event.altKey || event.isComposing) return;
    const control = event.ctrlKey || event.metaKey;
    const name = (control ? "ctrl+" : "") + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
    const typing = isTyping(event.target);
    if (typing && event.key === "Escape") {
      event.target.blur();
      take(panel);
    } else if (typing && !control) {
      return;
    } else if (model.get("presses")[name]) {
      press(name);
    } else if (control) {
      return;
    } else if (!(["j", "k"].includes(name) || name.startsWith("Arrow")) || event.target.matches("[role=slider]") || !walk(name)) {
      // A letter must not reach the notebook, where it cuts or moves a cell.
      if (event.key.length === 1 && event.key !== " ") event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function take(panel) {
    if (!panel.hasAttribute("tabindex")) panel.setAttribute("tabindex", "-1");
    panel.focus({ preventScroll: true });
  }

  function onClick(event) {
    const panel = root();
    if (!panel || !panel.contains(event.target)) return;
    if (!panel.contains(document.activeElement)) take(panel); // or the keys would go on going to the notebook
    const pressed = event.target.closest("[data-wb-press]");
    if (pressed) model.send({ press: pressed.getAttribute("data-wb-press") });
  }

  function onInput(event) {
    const panel = root();
    if (panel && panel.contains(event.target)) lastInput = performance.now();
  }

  async function onMessage(message) {
    if (typeof message.copy === "string") {
      try {
        await navigator.clipboard.writeText(message.copy);
      } catch {
        const field = document.createElement("textarea"); // where the page may not write to the clipboard by itself
        field.value = message.copy;
        document.body.append(field);
        field.select();
        document.execCommand("copy");
        field.remove();
      }
    }
    if (typeof message.focus === "string") {
      requestAnimationFrame(() => {
        const found = root()?.querySelector(message.focus);
        found?.focus({ preventScroll: true });
        found?.scrollIntoView({ block: "nearest" });
      });
    }
  }

  window.addEventListener("keydown", onKey, true);
  window.addEventListener("click", onClick, true);
  window.addEventListener("input", onInput, true);
  model.on("msg:custom", onMessage);
  return () => {
    window.removeEventListener("keydown", onKey, true);
    window.removeEventListener("click", onClick, true);
    window.removeEventListener("input", onInput, true);
    model.off("msg:custom", onMessage);
  };
}

export default { render };
