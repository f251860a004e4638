/* The review page: one key a decision. A decision shows only when the server has it on the disk. */
const state = { order: kept.get("align-order") || "doubt", all: false, rows: [], unit: null, mode: "read", trail: [], busy: false };
const reviewer = () => kept.get("align-reviewer") || "";
const short = (quality) => `.${String(Math.min(99, Math.floor(quality * 100 + 1e-9))).padStart(2, "0")}`;

async function ask(address, body) {
  const answer = await fetch(address, body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.error || answer.statusText);
  return data;
}

function fail(error) { say(`Not saved: ${error.message}`); $("#count").textContent = `not saved: ${error.message}`; }

function progress({ done, total }) {
  const bar = $("#progress");
  bar.setAttribute("aria-valuenow", done);
  bar.setAttribute("aria-valuemax", total);
  bar.firstElementChild.style.width = `${total ? (100 * done) / total : 0}%`;
  $("#count").textContent = `${done.toLocaleString("en")} of ${total.toLocaleString("en")}`;
}

/* ---- the queue ---- */
async function load() {
  const data = await ask(`queue?order=${state.order}${state.all ? "&all=1" : ""}`);
  state.rows = data.rows;
  progress(data);
  rows();
}

function rows() {
  $("#rows").replaceChildren(...state.rows.map((row) => {
    const text = make("span", {}, make("span", { lang: "vi" }, row.vi), make("span", { lang: "en" }, row.en));
    const pill = make("span", { class: `pill ${row.band}` }, row.state && row.state !== "" ? { accept: "✓", edit: "✓", bind: "✓", reject: "✕", replaced: "→" }[row.state] : short(row.quality));
    const button = make("button", { type: "button", "data-id": row.id }, pill, text);
    if (state.unit && row.id === state.unit.id) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => open(row.id));
    return make("li", {}, button);
  }));
  const current = $("#rows [aria-current]");
  const queue = $(".queue");
  if (current && queue.scrollHeight > queue.clientHeight) {
    const gap = 90;
    if (current.offsetTop - gap < queue.scrollTop || current.offsetTop + gap > queue.scrollTop + queue.clientHeight) queue.scrollTop = current.offsetTop - queue.clientHeight / 3;
  }
}

async function open(id) {
  if (state.unit && state.unit.id !== id) state.trail.push(state.unit.id);
  state.unit = await ask(`unit/${id}`);
  state.mode = "read";
  state.whole = false;
  draw();
  rows();
}

async function onward() {
  const at = state.rows.findIndex((row) => state.unit && row.id === state.unit.id);
  const next = state.rows.slice(at + 1).find((row) => !row.state) || state.rows.find((row, k) => k !== at && !row.state);
  if (next) { await open(next.id); return; }
  await load();
  const more = state.rows.find((row) => !row.state);
  if (more) await open(more.id);
  else { state.unit = null; draw(); }
}

/* ---- the unit ---- */
const marked = (pieces) => pieces.map(([text, mark]) => (mark ? make("mark", { class: mark }, text) : text));

function facts(unit) {
  const fact = (name, value) => make("span", {}, `${name} `, make("b", {}, value));
  const parts = [make("span", { class: `pill ${unit.band}` }, short(unit.quality)), fact("quality", unit.quality.toFixed(4)), fact("shape", unit.shape)];
  if (unit.similarity !== null) parts.push(fact("similarity", unit.similarity.toFixed(2)), fact("margin", unit.margin.toFixed(2)));
  if (unit.fate !== "kept") parts.push(make("span", { class: "badge" }, unit.fate === "bound" ? "made by a reviewer" : `left out: ${words(unit.fate)}`));
  if (unit.moved) parts.push(make("span", { class: "badge" }, "moved block"));
  parts.push(...unit.flags.map((flag) => make("span", { class: "badge" }, flagText(flag))));
  if (unit.state) parts.push(make("span", { class: `stamp ${unit.state}` }, { accept: "accepted", reject: "rejected", edit: "edited", bind: "regrouped", replaced: "replaced by another unit" }[unit.state]));
  return make("div", { class: "unit-facts" }, ...parts);
}

function near(unit, lang, after) {
  const all = unit.sides[lang].near;
  const first = all.findIndex((piece) => piece.on);
  const last = all.findLastIndex((piece) => piece.on);
  const chosen = after ? all.slice(last + 1) : all.slice(Math.max(0, first - 2), first);
  return make("div", { class: after ? "after" : "context", lang }, ...chosen.map((piece) => make("p", { class: "near" }, piece.text)));
}

