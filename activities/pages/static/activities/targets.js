// In a row with data-accumulation, whose first twelve cells are months, the <output> shows the annual target of what is
// typed, and each cell whether it rose or fell against the row .before above it. Moving and pasting is in grid.js.
const monthsOf = (row) => [...row.querySelectorAll(":scope > td > input:not([type=hidden])")].slice(0, 12);

// Quantities are counted in thousandths, as whole numbers: exact, as everywhere else
function thousandths(plain) {
  const found = /^(\d{1,12})(?:\.(\d{0,3}))?$/.exec(plain);
  return found ? BigInt(found[1]) * 1000n + BigInt((found[2] ?? "").padEnd(3, "0")) : null;
}

// What is typed is read as units/pages/quantities.py does; null where that refuses it
function typedIn(cell) {
  const text = cell.value.trim().replace(/(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))/g, "");
  if (text === "") return 0n;
  if (/^[1-9]\d{0,2},\d{3}$/.test(text)) return null;
  if (/^\d+([.,]\d+)?$/.test(text)) return thousandths(text.replace(",", "."));
  if (/^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(text)) return thousandths(text.replaceAll(",", ""));
  if (/^[1-9]\d{0,2}(\.\d{3})+(,\d+)?$/.test(text)) return thousandths(text.replaceAll(".", "").replace(",", "."));
  return null;
}

function written(quantity) {
  const whole = String(quantity / 1000n).replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = String(quantity % 1000n).padStart(3, "0").replace(/0+$/, "");
  return rest ? `${whole}.${rest}` : whole;
}

function annual(accumulation, months) {
  const programmed = months.filter((month) => month > 0n);
  const sum = programmed.reduce((total, month) => total + month, 0n);
  if (accumulation === "last") return programmed.at(-1) ?? 0n;
  if (accumulation !== "average" || !programmed.length) return sum;
  const count = BigInt(programmed.length);
  return (2n * sum + count) / (2n * count);
}

function show(row) {
  const cells = monthsOf(row), months = cells.map(typedIn);
  const rule = row.closest("form").elements[row.dataset.correction]?.value || row.dataset.accumulation;
  row.querySelector("output").value = months.includes(null) ? "—" : written(annual(rule, months));
  const before = row.previousElementSibling;
  if (!before?.matches(".before")) return;
  cells.forEach((cell, place) => {
    const was = thousandths(before.querySelectorAll("td")[place].textContent.trim().replaceAll(",", ""));
    cell.parentElement.classList.toggle("rose", months[place] !== null && months[place] > was);
    cell.parentElement.classList.toggle("fell", months[place] !== null && months[place] < was);
  });
}

const rows = () => document.querySelectorAll("tr[data-accumulation]");
document.addEventListener("input", (event) => {
  for (const row of event.target.form === document.querySelector("form[data-targets]") ? rows() : []) {
    if (row.contains(event.target) || row.dataset.correction === event.target.name) show(row);
  }
});
rows().forEach((row) => {
  show(row);
  monthsOf(row).forEach((cell) => { cell.inputMode = "decimal"; });
});
