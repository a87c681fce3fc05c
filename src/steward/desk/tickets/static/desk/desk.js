"use strict";
// Keyboard on the queue (J K Enter X) and on a ticket (C A S, [ ]); typing is never disturbed.
(() => {
  const rows = () => [...document.querySelectorAll("[data-queue] [data-row]")];
  let at = -1;
  const picked = () => {
    const shown = document.querySelector("[data-picked]");
    if (shown) shown.textContent = document.querySelectorAll("[data-row] input[name=ticket]:checked").length;
  };
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    all[at]?.classList.remove("cursor");
    at = Math.min(Math.max(at + step, 0), all.length - 1);
    all[at].classList.add("cursor");
    all[at].scrollIntoView({ block: "nearest" });
  };
  const box = () => rows()[at]?.querySelector("input[name=ticket]");
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    x: () => { const one = box(); if (one) { one.checked = !one.checked; picked(); } },
    Enter: () => { const row = rows()[at]; if (row) location.href = row.dataset.href; },
  };
  const press = (key) => {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    if (target.matches("summary")) {
      const panel = target.parentElement;
      panel.open = true;
      panel.querySelector("textarea,select,input:not([type=hidden])")?.focus();
    } else if (target.matches("input")) target.focus();
    else target.click();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const tag = event.target;
    if (tag.matches("input:not([type=checkbox]),textarea,select,[contenteditable]")) {
      if (event.key === "Escape") tag.blur();
      return;
    }
    if (event.key === "Enter" && tag.matches("a,button,summary")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (document.querySelector("[data-queue]") && keys[key]) { keys[key](); event.preventDefault(); return; }
    if (key === "Escape") document.querySelectorAll("details[name=action][open]").forEach((d) => { d.open = false; });
    else if (press(key)) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]"))
      document.querySelectorAll("[data-row] input[name=ticket]").forEach((one) => { one.checked = event.target.checked; });
    picked();
  });
})();
