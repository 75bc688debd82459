// What a person does inside our own markup: clicks on marks and cards, keys, links. It is handed to Python as an event.
import { all, calm, isNumbered, isReplacing, narrow, one, send } from "./dom.js";
import "./pages.js";
import {
  ask, expecting, fill, followQuestion, measureBox, question, restoreDraft, returnFailed, takeCaret,
} from "./question.js";

const followIt = (data = {}) => (expecting("notice"), send("follow", data));

// -- The reading pane ----------------------------------------------------------------------------------------------
// What a person did last counts: each request carries a number, and is sent again when the pane shows something else,
// such as the source of an answer to an earlier question. Asking, and what replaces the pane, end it. A list that is only
// refreshed gives way to what comes after.
let wanted = null;
let count = 0;
function want(name, data = {}, isRefresh = false) {
  wanted = { name, data: { ...data, asked: ++count }, isRefresh };
  send(name, wanted.data);
}
const read = (where) => want("read", where);
function wasWanted() {
  const shown = one("#reader .asked")?.dataset.asked;
  if (!shown && wanted?.isRefresh) wanted = null;
  if (wanted && shown !== String(wanted.data.asked)) send(wanted.name, wanted.data);
}
document.addEventListener("sourcier-asked", () => (wanted = null));

const marks = (turn) => all(`.turn[data-turn="${turn}"] .source`);
const lastTurn = () => all(".turn[data-turn]:has(.source)").at(-1)?.dataset.turn;

function openMark(turn, n) {
  const at = one("#reader .steps")?.dataset;
  if (at?.turn === String(turn) && at.n === String(n)) showLit(); // open already: nothing may change
  if (one(`.turn[data-turn="${turn}"] .source[data-n="${n}"]`)) read({ turn: Number(turn), n: Number(n) });
}

function step(by) {
  const at = one("#reader .steps")?.dataset;
  if (!at) return;
  const count = marks(at.turn).length;
  openMark(at.turn, ((Number(at.n) - 1 + by + count) % count) + 1);
}

// What is lit is brought into view; on a narrow page the pane itself is, once a person asked for it.
const OPENS = "[data-near], [data-n], [data-source], [data-step], [data-do=library], [data-do=conversations], [data-do=verify]";
const LIT = ["#reader .page .lit.current", "#reader mark.current", "#reader .page .lit", "#reader .here"];
let asked = false;
function showLit() {
  const text = one("#reader .text");
  const lit = LIT.map((selector) => one(selector)).find(Boolean);
  if (text && lit) text.scrollTop += lit.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 3;
  else if (text) text.scrollTop = 0;
  if (asked && narrow.matches && one("#reader :is(.text, .listing)")) {
    asked = false;
    one("#side").scrollIntoView({ behavior: calm.matches ? "auto" : "smooth" });
  }
  highlightSource();
  markOpenList();
  wasWanted();
  if (text) for (const told of all("#notice .notice:not([data-running])")) told.remove(); // who reads has seen it
}

function highlightSource() {
  const at = one("#reader .steps")?.dataset;
  for (const card of all(".source, .cite"))
    card.classList.toggle("current", !!at && card.dataset.turn === at.turn && card.dataset.n === at.n);
}

// The button of the list that the pane shows, which says so.
function markOpenList() {
  const open = one("#reader [data-listing]")?.dataset.listing;
  for (const button of all(".bar nav [data-do]"))
    button.dataset.do === open ? button.setAttribute("aria-current", "true") : button.removeAttribute("aria-current");
}

// The quotes that a sentence rests on, all of them.
function lightQuotes(it) {
  const numbers = it.dataset.quotes.split(" ");
  for (const card of all(".source"))
    card.classList.toggle("lit", card.dataset.turn === it.dataset.turn && numbers.includes(card.dataset.n));
}

function showLastTurn() {
  const turn = all(".turn").at(-1);
  turn?.scrollIntoView({ block: "start", behavior: "auto" });
}

