/* The glossary: search with and without diacritics, filters, order, contexts that unfold. */
const STEP = 200;
const BANDS = { sure: "q9", likely: "q7", check: "q5" };
const entries = JSON.parse($("#data").textContent);
const collator = new Intl.Collator("vi");
let shown = STEP;

for (const [place, entry] of entries.entries()) {
  entry.place = place;
  const forms = [entry.vi, entry.en, entry.acronym, entry.note, ...entry.variants_vi, ...entry.variants_en,
    ...entry.alternatives.map((other) => other.en)].join(" \n ");
  entry.folded = fold(forms);
  entry.toned = toned(forms);
}

const query = () => $("#q").value.trim().normalize("NFC");

function matches() {
  const text = query();
  const withMarks = fold(text) !== text.toLowerCase();
  const words = (withMarks ? toned(text) : fold(text)).split(/\s+/).filter(Boolean);
  const form = new FormData($("#filters"));
  const [tier, kind, order] = ["tier", "kind", "order"].map((name) => form.get(name));
  const hits = entries.filter((entry) => (!tier || entry.tier === tier) && (!kind || entry.kind === kind)
    && words.every((word) => (withMarks ? entry.toned : entry.folded).includes(word)));
  const by = {
    score: () => 0,
    vi: (a, b) => collator.compare(a.vi, b.vi),
    en: (a, b) => collator.compare(a.en, b.en),
    n: (a, b) => b.frequency - a.frequency,
    last: (a, b) => (a.last_seen < b.last_seen ? 1 : a.last_seen > b.last_seen ? -1 : 0),
  }[order];
  return hits.sort((a, b) => by(a, b) || a.place - b.place);
}

/* A term with what was searched for marked; places in the folded text are places in the text. */
function marked(text) {
  const spans = [];
  const plain = text.normalize("NFC"), folded = fold(plain);
  for (const word of fold(query()).split(/\s+/).filter(Boolean)) {
    const at = folded.indexOf(word);
    if (at >= 0) spans.push([at, at + word.length]);
  }
  const pieces = [];
  let end = 0;
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    if (from < end) continue;
    pieces.push(plain.slice(end, from), make("mark", { class: "found" }, plain.slice(from, to)));
    end = to;
  }
  return [...pieces, plain.slice(end)];
}

function sentence([before, term, after], lang) {
  return make("div", { lang }, before, make("mark", { class: "hit" }, term), after);
}

function rival(other) {
  const when = other.first_seen && (other.first_seen === other.last_seen ? other.first_seen : `${other.first_seen} to ${other.last_seen}`);
  const units = `${other.units} ${other.units === 1 ? "unit" : "units"}`;
  const facts = [`${Math.round(other.share * 100)} %`, units, when, other.documents.join(", ")].filter(Boolean).join(" · ");
  return make("div", {}, make("span", { lang: "en" }, other.en), make("small", {}, facts));
}

function inside(entry) {
  const box = make("div", { class: "inside" });
  for (const context of entry.contexts) {
    const source = [context.date, context.vi_doc, context.en_doc, context.id].filter(Boolean).join(" · ");
    box.append(make("div", { class: "context" }, sentence(context.vi, "vi"), sentence(context.en, "en"), make("small", {}, source)));
  }
  const facts = make("dl", { class: "facts" });
  const fact = (name, ...value) => { if (value.join("")) facts.append(make("dt", {}, name), make("dd", {}, ...value)); };
  fact("Also", ...entry.alternatives.map(rival));
  fact("Seen", entry.first_seen === entry.last_seen ? entry.first_seen : `${entry.first_seen} to ${entry.last_seen}`);
  fact("Documents", `${entry.documents} ${entry.documents === 1 ? "pair" : "pairs"}`);
  fact("Score", entry.score.toFixed(2));
  fact("Why", entry.reasons.join(" · "));
  fact("Note", entry.note);
  box.append(facts);
  return box;
}

function side(lang, term, others, acronym) {
  const variants = others.filter((form) => form.toLowerCase() !== term.toLowerCase());
  const name = make("span", { class: "term" }, ...marked(term));
  const box = make("div", { class: lang, lang }, name);
  if (acronym) box.append(" ", make("span", { class: "badge" }, acronym));
  if (variants.length) box.append(make("small", {}, variants.join(" · ")));
  return box;
}

function item(entry) {
  const also = [...entry.variants_en, ...entry.alternatives.map((other) => `or ${other.en}`)];
  const state = entry.status ? [make("small", {}, entry.status)] : [];
  const summary = make("summary", {},
    side("vi", entry.vi, entry.variants_vi, ""), side("en", entry.en, also, entry.acronym),
    make("span", { class: "badge" }, entry.kind),
    make("span", { class: `pill ${BANDS[entry.tier]}` }, entry.tier),
    make("span", { class: "n" }, `${entry.frequency.toLocaleString("en")} ${entry.frequency === 1 ? "unit" : "units"}`, ...state));
  const details = make("details", { class: entry.status }, summary);
  details.addEventListener("toggle", () => { if (details.open && !$(".inside", details)) details.append(inside(entry)); });
  return make("li", {}, details);
}

function list() {
  const hits = matches();
  $("#entries").replaceChildren(...hits.slice(0, shown).map(item));
  $("#found").textContent = hits.length ? `${hits.length.toLocaleString("en")} of ${entries.length.toLocaleString("en")} terms` : "No term has these words.";
  $("#more").hidden = hits.length <= shown;
}

const anew = () => { shown = STEP; list(); };
$("#q").addEventListener("input", anew);
$("#filters").addEventListener("input", anew);
$("#more").addEventListener("click", () => { shown += STEP; list(); });
$(".find").addEventListener("submit", (event) => event.preventDefault());
addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== $("#q")) { event.preventDefault(); $("#q").focus(); }
});
list();
