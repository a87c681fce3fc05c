// Folding: the first click loads the rows below (HTMX), later ones hide and show them.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button.fold");
  if (!button) return;
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  const depth = Number(button.dataset.depth);
  for (let row = button.closest("tr").nextElementSibling; row; row = row.nextElementSibling) {
    const own = row.querySelector(".level");
    if (Number(own.dataset.depth) <= depth) break;
    row.hidden = open;
    const inner = row.querySelector("button.fold");
    if (inner && !open) inner.setAttribute("aria-expanded", "true");
  }
});
