// A form with data-typed keeps what was typed: it is sent by htmx, and what comes back takes its place only where it is
// the same page. Else what is wrong is said in #said, and the form stays as it is. Leaving with unsaved cells is asked about.
let unsaved = false;
let place = ""; // the field or button from which it was sent, which is there again in what comes back

const form = () => document.querySelector("form[data-typed]");

const said = () => document.getElementById("said");

document.addEventListener("input", (event) => {
  if (event.target.form === form()) unsaved = true;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  if (event.target === form()) unsaved = false; // without htmx the browser sends it
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target !== form()) return;
  unsaved = true;
  place = `[name="${document.activeElement.name}"]`;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.requestConfig.elt !== form()) return;
  const { xhr } = event.detail;
  if (xhr.responseText.includes('id="said"')) {
    unsaved = xhr.responseText.includes('class="unsaved"') || xhr.status >= 400;
    return;
  }
  event.detail.shouldSwap = false;
  say(said(), reasonOf(xhr) || `No se guardó (${xhr.status}). Lo que escribió sigue aquí: vuelva a intentarlo.`, xhr.status === 401);
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (event.target === form()) say(said(), "No hay conexión con el servicio y no se guardó. Lo que escribió sigue aquí: vuelva a intentarlo.");
  });
}

// The keyboard goes on where it was, and the history of a cell opens over the page
document.addEventListener("htmx:afterSwap", (event) => {
  if (place) document.querySelector(place)?.focus({ preventScroll: true });
  place = "";
  if (event.target.id === "story-here") document.getElementById("story-dialog").showModal();
});
