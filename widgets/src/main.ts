/**
 * The book's one script. It loads the code of an element when its tag is on the page, and not before;
 * an element lives in elements/<name>/index.ts, which defines the tag book-<name>.
 */
import { followLayOut, layOut } from "./elements/lay-out.ts";
import { arrive, followPlace } from "./elements/place.ts";
import { followSize } from "./elements/text-size.ts";
import { reachWideCode } from "./elements/wide-code.ts";
import { followRelease } from "./offline/release.ts";

const PREFIX = "book-";
const asked = new Set<string>();

async function load(tag: string): Promise<void> {
  if (asked.has(tag) || customElements.get(tag)) return;
  asked.add(tag);
  try {
    await import(`./elements/${tag.slice(PREFIX.length)}/index.ts`);
  } catch (error) {
    asked.delete(tag); // the page stays readable without the element; a later page may try again
    console.error(`The element <${tag}> could not be loaded.`, error);
    document.documentElement.classList.add("book-incomplete");
    offerReload();
  }
}

/** A tab that was opened before a release looks for files that are gone. */
function offerReload(): void {
  if (document.querySelector(".book-reload")) return;
  const notice = document.createElement("p");
  notice.className = "book-reload";
  notice.role = "alert";
  const button = document.createElement("button");
  button.textContent = "Reload the page";
  button.addEventListener("click", () => location.reload());
  notice.append(
    "A part of this page could not be loaded: the book has changed since the page was opened, or the connection is lost. What you have written is kept. ",
    button,
  );
  document.body.append(notice);
}

function discover(root: Element): void {
  for (const element of [root, ...root.querySelectorAll(":not(:defined)")]) {
    if (element.localName.startsWith(PREFIX)) void load(element.localName);
  }
}

/** Two parts of the theme have no name, or the name of another part, for those who hear the page. */
const NAMES = { ".md-search": "Search", ".md-nav--primary": "The book" };

function nameParts(root: Element): void {
  for (const [part, label] of Object.entries(NAMES))
    for (const node of [root, ...root.querySelectorAll(part)]) if (node.matches(part)) node.ariaLabel = label;
}

/** What every piece of the page is given. */
function settle(root: Element): void {
  discover(root);
  layOut(root);
  nameParts(root);
  reachWideCode(root);
}

/** What the page does by itself, in a task of its own: the theme has just taken its time. */
function start(): void {
  // Instant navigation replaces parts of the page without loading it anew.
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        arrive(node);
        settle(node);
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
  followSize();
  settle(document.documentElement);
  followRelease();
}

followLayOut();
followPlace();
setTimeout(start);
