const regions = ["places", "middle", "modal"];
async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer || !answer.ok) return;
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
});
document.addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.shiftKey && event.target.id === "text") {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});
