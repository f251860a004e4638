"use strict";
/* What all pages share: the color scheme, folding of text for search, small helpers. No value ever becomes markup. */
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const make = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
};
const kept = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* a page of a file may have no storage */ } },
};
const say = (text) => { $("#say").textContent = text; };

/* Lower case without diacritics, one character for one, so that places in the folded text are places in the text. */
const foldCharacter = (character) => {
  const bare = character.toLowerCase().replace("đ", "d").normalize("NFD")[0];
  return bare && bare.length === character.length ? bare : character;
};
const fold = (text) => {
  const plain = text.normalize("NFC");
  const quick = plain.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replaceAll("đ", "d");
  return quick.length === plain.length ? quick : Array.from(plain, foldCharacter).join("");
};
/* Lower case with every tone mark at the end of its syllable: hoà and hòa are one, and ban is not bán. */
const toned = (text) => text.toLowerCase().normalize("NFD").replace(/[\p{L}\p{M}]+/gu, (syllable) =>
  syllable.replace(/[\u0300\u0301\u0303\u0309\u0323]/g, "") + (syllable.match(/[\u0300\u0301\u0303\u0309\u0323]/g) || []).join(""));

{
  const schemes = ["auto", "light", "dark"];
  const names = { auto: "as the system", light: "light", dark: "dark" };
  const button = $("#theme");
  const show = (scheme) => {
    if (scheme === "auto") delete document.documentElement.dataset.scheme;
    else document.documentElement.dataset.scheme = scheme;
    $("use", button).setAttribute("href", `#i-${scheme}`);
    button.setAttribute("aria-label", `Color scheme: ${names[scheme]}`);
    button.title = `Color scheme: ${names[scheme]}`;
  };
  let scheme = schemes.includes(kept.get("align-scheme")) ? kept.get("align-scheme") : "auto";
  show(scheme);
  button.addEventListener("click", () => {
    scheme = schemes[(schemes.indexOf(scheme) + 1) % schemes.length];
    kept.set("align-scheme", scheme);
    show(scheme);
    say(`Color scheme: ${names[scheme]}`);
  });
}

/* What a code says in words: reasons and names of flags, and a flag with what it is about. */
const FLAGS = {
  uncovered_vi: "only in Vietnamese",
  uncovered_en: "only in English",
  truncated_vi: "Vietnamese cut short",
  truncated_en: "English cut short",
  number_mismatch: "numbers differ",
  negation: "only one side denies",
  length_ratio: "lengths differ",
  language_vi: "Vietnamese side in language",
  language_en: "English side in language",
};
const words = (code) => FLAGS[code] ?? code.replaceAll("_", " ");
const flagText = (flag) => {
  const at = flag.indexOf(":");
  if (at < 0) return words(flag);
  const about = flag.slice(at + 1).replace(/^\/|\/$/g, "").replace("/", " / ");
  return `${words(flag.slice(0, at))}: ${about}`;
};
