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
// A form whose button says data-confirm is sent after the person agreed to what it says
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
// A field with data-submit sends its form when it is changed, such as a list of years
document.addEventListener("change", (event) => {
  if ("submit" in event.target.dataset) event.target.form.requestSubmit();
});
