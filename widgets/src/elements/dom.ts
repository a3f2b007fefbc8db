/** Makes HTML and SVG nodes: `h("button", { type: "button", onclick: go }, "Go")`. Text is always text. */
export type Child = Node | string | null | false;
type Props = Record<string, unknown>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props | null = null,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), props, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props: Props | null = null,
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

/** Sets what changed: `null` and `false` remove an attribute, `true` sets it bare, `on...` functions listen. */
export function set(node: Element, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on") && typeof value === "function") {
      node.addEventListener(name.slice(2), value as EventListener);
    } else if (value === null || value === undefined || value === false) {
      node.removeAttribute(name);
    } else {
      const text = value === true ? "" : String(value);
      if (node.getAttribute(name) !== text) node.setAttribute(name, text);
    }
  }
}

/** Replaces what is in a node. */
export function put(node: Element, ...children: Child[]): void {
  node.replaceChildren(...children.filter((child) => child !== null && child !== false));
}

/** Sets text only when it differs, so that a live region does not speak twice. */
export function say(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** A piece of a formula in the colour of what it is. */
export type Meaning = "data" | "weight" | "activation" | "gradient" | "target";
export function mark(meaning: Meaning, text: string): HTMLElement {
  return h("span", { class: meaning }, text);
}

/** Code in which the given names are coloured by meaning. */
export function tint(code: string, names: Record<string, Meaning>): Child[] {
  return code.split(/(\b[A-Za-z_]\w*\b)/).map((word) => (names[word] ? mark(names[word], word) : word));
}

/**
 * Follows a pointer from press to release, with mouse, pen or finger. `move` gets client coordinates;
 * the element does not scroll the page under a finger when its style says `touch-action: none`.
 */
export function drag(
  node: Element,
  { start, move, end }: {
    start?: (event: PointerEvent) => boolean | void;
    move: (event: PointerEvent) => void;
    end?: (event: PointerEvent) => void;
  },
): void {
  node.addEventListener("pointerdown", (down) => {
    const press = down as PointerEvent;
    if (press.button !== 0 || start?.(press) === false) return;
    node.setPointerCapture(press.pointerId);
    const stop = (event: Event): void => {
      node.removeEventListener("pointermove", move as EventListener);
      node.removeEventListener("pointerup", stop);
      node.removeEventListener("pointercancel", stop);
      end?.(event as PointerEvent);
    };
    node.addEventListener("pointermove", move as EventListener);
    node.addEventListener("pointerup", stop);
    node.addEventListener("pointercancel", stop);
  });
}

export interface Step {
  /** To the right, and upwards. */
  readonly dx: number;
  readonly dy: number;
}

/** Arrow keys as steps. Shift asks for a larger or smaller step. */
export function arrow(event: KeyboardEvent): Step | null {
  const steps: Record<string, [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, 1],
    ArrowDown: [0, -1],
  };
  const step = event.ctrlKey || event.metaKey || event.altKey ? undefined : steps[event.key];
  return step ? { dx: step[0], dy: step[1] } : null;
}

/** Moves a node by the arrow keys. */
export function arrows(node: HTMLElement | SVGElement, move: (step: Step, shift: boolean) => void): void {
  node.addEventListener("keydown", (event: Event) => {
    const step = arrow(event as KeyboardEvent);
    if (!step) return;
    event.preventDefault();
    move(step, (event as KeyboardEvent).shiftKey);
  });
}

function fill<T extends Element>(node: T, props: Props | null, children: Child[]): T {
  if (props) set(node, props);
  put(node, ...children);
  return node;
}
