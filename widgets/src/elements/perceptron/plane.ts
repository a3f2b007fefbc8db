/** The plane of the perceptron playground: points, the line, the weight arrow and what an update adds to it. */
import { clamp, roundTo, show } from "../../core/numbers";
import { mistaken, type Point, type Update, type Vector } from "../../core/perceptron";
import { arrow, arrows, drag, put, set, svg } from "../dom";

export type Ends = readonly [number, number, number, number]; // two points of the line that the reader guesses

export interface Scene {
  readonly points: readonly Point[];
  readonly w: Vector; // as drawn, perhaps on their way
  readonly exact: Vector; // what they are: changes start from here
  readonly last: Update | null; // the update that was just made
  readonly next: Update | null; // the one that comes
  readonly extent: readonly [number, number];
  readonly guess: Ends | null; // null: hidden
  readonly guessOpen: boolean; // the reader may still drag it
}

export interface Actions {
  add(x: number, y: number): void;
  move(index: number, x: number, y: number): void;
  flip(index: number): void;
  remove(index: number): void;
  weigh(w: Vector): void;
  guess(ends: Ends): void;
}

const SIZE = 400;
const FAR = 4 * SIZE;

export class Plane {
  readonly node: SVGSVGElement;
  #actions: Actions;
  #scene!: Scene;
  #scale = 1; // length of the weight arrow in the plane, per unit of weight
  #held = false; // the reader holds the arrow: its scale stays
  #tint = svg("rect", { x: 0, y: -FAR, width: FAR, height: 2 * FAR, class: "side" });
  #line = svg("line", { y1: -FAR, y2: FAR, class: "boundary" });
  #half = svg("g", null, this.#tint, this.#line);
  #grid = svg("g", { class: "axes", "aria-hidden": "true" });
  #before = svg("line", { class: "before" });
  #added = svg("line", { class: "added", "marker-end": "url(#tip-gradient)" });
  #arrow = svg("line", { class: "arrow", "marker-end": "url(#tip-weight)" });
  #handle = handle("weight", "Weight vector. Arrow keys turn it and change its length.");
  #shift = handle("shift", "The line. Arrow keys move it without turning it: the bias.");
  #guessLine = svg("line", { class: "guessed" });
  #ends = [0, 1].map((i) => handle("end", `End ${i + 1} of the line you guess. Arrow keys move it.`));
  #points = svg("g");
  #nothing = svg("text", { x: SIZE / 2, y: SIZE - 34, "text-anchor": "middle", class: "nothing" }, "w = 0: no line");

  constructor(actions: Actions) {
    this.#actions = actions;
    const ground = svg("rect", { width: SIZE, height: SIZE, class: "ground" });
    ground.addEventListener("click", (event) => this.#actions.add(...this.#at(event)));
    this.node = svg(
      "svg",
      { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "group", "aria-label": "The plane with its points" },
      svg("defs", null, svg("clipPath", { id: "square" }, svg("rect", { width: SIZE, height: SIZE })), tip("weight"), tip("gradient")),
      ground,
      svg("g", { "clip-path": "url(#square)", "pointer-events": "none" }, this.#half, this.#grid, this.#before, this.#added, this.#arrow, this.#guessLine, this.#nothing),
      this.#shift,
      this.#handle,
      this.#points,
      ...this.#ends,
    );
    this.#listen();
  }

  draw(scene: Scene): void {
    const fresh = this.#scene?.extent !== scene.extent;
    this.#scene = scene;
    if (fresh) this.#drawAxes();
    this.#drawLine(scene);
    this.#drawArrow(scene);
    this.#drawGuess(scene);
    this.#drawPoints(scene);
  }

  #px(x: number): number {
    const [low, high] = this.#scene.extent;
    return ((x - low) / (high - low)) * SIZE;
  }

  #py(y: number): number {
    return SIZE - this.#px(y);
  }

