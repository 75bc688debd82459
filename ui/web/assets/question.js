// The question box: asking, the caret, drafts, failed questions, and links that bring a question.
import { all, narrow, one, send } from "./dom.js";

export const question = () => one("#question textarea");

export function fill(text, { focus = true } = {}) {
  const box = question();
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  if (focus) box.focus();
}

// -- Asking ----------------------------------------------------------------------------------------------------------
// Gradio tells of all events in one stream, and closes it after the last; one that is sent at that very moment is
// told nowhere. The next event opens a stream again that tells of both: where the panel stays as it is, one is sent.
const PATIENCE = 1000; // milliseconds
export function expecting(panel, times = 30) {
  const timer = setInterval(() => (times-- ? send("wake") : clearInterval(timer)), PATIENCE);
  document.addEventListener(`sourcier-${panel}`, () => clearInterval(timer), { once: true });
}

/** Ask a question that was not typed into the box; `fresh` begins a new conversation. */
export function ask(text, { fresh = false } = {}) {
  if (question().value === text) fill("", { focus: false }); // it came back after it had failed
  sent();
  send("ask", { question: text, fresh });
}

function sent() {
  returned = false;
  document.dispatchEvent(new Event("sourcier-asked"));
  expecting("conversation");
}

// A question that is sent while an answer grows stays in the box until that answer is whole; then it is asked. So does
// one that is sent before the page has come, which would be shown in its place.
const busy = () => one(".pending") || !one("#conversation :is(.welcome, .turn)");
let held = false;
function submitted(event) {
  if (!question().value.trim()) return;
  held = !!busy();
  if (!held) return sent();
  event.preventDefault();
  event.stopImmediatePropagation();
}

function submitHeld() {
  if (!held || busy()) return;
  held = false;
  one("#send").click();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && event.target === question()) submitted(event);
}, true);
document.addEventListener("click", (event) => event.target.closest?.("#send") && submitted(event), true);
document.addEventListener("click", (event) => event.target.closest?.("#stop") && (held = false), true);
document.addEventListener("sourcier-conversation", () => requestAnimationFrame(submitHeld));

// -- A question that failed comes back into the box ------------------------------------------------------------------
let returned = false; // once: a person may have cleared the box since
export function returnFailed() {
  const failed = one(".turn.failed .question");
  if (!failed || returned) return;
  returned = true;
  if (!question().value) fill(failed.textContent, { focus: false });
}

// So does one that was stopped; #stop is clicked by Escape, too.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("#stop") && !question().value) fill(lastQuestion(), { focus: false });
}, true);

const lastQuestion = () => all(".turn .question").at(-1)?.textContent ?? "";

document.addEventListener("keydown", (event) => {
  const plain = !(event.shiftKey || event.ctrlKey || event.metaKey || event.altKey);
  if (event.key !== "ArrowUp" || !plain || event.target !== question() || question().value) return;
  event.preventDefault();
  fill(lastQuestion());
});

// -- The caret -------------------------------------------------------------------------------------------------------
const pointer = matchMedia("(hover: hover) and (pointer: fine)"); // elsewhere the caret brings up a keyboard
export function takeCaret() {
  if (pointer.matches && !narrow.matches) question()?.focus({ preventScroll: true });
}

/** Tell the style sheet how high the box is, which grows with what is typed. */
export function measureBox() {
  const box = one("#composer");
  const measure = () => document.documentElement.style.setProperty("--composer", `${box.offsetHeight}px`);
  new ResizeObserver(measure).observe(box);
}

// -- Drafts ----------------------------------------------------------------------------------------------------------
// What is in the box outlives a reload, whether a person or a new start of the server caused it.
const DRAFT = "sourcier-draft";
function keepDraft() {
  if (question()) sessionStorage.setItem(DRAFT, question().value);
}
addEventListener("pagehide", keepDraft);
document.addEventListener("visibilitychange", () => document.hidden && keepDraft());

export function restoreDraft() {
  const draft = sessionStorage.getItem(DRAFT);
  if (draft && !question().value) fill(draft, { focus: false });
}

// -- Links that bring a question -------------------------------------------------------------------------------------
/** Ask the question of `?q=` in a new conversation, once; a link from another site only writes it into the box. */
export function followQuestion(text) {
  const address = new URL(location);
  address.searchParams.delete("q");
  history.replaceState(history.state, "", address); // a reload must not ask again
  if (isOwnNavigation()) return ask(text, { fresh: true });
  send("start");
  fill(text);
}

// The server repeats the header Sec-Fetch-Site, which scripts cannot read. "none" is an address that was typed.
function isOwnNavigation() {
  const [entry] = performance.getEntriesByType("navigation");
  const site = entry?.serverTiming?.find(({ name }) => name === "navigation")?.description;
  return site === "none" || site === "same-origin";
}
