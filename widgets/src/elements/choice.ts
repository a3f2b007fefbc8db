import { h, set } from "./dom";

/** A row of buttons of which one is pressed. */
export function choice<T extends string>(label: string, all: readonly { readonly name: T; readonly label: string }[], choose: (name: T) => void) {
  const buttons = all.map(({ name, label }) => h("button", { type: "button", onclick: () => choose(name) }, label));
  return {
    node: h("div", { class: "controls", role: "group", "aria-label": label }, ...buttons),
    show: (chosen: T) => buttons.forEach((button, i) => set(button, { "aria-pressed": String(all[i]!.name === chosen) })),
  };
}
