// A checkbox with data-chooses ticks all others of its part of a table, and stands for what is on other pages too: so
// taking one out takes it out, and no other box ticks it.
document.addEventListener("change", (event) => {
  const box = event.target;
  const part = box.type === "checkbox" ? box.closest("tbody") : null;
  const all = part?.querySelector("[data-chooses]");
  if (!all) return;
  const others = [...part.querySelectorAll("[type=checkbox]")].filter((other) => other !== all);
  if (box === all) others.forEach((other) => { other.checked = all.checked; });
  else if (!box.checked) all.checked = false;
});
