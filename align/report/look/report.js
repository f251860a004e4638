/* The report: views by address, the reading view with its bands, search and filters. */
const views = $$(".view");
const pairs = $$(".pair");
const card = $("#card");
let shown = null;
let chosen = null;

/* ---- views: #overview, #events, #units, #p12 (a document pair), #3ddcb20f1f2a1c7f (a unit) ---- */
function show(view) {
  for (const other of views) other.hidden = other !== view;
  shown = view;
  const tab = view.classList.contains("pair") ? "events" : view.id;
  for (const link of $$(".tabs a")) {
    if (link.getAttribute("href") === `#${tab}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (view.classList.contains("pair")) drawBands(view);
  if (view.id === "units") list();
}

function route() {
  const name = decodeURIComponent(location.hash.slice(1)) || "overview";
  const target = document.getElementById(name);
  const view = target ? target.closest(".view") : null;
  closeCard();
  if (!view) {
    show($("#overview"));
    if (target !== $("#main") && name !== "main") say(`There is no unit ${name} on this page.`);
    return;
  }
  show(view);
  if (target === view) scrollTo({ top: 0, behavior: "instant" }); else choose(target);
}
addEventListener("hashchange", route);
addEventListener("popstate", route);

/* ---- the reading view ---- */
const beadOf = (pair, number) => $$(`.s[data-b="${number}"]`, pair);
const headOf = (pair, number) => beadOf(pair, number).find((segment) => segment.id);

function runs(segments, box) {
  const found = [];
  for (const segment of segments) {
    const place = segment.getBoundingClientRect();
    const top = place.top - box.top, bottom = place.bottom - box.top;
    const last = found[found.length - 1];
    if (last && top - last[1] < 26) last[1] = bottom; else found.push([top, bottom]);
  }
  return found;
}

function drawBands(pair) {
  const svg = $(".bands", pair);
  svg.replaceChildren();
  if (getComputedStyle(svg).display === "none") return;
  const box = svg.getBoundingClientRect();
  const width = box.width, half = width / 2;
  const beads = new Map();
  for (const segment of $$(".s[data-b]", pair)) {
    if (!beads.has(segment.dataset.b)) beads.set(segment.dataset.b, { vi: [], en: [] });
    beads.get(segment.dataset.b)[segment.parentElement.lang].push(segment);
  }
  const space = "http://www.w3.org/2000/svg";
  const layer = document.createDocumentFragment();
  for (const [number, bead] of beads) {
    const head = headOf(pair, number);
    for (const [a, b] of runs(bead.vi, box)) for (const [c, d] of runs(bead.en, box)) {
      const path = document.createElementNS(space, "path");
      path.setAttribute("d", `M0 ${a}C${half} ${a} ${half} ${c} ${width} ${c}V${d}C${half} ${d} ${half} ${b} 0 ${b}Z`);
      path.setAttribute("class", `band ${head.className.replace(/\b[sph]\b|\bon\b/g, "")}`);
      path.dataset.b = number;
      layer.append(path);
    }
  }
  svg.append(layer);
}

function label(pair, number, on) {
  const svg = $(".bands", pair);
  $$("text", svg).forEach((text) => text.remove());
  if (!on) return;
  const box = svg.getBoundingClientRect();
  const middle = (lang) => {
    const places = beadOf(pair, number).filter((s) => s.parentElement.lang === lang).map((s) => s.getBoundingClientRect());
    return (places[0].top + places[places.length - 1].bottom) / 2 - box.top;
  };
  const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
  text.setAttribute("x", box.width / 2);
  text.setAttribute("y", (middle("vi") + middle("en")) / 2 + 4);
  text.textContent = short(headOf(pair, number).dataset.q);
  svg.append(text);
}

function light(pair, number, on) {
  for (const part of $$(`[data-b="${number}"]`, pair)) part.classList.toggle("on", on);
  if (getComputedStyle($(".bands", pair)).display !== "none") label(pair, number, on);
}

const short = (quality) => `.${String(Math.min(99, Math.floor(Number(quality) * 100 + 1e-9))).padStart(2, "0")}`;

function textOf(segment) {
  let text = "";
  for (const node of segment.childNodes) if (!(node.classList && node.classList.contains("q"))) text += node.textContent;
  return text;
}

function fillCard(pair, head) {
  const data = head.dataset;
  const own = beadOf(pair, data.b);
  const count = (lang) => own.filter((s) => s.parentElement.lang === lang).length;
  const marked = (kind) => [...new Set(own.flatMap((s) => $$(`mark.${kind}`, s).map((m) => m.textContent)))];
  const line = (...parts) => make("div", { class: "card-line" }, ...parts);
  const fact = (name, value) => make("span", {}, `${name} `, make("b", {}, value));
  const state = data.f === "kept" ? "in the corpus" : `left out: ${words(data.f)}`;
  const rows = [line(make("span", { class: `pill ${head.className.match(/q\d/)[0]}` }, short(data.q)), fact("quality", Number(data.q).toFixed(4)),
    fact("similarity", Number(data.s).toFixed(2)), fact("margin", Number(data.m).toFixed(2)), fact("shape", `${count("vi")}-${count("en")}`),
    make("span", {}, state), ...(head.classList.contains("moved") ? [make("span", { class: "badge" }, "moved block")] : []),
    make("a", { href: `#${head.id}` }, "link to this unit"))];
  if (data.g) rows.push(line(make("span", {}, data.g.split("; ").map(flagText).join("; "))));
  for (const [kind, title] of [["hit", "Both say"], ["clash", "Clash"], ["only", "One side only"]]) {
    const found = marked(kind);
    if (found.length) rows.push(line(make("span", { class: "muted" }, title), ...found.slice(0, 14).map((t) => make("span", {}, make("mark", { class: kind }, t)))));
  }
  $("#card-body").replaceChildren(...rows);
  card.hidden = false;
}

function choose(head, scroll = true) {
  const pair = head.closest(".pair");
  if (!pair || !head.dataset.b) return;
  closeCard();
  chosen = { pair, number: head.dataset.b };
  fillCard(pair, head);
  if (scroll) head.scrollIntoView({ block: "start", behavior: "instant" });
  light(pair, head.dataset.b, true);
}

function closeCard() {
  if (chosen) light(chosen.pair, chosen.number, false);
  chosen = null;
  card.hidden = true;
}

function address(head) {
  history.replaceState(null, "", `#${head.id}`);
}

function walk(step) {
  if (!shown.classList.contains("pair")) return;
  const heads = $$(".s[id]", shown).filter((s) => !s.classList.contains("no"));
  if (!heads.length) return;
  const at = chosen ? heads.findIndex((s) => s.dataset.b === chosen.number) : step > 0 ? -1 : heads.length;
  const head = heads[Math.max(0, Math.min(heads.length - 1, at + step))];
  choose(head);
  address(head);
  say(`Quality ${short(head.dataset.q)}. ${textOf(head)}`);
}

for (const pair of pairs) {
  pair.addEventListener("click", (event) => {
    const part = event.target.closest("[data-b]");
    if (!part || event.target.closest("a:not(.q)")) return;
    event.preventDefault();
    const head = headOf(pair, part.dataset.b);
    choose(head, false);
    address(head);
    if (part.classList.contains("band")) return;
    const other = beadOf(pair, part.dataset.b).find((s) => s.parentElement !== part.parentElement);
    const place = other.getBoundingClientRect();
    if (place.bottom < 70 || place.top > innerHeight - 160) other.scrollIntoView({ block: "center" });
  });
  for (const [kind, on] of [["mouseover", true], ["mouseout", false]]) {
    pair.addEventListener(kind, (event) => {
      const part = event.target.closest("[data-b]");
      if (!part || (chosen && chosen.pair === pair && chosen.number === part.dataset.b)) return;
      light(pair, part.dataset.b, on);
    });
  }
  $(".dim", pair).addEventListener("change", (event) => dim(pair, event.target.value));
  $(".rows", pair).addEventListener("click", () => inRows(!document.body.classList.contains("in-rows")));
  for (const button of $$(".step", pair)) button.addEventListener("click", () => turn(Number(button.dataset.step)));
}

/* In rows: beads side by side in the order of the Vietnamese article, as a table of a translator's tool would have it. */
function inRows(on) {
  document.body.classList.toggle("in-rows", on);
  kept.set("align-rows", on ? "1" : "");
  for (const button of $$(".rows")) button.setAttribute("aria-pressed", String(on));
  if (shown && shown.classList.contains("pair")) drawBands(shown);
}

function turn(step) {
  const next = pairs[pairs.indexOf(shown) + step];
  if (next) location.hash = next.id; else say(step > 0 ? "This is the last document pair." : "This is the first document pair.");
}

function passes(segment, pair, wanted) {
  if (wanted === "null") return segment.classList.contains("null");
  if (!segment.dataset.b) return false;
  const head = headOf(pair, segment.dataset.b);
  if (wanted === "clash") return beadOf(pair, segment.dataset.b).some((s) => $("mark.clash", s));
  if (wanted === "flag") return Boolean(head.dataset.g);
  return head.classList.contains(wanted);
}

function dim(pair, wanted) {
  pair.classList.toggle("dimmed", Boolean(wanted));
  for (const segment of $$(".s", pair)) segment.classList.toggle("no", Boolean(wanted) && !passes(segment, pair, wanted));
  drawBands(pair);
  for (const band of $$(".band", pair)) band.classList.toggle("no", Boolean(wanted) && headOf(pair, band.dataset.b).classList.contains("no"));
  const left = $$(".s[id]:not(.no)", pair).length;
  say(wanted ? `${left} units match.` : "All units are shown.");
}

let waiting = 0;
addEventListener("resize", () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => { if (shown && shown.classList.contains("pair")) drawBands(shown); });
});
if (document.fonts && document.fonts.ready) document.fonts.ready.then(() => dispatchEvent(new Event("resize")));

