// One proof may stand for several occurrences of one duty: ticking one greys out the other duties.
document.addEventListener("change", (event) => {
  if (event.target.name !== "id") return;
  const boxes = [...document.querySelectorAll('input[name="id"]')];
  const chosen = boxes.find((box) => box.checked);
  for (const box of boxes) box.disabled = Boolean(chosen) && box.dataset.duty !== chosen.dataset.duty;
});