// -- Clicks --------------------------------------------------------------------------------------------------------
const clicks = {
  "[data-quotes]": (it) => (openMark(it.dataset.turn, it.dataset.n), lightQuotes(it)),
  "[data-near]": (it) => read({ turn: Number(it.dataset.turn), near: Number(it.dataset.near) }),
  "[data-n][data-turn]:is(button)": (it) => openMark(it.dataset.turn, it.dataset.n),
  "[data-source]:is(button)": (it) =>
    read({ source: it.dataset.source, start: Number(it.dataset.start), end: Number(it.dataset.end) }),
  "[data-step]": (it) => step(Number(it.dataset.step)),
  "[data-ask]": (it) => ask(it.dataset.ask),
  "[data-fill]": (it) => fill(it.dataset.fill),
  "[data-within]": (it) => fill(`${it.dataset.within} ${question().value}`),
  "[data-period]": () => period(),
  "[data-dismiss]": (it) => it.closest(".notice").remove(),
  "[data-back]": () => showLastTurn(),
  "[data-copy]": (it) => copyRich(it, fetch(it.dataset.copy).then((reply) => reply.json())),
  "[data-link]": (it) => copyText(it, location.origin + location.pathname + it.dataset.link),
  "[data-sure]:not(.sure)": (it) => say(it, "sure"),
  "[data-do]": (it) => act(it),
  "[data-open]": (it) => one(`#${it.dataset.open}`)?.showModal(),
};

document.addEventListener("click", (event) => {
  for (const [selector, does] of Object.entries(clicks)) {
    const it = event.target.closest?.(selector);
    if (it) return hidePeek(), (asked = it.matches(OPENS)), does(it);
  }
  if (event.target.matches?.("dialog")) event.target.close(); // a click beside it
});

function period() {
  const days = all(".period input").filter((input) => input.value.trim());
  const wrong = days.find((input) => !input.checkValidity());
  if (wrong) return wrong.setCustomValidity(wrong.dataset.wrong), wrong.reportValidity();
  fill([...days.map((input) => input.dataset.filter + input.value), question().value].join(" "));
}

function verify(it) {
  const box = draft.trim() ? null : it.closest(".choices") && one("#draft"); // the button below the box, which is empty
  if (box) return (box.value = ""), box.reportValidity();
  want("verify", { text: draft });
}

function act(it) {
  const name = it.dataset.do;
  unsay();
  if (name === "verify") return verify(it);
  if (isNumbered(name)) return want(name, { ...it.dataset });
  if (isReplacing(name)) wanted = null;
  send(name, { ...it.dataset });
  if (name === "reopen" || name === "restore") turns = 0; // its last turn is brought into view
  if (name !== "start") return;
  if (narrow.matches) scrollTo(0, 0);
  takeCaret();
}