function sheet(unit) {
  const heads = ["vi", "en"].map((lang) => {
    const side = unit.sides[lang];
    return make("header", {}, make("p", { class: "eyebrow" }, [side.outlet, side.date, side.doc].filter(Boolean).join(" · ")), make("h2", { lang }, side.title));
  });
  if (state.mode === "edit") {
    const areas = ["vi", "en"].map((lang) => {
      const area = make("textarea", { lang, id: `edit-${lang}`, "aria-label": lang === "vi" ? "Vietnamese text" : "English text", spellcheck: "true" });
      area.value = unit.text[lang];
      return area;
    });
    return make("div", { class: "sheet" }, ...heads, ...areas, tools("Save", save));
  }
  if (state.mode === "bind") {
    const lists = ["vi", "en"].map((lang) => make("div", { class: "choose", lang, role: "group", "aria-label": lang === "vi" ? "Vietnamese segments" : "English segments" },
      ...unit.sides[lang].near.map((piece) => {
        const box = make("input", { type: "checkbox", value: piece.k });
        box.checked = piece.on;
        return make("label", {}, box, make("span", {}, piece.text));
      })));
    return make("div", { class: "sheet" }, ...heads, ...lists, tools("Make this a unit", save));
  }
  const now = ["vi", "en"].map((lang) => make("p", { class: `now ${unit.band}`, lang }, ...marked(unit.pieces[lang])));
  return make("div", { class: "sheet" }, ...heads, near(unit, "vi", false), near(unit, "en", false), ...now, near(unit, "vi", true), near(unit, "en", true));
}

function tools(text, action) {
  const go = make("button", { type: "button", class: "button primary" }, text);
  const leave = make("button", { type: "button", class: "button" }, "Leave as it is");
  go.addEventListener("click", action);
  leave.addEventListener("click", () => (state.whole ? open(state.unit.id) : mode("read")));
  const extra = [];
  if (state.mode === "bind" && !state.whole) {
    const all = make("button", { type: "button", class: "button" }, "Show whole articles");
    all.addEventListener("click", whole);
    extra.push(all);
  }
  return make("div", { class: "tools" }, go, leave, ...extra, make("span", { class: "muted" }, state.mode === "edit" ? "Ctrl+Enter saves, Esc leaves" : "Enter saves, Esc leaves; units that share a segment are replaced"));
}

function terms(unit) {
  return make("div", { class: "terms" }, ...unit.terms.map((term) => {
    const act = (verdict, sign, name) => {
      const button = make("button", { type: "button", class: "ghost", "aria-label": `${name}: ${term.vi} = ${term.en}`, "aria-pressed": String(term.status === verdict) }, sign);
      button.addEventListener("click", () => send({ unit: unit.id, kind: "term", vi: term.vi, en: term.en, comment: verdict }, () => open(unit.id)));
      return button;
    };
    return make("div", { class: `term ${term.status === "rejected" ? "rejected" : ""} ${term.there ? "" : "missing"}` }, make("span", {}, make("span", { lang: "vi" }, term.vi), " = ", make("span", { lang: "en" }, term.en)), act("accepted", "✓", "Accept the term"), act("rejected", "✕", "Reject the term"));
  }));
}

function draw() {
  const unit = state.unit;
  const place = $("#unit");
  if (!unit) { place.replaceChildren(make("h1", {}, "Nothing is waiting"), make("p", { class: "lead" }, "Every unit has a decision. align export applies them.")); return; }
  const said = [unit.decision, ...unit.comments].filter(Boolean).map((entry) => make("p", {}, `${entry.kind} by ${entry.reviewer}, ${entry.at.replace("T", " ").slice(0, 16)} UTC${entry.comment ? `: ${entry.comment}` : ""}`));
  place.replaceChildren(facts(unit), sheet(unit), terms(unit), make("div", { class: "said" }, ...said));
  place.scrollTop = 0;
  if (getComputedStyle(place).overflowY !== "auto" || place.scrollHeight <= place.clientHeight) scrollTo({ top: 0, behavior: "instant" });
  const focus = { edit: "#edit-vi", bind: ".choose input:checked" }[state.mode];
  if (focus) $(focus).focus();
}

