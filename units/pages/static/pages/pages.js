// What every page does beyond its links and forms; without it each of them still works.
const button = document.querySelector(".menu-button");
if (button) {
  const menu = document.getElementById("menu");
  document.documentElement.classList.add("has-menu-button");
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    menu.classList.toggle("open", open);
  });
}
// A form that was sent is not sent again while its answer is awaited, or for half a minute: pressed twice it would be done
// twice. What htmx sends it holds back itself
document.addEventListener("submit", (event) => {
  const { target: form, defaultPrevented: byHtmx } = event;
  if (form.dataset.sent) event.preventDefault();
  else if (form.method === "post" && !byHtmx) {
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 30_000);
  }
});
window.addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent));
// A field with data-submit sends its form when it is changed, such as a list of years
document.addEventListener("change", (event) => {
  if ("submit" in event.target.dataset) event.target.form.requestSubmit();
});
// A file that is larger than its field takes is told before it is sent
document.addEventListener("change", (event) => {
  const { largest } = event.target.dataset;
  if (!largest) return;
  const tooLarge = [...event.target.files].some((file) => file.size > largest * 2 ** 20);
  event.target.setCustomValidity(tooLarge ? `El archivo pesa más de ${largest} MB, que es lo que se admite.` : "");
});
// Says at a place of the page why something was not done; `logIn` offers to come in without leaving the page
function say(place, text, logIn) {
  place.textContent = text;
  if (logIn) {
    const link = Object.assign(document.createElement("a"), { href: "/cuenta/entrar/", target: "_blank", textContent: "Entrar en otra pestaña" });
    place.append(" ", link);
  }
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
}
// Returns why an answer is not the page that was asked for, in its own words where it has some
function reasonOf(xhr) {
  if (xhr.getResponseHeader("Content-Type")?.includes("json")) return JSON.parse(xhr.responseText).detail;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  return (page.getElementById("held") ?? page.querySelector("main p"))?.textContent.trim();
}
// What comes back without the part that was asked for takes no place: the page stays as it is, and says why
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const part = requestConfig.elt.closest("[hx-select]")?.getAttribute("hx-select").slice(1);
  if ("typed" in requestConfig.elt.dataset || !part) return;
  document.querySelector("#messages .not-done")?.remove();
  if (xhr.responseText.includes(`id="${part}"`)) return;
  event.detail.shouldSwap = false;
  const ended = xhr.responseURL.includes("/cuenta/entrar/");
  const place = Object.assign(document.createElement("p"), { className: "notice warning not-done" });
  document.getElementById("messages").append(place);
  say(place, ended ? "Su sesión terminó y no se hizo nada." : reasonOf(xhr) || `No se pudo (${xhr.status}): vuelva a intentarlo.`, ended);
});
