// A checkbox with data-chooses ticks all others of its part of a table, and is ticked while all of them are.
document.addEventListener("change", (event) => {
  const box = event.target;
  const part = box.type === "checkbox" ? box.closest("tbody") : null;
  const all = part?.querySelector("[data-chooses]");
  if (!all) return;
  const others = [...part.querySelectorAll("[type=checkbox]")].filter((other) => other !== all);
  if (box === all) others.forEach((other) => { other.checked = all.checked; });
  else all.checked = others.every((other) => other.checked);
});