// -- The quote of a mark, before one clicks ------------------------------------------------------------------------
const peek = Object.assign(document.createElement("div"), { id: "peek", popover: "manual" });
function showPeek(mark) {
  if (!peek.isConnected) document.body.append(peek);
  peek.textContent = mark.dataset.quote; // text, never markup
  peek.showPopover();
  const at = mark.getBoundingClientRect();
  const below = at.bottom + peek.offsetHeight + 12 < innerHeight;
  peek.style.left = `${Math.max(8, Math.min(at.left, innerWidth - peek.offsetWidth - 8))}px`;
  peek.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - peek.offsetHeight - 6)}px`;
}
const hidePeek = () => peek.isConnected && peek.hidePopover();
for (const [shows, hides] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  document.addEventListener(shows, (event) => event.target.closest?.(".cite") && showPeek(event.target.closest(".cite")));
  document.addEventListener(hides, (event) => event.target.closest?.(".cite") && hidePeek());
}

// -- Answers as text, and what is asked twice ----------------------------------------------------------------------
async function copyText(it, text) {
  await navigator.clipboard.writeText(text);
  say(it, "copied");
}

// What is pasted keeps its marks and sources where HTML is taken, and reads well where only text is. The two texts are
// promised at once: a browser lets a click copy, not a reply that comes later.
async function copyRich(it, texts) {
  const part = (kind, type) => texts.then((both) => new Blob([both[kind]], { type }));
  if (!globalThis.ClipboardItem) return copyText(it, (await texts).text);
  const parts = { "text/html": part("html", "text/html"), "text/plain": part("text", "text/plain") };
  await navigator.clipboard.write([new ClipboardItem(parts)]);
  say(it, "copied");
}

// A button says other words for a moment: those of `data-sure` or `data-copied`, which CSS shows while the class is
// set. The text stays as Python wrote it, so that Gradio, which reuses nodes, never finds another button's words.
// Its data says which button it is: the list that holds it may be drawn anew meanwhile.
let saying = null;
const identity = (it) => JSON.stringify({ ...it.dataset });
function say(it, kind) {
  unsay();
  saying = { kind, button: identity(it), timer: setTimeout(unsay, 2500) };
  showSaying();
}

function unsay() {
  clearTimeout(saying?.timer);
  saying = null;
  showSaying();
}

function showSaying() {
  for (const it of all("[data-sure], [data-copied]"))
    for (const kind of ["sure", "copied"]) it.classList.toggle(kind, saying?.kind === kind && saying.button === identity(it));
}

// -- The library ---------------------------------------------------------------------------------------------------
let typed = 0;
let draft = ""; // the text to check: it is still there when one comes back from a source
let searched = null; // what is typed while the list is looked up stays
document.addEventListener("input", ({ target }) => {
  target.setCustomValidity?.("");
  if (target.id === "draft") draft = target.value;
  if (!target.dataset?.search) return;
  searched = target.value;
  clearTimeout(typed);
  typed = setTimeout(() => want(target.dataset.search, { query: target.value }), 200);
});

document.addEventListener("focusin", ({ target }) => {
  if (!target.dataset?.search) searched = null; // the person went elsewhere
});

function searchOn() {
  const box = one("#reader [data-search]");
  if (!box) searched = null;
  if (searched === null) return;
  if (box.value !== searched) box.value = searched;
  if (box !== document.activeElement) box.focus();
}

document.addEventListener("change", ({ target }) => {
  if (target.dataset?.rename) send("rename", { id: target.dataset.rename, name: target.value });
  if (target.type === "file") upload([...target.files].map((file) => [file, file.webkitRelativePath || file.name]));
});

let refused = [];
async function upload(files) {
  const shown = files.filter(([, name]) => !name.split("/").some((part) => part.startsWith(".")));
  if (!shown.length) return;
  want("library");
  let taken = 0;
  for (const [number, [file, name]] of shown.entries()) {
    copying(number + 1, shown.length);
    const why = await sent(file, name);
    if (why) refused.push(why);
    else taken++;
  }
  copying(0);
  if (taken) send("rebuild");
  else send("refused", { refused: refused.splice(0) });
}

// Takes one file to the folder of the documents; why it was refused, if it was.
async function sent(file, name) {
  const form = new FormData();
  form.append("file", file);
  form.append("name", name);
  const reply = await fetch("documents", { method: "POST", body: form }).catch(() => null);
  if (reply?.ok) return "";
  return (await reply?.json().catch(() => null))?.error ?? name;
}

function copying(number, total) {
  const told = one("#copying");
  told.hidden = !number;
  told.textContent = `${told.dataset.words} ${number} / ${total}`;
}

const dropped = (event) => [...(event.dataTransfer?.items ?? [])].some((item) => item.kind === "file");
const dropping = (on) => document.documentElement.classList.toggle("dropping", on);
document.addEventListener("dragover", (event) => dropped(event) && (event.preventDefault(), dropping(true)));
document.addEventListener("dragleave", (event) => event.relatedTarget || dropping(false));
document.addEventListener("drop", async (event) => {
  if (!dropped(event)) return;
  event.preventDefault();
  dropping(false);
  const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
  const found = items.map((item) => inside(item.webkitGetAsEntry(), item.getAsFile())); // at once: they are gone after
  upload((await Promise.all(found)).flat());
});

// The files of what was dropped, with their paths; a folder is gone through.
async function inside(entry, file) {
  const path = entry?.fullPath.slice(1);
  if (!entry?.isDirectory) return file ? [[file, path ?? file.name]] : [[await new Promise((...done) => entry.file(...done)), path]];
  const found = [];
  const reader = entry.createReader();
  const some = () => new Promise((...done) => reader.readEntries(...done)); // a hundred at a time
  for (let more = await some(); more.length; more = await some()) found.push(...more);
  return (await Promise.all(found.map((one) => inside(one)))).flat();
}

// -- A rebuild -----------------------------------------------------------------------------------------------------
// The notice says what it does; once it is over, what shows the documents is shown anew.
let edition = null;
function showNotice() {
  if (one("#notice [data-running]")) return followIt({ refused: refused.splice(0) });
  const done = one("#notice [data-done]");
  if (!done) return;
  edition = done.dataset.done;
  done.remove();
  if (one("#reader [data-listing=library]")) {
    const data = wanted?.name === "library" ? wanted.data : { query: one("[data-search]")?.value ?? "" };
    want("library", data, wanted?.isRefresh ?? true);
  }
  if (one("#conversation .welcome")) send("again");
}

// -- Keys ----------------------------------------------------------------------------------------------------------
const keys = {
  "/": () => question()?.focus(),
  "?": () => one("#help")?.showModal(),
  ArrowLeft: () => step(-1),
  ArrowRight: () => step(1),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && one(".pending")) return one("#stop")?.click();
  if (event.ctrlKey || event.metaKey || one("dialog[open]")) return;
  const writing = event.target.closest("input, textarea, select, [contenteditable]");
  if (writing && event.key === "Escape") return event.target.blur();
  const number = event.altKey ? event.code.match(/^Digit([1-9])$/)?.[1] : event.key.match(/^[1-9]$/)?.[0];
  if (event.altKey ? !number : writing) return;
  const does = number ? () => ((asked = true), openMark(lastTurn(), number)) : keys[event.key];
  if (!does) return;
  event.preventDefault();
  does();
});

// -- What Python changed -------------------------------------------------------------------------------------------
let turns = 0;
function showConversation() {
  const now = all(".turn").length + all(".turn[data-turn]").length; // a question that waits, then is answered
  if (now > turns) showLastTurn();
  turns = now;
  highlightSource();
  returnFailed();
}

const onPaint = (act) => () => requestAnimationFrame(act);
document.addEventListener("sourcier-reader", onPaint(showLit));
document.addEventListener("sourcier-conversation", onPaint(showConversation));
document.addEventListener("sourcier-notice", onPaint(showNotice));
for (const panel of ["reader", "removal", "conversation"]) document.addEventListener(`sourcier-${panel}`, onPaint(showSaying));

function follow() {
  document.documentElement.lang = one(".bar").lang;
  requestAnimationFrame(showConversation);
  requestAnimationFrame(showLit); // the pane may have come before this script
  // At once, not on the next paint: a list that was found for fewer letters would take those typed since.
  new MutationObserver(searchOn).observe(one("#reader"), { attributes: true, childList: true, subtree: true });
  measureBox();
  restoreDraft();
  const link = new URLSearchParams(location.search);
  if (link.get("q")) return followQuestion(link.get("q"));
  if (!link.get("doc")) return document.activeElement === document.body && takeCaret();
  asked = true;
  read({ source: link.get("doc"), start: Number(link.get("start")), end: Number(link.get("end")) });
}


// -- A lost connection ---------------------------------------------------------------------------------------------
// The server says which start of it this is; after another start the page is loaded again.
let server = "";
async function alive() {
  if (document.hidden) return;
  const reply = await fetch("health").catch(() => null);
  const lost = one("#lost");
  if (lost) lost.hidden = !!reply?.ok;
  if (!reply?.ok) return;
  const [now, indexed, busy] = await reply.json();
  if ((busy && !one("#notice [data-running]")) || (edition !== null && indexed !== edition)) followIt();
  edition = indexed;
  if (server && now !== server) location.reload();
  server = now;
}
setInterval(alive, 2000);
alive();

// Python shows the page as it was left, header and all; what a link asks for comes after.
if (one(".bar")) follow();
else document.addEventListener("sourcier-header", follow, { once: true });
