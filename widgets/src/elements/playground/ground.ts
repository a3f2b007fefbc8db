/** The plane: what the network says everywhere, the line where it is undecided, and the points. */
import { HALF, inside } from "../../core/playground";
import { clamp, show } from "../../core/numbers";
import { arrow, h, set } from "../dom";
import { type Colours, css, paint } from "./paint";
import { GRID, type Point } from "./reply";

const SIZE = 640; // pixels of the canvas, whatever the page gives it
const SCALE = SIZE / (2 * HALF);
const at = (x: number): number => (x + HALF) * SCALE;

export interface Scene {
  readonly map: Uint8Array | null;
  readonly unit: boolean; // a hidden unit's map, not the output
  readonly points: readonly Point[];
  readonly regression: boolean;
  readonly drawing: boolean;
  readonly hint: string;
}

export class Ground {
  readonly node = h("canvas", { width: SIZE, height: SIZE, class: "ground", tabindex: 0, role: "img" });
  #small = h("canvas", { width: GRID, height: GRID });
  #place: [number, number] = [0, 0];
  #scene: Scene | null = null;
  #put: (x: number, y: number) => void;
  #tell: (text: string) => void;

  constructor(put: (x: number, y: number) => void, tell: (text: string) => void) {
    this.#put = put;
    this.#tell = tell;
    let last = "";
    const point = (event: PointerEvent): void => {
      const box = this.node.getBoundingClientRect();
      const x = inside(((event.clientX - box.left) / box.width) * 2 * HALF - HALF);
      const y = inside(HALF - ((event.clientY - box.top) / box.height) * 2 * HALF);
      const here = `${Math.round(x * 1.5)},${Math.round(y * 1.5)}`; // a stroke leaves a point every so often
      if (here !== last) put(x, y);
      last = here;
    };
    this.node.addEventListener("pointerdown", (event) => {
      if (!this.#scene?.drawing || event.button !== 0) return;
      last = "";
      this.node.setPointerCapture(event.pointerId);
      point(event);
    });
    this.node.addEventListener("pointermove", (event) => this.#scene?.drawing && this.node.hasPointerCapture(event.pointerId) && point(event));
    this.node.addEventListener("keydown", (event) => this.#key(event));
    for (const name of ["focus", "blur"]) this.node.addEventListener(name, () => this.#again());
  }

  draw(scene: Scene, colours: Colours): void {
    this.#scene = scene;
    this.#colours = colours;
    const context = this.node.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, SIZE, SIZE);
    if (scene.map) {
      const [above, below] = scene.unit ? [colours.on, colours.off] : [colours.above, colours.below];
      paint(this.#small, scene.map, GRID, above, below, scene.unit ? 0.8 : 0.4);
      context.imageSmoothingQuality = "high";
      context.drawImage(this.#small, 0, 0, SIZE, SIZE);
    }
    axes(context, colours);
    if (scene.map && !scene.unit) contour(context, scene.map, colours.ink, scene.regression);
    for (const each of scene.points) dot(context, each, scene.regression, colours);
    if (scene.hint) words(context, scene.hint, colours);
    if (scene.drawing && this.node.matches(":focus-visible")) cursor(context, this.#place, colours);
    set(this.node, { "data-drawing": scene.drawing, role: scene.drawing ? "application" : "img", "aria-label": this.#label(scene) });
  }
  #colours: Colours | null = null;

  #again(): void {
    if (this.#scene && this.#colours) this.draw(this.#scene, this.#colours);
  }

  #label({ points, drawing, regression }: Scene): string {
    const ones = points.filter(([, , target]) => target > 0.5).length;
    const said = regression ? `${points.length} points with numbers` : `${ones} points drawn as discs, ${points.length - ones} as crosses`;
    return `The plane from -6 to 6: ${said}, over what the network says.${drawing ? " Arrow keys move the cursor, with Shift ten times as far; Space puts a point." : ""}`;
  }

  #key(event: KeyboardEvent): void {
    if (!this.#scene?.drawing) return;
    const step = arrow(event);
    if (step) {
      const size = event.shiftKey ? 2 : 0.2;
      this.#place = [clamp(this.#place[0] + size * step.dx, -HALF, HALF), clamp(this.#place[1] + size * step.dy, -HALF, HALF)];
      this.#tell(`${show(this.#place[0], 1)}, ${show(this.#place[1], 1)}`);
      this.#again();
    } else if (event.key === " " || event.key === "Enter") this.#put(inside(this.#place[0]), inside(this.#place[1]));
    else return;
    event.preventDefault();
  }
}

type Context = CanvasRenderingContext2D;

function axes(context: Context, { rule, soft }: Colours): void {
  context.lineWidth = 1.5;
  context.strokeStyle = rule;
  context.beginPath();
  context.moveTo(at(0), 0);
  context.lineTo(at(0), SIZE);
  context.moveTo(0, at(0));
  context.lineTo(SIZE, at(0));
  context.stroke();
  context.fillStyle = soft;
  context.font = "22px ui-monospace, monospace";
  context.textAlign = "center";
  for (const value of [-4, -2, 2, 4]) {
    context.fillText(show(value), at(value), at(0) + 24);
    context.fillText(show(value), at(0) - 20, SIZE - at(value) + 8);
  }
}

/** The line on which the output is 0 (for classes: one half), and for regression lines a quarter apart. */
function contour(context: Context, map: Uint8Array, ink: string, regression: boolean): void {
  context.strokeStyle = ink;
  for (const level of regression ? [-64, -32, 0, 32, 64] : [0]) {
    context.lineWidth = level === 0 ? 3 : 1;
    context.beginPath();
    for (let row = 0; row + 1 < GRID; row++) for (let column = 0; column + 1 < GRID; column++) cell(context, map, row, column, 128 + level);
    context.stroke();
  }
}

function cell(context: Context, map: Uint8Array, row: number, column: number, level: number): void {
  const corners = [[row, column], [row, column + 1], [row + 1, column + 1], [row + 1, column]] as const;
  const cuts: [number, number][] = [];
  for (let i = 0; i < 4; i++) {
    const [[ra, ca], [rb, cb]] = [corners[i]!, corners[(i + 1) % 4]!];
    const [a, b] = [map[ra * GRID + ca]! - level, map[rb * GRID + cb]! - level];
    if (a >= 0 === b >= 0) continue;
    const share = a / (a - b);
    cuts.push([((ca + share * (cb - ca) + 0.5) * SIZE) / GRID, ((ra + share * (rb - ra) + 0.5) * SIZE) / GRID]);
  }
  for (let i = 0; i + 1 < cuts.length; i += 2) {
    context.moveTo(...cuts[i]!);
    context.lineTo(...cuts[i + 1]!);
  }
}

/** A disc or a cross; test points are drawn light. With numbers: a disc whose colour says how large. */
function dot(context: Context, [x, y, target, test]: Point, regression: boolean, { above, below, paper }: Colours): void {
  const [px, py] = [at(x), SIZE - at(y)];
  const one = regression ? target >= 0 : target > 0.5;
  const colour = css(one ? above : below, regression ? 0.25 + 0.75 * Math.min(1, Math.abs(target)) : 1);
  const path = new Path2D();
  if (one || regression) path.arc(px, py, test ? 7 : 8, 0, 7);
  else {
    const r = test ? 6 : 7;
    path.moveTo(px - r, py - r);
    path.lineTo(px + r, py + r);
    path.moveTo(px + r, py - r);
    path.lineTo(px - r, py + r);
  }
  context.lineWidth = test ? 6 : 9;
  context.strokeStyle = paper;
  context.stroke(path);
  if (one || regression) {
    context.fillStyle = test ? paper : colour;
    context.fill(path);
  }
  context.lineWidth = test ? 3 : 5;
  context.strokeStyle = colour;
  context.stroke(path);
}

function words(context: Context, hint: string, { ink, paper }: Colours): void {
  context.font = "600 28px ui-serif, Georgia, serif";
  context.textAlign = "center";
  context.lineWidth = 8;
  context.strokeStyle = paper;
  context.fillStyle = ink;
  hint.split("\n").forEach((line, i) => {
    context.strokeText(line, SIZE / 2, SIZE / 3 + 36 * i);
    context.fillText(line, SIZE / 2, SIZE / 3 + 36 * i);
  });
}

function cursor(context: Context, [x, y]: readonly [number, number], { accent }: Colours): void {
  context.strokeStyle = accent;
  context.lineWidth = 4;
  context.beginPath();
  context.arc(at(x), SIZE - at(y), 16, 0, 7);
  context.stroke();
}
