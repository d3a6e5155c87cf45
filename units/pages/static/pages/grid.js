// Moving between the cells of a table with data-grid as in a spreadsheet, and pasting columns into it. Its rows are the
// tr with data-row; a cell is the td that holds a field. What is pasted goes into the fields as it is: the service reads it.
const FIELD = "input:not([type=hidden], [type=checkbox], [type=radio])";

const rowsOf = (table) => [...table.querySelectorAll("tr[data-row]")];
const fieldAt = (row, column) => row.cells[column]?.querySelector(FIELD) ?? null;

// The field of a grid in which something happens, if it is one
function fieldOf(event) {
  const field = event.target;
  return field.matches?.(FIELD) && field.closest("table[data-grid] tr[data-row]") ? field : null;
}

function go(field) {
  if (!field) return false;
  field.focus();
  field.select();
  return true;
}

function goDown(field, step) {
  const rows = rowsOf(field.closest("table")), column = field.closest("td").cellIndex;
  for (let at = rows.indexOf(field.closest("tr")) + step; rows[at]; at += step) {
    if (go(fieldAt(rows[at], column))) return;
  }
}

function goAside(field, step) {
  const row = field.closest("tr");
  for (let at = field.closest("td").cellIndex + step; row.cells[at]; at += step) {
    if (go(fieldAt(row, at))) return true;
  }
  return false;
}

function atEdge(field, step) {
  const [start, end, length] = [field.selectionStart, field.selectionEnd, field.value.length];
  if (start === 0 && end === length) return true;
  return start === end && start === (step < 0 ? 0 : length);
}

document.addEventListener("keydown", (event) => {
  const field = fieldOf(event);
  if (!field || event.isComposing || event.altKey || event.metaKey) return;
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    field.form.requestSubmit();
  } else if (event.ctrlKey) {
    return;
  } else if (event.key === "Enter") {
    event.preventDefault();
    goDown(field, event.shiftKey ? -1 : 1);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    goDown(field, event.key === "ArrowDown" ? 1 : -1);
  } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && !event.shiftKey) {
    const step = event.key === "ArrowRight" ? 1 : -1;
    if (atEdge(field, step) && goAside(field, step)) event.preventDefault();
  }
});

// The lines and cells of a copied range: apart by tabs, and in quotes where a cell has a line's end of its own
function cellsOf(text) {
  const lines = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/g)) {
    lines.at(-1).push((quoted?.replaceAll('""', '"') ?? plain ?? "").replace(/\s+/g, " ").trim());
    if (end && end !== "\t") lines.push([]);
  }
  while (lines.length && lines.at(-1).every((cell) => !cell)) lines.pop();
  return lines;
}

function paste(field, lines) {
  const rows = rowsOf(field.closest("table"));
  const first = rows.indexOf(field.closest("tr")), start = field.closest("td").cellIndex;
  const columns = [...new Set(rows.flatMap((row) => [...row.cells].filter((cell) => cell.querySelector(FIELD)).map((cell) => cell.cellIndex)))]
    .filter((column) => column >= start).sort((one, other) => one - other);
  let done = 0, left = 0;
  lines.forEach((line, down) => line.forEach((value, aside) => {
    if (!value) return; // a blank says nothing
    const row = rows[first + down];
    const target = row && aside < columns.length ? fieldAt(row, columns[aside]) : null;
    if (!target) { left += 1; return; }
    target.value = value;
    target.dispatchEvent(new Event("input", { bubbles: true }));
    done += 1;
  }));
  return { done, left };
}

document.addEventListener("paste", (event) => {
  const field = fieldOf(event);
  if (!field) return;
  const lines = cellsOf(event.clipboardData.getData("text/plain"));
  if (lines.length < 2 && (lines[0]?.length ?? 0) < 2) return; // one cell: as anywhere
  event.preventDefault();
  const { done, left } = paste(field, lines);
  const said = document.getElementById("grid-said");
  if (said) {
    said.textContent = `Celdas pegadas: ${done}.` + (left ? ` Se dejaron las que no caben en lo que se ve o caen en filas que no se pueden llenar: ${left}.` : "");
  }
});
