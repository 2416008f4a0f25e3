const regions = ["places", "middle", "modal"];
const patience = 10000; // of a form that was sent: the page that comes of it is on its way
let sent = -patience;
const leaving = () => performance.now() - sent < patience;
async function refresh() {
  if (document.hidden || leaving()) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer || !answer.ok || leaving()) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of regions) {
    const old = document.getElementById(id), now = next.getElementById(id);
    if (old && now && old.dataset.version !== now.dataset.version) old.replaceWith(now);
  }
}
setInterval(refresh, 1500);
document.addEventListener("submit", event => {
  const question = event.submitter && event.submitter.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
  else sent = performance.now();
});
document.addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.shiftKey && event.target.id === "text") {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});