async function whole() {
  const marks = new Map($$(".choose").map((list) => [list.lang, new Set($$("input:checked", list).map((box) => Number(box.value)))]));
  const unit = await ask(`unit/${state.unit.id}?whole=1`);
  for (const [lang, chosen] of marks) for (const piece of unit.sides[lang].near) piece.on = chosen.has(piece.k);
  state.unit.sides = unit.sides;
  state.whole = true;
  draw();
}

function mode(name) { state.mode = name; draw(); if (name === "read") $("#main").focus({ preventScroll: true }); }

/* ---- decisions ---- */
async function send(decision, then) {
  if (!reviewer()) { name(); return; }
  if (state.busy) return;
  state.busy = true;
  try {
    const answer = await ask("decide", { ...decision, reviewer: reviewer() });
    progress(answer);
    const row = state.rows.find((one) => one.id === answer.unit);
    if (row) row.state = answer.state;
    state.busy = false;
    say(`${decision.kind} saved`);
    await then(answer);
  } catch (error) { fail(error); } finally { state.busy = false; }
}

const settle = (kind) => state.unit && send({ unit: state.unit.id, kind }, onward);

function save() {
  const unit = state.unit;
  if (state.mode === "edit") { send({ unit: unit.id, kind: "edit", vi: $("#edit-vi").value, en: $("#edit-en").value }, onward); return; }
  const chosen = (lang) => $$(`.choose[lang=${lang}] input:checked`).map((box) => Number(box.value));
  send({ unit: unit.id, kind: "bind", vi_segments: chosen("vi"), en_segments: chosen("en") }, async (answer) => { await load(); await open(answer.unit); });
}

async function undo() {
  if (!reviewer() || state.busy) return;
  try {
    const answer = await ask("undo", { reviewer: reviewer() });
    say(answer.kind ? `${answer.kind} taken back` : "There is nothing to take back.");
    await load();
    if (answer.unit) await open(answer.unit);
    else if (answer.kind === "term" && state.unit) await open(state.unit.id);
    else if (answer.kind) await onward();
  } catch (error) { fail(error); }
}

function step(forward) {
  const at = state.rows.findIndex((row) => state.unit && row.id === state.unit.id);
  const next = state.rows[at + (forward ? 1 : -1)];
  if (next) { open(next.id); return; }
  const before = state.trail.pop();
  if (!forward && before) open(before).then(() => state.trail.pop());
}

function name() {
  const dialog = $("#name-dialog");
  $("#name").value = reviewer();
  dialog.showModal();
  dialog.onclose = () => { const given = $("#name").value.trim(); if (given) kept.set("align-reviewer", given); who(); };
}
const who = () => { $("#who").textContent = reviewer() || "Your name"; };

function comment() {
  if (!state.unit) return;
  const dialog = $("#comment-dialog");
  $("#comment").value = "";
  dialog.returnValue = "";
  dialog.showModal();
  dialog.onclose = () => { const text = $("#comment").value.trim(); if (text) send({ unit: state.unit.id, kind: "comment", comment: text }, () => open(state.unit.id)); };
}

const keys = { a: () => settle("accept"), r: () => settle("reject"), e: () => state.unit && mode("edit"), b: () => state.unit && mode("bind"), c: comment, u: undo, j: () => step(true), k: () => step(false), "?": () => $("#help-dialog").showModal() };
addEventListener("keydown", (event) => {
  if ($("dialog[open]")) return;
  if (event.key === "Escape") { if (state.unit && state.whole) open(state.unit.id); else mode("read"); return; }
  if (state.mode === "edit" && event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); save(); return; }
  if (state.mode === "bind" && event.key === "Enter") { event.preventDefault(); save(); return; }
  const typing = event.target.tagName === "TEXTAREA" || event.target.tagName === "SELECT" || (event.target.tagName === "INPUT" && event.target.type !== "checkbox");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});
for (const button of $$(".keys [data-key]")) button.addEventListener("click", () => keys[button.dataset.key]());
$("#who").addEventListener("click", name);
$("#help").addEventListener("click", keys["?"]);
$("#order").value = state.order;
$("#order").addEventListener("change", async (event) => { state.order = event.target.value; kept.set("align-order", state.order); await load(); if (state.rows.length) open(state.rows[0].id); event.target.blur(); });
$("#all").addEventListener("change", async (event) => { state.all = event.target.checked; await load(); event.target.blur(); });

who();
load().then(onward).then(() => { if (!reviewer()) name(); }).catch(fail);