  #at(event: MouseEvent): [number, number] {
    const box = this.node.getBoundingClientRect();
    const [low, high] = this.#scene.extent;
    const span = high - low;
    const x = low + ((event.clientX - box.left) / box.width) * span;
    const y = high - ((event.clientY - box.top) / box.height) * span;
    return [roundTo(x, 0.05), roundTo(y, 0.05)];
  }

  #listen(): void {
    const turn = (x: number, y: number): void =>
      this.#actions.weigh([roundTo(x / this.#scale, 0.01), roundTo(y / this.#scale, 0.01), this.#scene.exact[2]]);
    drag(this.#handle, {
      start: () => void (this.#held = true),
      move: (event) => turn(...this.#at(event)),
      end: () => {
        this.#held = false;
        this.draw(this.#scene);
      },
    });
    arrows(this.#handle, (step, shift) => {
      const size = shift ? 1 : 0.1;
      const [w1, w2, b] = this.#scene.exact;
      this.#actions.weigh([roundTo(w1 + size * step.dx, 0.01), roundTo(w2 + size * step.dy, 0.01), b]);
    });
    drag(this.#shift, { move: (event) => this.#slide(...this.#at(event)) });
    arrows(this.#shift, (step, shift) => {
      const [w1, w2, b] = this.#scene.exact;
      this.#actions.weigh([w1, w2, roundTo(b - (step.dx + step.dy) * (shift ? 1 : 0.1), 0.01)]);
    });
    this.#ends.forEach((end, i) => this.#listenEnd(end, i));
  }

  #slide(x: number, y: number): void {
    const [w1, w2] = this.#scene.exact;
    this.#actions.weigh([w1, w2, roundTo(-(w1 * x + w2 * y), 0.01)]);
  }

  #listenEnd(end: SVGElement, i: number): void {
    const place = (x: number, y: number): void => {
      const [low, high] = this.#scene.extent;
      const ends = [...this.#scene.guess!] as [number, number, number, number];
      ends[2 * i] = clamp(roundTo(x, 0.05), low, high);
      ends[2 * i + 1] = clamp(roundTo(y, 0.05), low, high);
      this.#actions.guess(ends);
    };
    drag(end, { move: (event) => place(...this.#at(event)) });
    end.addEventListener("keydown", (event) => {
      const step = arrow(event);
      if (!step || !this.#scene.guess) return;
      event.preventDefault();
      const size = event.shiftKey ? 0.5 : 0.1;
      place(this.#scene.guess[2 * i]! + size * step.dx, this.#scene.guess[2 * i + 1]! + size * step.dy);
    });
  }

  #drawAxes(): void {
    const [low, high] = this.#scene.extent;
    put(this.#grid);
    for (let tick = Math.floor(low) + 1; tick < high; tick++) {
      const p = this.#px(tick);
      const main = tick === 0 ? "main" : null;
      this.#grid.append(
        svg("line", { x1: p, x2: p, y2: SIZE, class: main }),
        svg("line", { y1: SIZE - p, y2: SIZE - p, x2: SIZE, class: main }),
        svg("text", { x: p + 4, y: SIZE - 5 }, show(tick)),
        svg("text", { x: 4, y: SIZE - p - 4 }, show(tick)),
      );
    }
    this.#grid.append(svg("text", { x: SIZE - 16, y: this.#py(0) - 6, class: "name" }, "x₁"), svg("text", { x: this.#px(0) + 6, y: 14, class: "name" }, "x₂"));
  }

  /** The half plane that is called +1 starts at the line and lies in the direction of w. */
  #drawLine({ w: [w1, w2, b], exact }: Scene): void {
    const square = w1 * w1 + w2 * w2;
    const none = square < 1e-12;
    set(this.#nothing, { visibility: none ? null : "hidden" });
    set(this.#line, { visibility: none ? "hidden" : null });
    const [low, high] = this.#scene.extent;
    const middle = (low + high) / 2;
    const away = none ? 0 : (w1 * middle + w2 * middle + b) / square;
    const x = this.#px(middle - away * w1);
    const y = this.#py(middle - away * w2);
    const angle = none ? 0 : (-Math.atan2(w2, w1) * 180) / Math.PI;
    const place = none ? `translate(${b > 0 ? -FAR / 2 : FAR} 0)` : `translate(${x} ${y}) rotate(${angle})`;
    set(this.#half, { transform: place });
    set(this.#shift, { transform: `translate(${clamp(x, 0, SIZE)} ${clamp(y, 0, SIZE)}) rotate(${angle})`, visibility: none ? "hidden" : null });
    set(this.#shift, { "aria-valuetext": `bias ${show(exact[2])}` });
  }

  #drawArrow({ w, exact, last, extent, guessOpen }: Scene): void {
    const reach = 0.92 * Math.min(-extent[0], extent[1]);
    const longest = Math.max(Math.hypot(w[0], w[1]), last ? Math.hypot(last.before[0], last.before[1]) : 0);
    if (!this.#held) this.#scale = Math.min(1, reach / Math.max(longest, 1e-9));
    const end = (v: readonly number[]): [number, number] => [this.#px(v[0]! * this.#scale), this.#py(v[1]! * this.#scale)];
    const [ox, oy] = end([0, 0]);
    const [x, y] = end(w);
    const length = Math.hypot(x - ox, y - oy);
    set(this.#arrow, { x1: ox, y1: oy, x2: x, y2: y, visibility: length < 1 ? "hidden" : null });
    // Without weights the handle stands beside the origin, where no point hides it.
    set(this.#handle, {
      transform: length < 1 ? `translate(${ox - 26} ${oy + 26})` : `translate(${x} ${y})`,
      visibility: guessOpen ? "hidden" : null, "aria-valuetext": `w = (${show(exact[0])}, ${show(exact[1])})`,
    });
    const [bx, by] = end(last?.before ?? w);
    set(this.#before, { x1: ox, y1: oy, x2: bx, y2: by, visibility: last ? null : "hidden" });
    const moved = Math.hypot(x - bx, y - by) > 2;
    set(this.#added, { x1: bx, y1: by, x2: x, y2: y, visibility: last && moved ? null : "hidden" });
  }

  #drawGuess({ guess, guessOpen }: Scene): void {
    const hidden = guess ? null : "hidden";
    const [x1, y1, x2, y2] = guess ?? [0, 0, 0, 0];
    const far = (SIZE * 3) / Math.max(1, Math.hypot(this.#px(x2) - this.#px(x1), this.#py(y2) - this.#py(y1)));
    const along = (a: number, b: number, t: number): number => a + (b - a) * t;
    set(this.#guessLine, {
      x1: this.#px(along(x1, x2, -far)), y1: this.#py(along(y1, y2, -far)),
      x2: this.#px(along(x1, x2, 1 + far)), y2: this.#py(along(y1, y2, 1 + far)), visibility: hidden,
    });
    this.#ends.forEach((end, i) =>
      set(end, {
        transform: `translate(${this.#px(i ? x2 : x1)} ${this.#py(i ? y2 : y1)})`,
        visibility: guess && guessOpen ? null : "hidden",
        "aria-valuetext": `at ${show(i ? x2 : x1)}, ${show(i ? y2 : y1)}`,
      }),
    );
  }

  #drawPoints({ points, w, last, next }: Scene): void {
    while (this.#points.childElementCount > points.length) this.#points.lastElementChild!.remove();
    while (this.#points.childElementCount < points.length) this.#points.append(this.#point(this.#points.childElementCount));
    points.forEach((point, i) => {
      const node = this.#points.children[i]!;
      const wrong = mistaken(w, point);
      const sign = point.label > 0 ? "plus" : "minus";
      const role = last?.index === i ? " last" : next?.index === i ? " next" : "";
      set(node, {
        transform: `translate(${this.#px(point.x)} ${this.#py(point.y)})`,
        class: `point grab ${sign}${wrong ? " wrong" : ""}${role}`,
        "aria-label": `Point ${i + 1} of class ${sign} one at ${show(point.x)}, ${show(point.y)}${wrong ? ", on the wrong side" : ""}`,
      });
      set(node.querySelector(".shape")!, { d: point.label > 0 ? "M-9,0a9,9 0 1 0 18,0a9,9 0 1 0 -18,0" : "M-8,-8H8V8H-8Z" });
      set(node.querySelector(".sign")!, { d: point.label > 0 ? "M-4.5,0H4.5M0,-4.5V4.5" : "M-4.5,0H4.5" });
    });
  }

  #point(index: number): SVGElement {
    const node = svg(
      "g",
      { tabindex: 0, role: "button", "aria-roledescription": "point" },
      svg("circle", { r: 20, fill: "transparent" }),
      svg("circle", { r: 15, class: "halo" }),
      svg("circle", { r: 18, class: "focus" }),
      svg("path", { class: "shape" }),
      svg("path", { class: "sign" }),
    );
    let moved = false;
    let from: PointerEvent | null = null;
    drag(node, {
      start: (event) => {
        moved = false;
        from = event;
      },
      move: (event) => {
        moved ||= Math.hypot(event.clientX - from!.clientX, event.clientY - from!.clientY) > 4;
        if (moved) this.#actions.move(index, ...this.#at(event));
      },
      end: (event) => {
        const [low, high] = this.#scene.extent;
        const { x, y } = this.#scene.points[index] ?? { x: 0, y: 0 };
        if (!moved) this.#actions.flip(index);
        else if (event.type === "pointerup" && Math.min(x, y) < low - 0.1) this.#actions.remove(index);
        else if (event.type === "pointerup" && Math.max(x, y) > high + 0.1) this.#actions.remove(index);
      },
    });
    node.addEventListener("keydown", (event) => this.#key(event, index));
    return node;
  }

  #key(event: KeyboardEvent, index: number): void {
    const point = this.#scene.points[index]!;
    const step = arrow(event);
    const size = event.shiftKey ? 0.5 : 0.1;
    if (step) {
      const [low, high] = this.#scene.extent;
      this.#actions.move(index, clamp(roundTo(point.x + size * step.dx, 0.05), low, high), clamp(roundTo(point.y + size * step.dy, 0.05), low, high));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.#actions.remove(index);
      (this.#points.children[Math.max(0, index - 1)] as SVGElement | undefined)?.focus();
    } else if (event.key === " " || event.key === "Enter") this.#actions.flip(index);
    else return;
    event.preventDefault();
  }
}

function handle(kind: string, label: string): SVGElement {
  const shape = kind === "end" ? svg("circle", { r: 6 }) : kind === "weight" ? svg("circle", { r: 11, class: "ring" }) : svg("path", { d: "M-4,-14H4V14H-4Z" });
  return svg(
    "g",
    { class: `handle grab ${kind}`, tabindex: 0, role: "slider", "aria-label": label, "aria-valuenow": 0 },
    svg("circle", { r: 22, fill: "transparent" }),
    svg("circle", { r: 16, class: "focus" }),
    shape,
  );
}

function tip(name: string): SVGElement {
  return svg(
    "marker",
    { id: `tip-${name}`, viewBox: "0 0 10 10", refX: 8, refY: 5, markerWidth: 5, markerHeight: 5, orient: "auto" },
    svg("path", { d: "M0,0L10,5L0,10Z", class: `tip-${name}` }),
  );
}