/* ---- search and filters: the index is made when it is first needed ---- */
let index = null;
const AT_ONCE = 100;
let limit = AT_ONCE;

function entry(pair, head, vi, en) {
  const data = head ? head.dataset : {};
  const text = { vi: vi.map(textOf).join(" "), en: en.map(textOf).join(" ") };
  return {
    pair, id: head ? head.id : "", text, folded: { vi: fold(text.vi), en: fold(text.en) }, quality: head ? Number(data.q) : -1,
    band: head ? head.className.match(/q\d/)[0] : "", fate: data.f || "", flags: data.g || "",
    moved: Boolean(head && head.classList.contains("moved")), clash: [...vi, ...en].some((s) => $("mark.clash", s)),
  };
}

function build() {
  index = [];
  for (const pair of pairs) {
    const beads = new Map();
    for (const segment of pair.getElementsByClassName("s")) {
      if (segment.classList.contains("gap")) continue;
      const lang = segment.parentElement.lang;
      if (!segment.dataset.b) { index.push(entry(pair, null, lang === "vi" ? [segment] : [], lang === "en" ? [segment] : [])); continue; }
      if (!beads.has(segment.dataset.b)) {
        const bead = { vi: [], en: [], head: segment, of: pair };
        beads.set(segment.dataset.b, bead);
        index.push(bead);
      }
      beads.get(segment.dataset.b)[lang].push(segment);
    }
  }
  index = index.map((item) => (item.head ? entry(item.of, item.head, item.vi, item.en) : item));
}

