// Tables of cells to type in: <table data-cells>. Tab goes on as everywhere; Enter and the arrows move from cell to
// cell, and cells copied from a spreadsheet fill those to the right and below. In a row with data-accumulation the
// <output> shows the annual target of what is typed, and each cell whether it rose or fell against the row above.
const cellsOf = (row) => [...row.querySelectorAll(":scope > td > input:not([type=hidden])")];
const rowsOf = (table) => [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => cellsOf(row).length);

function place(cell) {
  const row = cell.closest("tr");
  return { rows: rowsOf(cell.closest("table")), row, column: cellsOf(row).indexOf(cell) };
}

function go(cell, down, right) {
  const { rows, row, column } = place(cell);
  const next = rows[rows.indexOf(row) + down];
  const target = next && cellsOf(next)[column + right];
  if (!target) return false;
  target.focus();
  target.select();
  return true;
}

const ways = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0] };

function onKey(event) {
  const cell = event.target;
  const way = ways[event.key];
  if (!way || event.ctrlKey || event.altKey || event.metaKey || !cell.matches("[data-cells] td > input")) return;
  if (way[1]) {
    // Within what is typed the arrows move the caret, and beyond its end to the next cell
    const [start, end, all] = [cell.selectionStart, cell.selectionEnd, cell.value.length];
    const whole = start === 0 && end === all;
    if (event.shiftKey || !(whole || (start === end && start === (way[1] < 0 ? 0 : all)))) return;
  }
  const back = event.key === "Enter" && event.shiftKey;
  if (go(cell, back ? -1 : way[0], way[1]) || event.key === "Enter") event.preventDefault();
}

function onPaste(event) {
  const cell = event.target;
  if (!cell.matches?.("[data-cells] td > input")) return;
  const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
  if (!/[\t\n]/.test(text)) return;
  event.preventDefault();
  const { rows, row, column } = place(cell);
  text.split(/\r?\n/).forEach((line, down) => {
    const cells = rows[rows.indexOf(row) + down] ? cellsOf(rows[rows.indexOf(row) + down]) : [];
    line.split("\t").forEach((value, right) => {
      const target = cells[column + right];
      if (target && !target.readOnly) target.value = value.trim();
    });
    if (cells.length) show(rows[rows.indexOf(row) + down]);
  });
}

// Quantities are counted in thousandths, as whole numbers: exact, as everywhere else
function thousandths(text) {
  const plain = /^\d{1,3}(,\d{3})+(\.\d*)?$/.test(text) ? text.replaceAll(",", "") : text;
  const found = /^(\d{1,12})(?:\.(\d{0,3}))?$/.exec(plain);
  return plain === "" ? 0n : found ? BigInt(found[1]) * 1000n + BigInt((found[2] ?? "").padEnd(3, "0")) : null;
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
  const total = row.querySelector("output");
  if (!total || !row.dataset.accumulation) return;
  const months = cellsOf(row).slice(0, 12).map((cell) => thousandths(cell.value.trim()));
  const form = row.closest("form").elements;
  const accumulation = form[row.dataset.correction]?.value || row.dataset.accumulation;
  total.value = months.includes(null) ? "—" : written(annual(accumulation, months));
  const before = row.previousElementSibling;
  if (!before?.matches(".before")) return;
  cellsOf(row).forEach((cell, index) => {
    const was = thousandths(before.querySelectorAll(".number")[index].textContent.trim());
    const is = months[index];
    cell.parentElement.classList.toggle("rose", is !== null && is > was);
    cell.parentElement.classList.toggle("fell", is !== null && is < was);
  });
}

document.addEventListener("keydown", onKey);
document.addEventListener("paste", onPaste);
for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    const row = event.target.closest("[data-cells] tr[data-accumulation]");
    if (row) show(row);
    else if (event.target.dataset?.ofRow) show(document.getElementById(event.target.dataset.ofRow));
  });
}
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-cells] td > input")) event.target.select();
});
document.querySelectorAll("[data-cells] tr[data-accumulation]").forEach(show);
