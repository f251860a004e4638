/* The report of a benchmark: which segments are shown. */
{
  const buttons = $$(".filters button");
  const cards = $$("article");
  const field = $("#q");
  const texts = cards.map((card) => fold(card.textContent));
  let shown = "";
  const update = () => {
    const words = fold(field.value).trim();
    let count = 0;
    cards.forEach((card, k) => {
      const there = (!shown || card.dataset.tags.split("|").includes(shown)) && texts[k].includes(words);
      card.hidden = !there;
      count += there;
    });
    $("#none").hidden = count > 0;
    return count;
  };
  const choose = (name) => {
    shown = name;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.show === name));
    say(`${update()} segments`);
  };
  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.show));
  field.addEventListener("input", () => say(`${update()} segments`));
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    $("#segments").scrollIntoView();
  });
  /* An address that names a segment shows it, whatever is chosen. */
  const reveal = () => {
    const card = location.hash.startsWith("#s") && document.getElementById(location.hash.slice(1));
    if (card && card.hidden) {
      field.value = "";
      choose("");
      card.scrollIntoView();
    }
  };
  addEventListener("hashchange", reveal);
}
