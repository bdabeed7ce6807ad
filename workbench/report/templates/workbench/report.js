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
})();
