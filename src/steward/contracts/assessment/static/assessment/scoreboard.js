"use strict";
// J and K walk through the indicators; what is chosen is marked in the table.
(() => {
  const rows = () => [...document.querySelectorAll("#indicators tr[data-indicator]")];
  const mark = (id) => {
    for (const row of rows()) {
      const chosen = row.dataset.indicator === id;
      row.classList.toggle("sel", chosen);
      row.toggleAttribute("aria-current", chosen);
    }
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { j: 1, k: -1 }[event.key.toLowerCase()];
    if (!step) return;
    const all = rows();
    const here = all.findIndex((row) => row.classList.contains("sel"));
    const next = all[Math.min(all.length - 1, Math.max(0, here + step))];
    if (!next || next === all[here]) return;
    mark(next.dataset.indicator);
    next.querySelector("a[hx-get]").click();
    next.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("htmx:afterSwap", () => {
    const why = document.getElementById("why");
    if (why) mark(why.dataset.indicator);
  });
})();
