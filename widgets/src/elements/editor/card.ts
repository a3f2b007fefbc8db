/**
 * The card that tells what a name stands for: beside the name, after the pointer has rested on it, or at a key.
 * The pointer may go onto it; Escape, typing and leaving take it away.
 */
import { show } from "../../core/numbers";
import { h, put, svg } from "../dom";
import type { ArrayInsight, Insight } from "./insight";

const REST = 350; // milliseconds that the pointer rests before anything is shown
const GRACE = 250; // in which it may go from the name to the card

export type LookUp = (offset: number) => Promise<Insight | null>;

const card = h("div", { class: "book-card", role: "status", hidden: true });
let timer: ReturnType<typeof setTimeout> | undefined;
let turn = 0;

card.addEventListener("pointerenter", () => clearTimeout(timer));
card.addEventListener("pointerleave", () => hideSoon());
addEventListener("keydown", ({ key }) => key === "Escape" && hide(), true);
addEventListener("scroll", () => hide(), { passive: true, capture: true });

/**
 * Shows the card of what lies under the pointer in a box of code, which the pointer has just entered. `offset`
 * says where in the code that is.
 */
export function follow(box: HTMLElement, offset: (event: MouseEvent) => number | null, lookUp: LookUp, entered: PointerEvent): void {
  const rest = (event: PointerEvent): void => {
    clearTimeout(timer);
    if (event.pointerType !== "mouse" || event.buttons) return hideSoon();
    timer = setTimeout(() => {
      const at = offset(event);
      if (at === null) hide();
      else void open(at, new DOMRect(event.clientX, event.clientY - 8, 0, 16), lookUp);
    }, REST);
  };
  rest(entered);
  box.addEventListener("pointermove", rest);
  box.addEventListener("pointerleave", () => hideSoon());
  box.addEventListener("pointerdown", () => hide());
  box.addEventListener("keydown", () => hide());
}

/** Shows the card of the name at an offset beside a place on the screen. */
export async function open(offset: number, beside: DOMRect, lookUp: LookUp): Promise<void> {
  const mine = ++turn;
  const found = await lookUp(offset);
  if (mine !== turn) return; // the reader has gone on meanwhile
  if (!found) return hide();
  put(card, ...content(found));
  document.body.append(card);
  card.hidden = false;
  const { width, height } = card.getBoundingClientRect();
  const below = beside.bottom + 6 + height < innerHeight;
  card.style.left = `${Math.max(8, Math.min(beside.left - 12, innerWidth - width - 8))}px`;
  card.style.top = `${below ? beside.bottom + 6 : Math.max(8, beside.top - height - 6)}px`;
}

export function hide(): void {
  clearTimeout(timer);
  turn++;
  card.hidden = true;
}

function hideSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(hide, GRACE);
}

function content({ name, type, text, signature, summary, address, array }: Insight): Node[] {
  const head = h("p", { class: "book-card__head" }, h("code", null, signature || name), type && !signature ? ` ${type}` : null);
  const parts: (Node | false)[] = [
    head,
    !!summary && h("p", null, summary),
    text !== undefined && h("pre", null, text),
    array !== undefined && picture(array),
    !!address && h("p", null, h("a", { href: address }, "Reference and source")),
  ];
  return parts.filter((part) => part !== false);
}

/** Shape, type, range, and the numbers as a picture or as bars. */
function picture(array: ArrayInsight): HTMLElement {
  const { shape, dtype, low, high, mean, missing, histogram, image, page } = array;
  const facts = [`shape (${shape.join(", ")}${shape.length === 1 ? "," : ""})`, dtype];
  if (low !== undefined && high !== undefined && mean !== undefined)
    facts.push(`${show(low)} to ${show(high)}, mean ${show(mean)}`);
  if (missing > 0) facts.push(`${missing} not finite`);
  const drawn = h("div", { class: "book-card__drawn" });
  if (image) drawn.append(shades(image));
  if (histogram) drawn.append(bars(histogram));
  const which = page?.length ? h("p", { class: "book-card__note" }, `Drawn: [${page.join(", ")}]`) : null;
  return h("div", null, h("p", null, facts.join(" · ")), drawn, which);
}

function shades(image: number[][]): HTMLCanvasElement {
  const canvas = h("canvas", { width: image[0]?.length ?? 0, height: image.length });
  const context = canvas.getContext("2d");
  image.forEach((row, y) =>
    row.forEach((value, x) => {
      if (!context) return;
      context.fillStyle = value < 0 ? "#a02c79" : `rgb(${value} ${value} ${value})`;
      context.fillRect(x, y, 1, 1);
    }),
  );
  canvas.setAttribute("role", "img");
  canvas.ariaLabel = "The numbers as shades: black is the lowest, white the highest";
  return canvas;
}

function bars(counts: number[]): SVGElement {
  const most = Math.max(...counts);
  const bar = (count: number, i: number) =>
    svg("rect", { x: i * 5, y: 48 - (48 * count) / most, width: 4, height: (48 * count) / most });
  return svg("svg", { viewBox: `0 0 ${counts.length * 5} 48`, role: "img", "aria-label": "How the values spread from the lowest to the highest" }, ...counts.map(bar));
}