function wanted(item, choice) {
  if (choice.band && item.band !== choice.band) return false;
  if (choice.flag === "kept" && item.fate !== "kept") return false;
  if (choice.flag === "out" && (item.fate === "kept" || !item.id)) return false;
  if (choice.flag === "clash" && !item.clash) return false;
  if (choice.flag === "moved" && !item.moved) return false;
  if (choice.flag.startsWith("flag:") && !item.flags.split("; ").some((f) => f.split(":")[0] === choice.flag.slice(5))) return false;
  if (!item.id && (choice.band || choice.flag || !choice.query)) return false;
  if (!choice.query) return true;
  return ["vi", "en"].some((lang) => item.folded[lang].includes(choice.query) && (!choice.exact || toned(item.text[lang]).includes(choice.exact)));
}

function highlighted(text, folded, query) {
  const characters = Array.from(text.normalize("NFC"));
  if (!query || Array.from(folded).length !== characters.length || folded.length !== characters.length) return [text];
  const parts = [];
  let at = 0;
  for (let next = folded.indexOf(query); next >= 0; next = folded.indexOf(query, at)) {
    parts.push(characters.slice(at, next).join(""), make("mark", { class: "found" }, characters.slice(next, next + query.length).join("")));
    at = next + query.length;
  }
  parts.push(characters.slice(at).join(""));
  return parts;
}

