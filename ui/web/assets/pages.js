// Pages of PDFs that do not come: the server says when to ask again where many are drawn; a page that cannot be drawn
// gives way to a sentence.
import { one } from "./dom.js";

const TRIES = 5;
document.addEventListener("error", ({ target }) => target.closest?.(".page[data-failed]") && drawAgain(target), true);

async function drawAgain(image) {
  const page = image.closest(".page");
  page.classList.add("waiting");
  for (let tries = 0; tries < TRIES && page.isConnected && !image.src.startsWith("blob:"); tries++) {
    const reply = await fetch(image.src).catch(() => null);
    if (reply?.ok) return (image.src = URL.createObjectURL(await reply.blob())), page.classList.remove("waiting");
    const seconds = Number(reply?.headers.get("retry-after"));
    if (!seconds) break;
    await new Promise((done) => setTimeout(done, 1000 * seconds));
  }
  const words = Object.assign(document.createElement("p"), { className: "notice", role: "status" });
  page.replaceWith(words);
  words.textContent = page.dataset.failed; // after it stands in the page, so that screen readers announce it
  if (one(".lit.current", page)) document.dispatchEvent(new Event("sourcier-reader")); // the text shows what is lit
}