function hit(item, query) {
  const cell = (lang) => (item.text[lang] ? make("span", { lang }, ...highlighted(item.text[lang], item.folded[lang], query)) : make("span", { class: "none" }, "no partner"));
  const notes = [];
  if (item.id && item.fate !== "kept") notes.push(`left out: ${words(item.fate)}`);
  if (item.moved) notes.push("moved block");
  if (item.clash) notes.push("numbers or dates clash");
  if (item.flags) notes.push(item.flags.split("; ").map(flagText).join("; "));
  const pill = make("span", { class: `pill ${item.band}` }, item.id ? short(item.quality) : "none");
  const link = make("a", { href: `#${item.id || item.pair.id}` }, pill, cell("vi"), cell("en"));
  if (notes.length) link.append(make("small", {}, notes.join(" · ")));
  return make("li", {}, link);
}

function list() {
  if (!index) build();
  const form = $("#filters");
  const typed = $("#q").value.trim().replace(/\s+/g, " ");
  const query = fold(typed);
  const exact = query === typed.normalize("NFC").toLowerCase() ? "" : toned(typed);
  const choice = { band: form.elements.band.value, flag: form.elements.flag.value, query, exact };
  const found = index.filter((item) => wanted(item, choice));
  const order = form.elements.order.value;
  if (order !== "place") found.sort((a, b) => (order === "doubt" ? a.quality - b.quality : b.quality - a.quality));
  $("#hits").replaceChildren(...found.slice(0, limit).map((item) => hit(item, query)));
  $("#more").hidden = found.length <= limit;
  const what = choice.query ? ` with “${typed}”` : "";
  $("#found").textContent = found.length ? `${found.length.toLocaleString("en")} ${choice.query ? "places" : "units"}${what}` : `Nothing${what || " of this kind"}. Diacritics may be left out; try another filter.`;
}

/* Going to #units the usual way would take the focus out of the search field. */
const fresh = () => {
  limit = AT_ONCE;
  if (shown.id === "units") { list(); return; }
  history.pushState(null, "", "#units");
  route();
};
$("#filters").addEventListener("change", fresh);
$("#filters").addEventListener("submit", (event) => event.preventDefault());
$("#more").addEventListener("click", () => { limit += AT_ONCE; list(); });
$("#q").addEventListener("input", fresh);
$(".find").addEventListener("submit", (event) => { event.preventDefault(); fresh(); });
$("#card-close").addEventListener("click", closeCard);

/* ---- keyboard ---- */
addEventListener("keydown", (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === "Escape") { if (typing) event.target.blur(); closeCard(); return; }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = { j: () => walk(1), k: () => walk(-1), n: () => shown.classList.contains("pair") && turn(1), p: () => shown.classList.contains("pair") && turn(-1), "/": () => $("#q").focus(),
    t: () => shown.classList.contains("pair") && inRows(!document.body.classList.contains("in-rows")) };
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});

inRows(kept.get("align-rows") === "1");
route();
